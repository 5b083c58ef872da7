"""The energy estimate: assumptions move, miners settle, stake stays far below."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minichain.consensus.energy import from_hashes, from_income, from_machines
from minichain.widgets.base import Action, InvalidAction
from minichain.widgets.energy import EnergyLesson, EnergyState
from minichain.widgets.energy_view import ASSUMPTIONS, tell_energy
from minichain.widgets.session import Session
from minichain.widgets.twin import to_text
from tests.widgets.laws import check_lesson

LESSON = EnergyLesson()

A = Action.of

ACTIONS = st.one_of(
    st.builds(
        lambda name, value: A(name, **{name: value}),
        st.sampled_from([*ASSUMPTIONS, "none"]),
        st.integers(-1, 5001),
    ),
    st.sampled_from([Action(t) for t in ("settle", "better", "skip", "ask-again")]),
    st.sampled_from([Action(t) for t in ("undo", "redo", "reset")]),
    st.builds(lambda g: A("predict", guess=g), st.integers(-1, 3)),
)


def begin(*actions: Action, **options: object) -> Session:
    session = Session(LESSON, options={"ask": False, **options})
    for action in actions:
        session.act(action)
    return session


def energies(session: Session) -> list[str]:
    return [way["energy"] for way in session.picture["ways"]]


@settings(max_examples=40)
@given(st.lists(ACTIONS, max_size=10), st.integers(0, 2**32 - 1))
def test_any_actions_keep_the_laws(actions: list[Action], seed: int) -> None:
    check_lesson(LESSON, actions, seed)


def test_it_begins_with_the_assumptions_of_the_chapter() -> None:
    assert energies(begin()) == [
        tell_energy(from_hashes()),
        tell_energy(from_income(60_000)),
        tell_energy(from_machines()),
    ]


@pytest.mark.parametrize("name", list(ASSUMPTIONS))
def test_each_assumption_moves_its_own_way_and_no_other(name: str) -> None:
    known = ASSUMPTIONS[name]
    low = begin(A(name, **{name: known.low})).picture["ways"]
    high = begin(A(name, **{name: known.high})).picture["ways"]
    moved = [
        a["way"] for a, b in zip(low, high, strict=True) if a["place"] != b["place"]
    ]
    assert moved == [known.way]


def test_miners_come_until_the_income_pays_for_the_power() -> None:
    session = begin(A("joules", joules=200), Action("settle"))
    hashes, income, _ = energies(session)
    assert hashes == income
    assert "agree" in session.picture["said"][0]


def test_better_machines_save_nothing() -> None:
    session = begin(A("joules", joules=400), Action("settle"))
    before, hashes = energies(session), session.state.hashes
    session.act(Action("better"))
    assert energies(session)[0] != before[0]
    assert "more machines will come" in session.picture["said"][0]
    session.act(Action("settle"))
    assert energies(session)[0] == pytest.approx(before[0])
    assert session.state.hashes == pytest.approx(2 * hashes, abs=1)


def test_dear_power_switches_machines_off() -> None:
    session = begin(Action("settle"), A("power", power=100))
    assert "switch machines off" in session.picture["said"][0]


def test_what_cannot_be_settled_is_refused_with_its_number() -> None:
    session = begin(A("price", price=300), A("power", power=10))
    with pytest.raises(InvalidAction, match="not 20 to 2000"):
        session.act(Action("settle"))
    machines = begin(A("joules", joules=90))
    with pytest.raises(InvalidAction, match=r"4\.5 joules"):
        machines.act(Action("better"))


def test_stake_is_thousands_of_times_lower_whatever_one_assumes() -> None:
    session = begin(A("machines", machines=200), A("watts", watts=100))
    hashes, _, stake = (float(e) for e in energies(session))
    assert hashes / stake > 5_000
    assert "times less" in to_text(session.twin)


def test_the_section_says_what_it_takes_to_bring_stake_within_a_hundred() -> None:
    mining = from_income(60_000)
    assert (
        mining / from_machines(500_000, 300)
        > 100
        > (mining / from_machines(500_000, 330))
    )


def test_the_answer_is_hidden_until_the_guess() -> None:
    session = begin(ask=True)
    assert session.picture["predict"]["answer"] is None
    session.act(A("predict", guess=0))
    assert session.picture["predict"]["answer"] == 1
    asked = begin(Action("settle"), ask=True)
    assert asked.picture["predict"]["step"] == "skipped"


@pytest.mark.parametrize("name", list(ASSUMPTIONS))
def test_states_that_no_action_leads_to_are_refused(name: str) -> None:
    for value in (ASSUMPTIONS[name].low - 1, ASSUMPTIONS[name].high + 1):
        with pytest.raises(InvalidAction):
            LESSON.check(EnergyState(**{name: value}))
