"""The tamper lab: which rule breaks, what repairs it, and how the race ends."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minichain.consensus.double_spend import exact_probability
from minichain.errors import ProtocolError
from minichain.widgets import TamperLab
from minichain.widgets.base import Action
from minichain.widgets.tamper import TamperLesson
from minichain.widgets.tamper_story import DEPTH
from tests.widgets.laws import check_lesson

LESSON = TamperLesson()


def lab(**options) -> TamperLab:
    return TamperLab(ask=False, **options)


def broken(widget: TamperLab) -> list[str]:
    picture = widget.view["picture"]
    return [block["broken"] for block in picture["blocks"]]


def test_an_unaltered_copy_breaks_no_rule():
    assert broken(lab()) == [""] * DEPTH


def test_each_repair_brings_up_the_next_rule():
    widget = lab()
    widget.act("choose", block=2)
    widget.act("value", value=99)
    assert broken(widget)[1] == "merkle-root"
    widget.act("root")
    assert broken(widget)[1] == "proof-of-work"
    widget.act("mine")
    # The changed payment recovers another sender, who has no money.
    assert broken(widget)[1] == "balance"
    assert broken(widget)[2:] == ["parent"] * (DEPTH - 2)
    with pytest.raises(ProtocolError, match="balance 0 wei, required 99 wei"):
        widget.act("rebuild")


def test_a_payment_can_be_left_out_and_the_tail_mined_again():
    widget = lab(power=99)
    widget.act("choose", block=4)
    widget.act("drop")
    for block in (4, 5):
        widget.act("choose", block=block)
        widget.act("rebuild")
        widget.act("mine")
    assert broken(widget) == [""] * DEPTH
    widget.act("extend")
    widget.act("publish")
    picture = widget.view["picture"]
    assert picture["depth"] == DEPTH + 1
    assert picture["hashes"] == 3 * picture["average"]
    says = {peer["says"] for peer in picture["peers"]}
    if picture["honest"] == DEPTH:
        assert says == {"reorganises to your chain: 6 blocks against 5"}
    else:
        assert all("keeps" in text for text in says)


def test_peers_name_the_first_broken_rule_of_what_they_are_offered():
    widget = lab()
    widget.act("choose", block=3)
    widget.act("time")
    widget.act("publish")
    says = widget.view["picture"]["peers"][0]["says"]
    assert says.startswith("refuses block 3: ")


def test_as_much_work_is_not_more():
    widget = lab()
    widget.act("publish")
    says = widget.view["picture"]["peers"][0]["says"]
    assert says == "has these blocks already"


def test_the_answer_is_not_in_the_picture_before_the_guess():
    widget = TamperLab()
    picture = widget.view["picture"]
    assert picture["hidden"]
    assert picture["predict"]["answer"] is None
    widget.act("predict", guess=1)
    assert not widget.view["picture"]["hidden"]


def test_measured_races_fall_into_the_exact_value_s_band_whatever_the_slices():
    states = []
    for size in (2_000, 333):
        state = LESSON.initial(5, {"power": 30, "ask": False})
        state = LESSON.apply(state, Action.of("choose", block=3))
        state = LESSON.apply(state, Action.of("race"))
        while LESSON.progress(state) is not None:
            state = LESSON.advance(state, size)
        states.append(state)
    assert states[0] == states[1]
    exact = exact_probability(0.3, 3)
    deviation = (exact * (1 - exact) / states[0].races) ** 0.5
    assert abs(states[0].won / states[0].races - exact) < 4 * deviation


actions = st.one_of(
    st.builds(lambda block: Action.of("choose", block=block), st.integers(0, 7)),
    st.builds(lambda value: Action.of("value", value=value), st.integers(0, 200)),
    st.sampled_from(
        [
            Action(name)
            for name in (
                "drop",
                "replace",
                "time",
                "root",
                "rebuild",
                "link",
                "mine",
                "extend",
                "publish",
                "skip",
                "nonsense",
            )
        ]
    ),
    st.builds(lambda share: Action.of("share", share=share), st.integers(0, 100)),
)


@given(st.lists(actions, max_size=6))
@settings(max_examples=15)
def test_the_lab_keeps_the_laws_of_lessons(story):
    check_lesson(LESSON, story)
