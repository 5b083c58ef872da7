"""The trie of a list has the root that two other implementations give it."""

import pytest
import rlp
from hypothesis import example, given, settings
from hypothesis import strategies as st
from trie import HexaryTrie

from minichain.ledger.list_trie import compute_list_root
from tests.ledger.reference_trie import compute_root


@given(st.lists(st.binary(min_size=1, max_size=80), max_size=40))
@example([b"\x01"])
@example([b"\x80"] * 17)
@settings(max_examples=150, deadline=None)
def test_the_root_is_that_of_the_reference(items):
    entries = {rlp.encode(index): item for index, item in enumerate(items)}
    assert compute_list_root(items) == compute_root(entries)


@pytest.mark.parametrize("count", [0, 1, 2, 127, 128, 129, 255, 256, 257, 1000])
@pytest.mark.parametrize("size", [1, 30, 55, 56, 300, 70_000])
def test_the_root_is_that_of_the_library_at_every_step_of_a_length(count, size):
    if count * size > 10**7:
        count = 10**7 // size
    items = [bytes([index % 255 + 1]) * size for index in range(count)]
    trie = HexaryTrie({})
    for index, item in enumerate(items):
        trie[rlp.encode(index)] = item
    assert compute_list_root(items) == trie.root_hash


def test_the_place_of_an_item_counts():
    assert compute_list_root([b"a", b"b"]) != compute_list_root([b"b", b"a"])
