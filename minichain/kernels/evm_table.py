"""An opcode is one byte of a contract's code: what to do next, and what it costs.

One table says all that the machine asks before it runs an instruction: gas, words
taken from the stack and put back, and the memory that is touched.

References
----------
.. [1] Ethereum Yellow Paper, Shanghai version, appendices G and H.
"""

from dataclasses import dataclass

from minichain.kernels.runtime import Table, i64

STACK_LIMIT = 1024
"""Most words on one frame's stack."""

NEVER = 2 * STACK_LIMIT
"""More words than any stack has: what an opcode needs that does not exist."""

_ROWS = """
00 STOP 0 0 0
01 ADD 3 2 1
02 MUL 5 2 1
03 SUB 3 2 1
04 DIV 5 2 1
05 SDIV 5 2 1
06 MOD 5 2 1
07 SMOD 5 2 1
08 ADDMOD 8 3 1
09 MULMOD 8 3 1
0a EXP 10 2 1
0b SIGNEXTEND 5 2 1
10 LT 3 2 1
11 GT 3 2 1
12 SLT 3 2 1
13 SGT 3 2 1
14 EQ 3 2 1
15 ISZERO 3 1 1
16 AND 3 2 1
17 OR 3 2 1
18 XOR 3 2 1
19 NOT 3 1 1
1a BYTE 3 2 1
1b SHL 3 2 1
1c SHR 3 2 1
1d SAR 3 2 1
20 KECCAK256 30 2 1 at0 length1 word6
30 ADDRESS 2 0 1
31 BALANCE 0 1 1
32 ORIGIN 2 0 1
33 CALLER 2 0 1
34 CALLVALUE 2 0 1
35 CALLDATALOAD 3 1 1
36 CALLDATASIZE 2 0 1
37 CALLDATACOPY 3 3 0 at0 length2 word3
38 CODESIZE 2 0 1
39 CODECOPY 3 3 0 at0 length2 word3
3a GASPRICE 2 0 1
3b EXTCODESIZE 0 1 1
3c EXTCODECOPY 0 4 0 at1 length3 word3
3d RETURNDATASIZE 2 0 1
3e RETURNDATACOPY 3 3 0 at0 length2 word3
3f EXTCODEHASH 0 1 1
40 BLOCKHASH 20 1 1
41 COINBASE 2 0 1
42 TIMESTAMP 2 0 1
43 NUMBER 2 0 1
44 PREVRANDAO 2 0 1
45 GASLIMIT 2 0 1
46 CHAINID 2 0 1
47 SELFBALANCE 5 0 1
48 BASEFEE 2 0 1
49 BLOBHASH 3 1 1
4a BLOBBASEFEE 2 0 1
50 POP 2 1 0
51 MLOAD 3 1 1 at0 bytes32
52 MSTORE 3 2 0 at0 bytes32
53 MSTORE8 3 2 0 at0 bytes1
54 SLOAD 0 1 1
55 SSTORE 0 2 0
56 JUMP 8 1 0
57 JUMPI 10 2 0
58 PC 2 0 1
59 MSIZE 2 0 1
5a GAS 2 0 1
5b JUMPDEST 1 0 0
5c TLOAD 100 1 1
5d TSTORE 100 2 0
5e MCOPY 3 3 0 at0 length2 word3
5f PUSH0 2 0 1
a0 LOG0 375 2 0 at0 length1
a1 LOG1 750 3 0 at0 length1
a2 LOG2 1125 4 0 at0 length1
a3 LOG3 1500 5 0 at0 length1
a4 LOG4 1875 6 0 at0 length1
f0 CREATE 32000 3 1 at1 length2 word2
f1 CALL 0 7 1
f2 CALLCODE 0 7 1
f3 RETURN 0 2 0 at0 length1
f4 DELEGATECALL 0 6 1
f5 CREATE2 32000 4 1 at1 length2 word8
fa STATICCALL 0 6 1
fd REVERT 0 2 0 at0 length1
ff SELFDESTRUCT 5000 1 0
"""
# Number, name, gas, words taken, words put; then which word on the stack is a memory
# offset, which one its length (or how many bytes), and the gas of 32 such bytes.


@dataclass(frozen=True, slots=True)
class Opcode:
    """What is known of an instruction before it runs.

    Attributes
    ----------
    number : int
        The byte.
    name : str
        The standard's name.
    gas : int
        Gas that it always costs.
    takes, puts : int
        Words it takes from the stack and puts there.
    offset_at : int
        Place, from the top of the stack, of the memory offset; -1 for no memory.
    length_at : int
        Place of the length; or, negative, less the number of bytes that it always is.
    word_gas : int
        Gas for each 32 bytes of that length.
    """

    number: int
    name: str
    gas: int
    takes: int
    puts: int
    offset_at: int = -1
    length_at: int = 0
    word_gas: int = 0


def _parse(row: str) -> Opcode:
    number, name, gas, takes, puts, *more = row.split()
    memory = {item.rstrip("0123456789"): item for item in more}
    value = {key: int(item[len(key) :]) for key, item in memory.items()}
    return Opcode(
        int(number, 16), name, int(gas), int(takes), int(puts),
        value.get("at", -1),
        -value["bytes"] if "bytes" in value else value.get("length", 0),
        value.get("word", 0),
    )  # fmt: skip


OPCODES: dict[int, Opcode] = {
    opcode.number: opcode
    for opcode in (
        *map(_parse, _ROWS.strip().splitlines()),
        *(Opcode(0x5F + n, f"PUSH{n}", 3, 0, 1) for n in range(1, 33)),
        *(Opcode(0x7F + n, f"DUP{n}", 3, n, n + 1) for n in range(1, 17)),
        *(Opcode(0x8F + n, f"SWAP{n}", 3, n + 1, n + 1) for n in range(1, 17)),
    )
}
"""Every instruction by its number."""

_NONE = Opcode(0, "INVALID", 0, NEVER, NEVER)
_ALL = [OPCODES.get(number, _NONE) for number in range(256)]

GAS = Table(i64, [opcode.gas for opcode in _ALL])
"""Gas that each opcode always costs."""

NEED = Table(i64, [opcode.takes for opcode in _ALL])
"""Words that must be on the stack."""

ROOM = Table(i64, [STACK_LIMIT + opcode.takes - opcode.puts for opcode in _ALL])
"""Most words that may be there."""

OFFSET_AT = Table(i64, [opcode.offset_at for opcode in _ALL])
"""Where on the stack the memory offset is; -1 for no memory."""

LENGTH_AT = Table(i64, [opcode.length_at for opcode in _ALL])
"""Where the length is; or, negative, less the number of bytes."""

WORD_GAS = Table(i64, [opcode.word_gas for opcode in _ALL])
"""Gas for each 32 bytes of that length."""
