"""Every rule of a block is asked, in order, and named by what breaks it."""

from dataclasses import replace

import pytest

from minichain.chain import Chain
from minichain.chain.block_rules import BLOCK_RULES, MAX_AHEAD
from minichain.chain.transaction_rules import (
    TRANSACTION_RULES,
    check_transaction,
)
from minichain.chain.validation import BrokenRule
from minichain.crypto.keys import Key
from minichain.crypto.signature import CURVE_ORDER
from minichain.errors import InvalidBlock
from minichain.ledger.block import MAX_BLOCK_SIZE, Block
from minichain.ledger.inclusion_errors import SenderHasCode
from minichain.ledger.transaction import Transaction
from minichain.units import Gas, Wei
from tests.chain.forging import forge, snapshot

NOW = 1_231_006_505 + 4 * 600
"""The clock of the tests: a little after the block under test."""

STRANGER = Key.from_seed("a stranger without money")

OUTCOMES = ("gas-used", "receipts-root", "state-root")


def make_chain() -> Chain:
    """Return a chain of two blocks with payments, on rules that leave room."""
    chain = Chain.dev(accounts=3, base_fee_per_gas=Wei(1000), gas_limit=Gas(100_000))
    alice, bob, _ = chain.keys
    chain.transfer(alice, bob.address, 10)
    chain.mine()
    chain.transfer(bob, alice.address, 3)
    chain.mine()
    return chain


@pytest.fixture(scope="module")
def chain() -> Chain:
    return make_chain()


@pytest.fixture(scope="module")
def block(chain) -> Block:
    """Return a valid block on the chain, not imported."""
    alice, bob, carol = chain.keys
    fees = {"chain_id": 1337, "max_fee_per_gas": 2000, "max_priority_fee_per_gas": 1}
    payments = [
        Transaction.transfer(bob.address, 5, chain.nonce(alice.address), **fees),
        Transaction.transfer(carol.address, 6, chain.nonce(alice.address) + 1, **fees),
    ]
    return forge(chain, chain.build([payment.sign(alice) for payment in payments]))


def with_first(block: Block, key: Key, **fields) -> tuple[Transaction, ...]:
    """Return the block's transactions, the first one changed and signed again."""
    first, *rest = block.transactions
    return (replace(first, **fields, signature=None).sign(key), *rest)


def high_s(transaction: Transaction) -> Transaction:
    sig = transaction.signature
    mirrored = replace(sig, s=CURVE_ORDER - sig.s, y_parity=1 - sig.y_parity)
    return replace(transaction, signature=mirrored)


def unrecoverable(transaction: Transaction) -> Transaction:
    """Return the transaction with an ``r`` that is no point of the curve."""
    r = 5  # x**3 + 7 is no square for x = 5
    return replace(transaction, signature=replace(transaction.signature, r=r))


def without_work(chain: Chain, block: Block) -> Block:
    header = block.header
    while True:
        header = replace(header, nonce=header.nonce + 1)
        if int.from_bytes(header.hash, "little") > header.target:
            return replace(block, header=header)


def big(transaction: Transaction, key: Key) -> Transaction:
    data = bytes(MAX_BLOCK_SIZE)
    bigger = replace(transaction, data=data, gas_limit=2**40, signature=None)
    return bigger.sign(key)


FORGERIES = {
    "unsigned": (
        "signature",
        "encoding",
        lambda c, b: replace(
            b, transactions=(replace(b.transactions[0], signature=None),)
        ),
    ),
    "mirrored signature": (
        "low-s",
        "encoding",
        lambda c, b: forge(c, b, transactions=(high_s(b.transactions[0]),)),
    ),
    "too large": (
        "size",
        "encoding",
        lambda c, b: forge(c, b, transactions=(big(b.transactions[0], c.keys[0]),)),
    ),
    "orphan": (
        "parent",
        "parent",
        lambda c, b: forge(c, b, header={"parent_hash": bytes(32)}),
    ),
    "easier": (
        "bits",
        "bits",
        lambda c, b: forge(c, b, header={"bits": 0x207FFFFF}),
    ),
    "harder": (
        "bits",
        "bits",
        lambda c, b: forge(c, b, header={"bits": 0x2007FFFF}),
    ),
    "no work": ("proof-of-work", "proof-of-work", without_work),
    "as early as the median": (
        "time",
        "time",
        lambda c, b: forge(c, b, header={"time": c.block_at(1).header.time}),
    ),
    "from the future": (
        "clock",
        "clock",
        lambda c, b: forge(c, b, header={"time": NOW + MAX_AHEAD + 1}),
    ),
    "number too low": (
        "number",
        "number",
        lambda c, b: forge(c, b, commitment={"number": 2}),
    ),
    "number too high": (
        "number",
        "number",
        lambda c, b: forge(c, b, commitment={"number": 4}),
    ),
    "a transaction left out": (
        "merkle-root",
        "merkle-root",
        lambda c, b: replace(b, transactions=b.transactions[:1]),
    ),
    "another reward": (
        "merkle-root",
        "merkle-root",
        lambda c, b: replace(
            b, commitment=replace(b.commitment, beneficiary=bytes(20))
        ),
    ),
    "more gas allowed": (
        "block-gas-limit",
        "block-gas-limit",
        lambda c, b: forge(c, b, commitment={"gas_limit": 100_001}),
    ),
    "fees unburnt": (
        "base-fee",
        "base-fee",
        lambda c, b: forge(c, b, commitment={"base_fee_per_gas": 0}),
    ),
    "signed by nobody": (
        "signature",
        "signature",
        lambda c, b: forge(c, b, transactions=(unrecoverable(b.transactions[0]),)),
    ),
    "signed for another chain": (
        "chain-id",
        "chain-id",
        lambda c, b: forge(c, b, transactions=with_first(b, c.keys[0], chain_id=1)),
    ),
    "sent twice": (
        "nonce",
        "nonce",
        lambda c, b: forge(c, b, transactions=(c.block_at(1).transactions[0],)),
    ),
    "one skipped": (
        "nonce",
        "nonce",
        lambda c, b: forge(c, b, transactions=with_first(b, c.keys[0], nonce=9)),
    ),
    "amount changed after signing": (
        "nonce",
        "nonce",
        lambda c, b: forge(c, b, transactions=(replace(b.transactions[0], value=6),)),
    ),
    "paid by a stranger": (
        "balance",
        "balance",
        lambda c, b: forge(c, b, transactions=with_first(b, STRANGER, nonce=0)),
    ),
    "more than the sender has": (
        "balance",
        "balance",
        lambda c, b: forge(
            c,
            b,
            transactions=with_first(
                b, c.keys[0], value=Wei(c.balance(c.accounts[0]) - 21_000 * 2000 + 1)
            ),
        ),
    ),
    "more gas than the block has": (
        "gas-limit",
        "gas-limit",
        lambda c, b: forge(
            c, b, transactions=with_first(b, c.keys[0], gas_limit=100_001)
        ),
    ),
    "less than the base fee": (
        "base-fee",
        "base-fee",
        lambda c, b: forge(
            c,
            b,
            transactions=with_first(
                b, c.keys[0], max_fee_per_gas=10, max_priority_fee_per_gas=1
            ),
        ),
    ),
    "gas counted wrong": (
        "gas-used",
        "gas-used",
        lambda c, b: forge(c, b, commitment={"gas_used": 42_001}),
    ),
    "receipts of other things": (
        "receipts-root",
        "receipts-root",
        lambda c, b: forge(c, b, commitment={"receipts_root": bytes(32)}),
    ),
    "money made up": (
        "state-root",
        "state-root",
        lambda c, b: forge(c, b, commitment={"state_root": bytes(32)}),
    ),
}
"""For each forgery: the error's rule, the name of the check, and how it is made."""


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forged_block_is_refused_by_the_rule_it_breaks(chain, block, name):
    rule, asked, make = FORGERIES[name]
    forged = make(chain, block)
    before = snapshot(chain)
    with pytest.raises(InvalidBlock) as caught:
        chain.import_block(forged, now=NOW)
    assert caught.value.rule == rule
    assert snapshot(chain) == before
    first = next(check for check in chain.check(forged, NOW) if check.passed is False)
    assert (first.rule, first.error.rule) == (asked, rule)
    assert chain.validate(forged, NOW).rule == rule
    assert snapshot(chain) == before


def test_the_block_that_was_forged_is_valid_itself():
    chain = make_chain()
    alice, bob, carol = chain.keys
    chain.transfer(alice, bob.address, 5)
    chain.transfer(alice, carol.address, 6)
    valid = forge(chain, chain.build())
    assert len(valid.transactions) == 2
    assert all(check.passed for check in chain.check(valid, NOW))
    assert chain.validate(valid, NOW) is None
    assert chain.import_block(valid, NOW).fate == "extended"


def test_every_rule_is_asked_once_in_the_order_of_the_lesson(chain, block):
    transactions = [
        (rule, f"transaction {index}")
        for index in range(2)
        for rule in TRANSACTION_RULES
    ]
    assert [(check.rule, check.part) for check in chain.check(block, NOW)] == [
        *((rule, part) for rule, (part, _) in BLOCK_RULES.items()),
        *transactions,
        *((rule, "commitment") for rule in OUTCOMES),
    ]
    assert [*BLOCK_RULES, *TRANSACTION_RULES, *OUTCOMES] == [
        "encoding",
        "parent",
        "bits",
        "proof-of-work",
        "time",
        "clock",
        "number",
        "merkle-root",
        "block-gas-limit",
        "base-fee",
        "signature",
        "chain-id",
        "sender",
        "nonce",
        "balance",
        "gas-limit",
        "base-fee",
        "gas-used",
        "receipts-root",
        "state-root",
    ]


def test_rules_behind_a_broken_one_are_asked_too(chain, block):
    forged = replace(block, transactions=block.transactions[:1])
    failed = [check.rule for check in chain.check(forged, NOW) if not check.passed]
    assert failed == ["merkle-root", "gas-used", "receipts-root", "state-root"]


def test_an_invalid_transaction_is_left_out_of_what_is_explained(chain, block):
    forged = forge(chain, block, transactions=with_first(block, STRANGER))
    checks = {(c.part, c.rule): c for c in chain.check(forged, NOW)}
    assert checks["transaction 0", "balance"].passed is False
    assert checks["transaction 1", "nonce"].passed is False
    assert "required 1" in checks["transaction 1", "nonce"].detail


def test_of_an_orphan_only_what_needs_no_parent_is_asked(chain, block):
    orphan = forge(chain, block, header={"parent_hash": b"\x05" * 32})
    verdicts = {
        (c.part, c.rule): c.passed
        for c in chain.check(orphan, NOW)
        if c.part != "transaction 1"
    }
    assert [key for key, passed in verdicts.items() if passed is False] == [
        ("header", "parent")
    ]
    assert {rule for (_, rule), passed in verdicts.items() if passed} == {
        "encoding",
        "proof-of-work",
        "clock",
        "merkle-root",
        "block-gas-limit",
        "signature",
    }


def test_of_an_unsigned_sender_nothing_is_asked_that_needs_one(chain, block):
    forged = forge(chain, block, transactions=(unrecoverable(block.transactions[0]),))
    skipped = [c.rule for c in chain.check(forged, NOW) if c.passed is None]
    assert skipped == ["sender", "nonce", "balance"]


@pytest.mark.parametrize(("blocks", "middle"), [(0, 0), (1, 1), (2, 1), (13, 8)])
def test_a_block_must_be_later_than_the_median_of_the_last_eleven(blocks, middle):
    chain = Chain.dev(accounts=1)
    chain.mine(blocks)
    median = chain.block_at(middle).header.time
    block = chain.build()
    assert chain.validate(forge(chain, block, header={"time": median + 1})) is None
    error = chain.validate(forge(chain, block, header={"time": median}))
    assert (error.rule, error.time, error.median) == ("time", median, median)


def test_without_a_clock_no_block_is_from_the_future(chain, block):
    late = forge(chain, block, header={"time": 2**32 - 1})
    clock = next(check for check in chain.check(late) if check.rule == "clock")
    assert (clock.passed, clock.detail) == (None, "no clock was given")
    assert chain.validate(late) is None
    assert chain.validate(late, now=2**32 - 1 - MAX_AHEAD) is None
    assert chain.validate(late, now=2**32 - 2 - MAX_AHEAD).rule == "clock"


def test_the_error_of_a_part_is_named_with_the_part_and_its_numbers(chain, block):
    forged = forge(chain, block, transactions=with_first(block, STRANGER, nonce=0))
    with pytest.raises(BrokenRule, match="transaction 0: balance 0 wei, required"):
        chain.import_block(forged)
    try:
        chain.import_block(forged)
    except BrokenRule as error:
        assert (error.check.part, error.rule) == ("transaction 0", "balance")
        assert error.__cause__ is error.check.error
        assert error.check.error.required == 21_000 * 2000 + 5
    assert BrokenRule.rule == "block"


def test_a_mismatch_says_both_values(chain, block):
    forged = forge(chain, block, header={"bits": 0x207FFFFF})
    error = chain.validate(forged)
    assert str(error) == "bits 0x207fffff, required 0x200fffff"
    assert (error.found, error.required) == (0x207FFFFF, 0x200FFFFF)


def test_a_check_reads_as_a_line(chain, block):
    lines = [str(check) for check in chain.check(block)]
    assert lines[1].startswith("pass parent          header         parent ")
    assert lines[5] == "skip clock           header         no clock was given"
    forged = forge(chain, block, commitment={"number": 7})
    lines = [str(check) for check in chain.check(forged)]
    assert lines[6] == "FAIL number          commitment     number 7, required 3"


def test_bytes_that_are_no_block_fail_their_encoding_alone(chain, block):
    before = snapshot(chain)
    data = block.encode()[:-1]
    (check,) = chain.check(data)
    assert (check.rule, check.passed) == ("encoding", False)
    with pytest.raises(InvalidBlock) as caught:
        chain.import_block(data)
    assert caught.value.rule == "encoding"
    assert snapshot(chain) == before


@pytest.mark.parametrize(
    "fields",
    [{"nonce": 2**32}, {"time": -1}, {"version": 2**31}, {"merkle_root": b""}],
    ids=str,
)
def test_a_header_that_has_no_bytes_is_refused(chain, block, fields):
    forged = replace(block, header=replace(block.header, **fields))
    (check,) = chain.check(forged)
    assert (check.rule, check.passed) == ("encoding", False)
    with pytest.raises(InvalidBlock) as caught:
        chain.import_block(forged)
    assert caught.value.rule == "encoding"


@pytest.mark.parametrize(
    "fields", [{"number": -1}, {"gas_used": 2**64}, {"extra": bytes(33)}], ids=str
)
def test_a_commitment_that_has_no_bytes_is_refused(chain, block, fields):
    before = snapshot(chain)
    forged = replace(block, commitment=replace(block.commitment, **fields))
    with pytest.raises(InvalidBlock) as caught:
        chain.import_block(forged)
    assert caught.value.rule == "encoding"
    first = next(check for check in chain.check(forged) if check.passed is False)
    assert first.rule == "encoding"
    assert snapshot(chain) == before


def test_a_known_header_over_another_body_is_not_known(chain):
    head = chain.head
    forged = replace(head, transactions=())
    assert forged.hash == head.hash
    with pytest.raises(InvalidBlock) as caught:
        chain.import_block(forged)
    assert caught.value.rule == "merkle-root"


def test_a_contract_receives_and_does_not_send(chain, block):
    state, first = chain.state, block.transactions[0]
    environment = chain.environment()
    state.set_code(first.to, b"\x00")
    check_transaction(state, first, environment, Gas(100_000))
    state.set_code(first.sender, b"\x00")
    with pytest.raises(SenderHasCode):
        check_transaction(state, first, environment, Gas(100_000))
