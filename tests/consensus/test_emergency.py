"""The emergency rule of Bitcoin Cash's first months, with its makers' own case."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minichain.consensus.difficulty import InvalidTime, MissingHeaders
from minichain.consensus.emergency import emergency_bits, median_time
from minichain.ledger.target import (
    MAX_TARGET,
    InvalidBits,
    InvalidTarget,
    bits_from_target,
    target_from_bits,
)


def ease(bits: int) -> int:
    target = target_from_bits(bits)
    return bits_from_target(target + (target >> 2))


def test_bitcoin_abcs_own_case_is_reproduced():
    # Bitcoin ABC 0.14, src/test/pow_tests.cpp, retargeting_test: ten-minute blocks,
    # then two-hour blocks. The medians follow after eleven of them.
    initial = bits_from_target(MAX_TARGET >> 1)
    times = [1269211443 + 600 * number for number in range(100)]
    for _ in range(10):
        times.append(times[-1] + 7200)
        assert emergency_bits(times, initial) == initial
    bits = initial
    for _ in range(3):
        times.append(times[-1] + 7200)
        assert emergency_bits(times, bits) == ease(bits)
        bits = ease(bits)
    for _ in range(2):
        times.append(times[-1] + 7200)
        bits = emergency_bits(times, bits)
        assert bits == bits_from_target(MAX_TARGET)


def test_the_rule_fires_at_twelve_hours_and_not_a_second_before():
    times = [7200 * number for number in range(17)]
    assert emergency_bits(times, 0x1B0404CB) == ease(0x1B0404CB)
    # The medians of the last eleven and of those before them: blocks 11 and 5.
    times[11] -= 1
    assert emergency_bits(times, 0x1B0404CB) == 0x1B0404CB


@given(st.integers(0, 10**9))
def test_one_lying_clock_changes_nothing(lie):
    times = [600 * number for number in range(17)]
    times[-1] = lie
    assert emergency_bits(times, 0x1B0404CB) == 0x1B0404CB


def test_the_median_is_of_the_last_eleven():
    assert median_time([10**9, *range(11)]) == 5
    assert median_time([3]) == 3
    with pytest.raises(MissingHeaders, match="required 1"):
        median_time([])


def test_impossible_arguments_are_refused():
    with pytest.raises(MissingHeaders, match="6 times, required 7"):
        emergency_bits([0] * 6, 0x1B0404CB)
    with pytest.raises(InvalidTime, match="-1 seconds"):
        emergency_bits([-1, *[0] * 6], 0x1B0404CB)
    with pytest.raises(InvalidBits):
        emergency_bits([0] * 7, 0)
    with pytest.raises(InvalidTarget, match="target -1"):
        emergency_bits([0] * 7, 0x1B0404CB, easiest=-1)
