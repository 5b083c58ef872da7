"""An answer in the mempool can be copied, and one that was committed to cannot."""

from typing import Any

import pytest

from minichain.chain import Chain
from minichain.contracts import compile_contract
from minichain.crypto.hashing import keccak256
from minichain.crypto.keys import Key
from minichain.evm.message import compute_created_address
from minichain.ledger.transaction import Transaction
from minichain.units import ETHER, GWEI, Address, Gas, Wei

WORD, SALT = "open sesame", keccak256(b"salt")


class Riddle:
    """A chain with a riddle that is worth 3 ether, its solver and a copier."""

    def __init__(self, name: str) -> None:
        self.chain = Chain.dev(3, seal="on-demand", base_fee_per_gas=Wei(GWEI))
        self.founder, self.alice, self.mallory = self.chain.keys
        self.contract = compile_contract(name)
        code = self.contract.constructor.encode_arguments(keccak256(WORD.encode()))
        self.address = compute_created_address(self.founder.address, 0)
        self.send(self.founder, None, self.contract.initcode + code, value=3 * ETHER)
        self.chain.mine()

    def send(
        self, key: Key, to: Address | None, data: bytes, tip: int = 0, value: int = 0
    ) -> Transaction:
        order = Transaction(
            nonce=self.chain.mempool.get_next_nonce(key.address, self.chain.state),
            gas_limit=Gas(2_000_000),
            to=to,
            value=Wei(value),
            data=data,
            max_fee_per_gas=Wei(9 * GWEI),
            max_priority_fee_per_gas=Wei(tip * GWEI),
            chain_id=self.chain.config.chain_id,
        )
        return self.chain.send(order.sign(key))

    def call(self, key: Key, function: str, *given: Any, tip: int = 0) -> Transaction:
        data = self.contract.functions[function].encode(*given)
        return self.send(key, self.address, data, tip)

    def copy(self, order: Transaction, tip: int) -> Transaction:
        """Send what is read in the mempool, from Mallory and for a higher tip."""
        waiting = self.chain.mempool.get(order.hash)
        assert waiting is not None
        return self.send(self.mallory, waiting.to, waiting.data, tip)

    def mine(self) -> list[tuple[Address, bool, bytes]]:
        block = self.chain.mine()
        receipts = self.chain.receipts(block.hash)
        return [
            (order.sender, receipt.succeeded, receipt.output)
            for order, receipt in zip(block.transactions, receipts, strict=True)
        ]

    @property
    def prize(self) -> int:
        return self.chain.balance(self.address)


@pytest.fixture
def riddle() -> Riddle:
    return Riddle("trade/riddle")


@pytest.fixture
def sealed() -> Riddle:
    return Riddle("trade/sealed_riddle")


def test_the_first_right_word_is_paid(riddle):
    riddle.call(riddle.alice, "solve", "a guess")
    [(_, succeeded, reason)] = riddle.mine()
    assert not succeeded
    assert b"riddle: wrong word" in reason
    before = riddle.chain.balance(riddle.alice.address)
    riddle.call(riddle.alice, "solve", WORD)
    assert [succeeded for _, succeeded, _ in riddle.mine()] == [True]
    assert riddle.prize == 0
    gained = riddle.chain.balance(riddle.alice.address) - before
    assert 3 * ETHER - ETHER // 1000 < gained < 3 * ETHER


def test_a_word_in_the_mempool_is_copied_for_a_higher_tip(riddle):
    order = riddle.call(riddle.alice, "solve", WORD, tip=1)
    riddle.copy(order, tip=2)
    first, second = riddle.mine()
    assert first[:2] == (riddle.mallory.address, True)
    assert second[:2] == (riddle.alice.address, False)
    assert b"riddle: already solved" in second[2]


def test_a_lower_tip_comes_too_late(riddle):
    order = riddle.call(riddle.alice, "solve", WORD, tip=2)
    riddle.copy(order, tip=1)
    assert riddle.mine()[0][:2] == (riddle.alice.address, True)


def commit(sealed: Riddle, key: Key, tip: int = 0) -> None:
    solution = keccak256(
        compile_contract("trade/sealed_riddle")
        .functions["seal"]
        .encode_arguments(key.address, WORD, SALT)
    )
    sealed.call(key, "commit", solution, tip=tip)


def test_a_sealed_word_is_of_no_use_to_who_reads_it(sealed):
    commit(sealed, sealed.alice)
    sealed.mine()
    order = sealed.call(sealed.alice, "solve", WORD, SALT, tip=1)
    sealed.copy(order, tip=2)
    first, second = sealed.mine()
    assert first[:2] == (sealed.mallory.address, False)
    assert b"riddle: not committed in an earlier block" in first[2]
    assert second[:2] == (sealed.alice.address, True)
    assert sealed.prize == 0


def test_who_commits_on_reading_it_comes_a_block_too_late(sealed):
    commit(sealed, sealed.alice)
    sealed.mine()
    sealed.call(sealed.alice, "solve", WORD, SALT, tip=1)
    commit(sealed, sealed.mallory, tip=3)
    sealed.call(sealed.mallory, "solve", WORD, SALT, tip=2)
    mallory, alice = sealed.mallory.address, sealed.alice.address
    committed, copied, opened = sealed.mine()
    assert [line[:2] for line in (committed, copied)] == [
        (mallory, True),
        (mallory, False),
    ]
    assert b"riddle: not committed in an earlier block" in copied[2]
    assert opened[:2] == (alice, True)


def test_a_commitment_is_not_taken_twice_and_does_not_make_a_word_right(sealed):
    commit(sealed, sealed.alice)
    commit(sealed, sealed.alice)
    assert [succeeded for _, succeeded, _ in sealed.mine()] == [True, False]
    sealed.call(sealed.alice, "solve", "open barley", SALT)
    assert b"riddle: not committed" in sealed.mine()[0][2]
