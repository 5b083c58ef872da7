"""The blocks that come with the package are Bitcoin's own, and prove it."""

import hashlib
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minichain.consensus.difficulty import next_bits
from minichain.crypto.addresses import p2pkh_address
from minichain.crypto.keys import PublicKey
from minichain.errors import InvalidEncoding, ProtocolError
from minichain.ledger.bitcoin import BitcoinBlock, check_block
from minichain.ledger.header import HEADER_SIZE
from minichain.ledger.mainnet import heights, load_block, load_header
from minichain.ledger.target import compute_difficulty

KNOWN = {
    0: "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f",
    1: "00000000839a8e6886ab5951d76f411475428afc90947ee320161bbf18eb6048",
    2: "000000006a625f06636b8bb6ac7b960a8d03705d1ace08b1a19da3fdcc99ddbd",
    3: "0000000082b5015589a3fdf2d4baff403e6f0be035a5d9742c1cae6295464449",
    4: "000000004ebadb55ee9096c9a2f8880e09da59c0d68b1c228da88e48844a1485",
    5: "000000009b7262315dbf071787ad3656097b892abffd1f95a1a022f896f533fc",
    6: "000000003031a0e73735690c5a1ff2a4be82553b2a12b776fbd3a215dc8f778d",
    7: "0000000071966c2b1d065fd446b1e485b2c9d9594acd2007ccbd5441cfc89444",
    8: "00000000408c48f847aa786c2268fc3e6ec2af68e8468a34a28c61b7f1de0dc6",
    9: "000000008d9dc510f23c2657fc4f67bea30078cc05a90eb89e84cc475c080805",
    10: "000000002c05cc2e78923c34df87fd108b22221ac6076c18f3ade378a4d915e9",
    170: "00000000d1145790a8694403d4063f323d499e655c83426834d4ce2f8dd4a2ee",
    30240: "000000000fa8bfa0f0dd32f956b874b2c7f1772c5fbedcb1b35e03335c7fb0a8",
    32255: "00000000984f962134a7291e3693075ae03e521f0ee33378ec30a334d860034b",
    32256: "000000004f2886a170adb7204cb0c7a824217dd24d11a74423d564c4e0904967",
    100000: "000000000003ba27aa200b1cecaad478d2b00432346c3f1f3986da1afd33e506",
    125552: "00000000000000001e8d6829a8a21adc5d38d0a473b144b6765798e61f98bd1d",
}


def test_the_hashes_are_those_the_world_knows():
    assert {h: load_header(h).id for h in heights(whole=False)} == KNOWN
    assert heights() == tuple(h for h in KNOWN if h != 125552)


@pytest.mark.parametrize("height", heights())
def test_every_block_keeps_every_rule_it_shows(height):
    block = load_block(height)
    check_block(block, height)
    assert BitcoinBlock.decode(block.encode()) == block
    assert block.id == KNOWN[height]
    assert block.weight == 4 * len(block.encode())


@pytest.mark.oracle
@pytest.mark.parametrize("height", heights())
def test_merkle_roots_agree_with_hashing_pair_by_pair(height):
    level = [t.hash for t in load_block(height).transactions]
    while len(level) > 1:
        level += level[-1:] if len(level) % 2 else []
        pairs = zip(level[::2], level[1::2], strict=True)
        level = [_twice(left + right) for left, right in pairs]
    assert level[0] == load_header(height).merkle_root


def _twice(data):
    return hashlib.sha256(hashlib.sha256(data).digest()).digest()


def test_the_first_eleven_blocks_are_a_chain():
    for height in range(1, 11):
        header, parent = load_header(height), load_header(height - 1)
        assert header.parent_hash == parent.hash
        assert header.time > parent.time
        assert header.bits == next_bits(height, parent, load_header(0))


def test_the_first_change_of_the_target_follows_from_real_headers():
    first, parent, header = map(load_header, (30240, 32255, 32256))
    assert header.parent_hash == parent.hash
    assert (first.time, parent.time) == (1261130161, 1262152739)
    assert next_bits(32256, parent, first) == header.bits == 0x1D00D86A
    assert f"{float(compute_difficulty(header.target)):.7f}" == "1.1828995"
    # One block later nothing changes.
    assert next_bits(32257, header, first) == header.bits


def test_the_first_block_carries_its_headline_and_its_address():
    coinbase = load_block(0).transactions[0]
    headline = b"The Times 03/Jan/2009 Chancellor on brink of second bailout for banks"
    assert coinbase.inputs[0].script.endswith(headline)
    key = PublicKey.from_bytes(coinbase.outputs[0].script[1:-1])
    address = p2pkh_address(key, compressed=False)
    assert address == "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"


def test_block_100000_has_four_transactions_and_their_root():
    block = load_block(100_000)
    assert [t.id for t in block.transactions] == [
        "8c14f0db3df150123e6f3dbbf30f8b955a8249b62ac1d1ff16284aefa3d06d87",
        "fff2525b8931402dd09222c50775608f75787bd2b87e56995a7bdd30f79702c4",
        "6359f0868171b1d194cbee1af2f16ea598ae8fad666d9b012c8ed2b79a236ec4",
        "e9a66845e05d5abc0ad04ec80f774a7e585c6e8db975962d069a522137b80c1d",
    ]
    root = "f3e94742aca4b5ef85488dc37c06c3282295ffec960994b2c0d5ac2a25a95766"
    assert block.merkle_root[::-1].hex() == root


@pytest.mark.parametrize("height", [11, 125_553])
def test_blocks_that_are_not_here_are_a_key_error(height):
    with pytest.raises(KeyError, match=str(height)):
        load_block(height)


def test_a_header_without_its_block_is_told_apart():
    assert load_header(125_552).bits == 0x1A44B9F2
    with pytest.raises(KeyError, match="only the header"):
        load_block(125_552)


FLIPPED_HEADER = {"proof-of-work", "bits"}
FLIPPED_FORM = {"truncated", "trailing-bytes", "compact-size", "witness-flag"}


@pytest.mark.parametrize("height", [1, 170, 100_000])
def test_any_flipped_bit_of_a_real_block_is_rejected(height):
    data = load_block(height).encode()
    rules = Counter(find_broken_rule(data, bit) for bit in range(8 * len(data)))
    assert set(rules) <= FLIPPED_HEADER | FLIPPED_FORM | {"merkle-root"}
    # Most of a block is no size or count: there only the root tells.
    assert rules["merkle-root"] > 0.8 * 8 * (len(data) - 80)


def find_broken_rule(data, bit):
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(ProtocolError) as error:
        check_block(BitcoinBlock.decode(bytes(changed)))
    assert (error.value.rule in FLIPPED_HEADER) == (bit < 8 * HEADER_SIZE)
    return error.value.rule


@given(st.binary(max_size=400))
def test_any_bytes_are_a_block_or_a_named_error(data):
    try:
        block = BitcoinBlock.decode(data)
    except InvalidEncoding:
        return
    assert block.encode() == data


@given(st.binary(max_size=300))
def test_any_bytes_behind_a_real_header_are_refused(data):
    header = load_header(170).encode()
    with pytest.raises(ProtocolError):
        check_block(BitcoinBlock.decode(header + data))
