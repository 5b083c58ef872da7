"""Every kernel gives the same answer on every runtime; the page runs this file too."""

import hashlib
from array import array

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minichain.kernels import keccak as keccak_kernels
from minichain.kernels import proof_of_work, ripemd160, sha256
from minichain.kernels.runtime import Word, address_of
from tests.kernels import oracles

runtimes = pytest.mark.parametrize("runtime", oracles.RUNTIMES)


def hash_nodes(batch, messages: bytes, runtime: str) -> bytes:
    count = len(messages) // 64
    digests = bytearray(32 * count)
    assert batch(messages, digests, count, runtime=runtime) == 0
    return bytes(digests)


@runtimes
@pytest.mark.parametrize("count", [16, 17, 31, 32, 33, 100])
@pytest.mark.parametrize(
    ("batch", "oracle"),
    [
        (sha256.sha256_nodes, oracles.sha256),
        (sha256.sha256d_nodes, oracles.sha256d),
        (keccak_kernels.keccak256_nodes, oracles.keccak256),
    ],
    ids=["sha256", "sha256d", "keccak256"],
)
def test_a_batch_hashes_each_message_on_its_own(batch, oracle, count, runtime):
    messages = hashlib.shake_128(b"%d" % count).digest(64 * count)
    expected = b"".join(oracle(messages[i : i + 64]) for i in range(0, 64 * count, 64))
    assert hash_nodes(batch, messages, runtime) == expected


@runtimes
@given(message=st.binary(max_size=600))
@settings(max_examples=30)
def test_keccak_of_any_message_agrees_with_pycryptodome(runtime, message):
    digest = bytearray(32)
    keccak_kernels.keccak256_digest(message, digest, bytearray(136), runtime=runtime)
    assert bytes(digest) == oracles.keccak256(message)


@runtimes
@given(message=st.binary(max_size=200))
@settings(max_examples=30)
def test_ripemd160_blocks_agree_with_pycryptodome(runtime, message):
    padded = message + b"\x80" + bytes((55 - len(message)) % 64)
    padded += (8 * len(message)).to_bytes(8, "little")
    state = array("I", ripemd160.INITIAL)
    ripemd160.ripemd160_blocks(padded, state, bytearray(64), runtime=runtime)
    assert state.tobytes() == oracles.ripemd160(message)


def header_words(header: bytes) -> array:
    return array(
        "I", [int.from_bytes(header[i : i + 4], "big") for i in range(0, 80, 4)]
    )


def top_word(header: bytes, nonce: int) -> int:
    sealed = header[:76] + nonce.to_bytes(4, "little")
    return int.from_bytes(oracles.sha256d(sealed), "little") >> 224


@given(
    header=st.binary(min_size=80, max_size=80),
    first=st.one_of(st.integers(0, 2**32 - 101), st.just(2**32 - 100)),
    lane=st.integers(0, 99),
)
@settings(max_examples=25)
def test_a_nonce_in_any_lane_is_found_and_none_is_invented(header, first, lane):
    tops = [top_word(header, first + i) for i in range(100)]
    limit = tops[lane]
    expected = next(i for i, top in enumerate(tops) if top <= limit)
    lowest = min(tops)
    for runtime in oracles.RUNTIMES:
        words = header_words(header)
        search = proof_of_work.search_nonce
        assert search(words, first, 100, limit, runtime=runtime) == expected
        if lowest:
            assert search(words, first, 100, lowest - 1, runtime=runtime) == -1


def test_a_search_over_many_chunks_finds_the_first_of_two_nonces():
    header = bytes(range(80))
    tops = [top_word(header, i) for i in range(40_000)]
    best_two = sorted(range(40_000), key=tops.__getitem__)[:2]
    limit = max(tops[i] for i in best_two)
    found = proof_of_work.search_nonce(header_words(header), 0, 40_000, limit)
    assert found == min(best_two)
    again = proof_of_work.search_nonce(
        header_words(header), found + 1, 40_000 - found - 1, limit
    )
    assert found + 1 + again == max(best_two)


def test_a_search_never_looks_beyond_its_count():
    header = bytes(range(80))
    tops = [top_word(header, i) for i in range(64)]
    best = min(range(64), key=tops.__getitem__)
    words = header_words(header)
    search = proof_of_work.search_nonce
    assert search(words, 0, best + 1, tops[best]) == best
    assert search(words, 0, best, tops[best]) == -1


@pytest.mark.parametrize(
    ("name", "value", "wrapped"),
    [("u8", 256, 0), ("u32", -1, 2**32 - 1), ("i64", 2**63, -(2**63)), ("u64", 7, 7)],
)
def test_a_word_wraps_to_its_width(name, value, wrapped):
    assert Word(name)(value) == wrapped


@pytest.mark.parametrize(
    "make", [bytes, bytearray, memoryview, lambda b: array("B", b)]
)
def test_every_buffer_has_an_address_and_a_length(make):
    import ctypes

    buffer = make(b"chain")
    address, length = address_of(buffer)
    assert ctypes.string_at(address, length) == b"chain"


def test_a_text_is_no_buffer():
    with pytest.raises(TypeError):
        address_of("chain")
