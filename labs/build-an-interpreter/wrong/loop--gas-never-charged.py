# loses: 5
def run(code, gas, destinations, do):
    stack, pc = [], 0
    while True:
        byte = code[pc] if pc < len(code) else 0
        if byte not in TABLE:
            return "invalid-opcode", [], 0
        name, cost, takes, puts = TABLE[byte]
        if len(stack) < takes:
            return "stack-underflow", [], 0
        if len(stack) - takes + puts > 1024:
            return "stack-overflow", [], 0
        if gas < cost:
            return "out-of-gas", [], 0
        pc += 1
        if name == "STOP":
            return "stop", stack, gas
        if name.startswith("PUSH"):
            size = byte - 0x5F
            stack.append(int.from_bytes(code[pc : pc + size].ljust(size, b"\0"), "big"))
            pc += size
        elif name.startswith("DUP"):
            stack.append(stack[-takes])
        elif name.startswith("SWAP"):
            stack[-1], stack[-takes] = stack[-takes], stack[-1]
        elif name == "POP":
            stack.pop()
        elif name == "PC":
            stack.append(pc - 1)
        elif name == "GAS":
            stack.append(gas)
        elif name in ("JUMP", "JUMPI"):
            target = stack.pop()
            if name == "JUMP" or stack.pop():
                if target not in destinations:
                    return "invalid-jump", [], 0
                pc = target
        elif name != "JUMPDEST":
            arguments = [stack.pop() for _ in range(takes)]
            status, words, gas = do(name, arguments, gas)
            if status in ("stop", "return", "revert"):
                return status, stack, gas
            if status:
                return status, [], 0
            stack += words
