"""The tamper lab's chain: five payments among friends, and a copy that somebody alters.

Everything is replayed from the list of steps that the learner took, on a real chain
with an easy target, so a state is no longer than its steps.
"""

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from minichain.chain import Chain
from minichain.chain.builder import seal_block
from minichain.chain.config import order_allocation
from minichain.chain.validation import Check
from minichain.crypto.keys import Key
from minichain.ledger.block import Block
from minichain.ledger.target import target_from_bits
from minichain.ledger.transaction import Transaction
from minichain.units import Timestamp, Wei

BITS = 0x1F0FFFFF
"""The lab's target: about one hash in 4096 meets it."""

HASHES = 2**256 // (target_from_bits(BITS) + 1)
"""Hashes that a block takes on average."""

PAYMENTS = (
    ("Ada", "Ben", 40),
    ("Ben", "Cleo", 15),
    ("Cleo", "Dan", 10),
    ("Dan", "Ada", 5),
    ("Ada", "Cleo", 8),
)
"""Who pays whom in blocks 1 to 5, and how much."""

PEOPLE = ("Ada", "Ben", "Cleo", "Dan", "Mallory")
"""Everybody with an account; Mallory is who alters things."""

THIEF = "Mallory"
"""Whose key the learner holds."""

DEPTH = len(PAYMENTS)
"""Blocks on the genesis when the lab begins."""

VALUE_LIMIT = 1_000_000
"""Most that a payment may be altered to."""

Kind = Literal[
    "value", "drop", "replace", "time", "root", "rebuild", "link", "mine", "extend"
]
"""What a step does to a block."""


@dataclass(frozen=True)
class Step:
    """One thing done to the learner's copy.

    Attributes
    ----------
    kind : str
        What was done.
    block : int
        To which block, from 1.
    number : int
        The new value of a payment, or the nonce that mining found.
    """

    kind: Kind
    block: int
    number: int = 0


@dataclass(frozen=True)
class Verdict:
    """What an honest node says of one block of a copy.

    Attributes
    ----------
    block : Block
        The block.
    checks : tuple of Check
        Every rule, in order.
    broken : str
        The first rule that is not kept, or nothing.
    """

    block: Block
    checks: tuple[Check, ...]
    broken: str


@lru_cache(maxsize=64)
def key_of(name: str) -> Key:
    """Return a person's key."""
    return Key.from_seed(f"tamper lab/{name}")


@lru_cache(maxsize=64)
def honest_chain(extra: int = 0) -> Chain:
    """Return the chain of the honest peers, ``extra`` blocks further on.

    It is shared: nobody may change it.
    """
    people = [(key_of(name).address, 100) for name in PEOPLE]
    chain = Chain.dev(accounts=0, allocation=order_allocation(people), bits=BITS)
    for payer, payee, value in PAYMENTS:
        chain.transfer(key_of(payer), key_of(payee).address, value)
        chain.mine()
    chain.mine(extra) if extra else None
    return chain


def replay(steps: tuple[Step, ...]) -> tuple[Block, ...]:
    """Return the learner's blocks, genesis first, after the steps.

    Raises
    ------
    ProtocolError
        A step cannot be taken: its error names the rule.
    """
    return _replay(steps)


@lru_cache(maxsize=512)
def _replay(steps: tuple[Step, ...]) -> tuple[Block, ...]:
    if not steps:
        return honest_chain().blocks
    blocks = list(_replay(steps[:-1]))
    step = steps[-1]
    if step.kind == "extend":
        fresh = _node(blocks).build(())
        sealed = replace(fresh.header, nonce=step.number)
        return (*blocks, replace(fresh, header=sealed))
    blocks[step.block] = _take(step, blocks)
    return tuple(blocks)


def _take(step: Step, blocks: list[Block]) -> Block:  # noqa: PLR0911
    block, parent = blocks[step.block], blocks[step.block - 1]
    header = block.header
    match step.kind:
        case "value":
            return _with_payment(block, Wei(step.number))
        case "drop":
            return replace(block, transactions=())
        case "replace":
            return replace(block, transactions=(_theft(),))
        case "time":
            return replace(
                block, header=replace(header, time=Timestamp(header.time + 1))
            )
        case "root":
            root = block.tree.root
            return replace(block, header=replace(header, merkle_root=root))
        case "rebuild":
            return _rebuild(block, blocks[: step.block])
        case "link":
            return replace(block, header=replace(header, parent_hash=parent.hash))
        case _:
            return replace(block, header=replace(header, nonce=step.number))


def _with_payment(block: Block, value: Wei) -> Block:
    altered = tuple(replace(t, value=value) for t in block.transactions)
    return replace(block, transactions=altered)


def _theft() -> Transaction:
    """Return a payment that Mallory signs with the only key Mallory has."""
    chain_id = honest_chain().config.chain_id
    thief = key_of(THIEF)
    return Transaction.transfer(thief.address, 1, 0, chain_id).sign(thief)


def _rebuild(block: Block, before: list[Block]) -> Block:
    """Return the block as a miner would make it: all fields fit its payments."""
    return _node(before).build(
        block.transactions,
        time=Timestamp(block.header.time),
        beneficiary=block.commitment.beneficiary,
    )


def _node(blocks: list[Block]) -> Chain:
    """Return a node that has taken these blocks.

    Raises
    ------
    ProtocolError
        It refuses one.
    """
    node = Chain(honest_chain().config)
    for block in blocks[1:]:
        node.import_block(block)
    return node


def next_block(steps: tuple[Step, ...]) -> Block:
    """Return an empty block on top of the learner's copy, not mined yet.

    Raises
    ------
    ProtocolError
        The copy breaks a rule.
    """
    return _node(list(replay(steps))).build(())


def mine(block: Block) -> int:
    """Return a nonce that makes the block's hash low enough."""
    return seal_block(block, honest_chain().seal).header.nonce


@lru_cache(maxsize=64)
def judge(steps: tuple[Step, ...]) -> tuple[Verdict, ...]:
    """Return what an honest node says of each of the learner's blocks, in order."""
    node = Chain(honest_chain().config)
    verdicts = []
    for block in replay(steps)[1:]:
        checks = node.check(block)
        broken = next((c.rule for c in checks if c.passed is False), "")
        verdicts.append(Verdict(block, checks, broken))
        if not broken:
            node.import_block(block)
    return tuple(verdicts)


def accepted(steps: tuple[Step, ...]) -> int:
    """Return how many of the learner's blocks an honest node takes."""
    verdicts = judge(steps)
    return next((i for i, v in enumerate(verdicts) if v.broken), len(verdicts))
