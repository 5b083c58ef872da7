"""The avalanche: what flips, what is counted, and what stays hidden."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minichain.widgets.avalanche import (
    AvalancheLesson,
    count_changed_bits,
    flip_bit,
)
from minichain.widgets.avalanche_view import DIGEST_BITS, compute_binomial
from minichain.widgets.base import Action, InvalidAction, Prediction
from minichain.widgets.session import Session
from tests.widgets.laws import check_lesson, finish

LESSON = AvalancheLesson()

ACTIONS = st.one_of(
    st.builds(lambda t: Action.of("type", text=t), st.text(max_size=40)),
    st.builds(lambda b: Action.of("flip", bit=b), st.integers(-1, 300)),
    st.just(Action("mend")),
    st.builds(
        lambda n: Action.of("hash", hash=n),
        st.sampled_from(["sha256", "keccak256", "md5"]),
    ),
    st.builds(lambda n: Action.of("try", trials=n), st.integers(-1, 20_000)),
    st.builds(lambda g: Action.of("predict", guess=g), st.integers(-1, 257)),
    st.sampled_from([Action("skip"), Action("ask-again"), Action("reset")]),
    st.builds(lambda s: Action.of("seed", seed=s), st.integers(-1, 2**32)),
    st.sampled_from([Action("tick"), Action("stop"), Action("undo"), Action("redo")]),
    st.sampled_from([Action("unheard-of"), Action("flip"), Action("type")]),
)


@given(st.lists(ACTIONS, max_size=12), st.integers(0, 2**32 - 1))
def test_any_actions_keep_the_laws(actions: list[Action], seed: int) -> None:
    check_lesson(LESSON, actions, seed)


@given(st.binary(min_size=1, max_size=32), st.data())
def test_a_flip_changes_one_bit_and_undoes_itself(message: bytes, data) -> None:
    bit = data.draw(st.integers(0, 8 * len(message) - 1))
    flipped = flip_bit(message, bit)
    assert count_changed_bits(message, flipped) == 1
    assert flip_bit(flipped, bit) == message
    mixed = int.from_bytes(message, "big") ^ int.from_bytes(flipped, "big")
    assert mixed == 1 << 8 * len(message) - 1 - bit


def test_the_digests_are_the_standard_librarys() -> None:
    state = LESSON.initial(0, {**LESSON.options, "ask": False})
    picture = LESSON.view(state)
    assert picture["before"] == hashlib.sha256(b"Pay Bob 5").hexdigest()
    assert picture["after"] == hashlib.sha256(state.altered).hexdigest()
    pairs = zip(picture["before"], picture["after"], strict=True)
    by_hand = sum((int(a, 16) ^ int(b, 16)).bit_count() for a, b in pairs)
    assert picture["changed"] == by_hand


def test_the_answer_stays_hidden_until_the_guess() -> None:
    session = Session(LESSON)
    hidden = session.envelope()
    after = LESSON.view(LESSON.apply(session.state, Action("skip")))
    assert hidden["picture"]["after"] is None
    assert hidden["picture"]["predict"]["answer"] is None
    assert after["after"] not in str(hidden)
    session.act(Action.of("predict", guess=20))
    shown = session.picture
    assert shown["after"] == after["after"]
    assert f"You said 20. {shown['changed']} bits changed" in str(shown["predict"])


def test_the_experiment_waits_for_the_guess() -> None:
    session = Session(LESSON)
    with pytest.raises(InvalidAction, match="the question comes first"):
        session.act(Action.of("try", trials=100))
    session.act(Action("skip"))
    session.act(Action.of("try", trials=100))
    assert session.picture["sample"] is not None
    session.act(Action("ask-again"))
    assert session.picture["sample"] is None


def test_a_second_guess_is_refused() -> None:
    session = Session(LESSON)
    session.act(Action.of("predict", guess=20))
    with pytest.raises(InvalidAction, match="answered already"):
        session.act(Action.of("predict", guess=128))
    assert session.state.prediction == Prediction("made", 20)


def test_unflipped_messages_have_one_digest() -> None:
    session = Session(LESSON)
    session.act(Action("mend"))
    session.act(Action("skip"))
    assert session.picture["changed"] == 0
    assert session.picture["before"] == session.picture["after"]


def test_the_experiment_is_the_same_in_any_slices() -> None:
    first = LESSON.initial(3, {**LESSON.options, "ask": False})
    at_once = LESSON.apply(first, Action.of("try", trials=90))
    in_slices = at_once
    at_once = LESSON.advance(at_once, 1000)
    while LESSON.progress(in_slices):
        in_slices = LESSON.advance(in_slices, 7)
    assert in_slices == at_once
    assert sum(at_once.tally) == 90


def test_the_experiment_agrees_with_fair_coins() -> None:
    session = Session(LESSON, seed=1, options={"ask": False})
    session.act(Action.of("try", trials=10_000))
    finish(session)
    sample = session.picture["sample"]
    # Five standard errors: 8 / sqrt(10000) = 0.08 for the mean.
    assert abs(sample["mean"] - 128) < 0.4
    assert abs(sample["deviation"] - 8) < 0.3


def test_a_stopped_experiment_keeps_what_it_has() -> None:
    session = Session(LESSON, options={"ask": False})
    session.act(Action.of("try", trials=10_000))
    session.act(Action.of("tick", revision=session.revision))
    done = sum(session.state.tally)
    assert 0 < done < 10_000
    session.act(Action("stop"))
    assert session.state.trials == done
    assert LESSON.progress(session.state) is None
    session.act(Action("undo"))
    assert session.state.trials == 0


def test_the_binomial_adds_up_to_all_trials() -> None:
    total = sum(compute_binomial(1000, changed) for changed in range(DIGEST_BITS + 1))
    assert total == pytest.approx(1000)
    # The table of the symmetric binomial: C(256, 128) / 2**256 = 0.0498.
    assert compute_binomial(1, 128) == pytest.approx(0.0498, abs=5e-5)


@pytest.mark.parametrize("text", ["", "x" * 33, "é" * 17])
def test_messages_that_do_not_fit_are_refused_with_their_length(text: str) -> None:
    state = LESSON.initial(0, LESSON.options)
    with pytest.raises(InvalidAction, match=f"message of {len(text.encode())} bytes"):
        LESSON.apply(state, Action.of("type", text=text))
