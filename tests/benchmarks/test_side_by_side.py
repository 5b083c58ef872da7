"""The comparison counts what was run, in turn, and says so."""

import pytest

from tests.benchmarks.side_by_side import compare


class Stopwatch:
    """A clock that moves only when a contender says so."""

    def __init__(self):
        self.now = 0.0
        self.order = ""

    def __call__(self) -> float:
        return self.now

    def runner(self, name: str, seconds: float):
        def run() -> None:
            self.now += seconds
            self.order += name

        return run


def test_ratios_are_held_against_the_first_contender(capsys):
    clock = Stopwatch()
    rivals = {"slow": clock.runner("s", 0.4), "quick": clock.runner("q", 0.1)}
    table = compare(rivals, work=1000, rounds=3, unit="hashes", clock=clock)
    assert table["slow"].ratio == 1
    assert table["quick"].ratio == pytest.approx(4)
    assert table["quick"].rate == pytest.approx(10_000)
    assert "10 khashes/s  x   4.00" in capsys.readouterr().out


def test_rivals_may_do_different_amounts_of_work():
    clock = Stopwatch()
    rivals = {"slow": clock.runner("s", 0.1), "quick": clock.runner("q", 0.1)}
    table = compare(rivals, {"slow": 10, "quick": 500}, clock=clock)
    assert table["quick"].ratio == pytest.approx(50)


def test_rounds_are_interleaved_and_the_first_to_go_changes():
    clock = Stopwatch()
    compare({n: clock.runner(n, 0.1) for n in "abc"}, rounds=3, clock=clock)
    # Two calls of each come before: one to warm up, one to count the calls needed.
    assert clock.order == "aabbcc" + "abc" + "bca" + "cab"


def test_one_slow_round_does_not_move_the_median():
    clock = Stopwatch()
    pauses = iter([0.1, 0.1, 0.1, 9.0, 0.1])

    def run() -> None:
        clock.now += next(pauses)

    table = compare({"one": run}, rounds=3, clock=clock)
    assert table["one"].seconds == pytest.approx(0.1)
    assert table["one"].spread == pytest.approx(90)


def test_short_work_is_called_often_enough_to_be_measured():
    clock = Stopwatch()
    table = compare({"short": clock.runner("x", 1e-4)}, rounds=1, clock=clock)
    assert len(clock.order) > 200
    assert table["short"].seconds == pytest.approx(1e-4)


@pytest.mark.parametrize(("contenders", "rounds"), [({}, 7), ({"a": int}, 0)])
def test_a_comparison_of_nothing_is_refused(contenders, rounds):
    with pytest.raises(ValueError, match="nothing"):
        compare(contenders, rounds=rounds)
