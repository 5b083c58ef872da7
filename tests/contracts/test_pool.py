"""The pool gives what Uniswap v2 gives, to the wei, and its sealed form asks first."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minichain.chain import Chain
from minichain.chain.simulation import Answer, Call, simulate
from minichain.contracts import compile_contract
from minichain.crypto.hashing import keccak256
from minichain.crypto.keys import Key
from minichain.evm.message import compute_created_address
from minichain.ledger.receipt import Receipt
from minichain.ledger.transaction import Transaction
from minichain.units import ETHER, GWEI, Address, Gas, Wei

OPEN, SEALED, TOKEN = "trade/pool", "trade/sealed_pool", "tokens/erc20"

SALT = keccak256(b"salt")


class Market:
    """A chain with a token and a pool of 5 ether and 10 tokens."""

    def __init__(self, name: str) -> None:
        self.chain = Chain.dev(3, seal="on-demand", base_fee_per_gas=Wei(GWEI))
        self.founder, self.alice, self.bob = self.chain.keys
        self.contract = compile_contract(name)
        token = compile_contract(TOKEN)
        code = token.constructor.encode_arguments("Gold", "GLD", 10**24)
        self.token = self.create(token.initcode + code)
        code = self.contract.constructor.encode_arguments(self.token)
        self.pool = self.create(self.contract.initcode + code, 5 * ETHER)
        self.give(self.pool, 10 * ETHER)

    def create(self, code: bytes, value: int = 0) -> Address:
        nonce = self.chain.nonce(self.founder.address)
        assert self.send(self.founder, None, code, value).succeeded
        return compute_created_address(self.founder.address, nonce)

    def send(
        self, key: Key, to: Address | None, data: bytes, value: int = 0
    ) -> Receipt:
        order = Transaction(
            nonce=self.chain.nonce(key.address),
            gas_limit=Gas(3_000_000),
            to=to,
            value=Wei(value),
            data=data,
            max_fee_per_gas=Wei(10 * GWEI),
            chain_id=self.chain.config.chain_id,
        )
        self.chain.send(order.sign(key))
        return self.chain.receipts(self.chain.mine().hash)[-1]

    def trade(self, key: Key, function: str, *given: Any, value: int = 0) -> Receipt:
        data = self.contract.functions[function].encode(*given)
        return self.send(key, self.pool, data, value)

    def give(self, to: Address, amount: int) -> None:
        data = compile_contract(TOKEN).functions["transfer"].encode(to, amount)
        assert self.send(self.founder, self.token, data).succeeded

    def allow(self, key: Key, amount: int) -> None:
        approve = compile_contract(TOKEN).functions["approve"]
        assert self.send(key, self.token, approve.encode(self.pool, amount)).succeeded

    def call(self, target: Address, data: bytes, sender: Address) -> Answer:
        call = Call(sender, target, Gas(1_000_000), data=data)
        with self.chain.visit() as state:
            return simulate(state, call, self.chain.environment())

    def ask(self, function: str, *given: Any) -> Any:
        asked = self.contract.functions[function]
        data = asked.encode(*given)
        return asked.decode(self.call(self.pool, data, self.alice.address).output)

    def tokens(self, key: Key) -> int:
        asked = compile_contract(TOKEN).functions["balanceOf"]
        data = asked.encode(key.address)
        owned: int = asked.decode(self.call(self.token, data, key.address).output)
        return owned


@pytest.fixture(scope="module")
def market() -> Market:
    return Market(OPEN)


@pytest.fixture
def fresh(market: Market) -> Any:
    snapshot = market.chain.snapshot()
    yield market
    market.chain.revert(snapshot)


# Uniswap v2's own cases, in units of 1e18.
UNISWAP = [
    (1, 5, 10, 1_662_497_915_624_478_906),
    (1, 10, 5, 453_305_446_940_074_565),
    (2, 5, 10, 2_851_015_155_847_869_602),
    (2, 10, 5, 831_248_957_812_239_453),
    (1, 10, 10, 906_610_893_880_149_131),
    (1, 100, 100, 987_158_034_397_061_298),
    (1, 1000, 1000, 996_006_981_039_903_216),
]


@pytest.mark.parametrize(("paid", "reserve_in", "reserve_out", "got"), UNISWAP)
def test_a_quote_is_the_published_one(market, paid, reserve_in, reserve_out, got):
    given = [number * ETHER for number in (paid, reserve_in, reserve_out)]
    assert market.ask("quote", *given) == got


@given(*[st.integers(1, 2**96)] * 3)
@settings(max_examples=60, deadline=None)
def test_a_quote_is_the_most_that_keeps_the_product(market, paid, reserve, other):
    got = market.ask("quote", paid, reserve, other)
    # Uniswap v2 asks for this of the pair, whatever was quoted.
    product = reserve * other * 1000

    def keeps(out: int) -> bool:
        return (reserve * 1000 + paid * 997) * (other - out) >= product

    assert keeps(got)
    assert not keeps(got + 1)


def test_a_purchase_brings_the_quote_and_not_a_unit_more(fresh):
    quoted = 1_662_497_915_624_478_906
    refused = fresh.trade(fresh.alice, "buy", quoted + 1, value=ETHER)
    assert not refused.succeeded
    assert b"pool: less than the least" in refused.output
    assert fresh.ask("reserves") == (5 * ETHER, 10 * ETHER)
    assert fresh.trade(fresh.alice, "buy", quoted, value=ETHER).succeeded
    assert fresh.tokens(fresh.alice) == quoted
    assert fresh.ask("reserves") == (6 * ETHER, 10 * ETHER - quoted)


def test_a_sale_brings_the_quote_and_not_a_wei_more(fresh):
    fresh.give(fresh.bob.address, ETHER)
    quoted = 453_305_446_940_074_565
    unasked = fresh.trade(fresh.bob, "sell", ETHER, quoted)
    assert b"erc20: insufficient allowance" in unasked.output
    fresh.allow(fresh.bob, ETHER)
    refused = fresh.trade(fresh.bob, "sell", ETHER, quoted + 1)
    assert b"pool: less than the least" in refused.output
    before = fresh.chain.balance(fresh.pool)
    assert fresh.trade(fresh.bob, "sell", ETHER, quoted).succeeded
    assert before - fresh.chain.balance(fresh.pool) == quoted
    assert fresh.tokens(fresh.bob) == 0


def test_there_and_back_costs_the_fee_twice(fresh):
    fresh.trade(fresh.alice, "buy", 0, value=ETHER)
    fresh.allow(fresh.alice, 2**256 - 1)
    before = fresh.chain.balance(fresh.pool)
    fresh.trade(fresh.alice, "sell", fresh.tokens(fresh.alice), 0)
    back = before - fresh.chain.balance(fresh.pool)
    counted = 997 * 1_662_497_915_624_478_906
    held = 10 * ETHER - 1_662_497_915_624_478_906
    assert back == counted * 6 * ETHER // (1000 * held + counted)
    assert back < ETHER * 995 // 1000 + ETHER // 10**5
    assert fresh.ask("reserves")[1] == 10 * ETHER


# The sealed pool


@pytest.fixture(scope="module")
def sealed_market() -> Market:
    return Market(SEALED)


@pytest.fixture
def sealed(sealed_market: Market) -> Any:
    snapshot = sealed_market.chain.snapshot()
    yield sealed_market
    sealed_market.chain.revert(snapshot)


def test_a_trade_that_nobody_committed_to_is_refused(sealed):
    refused = sealed.trade(sealed.alice, "buy", 0, SALT, value=ETHER)
    assert b"pool: not committed in an earlier block" in refused.output


def test_a_trade_is_opened_once_after_its_commitment(sealed):
    order = sealed.ask("seal", sealed.alice.address, True, ETHER, 5, SALT)
    assert sealed.trade(sealed.alice, "commit", order).succeeded
    assert not sealed.trade(sealed.bob, "commit", order).succeeded
    # Neither another sender, nor another amount, limit or salt opens it.
    assert not sealed.trade(sealed.bob, "buy", 5, SALT, value=ETHER).succeeded
    assert not sealed.trade(sealed.alice, "buy", 5, SALT, value=ETHER + 1).succeeded
    assert not sealed.trade(sealed.alice, "buy", 4, SALT, value=ETHER).succeeded
    assert not sealed.trade(sealed.alice, "buy", 5, bytes(32), value=ETHER).succeeded
    assert sealed.trade(sealed.alice, "buy", 5, SALT, value=ETHER).succeeded
    assert sealed.tokens(sealed.alice) == 1_662_497_915_624_478_906
    assert not sealed.trade(sealed.alice, "buy", 5, SALT, value=ETHER).succeeded


def test_a_commitment_counts_from_the_next_block_on(sealed):
    chain, alice = sealed.chain, sealed.alice
    order = sealed.ask("seal", alice.address, True, ETHER, 0, SALT)
    nonce, functions = chain.nonce(alice.address), sealed.contract.functions
    calls = [
        (0, functions["commit"].encode(order)),
        (ETHER, functions["buy"].encode(0, SALT)),
    ]
    for count, (value, data) in enumerate(calls):
        transaction = Transaction(
            nonce=nonce + count,
            gas_limit=Gas(300_000),
            to=sealed.pool,
            value=Wei(value),
            data=data,
            max_fee_per_gas=Wei(10 * GWEI),
            chain_id=chain.config.chain_id,
        )
        chain.send(transaction.sign(alice))
    receipts = chain.receipts(chain.mine().hash)
    assert [receipt.succeeded for receipt in receipts] == [True, False]
    assert sealed.trade(alice, "buy", 0, SALT, value=ETHER).succeeded


def test_a_sale_is_sealed_apart_from_a_purchase(sealed):
    sealed.give(sealed.bob.address, ETHER)
    sealed.allow(sealed.bob, ETHER)
    order = sealed.ask("seal", sealed.bob.address, False, ETHER, 0, SALT)
    sealed.trade(sealed.bob, "commit", order)
    assert not sealed.trade(sealed.bob, "buy", 0, SALT, value=ETHER).succeeded
    assert sealed.trade(sealed.bob, "sell", ETHER, 0, SALT).succeeded
    assert sealed.tokens(sealed.bob) == 0
