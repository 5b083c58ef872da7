"""Random expressions: code that leaves one word on the stack."""

from random import Random

from minichain.kernels.evm_table import OPCODES
from minichain.units import Address

NUMBERS = {opcode.name: opcode.number for opcode in OPCODES.values()}

SENDER = Address(b"\xa1" * 20)
BENEFICIARY = Address(b"\xb0" * 20)
CONTRACTS = tuple(Address(bytes([0xC0 + i]) * 20) for i in range(4))
NOBODY = Address(b"\xee" * 20)


def names(text: str) -> tuple[str, ...]:
    return tuple(text.split())


NULLARY = names(
    "ADDRESS ORIGIN CALLER CALLVALUE CALLDATASIZE CODESIZE GASPRICE RETURNDATASIZE "
    "COINBASE TIMESTAMP NUMBER PREVRANDAO GASLIMIT CHAINID SELFBALANCE BASEFEE "
    "BLOBBASEFEE PC MSIZE GAS PUSH0"
)
UNARY = names("ISZERO NOT CALLDATALOAD BLOCKHASH BLOBHASH SLOAD TLOAD")
ABOUT = names("BALANCE EXTCODESIZE EXTCODEHASH")
BINARY = names(
    "ADD MUL SUB DIV SDIV MOD SMOD EXP SIGNEXTEND LT GT SLT SGT EQ AND OR XOR BYTE "
    "SHL SHR SAR"
)
TERNARY = names("ADDMOD MULMOD")


class Values:
    """Code in the making, and how words come onto its stack."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.code = bytearray()

    def op(self, name: str) -> None:
        self.code.append(NUMBERS[name])

    def push(self, value: int, size: int = 0) -> None:
        size = size or (value.bit_length() + 7) // 8 or 1
        self.code.append(0x5F + size)
        self.code += value.to_bytes(size, "big")

    def chance(self, part: float) -> bool:
        return self.random.random() < part

    # Values

    def number(self) -> int:
        r = self.random
        return r.choice((
            r.randrange(0, 40), r.randrange(0, 40), r.randrange(256),
            (1 << r.randrange(257)) - r.randrange(2), r.getrandbits(256),
            (1 << 256) - 1 - r.randrange(40), r.getrandbits(r.randrange(1, 257)),
        )) % (1 << 256)  # fmt: skip

    def address(self) -> int:
        r = self.random
        kinds = [*CONTRACTS, *CONTRACTS, NOBODY, SENDER, BENEFICIARY]
        if self.chance(0.25):
            # Point evaluation costs a second and is tested elsewhere.
            return r.randrange(0, 10)
        return int.from_bytes(r.choice(kinds), "big")

    def size(self) -> int:
        r = self.random
        if self.chance(0.02):
            return r.choice((4096, 70_000, 1 << 20, 1 << 32, 1 << 63, 1 << 255))
        return r.choice((0, 1, 31, 32, 33, 64, r.randrange(200), r.randrange(600)))

    def area(self) -> None:
        """Push a length, then an offset."""
        self.push(self.size())
        self.push(self.size())

    def value(self, depth: int = 0) -> None:
        """Write what leaves one word."""
        kind = self.random.randrange(16)
        if depth > 2 or kind < 4:
            self.push(self.number())
        elif kind < 6:
            self.op(self.random.choice(NULLARY))
        elif kind == 6:
            self.value(depth + 1)
            self.op(self.random.choice(UNARY))
        elif kind < 11:
            self.value(depth + 1)
            self.value(depth + 1)
            self.op(self.random.choice(BINARY))
        elif kind == 11:
            for _ in range(3):
                self.value(depth + 1)
            self.op(self.random.choice(TERNARY))
        elif kind == 12:
            self.push(self.size())
            self.op("MLOAD")
        elif kind == 13:
            self.area()
            self.op("KECCAK256")
        elif kind == 14:
            self.push(self.address())
            self.op(self.random.choice(ABOUT))
        else:
            self.push(self.random.randrange(8))
            self.op(self.random.choice(("SLOAD", "TLOAD", "CALLDATALOAD")))
