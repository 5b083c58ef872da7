"""The `trie` library and the tests' own reference agree with the official suites."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from trie import HexaryTrie

from tests.ledger.reference_trie import compute_root, keccak256
from tests.vectors import vector_file

SUITES = [
    ("trietest.json", False),
    ("trieanyorder.json", False),
    ("trietest_secureTrie.json", True),
    ("trieanyorder_secureTrie.json", True),
    ("hex_encoded_securetrie_test.json", True),
]
"""Files of the suite, and whether keys are hashed before they are paths."""


def cases(name: str, hashed: bool):
    """Yield each case's name, writes in order, and root."""
    suite = json.loads(vector_file(f"ethereum-tests/TrieTests/{name}").read_text())
    for label, case in suite.items():
        entries = case["in"]
        pairs = entries.items() if isinstance(entries, dict) else entries
        writes = [(_bytes(key), _bytes(value)) for key, value in pairs]
        if hashed:
            writes = [(keccak256(key), value) for key, value in writes]
        yield label, writes, bytes.fromhex(case["root"][2:])


def _bytes(text: str | None) -> bytes:
    if text is None:
        return b""
    return bytes.fromhex(text[2:]) if text.startswith("0x") else text.encode()


@pytest.mark.parametrize(("name", "hashed"), SUITES)
@pytest.mark.parametrize("pruning", [False, True])
def test_the_library_finds_the_official_roots(name, hashed, pruning):
    for label, writes, root in cases(name, hashed):
        trie = HexaryTrie({}, prune=pruning)
        for key, value in writes:
            trie[key] = value
        assert trie.root_hash == root, label


@pytest.mark.parametrize(("name", "hashed"), SUITES)
def test_the_reference_finds_the_official_roots(name, hashed):
    for label, writes, root in cases(name, hashed):
        assert compute_root(dict(writes)) == root, label


@given(
    st.lists(
        st.tuples(st.binary(max_size=4), st.binary(max_size=40)),
        max_size=30,
    )
)
@settings(max_examples=100)
def test_a_pruned_trie_keeps_the_root_of_its_entries(writes):
    trie = HexaryTrie({}, prune=True)
    for key, value in writes:
        trie[key] = value
    assert trie.root_hash == compute_root(dict(writes))
