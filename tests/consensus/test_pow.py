"""The search for a nonce agrees with hashlib and finds Bitcoin's own."""

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minichain.consensus import pow as proof_of_work

GENESIS = bytes.fromhex(
    "0100000000000000000000000000000000000000000000000000000000000000000000003ba3edfd"
    "7a7b12b27ac72c3e67768f617fc81bc3888a51323a9fb8aa4b1e5e4a29ab5f49ffff001d1dac2b7c"
)
GENESIS_NONCE = 2083236893
GENESIS_TARGET = 0xFFFF << 208

BLOCK_125552 = bytes.fromhex(
    "0100000081cd02ab7e569e8bcd9317e2fe99f2de44d49ab2b8851ba4a308000000000000e320b6c2"
    "fffc8d750423db8b1eb942ae710e951ed797f7affc8892b0f1fc122bc7f5d74df2b9441a42a14695"
)
NONCE_125552 = 0x9546A142
TARGET_125552 = 0x44B9F2 << 184


@pytest.mark.parametrize(
    ("header", "target", "nonce"),
    [
        (GENESIS, GENESIS_TARGET, GENESIS_NONCE),
        (BLOCK_125552, TARGET_125552, NONCE_125552),
    ],
    ids=["genesis", "125552"],
)
def test_the_nonce_of_a_real_block_is_found(header, target, nonce):
    assert proof_of_work.search(header, target, nonce - 5000, 10_000) == nonce


def test_a_window_before_the_nonce_holds_none():
    start = GENESIS_NONCE - 5000
    assert proof_of_work.search(GENESIS, GENESIS_TARGET, start, 5000) is None


def number(header: bytes, nonce: int) -> int:
    sealed = header[:76] + nonce.to_bytes(4, "little")
    once = hashlib.sha256(sealed).digest()
    return int.from_bytes(hashlib.sha256(once).digest(), "little")


@given(
    header=st.binary(min_size=80, max_size=80),
    start=st.integers(0, 2**32 - 1),
    count=st.integers(0, 60),
    target=st.integers(0, 2**256 - 1),
)
@settings(max_examples=60, deadline=None)
def test_the_search_agrees_with_a_hashlib_loop(header, start, count, target):
    nonces = range(start, min(start + count, 2**32))
    expected = next((n for n in nonces if number(header, n) <= target), None)
    assert proof_of_work.search(header, target, start, count) == expected


def test_a_target_is_met_exactly_and_not_one_below():
    hashes = [number(GENESIS, n) for n in range(50)]
    best = min(range(50), key=hashes.__getitem__)
    assert proof_of_work.search(GENESIS, hashes[best], 0, 50) == best
    assert proof_of_work.search(GENESIS, hashes[best] - 1, 0, 50) is None


@pytest.mark.parametrize(
    ("header", "target", "start", "count", "message"),
    [
        (bytes(79), 1, 0, 1, "header of 79 bytes, required 80"),
        (bytes(80), -1, 0, 1, "target -1"),
        (bytes(80), 2**256, 0, 1, "not between 0 and"),
        (bytes(80), 1, 2**32, 1, "nonces from 4294967296"),
        (bytes(80), 1, 0, -1, "-1 of them"),
    ],
)
def test_an_impossible_search_is_refused(header, target, start, count, message):
    with pytest.raises(ValueError, match=message):
        proof_of_work.search(header, target, start, count)
