# loses: 3
def store_cost(original, current, new, is_warm):
    gas = 0 if is_warm else 2100
    if new == current:
        return gas + 100, 0
    refund = 0
    if original and new == 0:
        refund += 4800
    if original and current == 0:
        refund -= 4800
    if current == original or current != new:
        return gas + (2900 if current else 20000), refund
    if new == original:
        refund += 2800 if original else 19900
    return gas + 100, refund
