"""Headers: real ones, their layout, and every bit of them."""

import hashlib
import struct
from dataclasses import replace
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minichain.errors import InvalidEncoding, InvalidHeader, ProtocolError
from minichain.ledger.header import Header, InsufficientWork, check_proof_of_work
from minichain.ledger.mainnet import heights, load_header
from minichain.ledger.target import EASIEST_BITS, MAX_TARGET, InvalidBits

GENESIS = load_header(0)

HEADERS = st.builds(
    Header,
    version=st.integers(-(2**31), 2**31 - 1),
    parent_hash=st.binary(min_size=32, max_size=32),
    merkle_root=st.binary(min_size=32, max_size=32),
    time=st.integers(0, 2**32 - 1),
    bits=st.integers(0, 2**32 - 1),
    nonce=st.integers(0, 2**32 - 1),
)


def test_the_first_header_has_the_hash_the_world_knows():
    known = "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f"
    assert GENESIS.id == known
    assert GENESIS.hash[::-1].hex() == known
    assert (GENESIS.time, GENESIS.bits) == (1231006505, 0x1D00FFFF)
    assert GENESIS.nonce == 2083236893
    assert GENESIS.parent_hash == bytes(32)


@pytest.mark.parametrize("height", heights(whole=False))
def test_every_real_header_meets_its_target(height):
    header = load_header(height)
    check_proof_of_work(header, MAX_TARGET)
    twice = hashlib.sha256(hashlib.sha256(header.encode()).digest()).digest()
    assert header.hash == twice
    assert int(header.id, 16) <= header.target
    assert header.work == 2**256 // (header.target + 1)


def test_another_nonce_does_not_meet_the_target():
    with pytest.raises(InsufficientWork, match="above the target") as error:
        check_proof_of_work(replace(GENESIS, nonce=GENESIS.nonce + 1))
    assert error.value.number > error.value.target == MAX_TARGET
    assert error.value.rule == "proof-of-work"


@pytest.mark.parametrize(("excess", "passes"), [(0, True), (1, False)])
def test_a_hash_equal_to_the_target_is_low_enough(excess, passes):
    # No one can find such a header, so this one only says that it has such a hash.
    number = (MAX_TARGET + excess).to_bytes(32, "little")
    header = SimpleNamespace(hash=number, target=MAX_TARGET, bits=0x1D00FFFF)
    if passes:
        check_proof_of_work(header, MAX_TARGET)
    else:
        with pytest.raises(InsufficientWork):
            check_proof_of_work(header, MAX_TARGET)


@pytest.mark.parametrize("version", [-(2**31), 2**31 - 1])
def test_every_version_of_32_bits_fits(version):
    header = replace(GENESIS, version=version)
    assert Header.decode(header.encode()).version == version


def test_a_header_may_not_choose_a_target_easier_than_allowed():
    easy = replace(GENESIS, bits=EASIEST_BITS, nonce=0)
    while int(easy.id, 16) > easy.target:
        easy = replace(easy, nonce=easy.nonce + 1)
    check_proof_of_work(easy)
    with pytest.raises(InvalidBits, match="easier than is allowed"):
        check_proof_of_work(easy, MAX_TARGET)


@pytest.mark.parametrize("height", heights(whole=False))
def test_any_flipped_bit_of_a_real_header_is_rejected(height):
    data = bytearray(load_header(height).encode())
    for bit in range(8 * len(data)):
        data[bit // 8] ^= 1 << bit % 8
        with pytest.raises(InvalidHeader) as error:
            check_proof_of_work(Header.decode(bytes(data)), MAX_TARGET)
        assert error.value.rule in ("proof-of-work", "bits")
        data[bit // 8] ^= 1 << bit % 8


@given(HEADERS)
def test_headers_survive_their_encoding(header):
    data = header.encode()
    assert len(data) == 80
    assert Header.decode(data) == header
    assert data[:4] == struct.pack("<i", header.version)
    assert data[4:68] == header.parent_hash + header.merkle_root
    assert data[68:] == struct.pack("<3I", header.time, header.bits, header.nonce)


@given(st.binary(max_size=100))
def test_any_bytes_are_a_header_or_a_named_error(data):
    try:
        header = Header.decode(data)
        assert header.encode() == data
        check_proof_of_work(header)
    except ProtocolError as error:
        assert error.rule in ("encoding", "bits", "proof-of-work")


@pytest.mark.parametrize("size", [0, 79, 81])
def test_a_header_has_eighty_bytes(size):
    with pytest.raises(InvalidEncoding, match="required 80"):
        Header.decode(bytes(size))


@pytest.mark.parametrize(
    "change",
    [
        {"version": 2**31},
        {"version": -(2**31) - 1},
        {"time": -1},
        {"time": 2**32},
        {"bits": 2**32},
        {"nonce": 2**32},
        {"parent_hash": bytes(31)},
        {"merkle_root": bytes(33)},
    ],
)
def test_fields_that_do_not_fit_are_refused(change):
    with pytest.raises(InvalidEncoding, match=next(iter(change))):
        replace(GENESIS, **change).encode()
