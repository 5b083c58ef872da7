"""The search for a nonce agrees with hashlib and finds Bitcoin's own."""

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minichain.consensus import pow as proof_of_work
from minichain.ledger.target import InvalidTarget

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
@settings(max_examples=60)
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


EASY = 2**240
"""A target that one nonce in 65,536 meets."""


def first_nonce(header: bytes, target: int, start: int, count: int) -> int | None:
    nonces = range(start, start + count)
    return next((n for n in nonces if number(header, n) <= target), None)


@given(
    header=st.binary(min_size=80, max_size=80),
    lane=st.integers(0, 63),
    start=st.integers(0, 2**32 - 64),
)
@settings(max_examples=40)
def test_a_nonce_is_found_wherever_in_the_lanes_it_lies(header, lane, start):
    # As its own target, each hash is found unless a lower one lies before it.
    target = number(header, start + lane)
    expected = first_nonce(header, target, start, lane + 1)
    assert proof_of_work.search(header, target, start, 64) == expected


@given(
    header=st.binary(min_size=80, max_size=80),
    lane=st.integers(0, 3),
    start=st.integers(0, 2**32 - 64),
)
@settings(max_examples=40)
def test_a_hash_just_above_the_target_hides_no_nonce_behind_it(header, lane, start):
    # Its first word is the target's, and the rest is above: a false alarm.
    target = number(header, start + lane) >> 224 << 224
    expected = first_nonce(header, target, start, 64)
    assert proof_of_work.search(header, target, start, 64) == expected


@pytest.mark.parametrize("workers", [1, 2, 3, None])
@pytest.mark.parametrize("size", [1_000, 4_096, 100_000])
def test_any_number_of_workers_finds_what_one_search_finds(workers, size):
    for seed in range(3):
        header = hashlib.shake_128(bytes([seed])).digest(80)
        expected = proof_of_work.search(header, EASY, 7, 60_000)
        found = proof_of_work.mine(
            header, EASY, workers, start=7, count=60_000, size=size
        )
        assert found == expected


def test_the_nonce_of_genesis_is_mined_from_a_window():
    start = GENESIS_NONCE - 300_000
    found = proof_of_work.mine(
        GENESIS, GENESIS_TARGET, 2, start=start, count=400_000, size=50_000
    )
    assert found == GENESIS_NONCE


@pytest.mark.parametrize("workers", [1, 2])
def test_progress_is_told_after_each_slice(workers):
    told = []
    found = proof_of_work.mine(
        GENESIS, 0, workers, count=1_050, size=100, on_progress=told.append
    )
    assert found is None
    assert [one.hashes for one in told] == [*range(100, 1_001, 100), 1_050]
    assert {one.count for one in told} == {1_050}
    seconds = [one.seconds for one in told]
    assert seconds == sorted(seconds)
    assert told[-1].rate == pytest.approx(1_050 / seconds[-1])


def test_progress_counts_up_to_the_nonce_that_was_found():
    told = []
    start = GENESIS_NONCE - 250
    proof_of_work.mine(
        GENESIS, GENESIS_TARGET, 2, start=start, size=100, on_progress=told.append
    )
    assert [one.hashes for one in told] == [100, 200, 251]


def test_progress_before_any_time_has_passed_has_no_rate():
    assert proof_of_work.Progress(5, 10, 0.0).rate == 0


def test_a_long_search_finds_the_nonce_too():
    """Long enough for the quicker kernel to be asked for."""
    count = proof_of_work.LONG + 50_000
    start = GENESIS_NONCE - count + 1_000
    assert proof_of_work.search(GENESIS, GENESIS_TARGET, start, count) == GENESIS_NONCE
    assert proof_of_work.search(GENESIS, 0, start, count) is None


@pytest.mark.parametrize("workers", [1, 2])
def test_what_the_listener_raises_stops_the_search(workers):
    told = []

    def interrupt(progress):
        told.append(progress)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        proof_of_work.mine(GENESIS, 0, workers, size=1_000, on_progress=interrupt)
    assert len(told) == 1


def test_a_search_that_ends_with_the_nonces_looks_no_further():
    told = []
    last = 2**32 - 150
    found = proof_of_work.mine(
        GENESIS, 0, 1, start=last, count=10**6, size=100, on_progress=told.append
    )
    assert found is None
    assert [one.hashes for one in told] == [100, 150]


@pytest.mark.parametrize(("workers", "size"), [(0, 10), (-1, 10), (1, 0), (1, -5)])
def test_no_worker_and_no_slice_are_refused(workers, size):
    with pytest.raises(proof_of_work.InvalidWorkers, match="required 1 each"):
        proof_of_work.mine(GENESIS, 1, workers, size=size)


def test_mining_refuses_what_a_search_refuses():
    with pytest.raises(InvalidTarget):
        proof_of_work.mine(GENESIS, -1)
    with pytest.raises(proof_of_work.InvalidHeaderSize):
        proof_of_work.mine(GENESIS[:79], 1)
    with pytest.raises(proof_of_work.InvalidNonceRange):
        proof_of_work.mine(GENESIS, 1, start=-1)


@given(
    header=st.binary(min_size=80, max_size=80),
    start=st.integers(0, 2**32 - 1),
    count=st.integers(0, 60),
    target=st.integers(0, 2**256 - 1),
)
@settings(max_examples=30)
def test_without_kernels_the_search_is_the_same(header, start, count, target):
    end = min(start + count, 2**32)
    plain = proof_of_work._search_one_by_one(header, target, start, end)
    assert plain == first_nonce(header, target, start, end - start)
    assert plain == proof_of_work.search(header, target, start, count)


def test_the_page_searches_with_one_thread_in_shorter_slices(monkeypatch):
    monkeypatch.setattr(proof_of_work.sys, "platform", "emscripten")
    monkeypatch.setattr(proof_of_work, "ThreadPoolExecutor", None)
    assert proof_of_work.available_cores() == 1
    assert proof_of_work.default_slice() <= proof_of_work.PAGE_SLICE
    assert proof_of_work.mine(GENESIS, EASY, 4, count=60_000) == proof_of_work.search(
        GENESIS, EASY, 0, 60_000
    )


def test_slices_are_longer_where_the_search_is_quicker():
    sizes = proof_of_work.PLAIN_SLICE, proof_of_work.PAGE_SLICE, proof_of_work.SLICE
    assert sorted(sizes) == list(sizes)
    assert proof_of_work.default_slice() in sizes
