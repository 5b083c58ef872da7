"""Workloads are contracts in a state, and messages that keep them busy.

Each is scaled by a count, since machines differ by a factor of a thousand.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from minichain.contracts.artifact import Artifact
from minichain.contracts.compiler import compile_source
from minichain.contracts.library import compile_contract
from minichain.evm import Environment, Message, execute
from minichain.kernels.evm_table import OPCODES
from minichain.ledger.state import State
from minichain.units import ETHER, Address, Gas, Wei

ALICE = Address(b"\xa1" * 20)
LOOP = Address(b"\xc0" * 20)
FIRST, SECOND = Address(b"\xd1" * 20), Address(b"\xd2" * 20)
MOST_GAS = Gas(10**10)

NUMBERS = {opcode.name: opcode.number for opcode in OPCODES.values()}
CONTRACTS = Path(__file__).with_name("contracts")


@dataclass(frozen=True)
class Workload:
    """What to run.

    Attributes
    ----------
    name
        As the table names it.
    state
        Contracts, storage and balances.
    calls
        From a count to the messages: receiver and input of each.
    count
        Units of work that take a compiled machine some tens of milliseconds.
    unit
        What is counted.
    """

    name: str
    state: State
    calls: Callable[[int], list[tuple[Address, bytes]]]
    count: int
    unit: str


def assemble(text: str) -> bytes:
    """Return the code of instructions by name; a number follows its push."""
    code = bytearray()
    for word in text.split():
        if word in NUMBERS:
            code.append(NUMBERS[word])
        else:
            size = code[-1] - 0x5F
            code += int(word, 0).to_bytes(size, "big")
    return bytes(code)


def loop(body: str) -> bytes:
    """Return code that runs ``body`` as often as the input says, the turn on top."""
    return assemble(
        f"PUSH0 CALLDATALOAD JUMPDEST {body} PUSH1 1 SWAP1 SUB DUP1 PUSH1 2 JUMPI STOP"
    )


def count_word(count: int) -> list[tuple[Address, bytes]]:
    return [(LOOP, count.to_bytes(32, "big"))]


def fresh() -> State:
    state = State()
    state.set_balance(ALICE, ETHER)
    return state


def of_code(name: str, code: bytes, count: int, unit: str, **more: bytes) -> Workload:
    state = fresh()
    state.set_code(LOOP, code)
    for address, other in zip((FIRST, SECOND), more.values(), strict=False):
        state.set_code(address, other)
    state.commit()
    return Workload(name, state, count_word, count, unit)


def deploy(state: State, artifact: Artifact, *arguments: Any) -> Address:
    code = artifact.initcode + artifact.constructor.encode_arguments(*arguments)
    nonce = state.account(ALICE).nonce
    outcome = execute(
        Message(sender=ALICE, to=None, data=code, gas=MOST_GAS), state, Environment()
    )
    assert outcome.created is not None, (artifact.name, outcome)
    state.set_nonce(ALICE, nonce + 1)
    return outcome.created


def call(state: State, to: Address, data: bytes) -> None:
    message = Message(sender=ALICE, to=to, data=data, gas=MOST_GAS, value=Wei(0))
    outcome = execute(message, state, Environment())
    assert outcome.success, outcome


def compile_file(name: str) -> Artifact:
    return compile_source((CONTRACTS / f"{name}.vy").read_text(), name)


def arithmetic() -> Workload:
    body = "DUP1 DUP1 MUL PUSH2 51966 ADD DUP2 XOR PUSH4 99991 AND POP"
    return of_code("arithmetic loop", loop(body), 400_000, "turns")


def hashing() -> Workload:
    body = "PUSH1 32 PUSH0 KECCAK256 PUSH0 MSTORE"
    return of_code("keccak loop", loop(body), 50_000, "hashes")


def storage() -> Workload:
    body = "DUP1 PUSH2 1023 AND DUP1 SLOAD DUP3 ADD SWAP1 SSTORE"
    return of_code("storage loop", loop(body), 50_000, "writes")


def nested_calls() -> Workload:
    """Each turn calls a contract that calls another, which returns a word."""
    target = int.from_bytes(FIRST, "big"), int.from_bytes(SECOND, "big")
    ask = "PUSH1 32 PUSH0 PUSH1 32 PUSH0 PUSH0 PUSH20 {} GAS CALL POP"
    view = "PUSH1 32 PUSH0 PUSH1 32 PUSH0 PUSH20 {} GAS STATICCALL POP"
    ending = "PUSH1 32 PUSH0 RETURN"
    return of_code(
        "nested calls",
        loop(ask.format(target[0])),
        20_000,
        "pairs",
        first=assemble(f"{view.format(target[1])} {ending}"),
        second=assemble(f"PUSH0 CALLDATALOAD PUSH1 1 ADD PUSH0 MSTORE {ending}"),
    )


def rays() -> Workload:
    state, artifact = fresh(), compile_file("rays")
    at = deploy(state, artifact)
    state.commit()
    draw = artifact.functions["draw"]
    return Workload(
        "ray tracer",
        state,
        lambda count: [(at, draw.encode(16))] * count,
        2,
        "pictures",
    )


def sha1() -> Workload:
    state, artifact = fresh(), compile_file("sha1")
    at = deploy(state, artifact)
    state.commit()
    chain = artifact.functions["hash_chain"]
    return Workload(
        "sha1 with divisions",
        state,
        lambda count: [(at, chain.encode(count, 2**32))],
        100,
        "blocks",
    )


def transfers() -> Workload:
    state, artifact = fresh(), compile_contract("tokens/erc20")
    at = deploy(state, artifact, "Gold", "GLD", 10**30)
    state.commit()
    transfer = artifact.functions["transfer"]

    def calls(count: int) -> list[tuple[Address, bytes]]:
        return [
            (at, transfer.encode(Address((4096 + i % 100).to_bytes(20, "big")), 1))
            for i in range(count)
        ]

    return Workload("ERC-20, a message each", state, calls, 2_000, "transfers")


def payments() -> Workload:
    state, token = fresh(), compile_contract("tokens/erc20")
    at = deploy(state, token, "Gold", "GLD", 10**30)
    trader = compile_file("trader")
    payer = deploy(state, trader)
    call(state, at, token.functions["transfer"].encode(payer, 10**29))
    state.commit()
    pay = trader.functions["pay"]
    return Workload(
        "ERC-20, from a contract",
        state,
        lambda count: [(payer, pay.encode(at, count))],
        10_000,
        "transfers",
    )


def swaps() -> Workload:
    state, token = fresh(), compile_contract("tokens/erc20")
    tokens = [deploy(state, token, n, n, 10**40) for n in ("GLD", "SLV")]
    trader, pair = compile_file("trader"), compile_file("pair")
    market = deploy(state, pair, *tokens)
    dealer = deploy(state, trader)
    for at in tokens:
        call(state, at, token.functions["transfer"].encode(dealer, 10**35))
    call(state, dealer, trader.functions["supply"].encode(market, *tokens, 10**20))
    state.commit()
    trade = trader.functions["trade"]
    return Workload(
        "constant-product swap",
        state,
        lambda count: [(dealer, trade.encode(market, count))],
        3_000,
        "swaps",
    )


WORKLOADS: tuple[Callable[[], Workload], ...] = (
    arithmetic, hashing, storage, transfers, payments, nested_calls, rays, sha1, swaps,
)  # fmt: skip
"""Makers of all workloads."""
