"""A case of the ordering lab: what waits, what the builder makes of it, who gains.

The mempool decides what waits and in which order tips put it; the chain decides what a
block may hold and what comes of it. This module only asks them.
"""

from dataclasses import dataclass
from functools import lru_cache

from eth_abi.abi import decode

from minichain.chain.mempool import Mempool
from minichain.errors import ProtocolError
from minichain.evm.order import compute_gas_price
from minichain.ledger.receipt import Receipt
from minichain.ledger.transaction import Transaction
from minichain.units import GWEI, Wei
from minichain.widgets.ordering_stage import (
    PEOPLE,
    Place,
    Terms,
    artifact,
    commit,
    set_stage,
    write_order,
)

ROOM = 8
"""Transactions that this mempool holds."""

REASON = bytes.fromhex("08c379a0")
"""What a revert with a reason begins with: the selector of Error(string)."""

ORDERS = ("vera", "dan-1", "dan-2", "erin", "you-buy", "you-sell", "gus", "hana", "ivo")
"""Every transaction that can be sent, by name; a number counts the sender's."""


@dataclass(frozen=True)
class Sent:
    """A transaction that reached the mempool.

    Attributes
    ----------
    name : str
        Which; a name that waits already is replaced.
    tip, fee : int
        Wei for each unit of gas: the tip, and the most in all.
    """

    name: str
    tip: int
    fee: int


@dataclass(frozen=True)
class Waiting:
    """A transaction in the mempool.

    Attributes
    ----------
    name : str
        Which.
    nonce : int
        Its sender's count.
    tip, fee : int
        Wei for each unit of gas.
    """

    name: str
    nonce: int
    tip: int
    fee: int


@dataclass(frozen=True)
class Line:
    """A transaction in the block, and what came of it.

    Attributes
    ----------
    name : str
        Which.
    succeeded : bool
        Whether its effects stayed.
    reason : str
        Why they did not.
    got : int
        What a trade brought: base units, or wei for a sale.
    gas, price, tip : int
        Gas used, wei paid for each unit, and the part of it that is the tip.
    """

    name: str
    succeeded: bool
    reason: str
    got: int
    gas: int
    price: int
    tip: int


@dataclass(frozen=True)
class Change:
    """What the block changed for somebody.

    Attributes
    ----------
    name : str
        Whom.
    ether, tokens : int
        Wei and base units more or less, fees not counted.
    fees : int
        Wei paid for gas.
    """

    name: str
    ether: int
    tokens: int
    fees: int


@dataclass(frozen=True)
class Result:
    """A case that was played.

    Attributes
    ----------
    waiting : tuple of Waiting
        The mempool, in the order in which it offers transactions to a builder.
    evicted : tuple of str
        What was sent and had to go.
    base_fee : int
        Wei burnt for each unit of gas.
    lines : tuple of Line
        The block; empty where no block could be made.
    refused : tuple of str or None
        The rule that forbids such a block, and why.
    changes : tuple of Change
        Who gained and lost.
    before, after : tuple of int
        The pool's wei and base units.
    tips, burnt : int
        Wei to the builder, and to nobody.
    block : str
        The block's hash, as hexadecimal text; empty where there is none.
    """

    waiting: tuple[Waiting, ...]
    evicted: tuple[str, ...]
    base_fee: int
    before: tuple[int, int]
    after: tuple[int, int]
    lines: tuple[Line, ...] = ()
    refused: tuple[str, str] | None = None
    changes: tuple[Change, ...] = ()
    tips: int = 0
    burnt: int = 0
    block: str = ""


@lru_cache(256)
def play(terms: Terms, sent: tuple[Sent, ...], order: tuple[str, ...] | None) -> Result:
    """Return what comes of a case; the stage is as it was afterwards.

    Parameters
    ----------
    terms : Terms
        The trades.
    sent : tuple of Sent
        What was sent to the mempool, in that order.
    order : tuple of str or None
        The block by hand; None takes what the mempool offers.

    Raises
    ------
    ProtocolError
        The mempool refuses a transaction, by the rule that the error names.
    """
    place = set_stage()
    snapshot = place.chain.snapshot()
    try:
        commit(place, terms)
        return _play(place, terms, sent, order)
    finally:
        place.chain.revert(snapshot)


def _play(
    place: Place, terms: Terms, sent: tuple[Sent, ...], order: tuple[str, ...] | None
) -> Result:
    chain = place.chain
    written = [write_order(place, terms, s.name, s.tip, s.fee) for s in sent]
    pool, environment = Mempool(capacity=ROOM), chain.environment()
    with chain.visit() as state:
        for transaction in written:
            pool.add(transaction, state, environment)
    base_fee = chain.base_fee
    offered = list(pool.select(base_fee))
    known = {t.hash: s.name for s, t in zip(sent, written, strict=True)}
    named = {known[t.hash]: t for t in offered}
    waiting = tuple(
        Waiting(name, t.nonce, t.max_priority_fee_per_gas, t.max_fee_per_gas)
        for name, t in named.items()
    )
    evicted = tuple(dict.fromkeys(s.name for s in sent if s.name not in named))
    before = place.reserves(terms)
    names = tuple(named) if order is None else tuple(n for n in order if n in named)
    owned = _list_owned(place)
    try:
        block = chain.build([named[name] for name in names])
        chain.import_block(block)
    except ProtocolError as error:
        return Result(
            waiting, evicted, base_fee, before, before, refused=(error.rule, str(error))
        )
    receipts = chain.receipts(block.hash)
    lines = tuple(
        _read_line(name, named[name], receipt, base_fee)
        for name, receipt in zip(names, receipts, strict=True)
    )
    return Result(
        waiting,
        evicted,
        base_fee,
        before,
        place.reserves(terms),
        lines=lines,
        changes=_compare(owned, _list_owned(place), lines),
        tips=sum(line.gas * line.tip for line in lines),
        burnt=sum(line.gas * base_fee for line in lines),
        block=block.hash[::-1].hex(),
    )


def owner_of(name: str) -> str:
    """Return who sends a transaction."""
    return name.split("-", maxsplit=1)[0].capitalize()


def _read_line(
    name: str, transaction: Transaction, receipt: Receipt, base_fee: Wei
) -> Line:
    price = compute_gas_price(transaction, base_fee)
    trades = artifact("trade/pool").events
    got = sum(
        trades[log.topics[0]].decode(log.topics, log.data)["got"]
        for log in receipt.logs
        if log.topics[0] in trades
    )
    reason = ""
    if not receipt.succeeded:
        reason = receipt.error
        if receipt.output.startswith(REASON):
            [reason] = decode(["string"], receipt.output[len(REASON) :])
    return Line(
        name, receipt.succeeded, reason, got, receipt.gas_used, price, price - base_fee
    )


def _list_owned(place: Place) -> dict[str, tuple[int, int]]:
    """Return everyone's wei and base units."""
    return {
        name: (place.chain.balance(place.key(name).address), place.tokens(name))
        for name in PEOPLE[1:]
    }


def _compare(
    before: dict[str, tuple[int, int]],
    after: dict[str, tuple[int, int]],
    lines: tuple[Line, ...],
) -> tuple[Change, ...]:
    changes = []
    for name, (ether, tokens) in before.items():
        fees = sum(
            line.gas * line.price for line in lines if owner_of(line.name) == name
        )
        change = Change(
            name, after[name][0] - ether + fees, after[name][1] - tokens, fees
        )
        if change.ether or change.tokens or change.fees:
            changes.append(change)
    return tuple(changes)


STANDARD = tuple(
    Sent(name, tip * GWEI, (60 + tip) * GWEI)
    for name, tip in (("vera", 3), ("dan-1", 1), ("dan-2", 9), ("erin", 5))
)
"""What waits at the beginning, with its tips: Dan's second pays more than his first."""
