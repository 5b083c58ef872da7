"""The ordering lab's stage: a chain with a token, two pools, and people with money.

Everything on it is real: signed transactions, Vyper contracts, blocks that are built,
sealed and validated. Each case is played on the same chain and undone afterwards.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from minichain.chain import Chain
from minichain.chain.simulation import Call, simulate
from minichain.contracts import Artifact, compile_contract
from minichain.crypto.hashing import keccak256
from minichain.crypto.keys import Key
from minichain.evm.message import compute_created_address
from minichain.ledger.transaction import Transaction
from minichain.units import ETHER, GWEI, Address, Gas, Wei

PEOPLE = ("Founder", "Vera", "Dan", "Erin", "You", "Gus", "Hana", "Ivo")
"""Who has an account; the founder only sets the stage."""

RESERVES = (5 * ETHER, 10 * ETHER)
"""Wei and base units that each pool begins with."""

VERAS_ETHER = ETHER
"""Wei that Vera buys for."""

MILLI = ETHER // 1_000
"""A thousandth of an ether, or of a token."""

SUPPLY = 1_000 * ETHER
"""Base units of the token that there are."""

EVER = 2**256 - 1
"""An allowance without end."""

SWAP_GAS, PAYMENT_GAS, SETUP_GAS = Gas(200_000), Gas(21_000), Gas(3_000_000)
"""Gas limits of a trade, of a payment, and of what sets the stage."""

WHOLE = 10_000
"""Hundredths of a per cent in one."""


@dataclass(frozen=True)
class Terms:
    """What decides the trades of a case.

    Attributes
    ----------
    amount : int
        Thousandths of an ether that the learner buys for.
    limit : int
        Hundredths of a per cent that Vera may get less than the quote she saw;
        `WHOLE` for no limit.
    sealed : bool
        Whether the pool trades only what was committed to a block before.
    blind : bool
        Whether the learner had committed to his trades, without knowing of Vera's.
    """

    amount: int
    limit: int
    sealed: bool
    blind: bool


@dataclass(frozen=True)
class Place:
    """The stage once it is set.

    Attributes
    ----------
    chain : Chain
        With everything deployed.
    token : Address
        The token, GLD.
    pools : tuple of Address
        The open pool and the sealed one.
    """

    chain: Chain
    token: Address
    pools: tuple[Address, Address]

    def key(self, name: str) -> Key:
        """Return somebody's key."""
        return self.chain.keys[PEOPLE.index(name)]

    def pool(self, terms: Terms) -> Address:
        """Return the pool that a case is about."""
        return self.pools[terms.sealed]

    def ask(self, target: Address, name: str, function: str, *given: Any) -> Any:
        """Return what a view of a contract answers."""
        asked = artifact(name).functions[function]
        call = Call(Address(bytes(20)), target, SWAP_GAS, data=asked.encode(*given))
        with self.chain.visit() as state:
            answer = simulate(state, call, self.chain.environment())
        assert answer.succeeded
        return asked.decode(answer.output)

    def reserves(self, terms: Terms) -> tuple[int, int]:
        """Return the wei and the base units in a case's pool."""
        ether, tokens = self.ask(self.pool(terms), "trade/pool", "reserves")
        return ether, tokens

    def quote(self, terms: Terms, paid: int) -> int:
        """Return what a pool says it gives for so many wei now."""
        reserves = self.reserves(terms)
        quoted: int = self.ask(self.pool(terms), "trade/pool", "quote", paid, *reserves)
        return quoted

    def tokens(self, name: str) -> int:
        """Return the base units that somebody owns."""
        owner = self.key(name).address
        owned: int = self.ask(self.token, "tokens/erc20", "balanceOf", owner)
        return owned


@lru_cache(8)
def artifact(name: str) -> Artifact:
    """Return a contract of the library, compiled once."""
    return compile_contract(name)


@lru_cache(512)
def sign(transaction: Transaction, key: Key) -> Transaction:
    """Return a signed transaction, the same object each time: signing is slow."""
    signed = transaction.sign(key)
    assert signed.sender == key.address
    return signed


@lru_cache(1)
def set_stage() -> Place:
    """Return the stage: a token, two pools with the same reserves, and allowances."""
    chain = Chain.dev(
        len(PEOPLE), "ordering", seal="on-demand", base_fee_per_gas=Wei(20 * GWEI)
    )
    founder, you = chain.keys[0], chain.keys[PEOPLE.index("You")]
    token, *pools = (
        compute_created_address(founder.address, nonce) for nonce in range(3)
    )
    erc20 = artifact("tokens/erc20")
    transfer, approve = erc20.functions["transfer"], erc20.functions["approve"]
    coin = erc20.initcode + erc20.constructor.encode_arguments("Gold", "GLD", SUPPLY)
    orders: list[tuple[Key, Address | None, int, bytes]] = [(founder, None, 0, coin)]
    for name in ("trade/pool", "trade/sealed_pool"):
        made = artifact(name)
        code = made.initcode + made.constructor.encode_arguments(token)
        orders.append((founder, None, RESERVES[0], code))
    for pool in pools:
        orders.append((founder, token, 0, transfer.encode(pool, RESERVES[1])))
        orders.append((you, token, 0, approve.encode(pool, EVER)))
    nonces = dict.fromkeys((founder.address, you.address), 0)
    for key, to, value, data in orders:
        order = _order(chain, nonces[key.address], to, value, data, SETUP_GAS)
        nonces[key.address] += 1
        chain.send(sign(order, key))
    chain.mine()
    place = Place(chain, token, (pools[0], pools[1]))
    assert all(receipt.succeeded for receipt in chain.receipts(chain.head.hash))
    return place


def commit(place: Place, terms: Terms) -> None:
    """Mine the block in which orders of a sealed pool are committed to."""
    commit_to = artifact("trade/sealed_pool").functions["commit"]
    names = ["vera", *(("you-buy", "you-sell") if terms.blind else ())]
    if not terms.sealed:
        return
    for name in names:
        who = "Vera" if name == "vera" else "You"
        key = place.key(who)
        sealed = place.ask(
            place.pools[1],
            "trade/sealed_pool",
            "seal",
            key.address,
            name != "you-sell",
            *_trade(place, terms, name),
            _salt(name),
        )
        chain = place.chain
        nonce = chain.mempool.get_next_nonce(key.address, chain.state)
        order = _order(
            chain, nonce, place.pools[1], 0, commit_to.encode(sealed), SWAP_GAS
        )
        chain.send(sign(order, key))
    place.chain.mine()


def write_order(
    place: Place, terms: Terms, name: str, tip: int, fee: int
) -> Transaction:
    """Return a signed transaction by its name, at the chain's present nonces.

    Parameters
    ----------
    place : Place
        The stage, after `commit`.
    terms : Terms
        The trades.
    name : str
        One of `minichain.widgets.ordering_case.ORDERS`.
    tip, fee : int
        Wei for each unit of gas: the tip, and the most in all.
    """
    owner = name.split("-", maxsplit=1)[0].capitalize()
    key = place.key(owner)
    nonce = place.chain.nonce(key.address)
    if name in ("dan-2", "you-sell"):
        nonce += 1
    if owner in ("Vera", "You"):
        sells = name == "you-sell"
        amount, least = _trade(place, terms, name)
        function = artifact(
            "trade/sealed_pool" if terms.sealed else "trade/pool"
        ).functions["sell" if sells else "buy"]
        given: list[Any] = [amount, least] if sells else [least]
        given += [_salt(name)] if terms.sealed else []
        to, gas = place.pool(terms), SWAP_GAS
        value, data = 0 if sells else amount, function.encode(*given)
    else:
        to, gas = place.key("Founder").address, PAYMENT_GAS
        value, data = 100 * MILLI, b""
    order = _order(place.chain, nonce, to, value, data, gas, tip, fee)
    return sign(order, key)


def _trade(place: Place, terms: Terms, name: str) -> tuple[int, int]:
    """Return what a trade pays, and the least that it must bring."""
    if name == "vera":
        quoted = place.quote(terms, VERAS_ETHER)
        return VERAS_ETHER, quoted * (WHOLE - terms.limit) // WHOLE
    if name == "you-buy":
        return terms.amount * MILLI, 0
    # What buying first brings is what there is to sell.
    return place.quote(terms, terms.amount * MILLI), 0


def _salt(name: str) -> bytes:
    """Return what keeps an order's hash from being guessed."""
    return keccak256(f"salt of {name}".encode())


def _order(
    chain: Chain,
    nonce: int,
    to: Address | None,
    value: int,
    data: bytes,
    gas: Gas,
    tip: int = 0,
    fee: int = 100 * GWEI,
) -> Transaction:
    return Transaction(
        nonce=nonce,
        gas_limit=gas,
        to=to,
        value=Wei(value),
        data=data,
        max_fee_per_gas=Wei(fee),
        max_priority_fee_per_gas=Wei(tip),
        chain_id=chain.config.chain_id,
    )
