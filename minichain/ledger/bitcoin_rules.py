"""A transaction's own rules are those it keeps or breaks whatever it spends.

References
----------
.. [1] Bitcoin Core, ``consensus/tx_check.cpp``: CheckTransaction;
   ``consensus/tx_verify.cpp``: IsFinalTx.
"""

from collections.abc import Sequence

from minichain.ledger import bitcoin_errors as errors
from minichain.ledger.bitcoin_transaction import (
    FINAL,
    NULL_OUTPOINT,
    WITNESS_SCALE,
    BitcoinTransaction,
    Outpoint,
)
from minichain.units import COIN, Satoshi

MAX_MONEY = Satoshi(21_000_000 * COIN)
"""Most satoshi that any value or sum of values may be."""

MAX_WEIGHT = 4_000_000
"""Weight a block may have; a transaction alone, without witnesses, as much."""

TIME_LOCK = 500_000_000
"""From this number on a lock time is in seconds since 1970; below, a block height."""


def check_transaction(transaction: BitcoinTransaction) -> None:
    """Check what a transaction shows without knowing what it spends.

    Raises
    ------
    Empty
        It has no inputs, or no outputs.
    TooLarge
        No block could hold it.
    InvalidAmount
        An output or their sum is outside 0 to `MAX_MONEY`.
    DuplicateInput
        It spends an output twice.
    InvalidCoinbaseScript
        It is a coinbase whose script has not 2 to 100 bytes.
    NullInput
        It is none, and spends nothing.
    """
    inputs, outputs = transaction.inputs, transaction.outputs
    if not inputs or not outputs:
        raise errors.Empty(len(inputs), len(outputs))
    weight = WITNESS_SCALE * len(transaction.encode(witness=False))
    if weight > MAX_WEIGHT:
        raise errors.TooLarge(weight, MAX_WEIGHT)
    check_amounts([output.value for output in outputs])
    seen: set[Outpoint] = set()
    for entry in inputs:
        if entry.outpoint in seen:
            raise errors.DuplicateInput(entry.outpoint)
        seen.add(entry.outpoint)
    if transaction.is_coinbase:
        if not 2 <= len(inputs[0].script) <= 100:
            raise errors.InvalidCoinbaseScript(len(inputs[0].script))
    elif NULL_OUTPOINT in seen:
        places = [entry.outpoint for entry in inputs]
        raise errors.NullInput(places.index(NULL_OUTPOINT))


def check_amounts(values: Sequence[int]) -> Satoshi:
    """Return the sum of amounts, after a check of each and of the sum.

    Raises
    ------
    InvalidAmount
        One of them is outside 0 to `MAX_MONEY`.
    """
    total = 0
    for value in values:
        total += value
        for amount in (value, total):
            if not 0 <= amount <= MAX_MONEY:
                raise errors.InvalidAmount(amount, MAX_MONEY)
    return Satoshi(total)


def check_final(transaction: BitcoinTransaction, height: int, time: int) -> None:
    """Check that a block of this height and time may hold a transaction.

    Raises
    ------
    NotFinal
        Its lock time is not past, and an input's sequence lets it count.
    """
    lock = transaction.lock_time
    now = height if lock < TIME_LOCK else time
    if lock >= now and lock and any(i.sequence != FINAL for i in transaction.inputs):
        raise errors.NotFinal(lock, now)
