"""The retarget rule, with Bitcoin's own history and its edges."""

from fractions import Fraction
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minichain.consensus.difficulty import (
    CLAMP,
    PERIOD,
    TIMESPAN,
    InvalidTime,
    MissingHeaders,
    UnexpectedBits,
    check_bits,
    longer_gap_probability,
    next_bits,
    next_bits_of,
    retarget,
    shorter_gap_probability,
    total_work,
)
from minichain.ledger.header import Header
from minichain.ledger.mainnet import load_header
from minichain.ledger.target import (
    MAX_TARGET,
    InvalidBits,
    InvalidTarget,
    bits_from_target,
    compute_difficulty,
    target_from_bits,
)

EASIEST = 0x1D00FFFF


def test_block_32256_got_the_first_harder_target():
    # Times of blocks 30240 and 32255.
    bits = retarget(1261130161, 1262152739, EASIEST)
    assert bits == 0x1D00D86A
    assert f"{float(compute_difficulty(target_from_bits(bits))):.7f}" == "1.1828995"


# Bitcoin Core, src/test/pow_tests.cpp: times, bits before, bits after.
CORE = [
    (1261130161, 1262152739, 0x1D00FFFF, 0x1D00D86A),
    (1231006505, 1233061996, 0x1D00FFFF, 0x1D00FFFF),
    (1279008237, 1279297671, 0x1C05A3F4, 0x1C0168FD),
    (1263163443, 1269211443, 0x1C387F6F, 0x1D00E1FD),
]


@pytest.mark.parametrize(("first", "last", "before", "after"), CORE)
def test_bitcoin_cores_own_cases_are_reproduced(first, last, before, after):
    assert retarget(first, last, before) == after


@given(st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1))
def test_the_target_moves_by_at_most_a_factor_of_four(first, last):
    bits = 0x1B0404CB
    old, new = target_from_bits(bits), target_from_bits(retarget(first, last, bits))
    # Rounding down to three bytes costs at most one part in 2**15.
    assert old // 4 * (1 - 2**-14) <= new <= old * 4
    assert new <= MAX_TARGET


def test_the_right_pace_changes_nothing_and_the_easiest_target_holds():
    assert retarget(0, TIMESPAN, 0x1B0404CB) == 0x1B0404CB
    assert retarget(0, 4 * TIMESPAN, EASIEST) == EASIEST


def test_bits_that_stand_for_no_target_are_refused():
    with pytest.raises(InvalidBits):
        retarget(0, TIMESPAN, 0)


def test_bits_change_at_multiples_of_2016_alone():
    first, parent = load_header(30240), load_header(32255)
    assert next_bits(32256, parent, first) == 0x1D00D86A
    for height in (32255, 32257, 1, PERIOD - 1, PERIOD + 1):
        assert next_bits(height, parent, first) == parent.bits


def test_a_period_is_measured_over_one_gap_too_few():
    # Blocks exactly ten minutes apart take 2015 gaps, and get a harder target.
    taken = (PERIOD - 1) * 600
    bits = 0x1B0404CB
    assert target_from_bits(retarget(0, taken, bits)) < target_from_bits(bits)
    assert retarget(0, taken + 600, bits) == bits


def test_the_clamp_holds_at_its_edges_and_gives_way_within():
    bits = 0x1B0404CB
    fast, slow = TIMESPAN // CLAMP, TIMESPAN * CLAMP
    assert retarget(0, fast - 1, bits) == retarget(0, fast, bits)
    assert retarget(0, fast + 600, bits) != retarget(0, fast, bits)
    assert retarget(0, slow + 1, bits) == retarget(0, slow, bits)
    assert retarget(0, slow - 6000, bits) != retarget(0, slow, bits)


@pytest.mark.oracle
@given(st.integers(1, 2**256 - 1), st.integers(-(10**7), 10**7))
def test_any_retarget_agrees_with_exact_fractions(target, taken):
    bits = bits_from_target(target)
    ratio = Fraction(min(max(taken, TIMESPAN // 4), TIMESPAN * 4), TIMESPAN)
    scaled = min(MAX_TARGET, floor(target_from_bits(bits) * ratio))
    first = 10**7
    found = retarget(first, first + taken, bits)
    assert found == bits_from_target(max(1, scaled))


def test_gaps_between_blocks_are_exponential():
    assert f"{longer_gap_probability(3600):.7f}" == "0.0024788"
    assert f"{shorter_gap_probability(60):.7f}" == "0.0951626"
    assert longer_gap_probability(0) == 1
    assert shorter_gap_probability(0) == 0


@given(st.floats(0, 1e5), st.floats(0, 1e5), st.floats(1, 1e4))
def test_waiting_does_not_bring_the_next_block_nearer(waited, more, spacing):
    both = longer_gap_probability(waited + more, spacing)
    apart = longer_gap_probability(waited, spacing) * longer_gap_probability(
        more, spacing
    )
    assert both == pytest.approx(apart, abs=1e-12)
    shorter = shorter_gap_probability(more, spacing)
    assert shorter + longer_gap_probability(more, spacing) == pytest.approx(1)


@pytest.mark.parametrize(("seconds", "spacing"), [(-1, 600), (1, 0), (1, -600)])
def test_a_wait_that_cannot_be_is_refused(seconds, spacing):
    for probability in (longer_gap_probability, shorter_gap_probability):
        with pytest.raises(InvalidTime, match="required"):
            probability(seconds, spacing)


@pytest.mark.parametrize(
    ("first", "last", "timespan"), [(-1, 9, 40), (9, -1, 40), (1, 9, 3), (1, 9, 0)]
)
def test_negative_times_and_empty_timespans_are_refused(first, last, timespan):
    with pytest.raises(InvalidTime, match="required 0, 0, 4 up"):
        retarget(first, last, EASIEST, timespan=timespan)


@pytest.mark.parametrize("easiest", [0, -1, 2**256])
def test_an_easiest_target_that_is_none_is_refused(easiest):
    with pytest.raises(InvalidTarget, match="is not between 1 and"):
        retarget(0, TIMESPAN, EASIEST, easiest)


def test_a_period_that_runs_backwards_counts_as_the_shortest():
    assert retarget(5_000, 1_000, 0x1B0404CB) == retarget(0, 1, 0x1B0404CB)


def chain_of(spacing: int, bits: int, length: int) -> list[Header]:
    """Return headers at an even pace, each with the bits that the rule gives."""
    headers = [Header(1, bytes(32), bytes(32), 10**9, bits, 0)]
    while len(headers) < length:
        height = len(headers)
        first = headers[-min(height, PERIOD)]
        required = next_bits(height, headers[-1], first)
        time = 10**9 + spacing * height
        headers.append(Header(1, bytes(32), bytes(32), time, required, 0))
    return headers


FAST = chain_of(300, 0x1B0404CB, 2 * PERIOD + 3)


def with_bits(headers: list[Header], place: int, bits: int) -> list[Header]:
    old = headers[place]
    new = Header(1, old.parent_hash, old.merkle_root, old.time, bits, old.nonce)
    return [*headers[:place], new, *headers[place + 1 :]]


def test_a_chain_of_headers_gives_the_next_one_its_bits():
    for height in (1, 2, PERIOD - 1, PERIOD, PERIOD + 1, 2 * PERIOD):
        assert next_bits_of(FAST[:height]) == FAST[height].bits
    assert FAST[PERIOD].bits != FAST[PERIOD - 1].bits


def test_real_headers_of_the_period_ends_give_block_32256_its_bits():
    # The rule reads the first and the last of the 2016 alone.
    first, parent = load_header(30240), load_header(32255)
    period = [first, *[parent] * (PERIOD - 1)]
    assert next_bits_of(period, 30240) == load_header(32256).bits == 0x1D00D86A


def test_the_first_real_blocks_carry_the_bits_of_the_rule():
    check_bits([load_header(height) for height in range(11)])


def test_too_few_headers_give_no_bits():
    for headers, first_height in ([], 0), (FAST[1:PERIOD], 1), ([], 5):
        with pytest.raises(MissingHeaders, match="required"):
            next_bits_of(headers, first_height)


def test_a_chain_with_the_right_bits_passes_from_any_height_on():
    check_bits(FAST)
    check_bits(FAST[1000:], 1000)
    check_bits([])


@pytest.mark.parametrize("place", [1, PERIOD - 1, PERIOD, PERIOD + 1, 2 * PERIOD])
def test_a_header_with_other_bits_is_named_with_its_height(place):
    forged = with_bits(FAST, place, FAST[place].bits + 1)
    with pytest.raises(UnexpectedBits, match=f"header {place} with bits") as caught:
        check_bits(forged)
    error = caught.value
    assert (error.height, error.bits, error.required) == (
        place, FAST[place].bits + 1, FAST[place].bits,
    )  # fmt: skip
    assert error.rule == "bits"


def test_a_period_whose_start_is_missing_is_left_out():
    # From height 5 on, the headers before height 2016 are 5 too few.
    changed = with_bits(FAST, PERIOD, FAST[PERIOD - 1].bits)[: PERIOD + 1]
    check_bits(changed[5:], 5)
    with pytest.raises(UnexpectedBits):
        check_bits(changed)


def test_the_first_eleven_real_blocks_took_eleven_times_the_least_work():
    headers = [load_header(height) for height in range(11)]
    assert total_work(headers) == 11 * 0x100010001
    assert total_work([]) == 0
