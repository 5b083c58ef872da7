"""A block's 80-byte header reaches every bit of what the block holds."""

import hashlib
from dataclasses import replace

import pytest
import rlp
from hypothesis import given, settings
from hypothesis import strategies as st

from minichain.crypto.keys import Key
from minichain.crypto.merkle import SORTED_KECCAK, MerkleTree
from minichain.errors import InvalidEncoding, ProtocolError
from minichain.ledger.block import (
    MAX_BLOCK_SIZE,
    Block,
    BlockTooLarge,
    Commitment,
    is_included,
)
from minichain.ledger.fields import MalformedField
from minichain.ledger.header import Header
from minichain.ledger.state import EMPTY_ROOT
from minichain.ledger.transaction import Transaction
from minichain.ledger.transaction_errors import Unsigned
from minichain.units import BlockNumber, Gas, Hash32, Timestamp, Wei

ALICE = Key.from_seed("alice")
BOB = Key.from_seed("bob")

COMMITMENT = Commitment(
    number=BlockNumber(7),
    beneficiary=BOB.address,
    state_root=Hash32(b"\x01" * 32),
    receipts_root=EMPTY_ROOT,
    gas_limit=Gas(30_000_000),
    gas_used=Gas(42_000),
    base_fee_per_gas=Wei(0),
    extra=b"hand made",
)

TRANSACTIONS = tuple(
    Transaction.transfer(BOB.address, value, nonce).sign(ALICE)
    for nonce, value in enumerate([5, 6, 7, 8, 9])
)


def make_block(count: int = 5) -> Block:
    header = Header(
        1, Hash32(bytes(32)), Hash32(bytes(32)), Timestamp(9), 0x207FFFFF, 3
    )
    block = Block(header, COMMITMENT, TRANSACTIONS[:count])
    return replace(block, header=replace(header, merkle_root=block.tree.root))


# Encoding


def test_a_commitment_is_the_list_of_its_fields():
    assert rlp.decode(COMMITMENT.encode()) == [
        b"\x07",
        BOB.address,
        b"\x01" * 32,
        EMPTY_ROOT,
        (30_000_000).to_bytes(4),
        (42_000).to_bytes(2),
        b"",
        b"hand made",
    ]


numbers = st.integers(0, 2**64 - 1)
commitments = st.builds(
    Commitment,
    number=numbers,
    beneficiary=st.binary(min_size=20, max_size=20),
    state_root=st.binary(min_size=32, max_size=32),
    receipts_root=st.binary(min_size=32, max_size=32),
    gas_limit=numbers,
    gas_used=numbers,
    base_fee_per_gas=st.integers(0, 2**256 - 1),
    extra=st.binary(max_size=32),
)


@given(commitments)
@settings(max_examples=100)
def test_a_commitment_decodes_to_itself(commitment):
    assert Commitment.decode(commitment.encode()) == commitment


@pytest.mark.parametrize(
    "fields",
    [
        {"number": -1},
        {"number": 2**64},
        {"gas_limit": 2**64},
        {"gas_used": -1},
        {"base_fee_per_gas": 2**256},
        {"beneficiary": bytes(19)},
        {"state_root": bytes(31)},
        {"receipts_root": bytes(33)},
        {"extra": bytes(33)},
    ],
    ids=str,
)
def test_a_commitment_out_of_range_has_no_encoding(fields):
    with pytest.raises(MalformedField, match=next(iter(fields))):
        replace(COMMITMENT, **fields).encode()


@pytest.mark.parametrize(
    ("index", "item"),
    [
        (0, b"\x00\x07"),
        (0, bytes([1]) * 9),
        (1, bytes(21)),
        (2, b""),
        (4, b"\x00"),
        (7, bytes(33)),
        (7, [b"a"]),
    ],
)
def test_a_commitment_with_a_field_that_is_not_canonical_is_refused(index, item):
    items = rlp.decode(COMMITMENT.encode())
    items[index] = item
    with pytest.raises(MalformedField):
        Commitment.decode(rlp.encode(items))


@pytest.mark.parametrize("count", [0, 1, 5])
def test_a_block_decodes_to_itself(count):
    block = make_block(count)
    assert Block.decode(block.encode()) == block


def test_bytes_behind_a_block_are_refused():
    with pytest.raises(InvalidEncoding):
        Block.decode(make_block().encode() + b"\x00")


def test_a_block_is_a_list_of_three():
    header, commitment, transactions = rlp.decode(make_block(1).encode())
    assert len(header) == 80
    for wrong, words in (
        ([header, rlp.decode(commitment), transactions], "commitment is a list"),
        ([header, commitment, b""], "the list of transactions is bytes"),
        ([header, commitment, [[b"", b""]]], "transaction 0 is a list"),
        ([header + b"\x00", commitment, transactions], "header of 81 bytes"),
        ([header, commitment, transactions, b""], "the list of votes is bytes"),
        ([header, commitment], "the list of transactions is no canonical RLP"),
        (header, "a block is bytes"),
    ):
        with pytest.raises(InvalidEncoding, match=words):
            Block.decode(rlp.encode(wrong))


def test_a_length_that_is_not_canonical_is_refused():
    data = make_block(1).encode()
    assert data[0] == 0xF9
    for longer in (b"\xfa\x00" + data[1:], data[:1] + b"\xff\xff" + data[3:], b"\xf9"):
        with pytest.raises(MalformedField):
            Block.decode(longer)
    short = rlp.encode([b"\x80" * 80, b"\x01", []])
    assert short[-2:] == b"\x01\xc0"
    padded = bytes([short[0], short[1] + 1]) + short[2:-2] + b"\x81\x01\xc0"
    with pytest.raises(MalformedField, match="single byte"):
        Block.decode(padded)


def test_megabytes_of_rubbish_are_refused_at_the_first_bad_item(monkeypatch):
    header, commitment, _ = rlp.decode(make_block().encode())
    decoded = []
    decode = Transaction.decode
    monkeypatch.setattr(
        Transaction, "decode", lambda data: decoded.append(data) or decode(data)
    )
    for item in (b"\x01", b"\xc0"):
        rubbish = item * 2_000_000
        frames = [rlp.encode(header), rlp.encode(commitment)]
        frames.append(rlp.codec.length_prefix(len(rubbish), 0xC0) + rubbish)
        body = b"".join(frames)
        with pytest.raises(InvalidEncoding):
            Block.decode(rlp.codec.length_prefix(len(body), 0xC0) + body)
    assert len(decoded) == 1


def test_a_block_with_an_unsigned_transaction_has_no_encoding():
    unsigned = replace(TRANSACTIONS[0], signature=None)
    with pytest.raises(Unsigned):
        replace(make_block(), transactions=(unsigned,)).encode()


def test_a_block_of_too_many_bytes_is_refused_before_it_is_read():
    with pytest.raises(BlockTooLarge) as caught:
        Block.decode(bytes(MAX_BLOCK_SIZE + 1))
    assert caught.value.rule == "size"
    assert caught.value.size == MAX_BLOCK_SIZE + 1
    with pytest.raises(MalformedField):
        Block.decode(bytes(MAX_BLOCK_SIZE))


# Any bytes at all


@given(st.one_of(st.binary(max_size=200), st.binary(max_size=60).map(rlp.encode)))
@settings(max_examples=300)
def test_any_bytes_are_a_block_or_a_named_error(data):
    for decode in (Block.decode, Commitment.decode):
        try:
            assert decode(data).encode() == data
        except ProtocolError as error:
            assert error.rule


items = st.recursive(
    st.binary(max_size=90), lambda inner: st.lists(inner, max_size=8), max_leaves=30
)


@given(items)
@settings(max_examples=300)
def test_any_structure_is_a_block_or_a_named_error(item):
    data = rlp.encode(item)
    for decode in (Block.decode, Commitment.decode):
        try:
            assert decode(data).encode() == data
        except ProtocolError as error:
            assert error.rule


def test_lists_nested_without_end_are_a_named_error():
    data = b""
    for _ in range(20_000):
        data = rlp.codec.length_prefix(len(data), 0xC0) + data
    with pytest.raises(MalformedField):
        Block.decode(data)
    with pytest.raises(MalformedField):
        Commitment.decode(data)


def test_a_change_of_any_bit_is_refused_or_shows_in_the_header_or_root():
    block = make_block(2)
    data = block.encode()
    decoded = 0
    for bit in range(8 * len(data)):
        changed = bytearray(data)
        changed[bit // 8] ^= 1 << bit % 8
        try:
            other = Block.decode(bytes(changed))
        except ProtocolError:
            continue
        decoded += 1
        kept = other.header == block.header
        assert kept != (other.tree.root == block.tree.root)
        assert not (kept and other.tree.root == other.header.merkle_root)
    assert decoded > 8 * 80


# The tree


def test_the_commitment_is_the_first_leaf_and_transactions_follow():
    def leaf(data):
        return hashlib.sha256(b"\x00" + data).digest()

    def node(left, right):
        return hashlib.sha256(b"\x01" + left + right).digest()

    block = make_block(2)
    first, second = (transaction.encode() for transaction in block.transactions)
    root = node(node(leaf(COMMITMENT.encode()), leaf(first)), leaf(second))
    assert block.header.merkle_root == root
    assert make_block(0).header.merkle_root == leaf(COMMITMENT.encode())


@pytest.mark.parametrize("index", range(5))
def test_each_transaction_is_proven_to_the_header(index):
    block = make_block()
    header = Header.decode(block.header.encode())
    proof = block.prove(index)
    assert is_included(header, proof, TRANSACTIONS[index])
    assert not is_included(header, proof, TRANSACTIONS[index - 1])
    moved = replace(proof, index=(proof.index + 1) % 6)
    assert not is_included(header, moved, TRANSACTIONS[index])
    other = replace(header, merkle_root=Hash32(bytes(32)))
    assert not is_included(other, proof, TRANSACTIONS[index])


def test_a_proof_under_another_rule_proves_nothing():
    data = TRANSACTIONS[0].encode()
    tree = MerkleTree([COMMITMENT.encode(), data], SORTED_KECCAK)
    header = replace(make_block().header, merkle_root=tree.root)
    proof = tree.proof(1)
    assert proof.verify(header.merkle_root, data)
    assert not is_included(header, proof, TRANSACTIONS[0])


def test_the_commitment_is_proven_by_the_first_leaf():
    block = make_block()
    proof = block.prove_commitment()
    assert proof.verify(block.header.merkle_root, COMMITMENT.encode())
    assert not proof.verify(block.header.merkle_root, TRANSACTIONS[0].encode())


def test_no_transaction_is_proven_where_the_commitment_stands():
    data = TRANSACTIONS[0].encode()
    root = Hash32(hashlib.sha256(b"\x00" + data).digest())
    header = replace(make_block().header, merkle_root=root)
    proof = make_block(0).prove_commitment()
    assert proof.verify(root, data)
    assert not is_included(header, proof, TRANSACTIONS[0])


def test_a_transaction_the_block_lacks_has_no_proof():
    for index in (-1, 5):
        with pytest.raises(IndexError, match=f"transaction {index} of a block of 5"):
            make_block().prove(index)


def test_a_block_knows_its_number_and_is_named_by_its_header():
    block = make_block()
    assert block.number == 7
    assert block.hash == block.header.hash
