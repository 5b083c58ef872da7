"""A proof leads from a trie's root to what it holds, or to where it holds nothing."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minichain.crypto.hashing import keccak256
from minichain.ledger import hashed_trie
from minichain.ledger.hashed_trie import EMBEDDED, HashedTrie
from tests.node.proving import look_up


@given(st.dictionaries(st.binary(max_size=3), st.binary(min_size=1, max_size=40)))
@settings(max_examples=60)
def test_what_is_there_and_what_is_not_is_proven(entries):
    trie = HashedTrie()
    for key, value in entries.items():
        trie.put(key, value)
    for key in (*entries, b"absent"):
        found = look_up(trie.root, key, list(trie.prove(key)))
        assert found == entries.get(key, b"")


def test_a_proof_of_another_root_or_a_changed_node_proves_nothing():
    trie = HashedTrie()
    for number in range(20):
        trie.put(bytes([number]), b"word %d" % number)
    proof = list(trie.prove(b"\x05"))
    assert look_up(trie.root, b"\x05", proof) == b"word 5"
    assert look_up(keccak256(b"other"), b"\x05", proof) is None
    for place in range(len(proof)):
        changed = list(proof)
        changed[place] = changed[place][:-1] + bytes([changed[place][-1] ^ 1])
        assert look_up(trie.root, b"\x05", changed) is None


@pytest.fixture
def shallow(monkeypatch) -> None:
    """Make paths that differ at their ends, so that the last nodes are short."""
    monkeypatch.setattr(hashed_trie, "keccak256", lambda key: bytes(31) + key)
    monkeypatch.setattr("tests.node.proving.hash_key", lambda key: bytes(31) + key)


@pytest.mark.usefixtures("shallow")
def test_a_node_that_lies_within_another_is_not_told_again():
    trie = HashedTrie()
    for number in range(0, 40, 2):
        trie.put(bytes([number]), bytes([number + 1]))
    for number in range(41):
        proof = trie.prove(bytes([number]))
        assert all(len(node) >= EMBEDDED for node in proof[1:])
        expected = b"" if number % 2 or number >= 40 else bytes([number + 1])
        assert look_up(trie.root, bytes([number]), list(proof)) == expected
