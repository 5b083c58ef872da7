"""Random programs that do something: most of their instructions find what they need.

A program is written statement by statement, each of which leaves the stack as it was;
some are broken on purpose, so that underflows, bad jumps and empty gas happen too.
"""

from dataclasses import dataclass
from random import Random

from tests.evm.fuzz_values import CONTRACTS, Values

CALLS = ("CALL", "CALLCODE", "DELEGATECALL", "STATICCALL")
COPIES = ("CALLDATACOPY", "CODECOPY", "RETURNDATACOPY", "MCOPY", "EXTCODECOPY")


@dataclass(frozen=True)
class Trial:
    """Contracts, and a message to the first of them or one that creates another."""

    codes: tuple[bytes, ...]
    creates: bool
    data: bytes
    value: int
    gas: int


class Writer(Values):
    """One program in the making."""

    def __init__(self, random: Random, depth: int) -> None:
        super().__init__(random)
        self.depth = depth
        self.tails: list[tuple[int, bytes]] = []

    def statement(self, depth: int = 0) -> None:
        kinds = (
            (16, self.store), (10, self.remember), (8, self.copy), (14, self.call),
            (5, self.create), (6, self.log), (6, self.shuffle), (6, self.drop),
            (6, lambda: self.branch(depth)), (4, lambda: self.loop(depth)),
            (1, self.end), (1, self.destroy), (1, self.stumble),
        )  # fmt: skip
        weights = [weight for weight, _ in kinds]
        self.random.choices([write for _, write in kinds], weights)[0]()

    def store(self) -> None:
        self.value()
        if self.chance(0.9):
            self.push(self.random.randrange(8))
        else:
            self.value()
        self.op(self.random.choice(("SSTORE", "SSTORE", "TSTORE")))

    def remember(self) -> None:
        self.value()
        self.push(self.size())
        self.op(self.random.choice(("MSTORE", "MSTORE", "MSTORE8")))

    def copy(self) -> None:
        name = self.random.choice(COPIES)
        self.push(
            self.random.randrange(40) if name == "RETURNDATACOPY" else self.size()
        )
        self.push(self.random.randrange(8) if name == "RETURNDATACOPY" else self.size())
        self.push(self.size())
        if name == "EXTCODECOPY":
            self.push(self.address())
        self.op(name)

    def call(self) -> None:
        name = self.random.choice(CALLS)
        self.area()
        self.area()
        if name in ("CALL", "CALLCODE"):
            self.push(self.random.choice((0, 0, 0, 1, 7, 10**6, 10**20)))
        self.push(self.address())
        if self.chance(0.6):
            self.op("GAS")
        else:
            self.push(self.random.choice((0, 700, 2300, 5000, 30_000, 10**6, 1 << 200)))
        self.op(name)
        self.keep()

    def create(self) -> None:
        if self.depth > 1:
            return
        code = write_initcode(self.random, self.depth + 1)
        start = self.random.choice((0, 0, 32, 100))
        self.push(len(code), 2)
        self.tails.append((len(self.code) + 1, code))
        self.push(0, 2)
        self.push(start)
        self.op("CODECOPY")
        is_salted = self.chance(0.5)
        if is_salted:
            self.push(self.random.randrange(2))
        self.push(len(code))
        self.push(start)
        self.push(self.random.choice((0, 0, 0, 3, 10**20)))
        self.op("CREATE2" if is_salted else "CREATE")
        if self.chance(0.3):
            # Call what was made.
            for _ in range(4):
                self.op("PUSH0")
            self.push(self.random.randrange(2))
            self.op("DUP6")
            self.op("GAS")
            self.op("CALL")
            self.op("POP")
        self.keep()

    def keep(self) -> None:
        """Store, remember or drop the word on top."""
        kind = self.random.randrange(3)
        if kind < 2:
            self.push(self.random.randrange(8) * (1 if kind else 32))
        self.op(("MSTORE", "SSTORE", "POP")[kind])

    def log(self) -> None:
        topics = self.random.randrange(5)
        for _ in range(topics):
            self.value(2)
        self.area()
        self.op(f"LOG{topics}")

    def shuffle(self) -> None:
        count = self.random.randrange(1, 17)
        for _ in range(count):
            self.push(self.random.randrange(256))
        deep = self.random.randrange(1, count + 1)
        self.op(f"DUP{deep}")
        self.op(f"SWAP{deep}")
        self.value()
        self.op("XOR")
        for _ in range(count):
            self.op("ADD")
        self.keep()

    def drop(self) -> None:
        self.value()
        self.op("POP")

    def branch(self, depth: int) -> None:
        self.value()
        place = len(self.code) + 1
        self.push(0, 2)
        self.op("JUMPI")
        if depth < 2:
            self.statement(depth + 1)
        else:
            self.drop()
        self.land(place)

    def land(self, place: int) -> None:
        """Write the destination of a jump whose number is at ``place``."""
        self.code[place : place + 2] = len(self.code).to_bytes(2, "big")
        self.op("JUMPDEST")

    def loop(self, depth: int) -> None:
        self.push(self.random.randrange(1, 6))
        start = len(self.code)
        self.op("JUMPDEST")
        if depth < 2:
            self.statement(depth + 1)
        for name in ("PUSH1", "SWAP1", "SUB", "DUP1"):
            self.op(name)
            if name == "PUSH1":
                self.code.append(1)
        self.push(start, 2)
        self.op("JUMPI")
        self.op("POP")

    def end(self) -> None:
        self.area()
        self.op(self.random.choice(("RETURN", "RETURN", "REVERT")))

    def destroy(self) -> None:
        self.push(self.address())
        self.op("SELFDESTRUCT")

    def stumble(self) -> None:
        """Write what most likely fails."""
        kind = self.random.randrange(4)
        if kind == 0:
            self.code.append(self.random.randrange(256))
        elif kind == 1:
            self.value()
            self.op(self.random.choice(("JUMP", "JUMPI")))
        elif kind == 2:
            self.op(self.random.choice(("POP", "SWAP16", "ADDMOD", "CALL", "CREATE2")))
        else:
            self.value()
            self.value()
            self.op(self.random.choice(("SSTORE", "SELFDESTRUCT", "RETURNDATACOPY")))

    def finish(self) -> bytes:
        """Return the code, with what it copies from itself behind it."""
        for place, tail in self.tails:
            self.code[place : place + 2] = len(self.code).to_bytes(2, "big")
            self.code += tail
        return bytes(self.code)


def write_code(random: Random, depth: int = 0) -> bytes:
    """Return a program of some statements."""
    writer = Writer(random, depth)
    for _ in range(random.randrange(1, 9 if depth else 16)):
        writer.statement()
    if writer.chance(0.7):
        writer.end()
    return writer.finish()


def write_initcode(random: Random, depth: int) -> bytes:
    """Return initialising code, most of which leaves a contract."""
    writer = Writer(random, depth)
    for _ in range(random.randrange(3)):
        writer.statement()
    if writer.chance(0.1):
        writer.end()
    code = write_code(random, depth + 1) if depth < 2 else b"\x5f\x5f\xf3"
    if writer.chance(0.05):
        code = b"\xef" + code
    writer.push(len(code), 2)
    writer.tails.append((len(writer.code) + 1, code))
    writer.push(0, 2)
    writer.op("PUSH0")
    writer.op("CODECOPY")
    writer.push(random.choice((len(code), len(code), len(code), 24_577)))
    writer.op("PUSH0")
    writer.op("RETURN")
    return writer.finish()


def make_trial(seed: int) -> Trial:
    """Return the trial of a seed."""
    random = Random(seed)
    codes = tuple(write_code(random) for _ in CONTRACTS)
    creates = random.random() < 0.1
    data = random.randbytes(random.choice((0, 4, 32, 68, 100)))
    gas = random.choice((60_000, 200_000, 500_000, 1_000_000, 3_000_000))
    return Trial(
        codes=codes,
        creates=creates,
        data=write_initcode(random, 0) if creates else data,
        value=random.choice((0, 0, 5, 10**6)),
        # The code of a creation is paid for before it runs.
        gas=gas + 200_000 * creates,
    )
