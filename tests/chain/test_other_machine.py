"""Whole blocks of random contracts leave the state that py-evm leaves.

Each transaction is sent to both as its bytes. The states' roots are compared after
every block, and with them every balance, and so all gas that was paid for.
"""

import importlib
import sys
import warnings

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minichain.chain import Chain
from minichain.chain.builder import seal_block
from minichain.contracts import compile_contract
from minichain.crypto.keys import Key
from minichain.evm import compute_created_address
from minichain.ledger.block import Block
from minichain.ledger.log import Log
from minichain.ledger.transaction import (
    ACCESS_LIST,
    DYNAMIC_FEE,
    LEGACY,
    Transaction,
)
from minichain.units import Address, Gas, Hash32, Wei

pytestmark = [
    pytest.mark.oracle,
    # The other machine warns of an instruction that later forks change.
    pytest.mark.filterwarnings("ignore:SELFDESTRUCT"),
]

FEE = 10**9

MOST_GAS = Gas(400_000)


@pytest.fixture(scope="module", autouse=True)
def machine():
    """Load the other machine before any test: it changes Python's recursion limit."""
    limit = sys.getrecursionlimit()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pytest.importorskip("eth")
        importlib.import_module("eth.vm.forks.cancun")
    yield
    sys.setrecursionlimit(limit)


class Other:
    """The Ethereum Foundation's machine in Python, with the same accounts."""

    def __init__(self, chain: Chain) -> None:
        from eth.constants import BLANK_ROOT_HASH
        from eth.db.atomic import AtomicDB
        from eth.vm.forks.cancun.transactions import CancunTransactionBuilder

        self.decode = CancunTransactionBuilder.decode
        self.database, self.root = AtomicDB(), BLANK_ROOT_HASH
        state = self.make_state(chain, chain.genesis)
        for address, account in chain.state.accounts.items():
            state.set_balance(address, account.balance)
        state.persist()
        self.root = state.make_state_root()

    def make_state(self, chain: Chain, block: Block):
        from eth.vm.execution_context import ExecutionContext
        from eth.vm.forks.cancun.state import CancunState

        chance = 0
        if block.number:
            chance = chain.environment(block.header.parent_hash).prev_randao
        context = ExecutionContext(
            coinbase=block.commitment.beneficiary,
            timestamp=block.header.time,
            block_number=block.number,
            difficulty=0,
            mix_hash=chance.to_bytes(32),
            gas_limit=block.commitment.gas_limit,
            prev_hashes=[b.hash for b in reversed(chain.blocks[: block.number])],
            chain_id=chain.config.chain_id,
            base_fee_per_gas=block.commitment.base_fee_per_gas,
            excess_blob_gas=0,
        )
        return CancunState(self.database, context, self.root)

    def run(self, chain: Chain, block: Block) -> list[tuple[bool, tuple[Log, ...]]]:
        """Return whether each transaction of a block succeeds, and its logs."""
        state, came_to = self.make_state(chain, block), []
        for transaction in block.transactions:
            done = state.apply_transaction(self.decode(transaction.encode()))
            state.lock_changes()
            logs = tuple(
                Log(
                    Address(address),
                    tuple(Hash32(topic.to_bytes(32)) for topic in topics),
                    data,
                )
                for address, topics, data in done.get_log_entries()
            )
            came_to.append((done.is_success, logs))
        state.persist()
        self.root = state.make_state_root()
        return came_to


# Random programs: pieces that mean something, put together without meaning.

SMALL = st.integers(0, 3)

AIMS = st.integers(0, 9)
"""Whom a call is for: a contract that may be there by then, or an account."""


def push(number: int) -> str:
    digits = f"{number:x}"
    digits = digits.zfill(len(digits) + len(digits) % 2)
    return f"{0x5F + len(digits) // 2:02x}{digits}"


def store(slot: int, value: str) -> str:
    return f"{value}{push(slot)}55"


@st.composite
def pieces(draw, aims: tuple[Address, ...]) -> str:
    kind = draw(st.integers(0, 13))
    slot, number = draw(SMALL), draw(st.integers(0, 2**256 - 1) | SMALL)
    aim = int.from_bytes(aims[draw(AIMS)], "big")
    gas = draw(st.sampled_from(["5a", push(5_000), push(40_000)]))
    value = draw(st.sampled_from([push(0), push(0), push(1), "34"]))
    call = draw(st.sampled_from(["f1", "f2", "f4", "fa"]))
    paid = value if call in ("f1", "f2") else ""
    size = push(draw(st.integers(0, 64)))
    return [
        store(slot, push(number)),
        store(slot, f"{push(slot)}54{push(number)}01"),
        store(slot, draw(st.sampled_from(
            ["30", "32", "33", "34", "3a", "41", "42", "43", "44", "45", "46", "47",
             "48", "4a", "58", "59", "5a", "60014303 40", "3d", "36", "38"]
        ))),
        # A call with some memory, its success in a slot.
        store(slot, f"{size}5f{size}5f{paid}{push(aim)}{gas}{call}"),
        # What it returned, to memory.
        "3d5f5f3e",
        # A log of as many topics as the slot says.
        f"{push(number)}" * slot + f"{size}5f{0xA0 + slot:02x}",
        f"{push(number)}{push(slot * 7)}52",
        store(slot, f"{size}5f20"),
        f"{push(number)}{push(slot)}5d" + store(slot, f"{push(slot)}5c"),
        # A creation of what the memory holds, of the input, or of nothing.
        "365f5f37" + store(slot, f"{size}5f{value}f0"),
        store(slot, f"{push(slot)}{size}5f{value}f5"),
        store(slot, f"{push(aim)}{draw(st.sampled_from(['31', '3b', '3f']))}"),
        draw(st.sampled_from([f"{size}5ffd", f"{size}5ff3", "fe", f"{push(aim)}ff"])),
        draw(st.binary(max_size=6)).hex(),
    ][kind].replace(" ", "")  # fmt: skip


@st.composite
def codes(draw, aims: tuple[Address, ...]) -> bytes:
    body = bytes.fromhex("".join(draw(st.lists(pieces(aims), min_size=1, max_size=7))))
    if draw(st.integers(0, 4)) == 0:
        return body
    head = f"61{len(body):04x} 80 600a 5f 39 5f f3".replace(" ", "")
    return bytes.fromhex(head) + body


def sign(
    chain: Chain, key: Key, nonce: int, to: Address | None, draw, data: bytes
) -> Transaction:
    kind = draw(st.sampled_from([LEGACY, ACCESS_LIST, DYNAMIC_FEE]))
    tip = draw(st.integers(0, 5))
    listed: tuple = ()
    if kind != LEGACY and to is not None and draw(st.booleans()):
        slots = tuple(Hash32(n.to_bytes(32)) for n in draw(st.sets(SMALL)))
        listed = ((to, slots),)
    fee = Wei(2 * FEE)
    return Transaction(
        nonce=nonce,
        gas_limit=draw(st.sampled_from([MOST_GAS, Gas(120_000), Gas(70_000)])),
        to=to,
        value=Wei(draw(st.sampled_from([0, 0, 1, 1000]))),
        data=data,
        max_fee_per_gas=fee,
        max_priority_fee_per_gas=Wei(tip) if kind == DYNAMIC_FEE else fee,
        chain_id=chain.config.chain_id,
        access_list=listed,
        kind=kind,
    ).sign(key)


def compare(chain: Chain, other: Other, transactions: list[Transaction]) -> None:
    block = seal_block(chain.build(transactions), chain.seal)
    chain.import_block(block)
    receipts = chain.receipts(block.hash)
    came_to = other.run(chain, block)
    assert [(r.succeeded, r.logs) for r in receipts] == came_to
    assert chain.state.root == other.root
    assert sum(r.gas_used for r in receipts) == block.commitment.gas_used


def make_chain() -> Chain:
    return Chain.dev(
        accounts=3, seal="on-demand", reward=Wei(0), base_fee_per_gas=Wei(FEE)
    )


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_random_contracts_come_to_the_same(data):
    draw = data.draw
    chain = make_chain()
    other = Other(chain)
    maker, user, idle = chain.keys
    created = [compute_created_address(maker.address, n) for n in range(6)]
    aims = (*created, idle.address, chain.beneficiary, Address(bytes(19) + b"\x04"),
            Address(bytes(19) + b"\x02"))  # fmt: skip
    programs = draw(st.lists(codes(aims), min_size=2, max_size=6))
    first = [
        sign(chain, maker, nonce, None, draw, code)
        for nonce, code in enumerate(programs)
    ]
    compare(chain, other, first)
    nonce = 0
    for _ in range(draw(st.integers(1, 2))):
        calls = []
        for _ in range(draw(st.integers(1, 6))):
            to = aims[draw(AIMS)]
            given_ = draw(st.binary(max_size=40))
            calls.append(sign(chain, user, nonce, to, draw, given_))
            nonce += 1
        compare(chain, other, calls)


@given(st.data())
@settings(max_examples=15, deadline=None)
def test_contracts_of_the_library_come_to_the_same(data):
    draw = data.draw
    chain = make_chain()
    other = Other(chain)
    names = ["tokens/erc20", "vaults/vulnerable", "vaults/attacker", "trade/auction"]
    given_ = [("Gold", "GLD", 10**6), (), (), (3_600,)]
    artifacts = [compile_contract(name) for name in names]
    maker = chain.keys[0]
    first = []
    for nonce, (artifact, values) in enumerate(zip(artifacts, given_, strict=True)):
        code = artifact.initcode + artifact.constructor.encode_arguments(*values)
        first.append(
            Transaction(
                nonce=nonce, gas_limit=Gas(2_000_000), to=None, data=code,
                max_fee_per_gas=Wei(2 * FEE), chain_id=chain.config.chain_id,
            ).sign(maker)
        )  # fmt: skip
    compare(chain, other, first)
    at = [compute_created_address(maker.address, nonce) for nonce in range(4)]
    values = {
        "address": st.sampled_from([*at, *chain.accounts]),
        "uint256": st.integers(0, 1000) | st.integers(0, 2**256 - 1),
    }
    nonces = dict.fromkeys(chain.accounts, 0) | {maker.address: 4}
    for _ in range(3):
        calls = []
        for _ in range(draw(st.integers(1, 5))):
            place = draw(st.integers(0, 3))
            functions = [n for n in artifacts[place].functions if "(" in n]
            function = artifacts[place].functions[draw(st.sampled_from(functions))]
            chosen = [draw(values[p.kind]) for p in function.inputs]
            key = draw(st.sampled_from(chain.keys))
            encoded = function.encode(*chosen)
            nonce = nonces[key.address]
            calls.append(sign(chain, key, nonce, at[place], draw, encoded))
            nonces[key.address] += 1
        compare(chain, other, calls)
