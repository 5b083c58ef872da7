"""Two books of the same payments: real Bitcoin coins, and a real chain of accounts."""

from dataclasses import dataclass
from functools import lru_cache

from minichain.chain import Chain
from minichain.chain.config import order_allocation
from minichain.crypto.hashing import hash160, sha256d
from minichain.crypto.keys import Key
from minichain.errors import ProtocolError
from minichain.ledger.bitcoin_transaction import (
    BitcoinTransaction,
    Input,
    Outpoint,
    Output,
)
from minichain.ledger.script import p2pkh_script, sign_input
from minichain.ledger.transaction import Transaction
from minichain.ledger.utxo import Coin, UtxoSet
from minichain.units import Satoshi

PEOPLE = ("Ada", "Ben", "Cleo")
"""Who pays and is paid."""

START = 100
"""What each of them owns at the beginning: one coin, or one balance."""

AMOUNT_LIMIT = 300
"""All the money there is."""


@dataclass(frozen=True)
class Payment:
    """One person pays another."""

    payer: str
    payee: str
    amount: int


@dataclass(frozen=True)
class Books:
    """Both books after some payments.

    Attributes
    ----------
    coins : tuple of (str, str, int, bool)
        Name of the coin, its owner, its worth, and whether the last payment made it.
    spent : tuple of (str, str, int)
        Name, owner and worth of the coins that the last payment consumed.
    accounts : tuple of (str, int, int)
        Owner, balance and nonce of each account.
    order : BitcoinTransaction or None
        The last payment in coins.
    transaction : Transaction or None
        The last payment between accounts.
    """

    coins: tuple[tuple[str, str, int, bool], ...]
    spent: tuple[tuple[str, str, int], ...]
    accounts: tuple[tuple[str, int, int], ...]
    order: BitcoinTransaction | None
    transaction: Transaction | None


@lru_cache(maxsize=16)
def key_of(name: str) -> Key:
    """Return a person's key, the same in both books."""
    return Key.from_seed(f"coins and accounts/{name}")


@lru_cache(maxsize=16)
def _script_of(name: str) -> bytes:
    return p2pkh_script(hash160(key_of(name).public_key.compressed))


def _owner_of(script: bytes) -> str:
    return next(name for name in PEOPLE if _script_of(name) == script)


def _name(outpoint: Outpoint) -> str:
    return f"{outpoint.transaction[::-1].hex()[:6]}:{outpoint.index}"


@lru_cache(maxsize=256)
def keep_books(payments: tuple[Payment, ...]) -> Books:
    """Return both books after ``payments``.

    Raises
    ------
    ProtocolError
        A payment breaks a rule of one of the books.
    """
    coins, order, spent = _keep_coins(payments)
    chain, transaction = _keep_accounts(payments)
    made = order.hash if order is not None else None
    return Books(
        coins=tuple(
            (
                _name(outpoint),
                _owner_of(coins[outpoint].output.script),
                coins[outpoint].output.value,
                outpoint.transaction == made,
            )
            for outpoint in coins
        ),
        spent=spent,
        accounts=tuple(
            (
                name,
                chain.balance(key_of(name).address),
                chain.nonce(key_of(name).address),
            )
            for name in PEOPLE
        ),
        order=order,
        transaction=transaction,
    )


def _keep_coins(
    payments: tuple[Payment, ...],
) -> tuple[UtxoSet, BitcoinTransaction | None, tuple[tuple[str, str, int], ...]]:
    first = {
        Outpoint(sha256d(name.encode()), 0): Coin(
            Output(Satoshi(START), _script_of(name))
        )
        for name in PEOPLE
    }
    coins, order = UtxoSet(first), None
    spent: tuple[tuple[str, str, int], ...] = ()
    for payment in payments:
        order = _order(coins, payment)
        undo = coins.apply_transaction(order, 1)
        spent = tuple(
            (_name(name), payment.payer, coin.output.value) for name, coin in undo.spent
        )
    return coins, order, spent


def _order(coins: UtxoSet, payment: Payment) -> BitcoinTransaction:
    """Return a signed payment that spends the payer's coins, the oldest first."""
    chosen: list[tuple[Outpoint, Coin]] = []
    for outpoint, coin in coins.coins_of(_script_of(payment.payer)).items():
        if sum(c.output.value for _, c in chosen) < payment.amount:
            chosen.append((outpoint, coin))
    change = sum(coin.output.value for _, coin in chosen) - payment.amount
    outputs = [Output(Satoshi(payment.amount), _script_of(payment.payee))]
    if change > 0:
        outputs.append(Output(Satoshi(change), _script_of(payment.payer)))
    order = BitcoinTransaction(
        tuple(Input(outpoint) for outpoint, _ in chosen), tuple(outputs)
    )
    for index, (_, coin) in enumerate(chosen):
        order = sign_input(order, index, coin.output, key_of(payment.payer))
    return order


def _keep_accounts(payments: tuple[Payment, ...]) -> tuple[Chain, Transaction | None]:
    people = order_allocation((key_of(name).address, START) for name in PEOPLE)
    chain, transaction = Chain.dev(accounts=0, allocation=people), None
    for payment in payments:
        payee = key_of(payment.payee).address
        transaction = chain.transfer(key_of(payment.payer), payee, payment.amount)
        chain.mine()
    return chain, transaction


@lru_cache(maxsize=64)
def try_twice(payments: tuple[Payment, ...], trick: str) -> str:
    """Return what a book says when its last payment is handed in again."""
    try:
        if trick == "double":
            coins, order, _ = _keep_coins(payments)
            assert order is not None
            coins.apply_transaction(order, 1)
        else:
            chain, transaction = _keep_accounts(payments)
            assert transaction is not None
            chain.send(transaction)
    except ProtocolError as error:
        return f"refused by the rule {error.rule}: {error}"
    return "accepted"
