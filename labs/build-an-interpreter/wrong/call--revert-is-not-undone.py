# loses: 2
def call_gas(gas, asked, value, is_warm, is_alive):
    cost = 100 if is_warm else 2600
    if value:
        cost += 9000 if is_alive else 34000
    if gas < cost:
        return None
    left = gas - cost
    given = min(asked, left - left // 64)
    return cost + given, given + (2300 if value else 0)

def call(gas, value, balance, depth, mark, undo, pay, run):
    if balance < value or depth >= 1024:
        return 0, b"", gas
    start = mark()
    pay()
    status, output, left = run(gas)
    if status in ("stop", "return"):
        return 1, output, left
    if status != "revert":
        undo(start)
    return (0, output, left) if status == "revert" else (0, b"", 0)
