"""Programs of gas golf: to begin with, and to be measured against."""

ANSWER = "\n; return it\nPUSH0 MSTORE\nPUSH1 32 PUSH0 RETURN\n"
"""Gives the word on top of the stack back."""

SHORT = "PUSH0 MSTORE MSIZE PUSH0 RETURN"
"""Does the same with fewer bytes: the memory is as large as what is returned."""

GREATER = """\
PUSH0 CALLDATALOAD          ; a
PUSH1 32 CALLDATALOAD       ; b, on top
DUP2 DUP2                   ; a b a b
GT                          ; is b above a?
PUSH @second JUMPI
PUSH0 CALLDATALOAD
PUSH @end JUMP
:second JUMPDEST
PUSH1 32 CALLDATALOAD
:end JUMPDEST
"""
"""Compares, and jumps to the word that is greater."""

SUM = """\
PUSH0 PUSH0                 ; the sum, and the place
:loop JUMPDEST
DUP1 CALLDATASIZE EQ
PUSH @end JUMPI
DUP1 CALLDATALOAD           ; sum place word
SWAP1 SWAP2 ADD             ; place sum'
SWAP1 PUSH1 32 ADD          ; sum' place'
PUSH @loop JUMP
:end JUMPDEST
POP
"""
"""Adds word after word in a loop."""

POWER = """\
PUSH0                       ; how many bits are one
PUSH0 CALLDATALOAD
:loop JUMPDEST              ; count x
DUP1 ISZERO PUSH @end JUMPI
DUP1 PUSH1 1 AND            ; count x bit
SWAP1 PUSH1 1 SHR           ; count bit x'
SWAP2 ADD SWAP1             ; count' x'
PUSH @loop JUMP
:end JUMPDEST
POP
PUSH1 1 EQ
"""
"""Counts all bits that are one, in a loop."""

MEAN = """\
; half of each, and the one that both halves lose
PUSH0 CALLDATALOAD PUSH1 2 SWAP1 DIV
PUSH1 32 CALLDATALOAD PUSH1 2 SWAP1 DIV
ADD
PUSH0 CALLDATALOAD PUSH1 2 SWAP1 MOD
PUSH1 32 CALLDATALOAD PUSH1 2 SWAP1 MOD
MUL
ADD
"""
"""Adds the halves, and what both of them lose."""

PACK = """\
; b times 2 to the power of 128, plus a
PUSH1 32 CALLDATALOAD
PUSH 0x100000000000000000000000000000000
MUL
PUSH0 CALLDATALOAD
ADD
PUSH0 SSTORE
STOP
"""
"""Multiplies where shifting would do."""

ROOT = """\
; Bit by bit from the highest: keep it if the square is not above x.
PUSH0                       ; root
PUSH 0x80000000000000000000000000000000   ; bit
:loop JUMPDEST              ; root bit
DUP2 DUP2 OR                ; root bit try
PUSH0 CALLDATALOAD          ; root bit try x
DUP2 DUP1 MUL               ; root bit try x try*try
GT                          ; root bit try above?
PUSH @above JUMPI           ; root bit try
SWAP2                       ; try bit root
:above JUMPDEST
POP                         ; root bit
PUSH1 1 SHR
DUP1 PUSH @loop JUMPI
POP
"""
"""Finds the root bit by bit."""

COUNT = """\
PUSH0                       ; count
PUSH0 CALLDATALOAD          ; count x
:loop JUMPDEST
DUP1 ISZERO PUSH @end JUMPI
DUP1 PUSH1 1 AND            ; count x bit
SWAP1 PUSH1 1 SHR           ; count bit x'
SWAP2 ADD SWAP1             ; count' x'
PUSH @loop JUMP
:end JUMPDEST
POP
"""
"""Looks at one bit after the other."""


def _spread(digits: str) -> str:
    """Return digits again and again, as long as a word."""
    return f"0x{digits * (64 // len(digits))}"


def write_newton() -> str:
    """Return the root by Newton's method: a first guess from the size, seven steps."""
    guess = ["PUSH0 CALLDATALOAD PUSH1 1 DUP2"]  # x z y, with y to be shifted down
    for bits in (128, 64, 32, 16, 8, 4):
        # Where y has more bits than these, it loses them, and z gains half as many.
        guess.append(
            f"DUP1 PUSH{bits // 8 or 1} 0x{(1 << bits) - 1:x} LT "
            f"PUSH1 {bits} MUL DUP1 PUSH1 1 SHR SWAP2 SWAP1 SHR SWAP2 SWAP1 SHL SWAP1"
        )
    guess.append("PUSH1 3 LT SHL")  # x z
    steps = ["DUP1 DUP3 DIV ADD PUSH1 1 SHR"] * 7
    # The last step may be one above: take the less of z and x / z.
    last = "SWAP1 DUP2 SWAP1 DIV DUP2 GT SWAP1 SUB"
    return "\n".join([*guess, *steps, last, SHORT])


def write_parallel() -> str:
    """Return the count of bits by adding neighbours: 1, 2, 4 and 8 bits, then all."""
    return f"""PUSH0 CALLDATALOAD
PUSH {_spread("55")} DUP2 PUSH1 1 SHR AND SWAP1 SUB
PUSH {_spread("33")} DUP1 DUP3 PUSH1 2 SHR AND SWAP2 AND ADD
DUP1 PUSH1 4 SHR ADD PUSH {_spread("0f")} AND
DUP1 PUSH1 8 SHR ADD PUSH {_spread("00ff")} AND
PUSH2 0xffff SWAP1 MOD
{SHORT}"""
