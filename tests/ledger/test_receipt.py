"""Receipts have Ethereum's encoding and root."""

from dataclasses import replace

import rlp
from hypothesis import given, settings
from hypothesis import strategies as st

from minichain.ledger.log import Log, compute_bloom
from minichain.ledger.receipt import Receipt, compute_receipts_root
from minichain.ledger.state import EMPTY_ROOT
from minichain.units import Address, Gas, Hash32
from tests.ledger.reference_trie import compute_root


def test_receipts_of_no_transactions_have_the_empty_root():
    assert compute_receipts_root([]) == EMPTY_ROOT


def test_a_receipt_is_its_type_status_gas_filter_and_logs():
    receipt = Receipt(2, True, Gas(21_000), Gas(63_000))
    encoded = receipt.encode()
    assert encoded[0] == 2
    assert rlp.decode(encoded[1:]) == [b"\x01", b"\xf6\x18", bytes(256), []]
    assert replace(receipt, kind=0).encode() == encoded[1:]


def test_a_receipt_holds_the_logs_and_the_filter_over_them():
    log = Log(Address(b"\1" * 20), (Hash32(b"\2" * 32), Hash32(b"\3" * 32)), b"data")
    receipt = Receipt(0, True, Gas(30_000), Gas(30_000), (log, log))
    *_, bloom, logs = rlp.decode(receipt.encode())
    assert logs == [[log.address, list(log.topics), b"data"]] * 2
    assert bloom == receipt.bloom == compute_bloom([log]) != bytes(256)


@given(st.lists(st.tuples(st.integers(0, 2), st.booleans()), max_size=140))
@settings(max_examples=20)
def test_the_receipts_root_is_the_root_of_their_trie(outcomes):
    receipts = [
        Receipt(kind, succeeded, Gas(21_000), Gas(21_000 * place))
        for place, (kind, succeeded) in enumerate(outcomes, 1)
    ]
    entries = {rlp.encode(i): receipt.encode() for i, receipt in enumerate(receipts)}
    assert compute_receipts_root(receipts) == compute_root(entries)
