"""A filter over logs never misses one, and has Ethereum's bits."""

from hypothesis import given
from hypothesis import strategies as st

from minichain.crypto.hashing import keccak256
from minichain.ledger.log import Log, compute_bits, compute_bloom, may_contain


def test_a_hundred_entries_make_the_filter_that_geth_makes():
    # go-ethereum, core/types/bloom9_test.go: TestBloomExtensively.
    bits = 0
    for number in range(100):
        bits |= compute_bits(f"xxxxxxxxxx data {number} yyyyyyyyyyyyyy".encode())
    assert keccak256(bits.to_bytes(256, "big")).hex() == (
        "c8d3ca65cdb4874300a9e39475508f23ed6da09fdbc487f89a2dcf50b09eb263"
    )


addresses = st.binary(min_size=20, max_size=20)
words = st.binary(min_size=32, max_size=32)
logs = st.builds(
    Log,
    addresses,
    st.lists(words, max_size=4).map(tuple),
    st.binary(max_size=40),
)


@given(st.lists(logs, max_size=8))
def test_a_filter_finds_every_address_and_topic_in_it(found):
    bloom = compute_bloom(found)
    assert len(bloom) == 256
    for log in found:
        assert all(may_contain(bloom, entry) for entry in (log.address, *log.topics))


@given(st.lists(logs, max_size=8), st.lists(logs, max_size=8))
def test_the_filter_of_a_block_is_that_of_its_logs_together(some, others):
    both = int.from_bytes(compute_bloom(some), "big")
    both |= int.from_bytes(compute_bloom(others), "big")
    assert compute_bloom(some + others) == both.to_bytes(256, "big")


def test_an_empty_filter_holds_nothing_and_a_full_one_promises_all():
    assert compute_bloom([]) == bytes(256)
    assert not may_contain(bytes(256), b"anything")
    assert may_contain(b"\xff" * 256, b"anything")
    log = Log(b"\1" * 20, (b"\2" * 32,), b"data")
    assert not may_contain(compute_bloom([log]), b"data")
