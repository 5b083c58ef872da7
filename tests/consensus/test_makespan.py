"""A speed-up stays below its limits, and reaches them where nobody has to wait."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minichain.consensus.makespan import (
    InvalidPart,
    NothingToRun,
    NoWorkers,
    amdahl,
    makespan,
    speed_up,
    speed_up_limit,
)
from minichain.consensus.parallel import schedule, transfer
from tests.consensus.test_parallel import WORK


def test_where_all_want_one_account_nothing_is_gained():
    work = [transfer(name, "shop", 1) for name in "abcdef"]
    assert len(schedule(work)) == 6
    assert speed_up(work, 6) == speed_up_limit(work) == 1


def test_where_nobody_meets_all_workers_are_busy():
    work = [transfer(f"a{n}", f"b{n}", 1) for n in range(12)]
    assert makespan(work, 4) == 3
    assert speed_up(work, 4) == 4
    assert speed_up_limit(work) == 12


@given(WORK.filter(bool), st.integers(1, 8))
def test_no_speed_up_exceeds_its_limits(work, workers):
    gained = speed_up(work, workers)
    assert 1 <= gained <= min(workers, speed_up_limit(work)) + 1e-9


def test_a_tenth_that_runs_alone_limits_the_gain_to_ten():
    assert amdahl(0.1, 1) == 1
    assert amdahl(0, 8) == pytest.approx(8)
    assert amdahl(0.1, 10**9) == pytest.approx(10)


def test_nobody_to_work_and_nothing_to_do_are_refused():
    with pytest.raises(NoWorkers, match="0 workers, required 1"):
        makespan([transfer("a", "b", 1)], 0)
    with pytest.raises(NothingToRun, match="0 transactions"):
        speed_up([], 1)
    with pytest.raises(NothingToRun, match="0 transactions"):
        speed_up_limit([])
    with pytest.raises(InvalidPart, match="a part of 2 alone"):
        amdahl(2, 1)
    with pytest.raises(NoWorkers, match="0 workers, required 1"):
        amdahl(0.5, 0)
