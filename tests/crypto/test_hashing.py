"""Hash functions against published vectors and independent implementations."""

import hashlib
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minichain.crypto import hashing
from tests.kernels import oracles

# NIST CAVP, SHA256ShortMsg and the examples of FIPS 180-4.
SHA256 = {
    b"": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    b"abc": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq": (
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
}

# The Keccak team's ShortMsgKAT_256, lengths 0 and 8 bits; Ethereum's empty hash.
KECCAK256 = {
    b"": "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470",
    b"\xcc": "eead6dbfc7340a56caedc044696a168870549a6a7f6f56961e84a54bd9970b8a",
    b"transfer(address,uint256)": (
        "a9059cbb2ab09eb219583f4a59a5d0623ade346d962bcd4e46b11da047c9049b"
    ),
}

# The appendix of the RIPEMD-160 paper.
RIPEMD = {
    b"": "9c1185a5c5e9fc54612808977ee8f548b2258d31",
    b"a": "0bdc9d2d256b3ee9daae347be6f4dc835a467ffe",
    b"abc": "8eb208f7e05d987a9b044a8e98c6b087f15a0bfc",
    b"message digest": "5d0689ef49d2fae572b881b123a85ffa21595f36",
}


@pytest.mark.parametrize(("message", "digest"), SHA256.items())
def test_sha256_matches_the_published_vectors(message, digest):
    assert hashing.sha256(message).hex() == digest


@pytest.mark.parametrize(("message", "digest"), KECCAK256.items())
def test_keccak256_matches_the_published_vectors(message, digest):
    assert hashing.keccak256(message).hex() == digest


@pytest.mark.parametrize(("message", "digest"), RIPEMD.items())
def test_ripemd160_matches_the_published_vectors(message, digest):
    assert hashing.ripemd160(message).hex() == digest


def test_a_million_letters_hash_as_the_ripemd_paper_says():
    digest = hashing.ripemd160(b"a" * 1_000_000).hex()
    assert digest == "52783243c1697bdbe16d37f97f68f08325dc1528"


def test_keccak256_is_not_sha3():
    assert hashing.keccak256(b"") != hashlib.sha3_256(b"").digest()


def test_double_sha256_hashes_the_digest_again():
    once = hashlib.sha256(b"hello").digest()
    assert hashing.sha256d(b"hello") == hashlib.sha256(once).digest()


@pytest.mark.oracle
@given(st.binary(max_size=1000))
def test_keccak_and_ripemd_agree_with_pycryptodome(message):
    assert hashing.keccak256(message) == oracles.keccak256(message)
    assert hashing.ripemd160(message) == oracles.ripemd160(message)


@given(st.binary(min_size=1, max_size=300), st.data())
def test_one_flipped_bit_changes_every_digest(message, data):
    bit = data.draw(st.integers(0, 8 * len(message) - 1))
    flipped = bytearray(message)
    flipped[bit // 8] ^= 1 << bit % 8
    for function in (hashing.sha256, hashing.keccak256, hashing.ripemd160):
        assert function(message) != function(bytes(flipped))


BATCHES = [
    (hashing.sha256_batch, hashing.sha256),
    (hashing.sha256d_batch, hashing.sha256d),
    (hashing.keccak256_batch, hashing.keccak256),
]


@pytest.mark.parametrize(("batch", "single"), BATCHES)
@pytest.mark.parametrize("count", [0, 1, 15, 16, 17, 1000])
def test_a_batch_equals_its_messages_hashed_one_by_one(batch, single, count):
    nodes = os.urandom(64 * count)
    expected = [single(nodes[i : i + 64]) for i in range(0, len(nodes), 64)]
    assert batch(nodes) == b"".join(expected)


@pytest.mark.parametrize("kind", [bytearray, memoryview])
def test_a_batch_takes_any_buffer(kind):
    nodes = bytes(range(64)) * 20
    assert hashing.sha256_batch(kind(nodes)) == hashing.sha256_batch(nodes)


@pytest.mark.parametrize("batch", [pair[0] for pair in BATCHES])
def test_a_batch_that_is_no_whole_number_of_messages_is_refused(batch):
    with pytest.raises(ValueError, match="130 bytes are 2 messages of 64 and 2 left"):
        batch(bytes(130))
