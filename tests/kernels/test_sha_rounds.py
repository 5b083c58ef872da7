"""The search by the processor's own rounds finds what every other search finds."""

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minichain.kernels import proof_of_work, sha_rounds
from tests.kernels import oracles
from tests.kernels.test_same_answers import header_words, top_word


def by_rounds(header: bytes, first: int, count: int, limit: int, runtime: str) -> int:
    scratch = bytearray(sha_rounds.SCRATCH)
    search = sha_rounds.search_nonce_by_rounds
    words = header_words(header)
    return search(words, scratch, first, count, limit, runtime=runtime)


def runtimes() -> list[str]:
    special = sha_rounds.runs_compiled(sha_rounds.search_nonce_by_rounds)
    return ["plain", "native"] if special else ["plain"]


needs_rounds = pytest.mark.skipif(
    "native" not in runtimes(), reason="this processor has no SHA instructions"
)


@pytest.mark.oracle
@given(
    header=st.binary(min_size=80, max_size=80),
    first=st.one_of(st.integers(0, 2**32 - 101), st.just(2**32 - 100)),
    lane=st.integers(0, 99),
)
@settings(max_examples=20)
def test_a_nonce_in_any_lane_is_found_and_none_is_invented(header, first, lane):
    tops = [top_word(header, first + i) for i in range(100)]
    expected = next(i for i, top in enumerate(tops) if top <= tops[lane])
    lowest = min(tops)
    for runtime in runtimes():
        assert by_rounds(header, first, 100, tops[lane], runtime) == expected
        if lowest:
            assert by_rounds(header, first, 100, lowest - 1, runtime) == -1


@needs_rounds
@given(
    header=st.binary(min_size=80, max_size=80),
    first=st.integers(0, 2**32 - 70_000),
    count=st.integers(0, 70_000),
)
@settings(max_examples=20)
def test_over_many_chunks_it_finds_what_the_lanes_find(header, first, count):
    words = header_words(header)
    for limit in (0, 2**16, 2**18, 2**20):
        lanes = proof_of_work.search_nonce(words, first, count, limit)
        assert sha_rounds.search_by_rounds(words, first, count, limit) == lanes


@needs_rounds
def test_what_is_left_in_memory_is_never_found():
    """The first turns read what an earlier search wrote; here all of it would win."""
    header = hashlib.shake_128(b"left").digest(80)
    words, search = header_words(header), sha_rounds.search_nonce_by_rounds
    for left in (0, 0xFF):
        scratch = bytearray([left]) * sha_rounds.SCRATCH
        assert search(words, scratch, 7, 1, 2**32 - 1) == 0
        assert search(words, scratch, 7, 3_000, 0) == -1
    top = top_word(header, 9)
    assert search(words, scratch, 0, 9, top - 1) == search(
        words, bytearray(sha_rounds.SCRATCH), 0, 9, top - 1
    )


@needs_rounds
@pytest.mark.parametrize("shift", [1, 16, 40, 63])
def test_memory_may_begin_anywhere_and_is_not_left(shift):
    words = header_words(bytes(range(80)))
    whole = bytearray(b"\xaa") * (sha_rounds.SCRATCH + 128)
    view = memoryview(whole)[shift : shift + sha_rounds.SCRATCH]
    search = sha_rounds.search_nonce_by_rounds
    expected = proof_of_work.search_nonce(words, 0, 5_000, 2**21)
    assert search(words, view, 0, 5_000, 2**21) == expected
    assert set(whole[:shift]) <= {0xAA}
    assert set(whole[shift + sha_rounds.SCRATCH :]) == {0xAA}


def test_the_fastest_search_is_one_of_the_two():
    choices = [proof_of_work.search_nonce, sha_rounds.search_by_rounds]
    assert sha_rounds.fastest_search() in choices


@needs_rounds
def test_the_choice_is_made_anew_after_a_while(monkeypatch):
    seconds = iter(n / 1_000 for n in range(10**6))
    monkeypatch.setattr(sha_rounds, "perf_counter", lambda: next(seconds))
    sha_rounds._measure.cache_clear()
    sha_rounds.fastest_search()
    tried = next(seconds)
    sha_rounds.fastest_search()
    assert next(seconds) - tried < 0.003
    monkeypatch.setattr(sha_rounds, "PERIOD", 1e-6)
    sha_rounds.fastest_search()
    assert next(seconds) - tried > 0.010


def test_without_the_processors_rounds_the_lanes_search(monkeypatch):
    monkeypatch.setattr(sha_rounds, "runs_compiled", lambda kernel: False)
    assert sha_rounds.fastest_search() is proof_of_work.search_nonce


def test_the_page_has_no_such_rounds():
    if oracles.IN_PAGE:
        assert runtimes() == ["plain"]


@needs_rounds
def test_rounds_that_are_far_behind_are_not_waited_for(monkeypatch):
    monkeypatch.setattr(sha_rounds, "TRIAL", 2**30)
    slow = {sha_rounds.search_by_rounds: 9.0, sha_rounds.search_nonce: 1.0}

    def time(search, header, count):
        assert count == sha_rounds.FIRST_TRIAL
        return slow[search]

    monkeypatch.setattr(sha_rounds, "_time", time)
    sha_rounds._measure.cache_clear()
    assert sha_rounds.fastest_search() is sha_rounds.search_nonce
    sha_rounds._measure.cache_clear()


@needs_rounds
@pytest.mark.parametrize(("sse4a", "bits"), [(True, 256), (False, 128)])
def test_vectors_beside_the_rounds_are_as_wide_as_the_processor_bears(
    monkeypatch, sse4a, bits
):
    from minichain.kernels import objects

    monkeypatch.setattr(objects, "has_feature", lambda name: sse4a)
    monkeypatch.setattr(objects, "vector_bits", lambda: 512)
    assert objects.width(sha_rounds.search_nonce_by_rounds) == bits
    assert objects.width(proof_of_work.search_nonce) == 512
