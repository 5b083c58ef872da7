"""The UTXO set is all outputs that nobody has spent: Bitcoin's state.

A block removes the outputs it spends and adds those it makes. What it removed is kept
as its undo data, so that a chain can leave the block again.

References
----------
.. [1] Bitcoin Core, ``validation.cpp``: ConnectBlock, DisconnectBlock;
   ``consensus/tx_verify.cpp``: CheckTxInputs. BIP 30, duplicate transactions.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from minichain.ledger import bitcoin_errors as errors
from minichain.ledger.bitcoin import (
    BitcoinBlock,
    check_block,
    check_transactions,
    compute_subsidy,
)
from minichain.ledger.bitcoin_rules import check_amounts, check_transaction
from minichain.ledger.bitcoin_transaction import BitcoinTransaction, Outpoint, Output
from minichain.ledger.script import check_input
from minichain.ledger.target import MAX_TARGET
from minichain.units import Satoshi

MATURITY = 100
"""Blocks from a coinbase to the first that may spend it."""

MAX_SCRIPT = 10_000
"""Bytes of the longest condition that can be met."""

_RETURN = 0x6A


@dataclass(frozen=True, slots=True)
class Coin:
    """An unspent output, and where it comes from.

    Attributes
    ----------
    output : Output
        Its amount and condition.
    height : int
        Height of the block that made it.
    is_coinbase : bool
        Whether a coinbase made it, which must mature first.
    """

    output: Output
    height: int = 0
    is_coinbase: bool = False


@dataclass(frozen=True, slots=True)
class Undo:
    """What it takes to leave some transactions again, and what they paid.

    Attributes
    ----------
    spent : tuple of (Outpoint, Coin)
        What they removed from the set.
    made : tuple of (Outpoint, Coin)
        What they added to it.
    fees : Satoshi
        What their inputs were worth beyond their outputs, the coinbase left out.
    """

    spent: tuple[tuple[Outpoint, Coin], ...]
    made: tuple[tuple[Outpoint, Coin], ...]
    fees: Satoshi


class UtxoSet:
    """Unspent outputs by their names.

    Parameters
    ----------
    coins : mapping of Outpoint to Coin, optional
        What is unspent at the beginning.
    """

    def __init__(self, coins: Mapping[Outpoint, Coin] | None = None) -> None:
        self._coins = dict(coins or {})

    def __contains__(self, outpoint: object) -> bool:
        return outpoint in self._coins

    def __getitem__(self, outpoint: Outpoint) -> Coin:
        return self._coins[outpoint]

    def __iter__(self) -> Iterator[Outpoint]:
        return iter(self._coins)

    def __len__(self) -> int:
        return len(self._coins)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, UtxoSet):
            return NotImplemented
        return self._coins == other._coins

    __hash__ = None  # type: ignore[assignment]

    @property
    def total(self) -> Satoshi:
        """What all coins are worth together."""
        return Satoshi(sum(coin.output.value for coin in self._coins.values()))

    def coins_of(self, script: bytes) -> dict[Outpoint, Coin]:
        """Return the coins with a condition: what others would call a balance."""
        found = self._coins.items()
        return {name: coin for name, coin in found if coin.output.script == script}

    def apply_block(
        self,
        block: BitcoinBlock,
        height: int,
        *,
        easiest: int = MAX_TARGET,
        signatures: bool = True,
    ) -> Undo:
        """Check a block, and replace what it spends by what it makes.

        Parameters
        ----------
        block : BitcoinBlock
            The block; whether it follows the one before is for a chain to check.
        height : int
            Its height. The outputs of block 0 are not added: they cannot be spent.
        easiest : int
            The largest target allowed.
        signatures : bool
            Whether to check that each input has the right to what it spends.

        Returns
        -------
        Undo
            For `undo`, should the chain leave the block.

        Raises
        ------
        InvalidHeader, InvalidBlock, InvalidTransaction
            The block breaks a rule of `check_block`.
        ExcessiveCoinbase
            The coinbase takes more than the subsidy and the fees.
        InvalidTransaction
            A transaction breaks a rule of `apply_transaction`.
        """
        check_block(block, height, easiest)
        return self.apply_transactions(
            block.transactions, height, signatures=signatures
        )

    def apply_transactions(
        self,
        transactions: tuple[BitcoinTransaction, ...],
        height: int,
        *,
        signatures: bool = True,
    ) -> Undo:
        """Apply a block's transactions without its header; see `apply_block`."""
        check_transactions(transactions)
        changes = _Changes(self._coins, height, signatures)
        coinbase, payments = transactions[0], transactions[1:]
        # Block 0 was never applied by the first release, so its coinbase is lost.
        if height > 0:
            changes.make(coinbase)
        for payment in payments:
            changes.spend(payment)
            changes.make(payment)
        value = check_amounts([output.value for output in coinbase.outputs])
        subsidy = compute_subsidy(height)
        if value > subsidy + changes.fees:
            raise errors.ExcessiveCoinbase(value, subsidy, changes.fees)
        return self._commit(changes)

    def apply_transaction(
        self, transaction: BitcoinTransaction, height: int, *, signatures: bool = True
    ) -> Undo:
        """Apply one payment, as if a block at ``height`` held it.

        Raises
        ------
        MissingOutput
            An input spends what is not unspent.
        ImmatureCoinbase
            It spends a coinbase less than 100 blocks old.
        Overspent
            Its outputs are worth more than its inputs.
        DuplicateTransaction
            An output of its name is unspent already.
        InvalidTransaction, InvalidEncoding, InvalidKey
            It breaks a rule of `check_transaction` or `check_input`.
        """
        check_transaction(transaction)
        changes = _Changes(self._coins, height, signatures)
        changes.spend(transaction)
        changes.make(transaction)
        return self._commit(changes)

    def undo(self, undo: Undo) -> None:
        """Leave transactions again, the last ones applied first.

        Raises
        ------
        ValueError
            The set is not the one they left behind.
        """
        made, spent = dict(undo.made), dict(undo.spent)
        if any(self._coins.get(name) != coin for name, coin in made.items()):
            raise ValueError("an output to take back is not in the set")
        if any(name in self._coins for name in spent):
            raise ValueError("an output to give back is in the set")
        for name in made:
            del self._coins[name]
        self._coins.update(spent)

    def _commit(self, changes: "_Changes") -> Undo:
        for name in changes.spent:
            del self._coins[name]
        self._coins.update(changes.made)
        return Undo(
            tuple(changes.spent.items()), tuple(changes.made.items()), changes.fees
        )


class _Changes:
    """What transactions would change in a set, which is not touched meanwhile."""

    def __init__(
        self, coins: Mapping[Outpoint, Coin], height: int, signatures: bool
    ) -> None:
        self._coins = coins
        self._height = height
        self._signatures = signatures
        self._spenders: dict[Outpoint, str] = {}
        self.spent: dict[Outpoint, Coin] = {}
        self.made: dict[Outpoint, Coin] = {}
        self.fees = Satoshi(0)

    def spend(self, transaction: BitcoinTransaction) -> None:
        """Remove what a transaction's inputs spend, and count its fee."""
        names = [entry.outpoint for entry in transaction.inputs]
        coins = [self._find(name) for name in names]
        taken = check_amounts([coin.output.value for coin in coins])
        paid = check_amounts([output.value for output in transaction.outputs])
        if taken < paid:
            raise errors.Overspent(taken, paid)
        self.fees = check_amounts([self.fees, taken - paid])
        if self._signatures:
            for index, coin in enumerate(coins):
                check_input(transaction, index, coin.output)
        for name, coin in zip(names, coins, strict=True):
            self._spenders[name] = transaction.id
            # A coin made by the same transactions was never in the set.
            if self.made.pop(name, None) is None:
                self.spent[name] = coin

    def make(self, transaction: BitcoinTransaction) -> None:
        """Add what a transaction makes, unless no one can ever spend it."""
        for index, output in enumerate(transaction.outputs):
            name = transaction.outpoint(index)
            if name in self._coins or name in self.made:
                raise errors.DuplicateTransaction(name)
            if not is_unspendable(output):
                coin = Coin(output, self._height, transaction.is_coinbase)
                self.made[name] = coin

    def _find(self, name: Outpoint) -> Coin:
        if name in self._spenders:
            raise errors.DoubleSpend(name, self._spenders[name])
        coin = self.made.get(name) or self._coins.get(name)
        if coin is None:
            raise errors.MissingOutput(name)
        if coin.is_coinbase and self._height - coin.height < MATURITY:
            raise errors.ImmatureCoinbase(coin.height, self._height, MATURITY)
        return coin


def is_unspendable(output: Output) -> bool:
    """Return whether an output's condition can never be met, so that none keeps it."""
    return output.script[:1] == bytes([_RETURN]) or len(output.script) > MAX_SCRIPT
