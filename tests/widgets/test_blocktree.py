"""The block-tree explorer: one tree, three rules, and where they differ."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minichain.consensus.fork_choice import RULES
from minichain.widgets.base import Action, InvalidAction
from minichain.widgets.blocktree import (
    BLOCKS_LIMIT,
    HEIGHT_LIMIT,
    BlockTreeLesson,
    BlockTreeState,
)
from minichain.widgets.blocktree_view import TREES
from minichain.widgets.prediction import OPEN, Prediction
from minichain.widgets.session import Session
from tests.widgets.laws import check_lesson

LESSON = BlockTreeLesson()

ACTIONS = st.one_of(
    st.builds(lambda b: Action.of("select", block=b), st.integers(-1, 14)),
    st.builds(lambda w: Action.of("add", work=w), st.integers(0, 10)),
    st.builds(lambda r: Action.of("rule", rule=r), st.sampled_from([*RULES, "none"])),
    st.builds(lambda t: Action.of("tree", tree=t), st.sampled_from([*TREES, "none"])),
    st.builds(lambda g: Action.of("predict", guess=g), st.integers(-1, 2)),
    st.sampled_from([Action(t) for t in ("cut", "skip", "ask-again", "undo", "redo")]),
    st.sampled_from([Action(t) for t in ("reset", "select", "add", "unheard-of")]),
)


def begin(*actions: Action, tree: str = "secret", ask: bool = False) -> Session:
    session = Session(LESSON, options={"tree": tree, "ask": ask})
    for action in actions:
        session.act(action)
    return session


def heads(session: Session) -> dict[str, int]:
    return {head["rule"]: head["head"] for head in session.picture["heads"]}


@given(st.lists(ACTIONS, max_size=14), st.integers(0, 2**32 - 1))
def test_any_actions_keep_the_laws(actions: list[Action], seed: int) -> None:
    check_lesson(LESSON, actions, seed)


@given(st.integers(0, 2**32 - 1))
def test_every_seed_grows_a_tree_that_passes_the_check(seed: int) -> None:
    state = LESSON.initial(seed, LESSON.options)
    LESSON.check(state)
    assert LESSON.initial(seed, LESSON.options) == state


def test_the_secret_chain_wins_by_length_and_work_but_not_by_ghost() -> None:
    session = begin()
    assert heads(session) == {"longest": 12, "most-work": 12, "ghost": 5}
    assert not session.picture["agree"]
    first = session.picture["forks"][0]
    assert first == {
        "at": 0,
        "taken": 1,
        "children": [{"id": 1, "carried": 7}, {"id": 8, "carried": 5}],
    }


def test_easy_blocks_make_the_longer_chain_and_not_the_heavier_one() -> None:
    session = begin(tree="easy")
    assert heads(session) == {"longest": 4, "most-work": 6, "ghost": 6}


def test_of_equal_chains_the_one_that_came_first_is_kept_until_it_is_beaten() -> None:
    session = begin(tree="tie")
    assert heads(session) == {"longest": 3, "most-work": 3, "ghost": 3}
    session.act(Action.of("select", block=4))
    session.act(Action.of("add", work=1))
    assert heads(session) == {"longest": 5, "most-work": 5, "ghost": 5}


def test_the_answer_is_hidden_until_the_learner_has_guessed() -> None:
    session = begin(ask=True)
    picture = session.picture
    assert set(heads(session)) == {"longest", "most-work"}
    assert picture["forks"] == []
    assert all(block["carried"] is None for block in picture["blocks"])
    assert picture["predict"]["answer"] is None
    session.act(Action.of("predict", guess=0))
    assert session.picture["predict"]["answer"] == 1
    assert "block 1 carries 7" in session.picture["predict"]["verdict"]
    assert session.picture["rule"] == "ghost"
    assert heads(session)["ghost"] == 5


def test_who_asks_for_ghost_is_shown_the_answer() -> None:
    session = begin(Action.of("rule", rule="ghost"), ask=True)
    assert session.picture["predict"]["step"] == "skipped"
    assert "ghost" in heads(session)


def test_asking_again_brings_the_tree_that_the_question_is_about() -> None:
    session = begin(Action.of("tree", tree="easy"), Action("ask-again"))
    assert session.state.parents == TREES["secret"].parents
    assert session.picture["predict"]["step"] == "open"
    assert session.picture["rule"] == "longest"


@given(st.lists(st.tuples(st.integers(0, 2**16), st.integers(1, 9)), max_size=20))
def test_pictures_say_what_the_rules_of_the_package_say(choices) -> None:
    parents = tuple(pick % place for place, (pick, _) in enumerate(choices, 1))
    works = tuple(work for _, work in choices)
    state = BlockTreeState(parents, works, prediction=Prediction("skipped"))
    picture = LESSON.view(state)
    for head in picture["heads"]:
        assert head["head"] == RULES[head["rule"]](state.tree)
        assert head["length"] + head["stale"] == len(parents)
    places = {(block["height"], block["row"]) for block in picture["blocks"]}
    assert len(places) == len(parents) + 1
    chain = [block["id"] for block in picture["blocks"] if block["on_chain"]]
    assert tuple(chain) == state.tree.path(RULES["longest"](state.tree))


def test_a_block_goes_with_all_that_stands_on_it() -> None:
    session = begin(Action.of("select", block=2), Action("cut"))
    # Blocks 2, 5 and 6 go; what came later moves up.
    assert session.state.parents == (0, 1, 1, 3, 0, 5, 6, 7, 8)
    assert session.state.selected == 1


def test_the_first_block_stays() -> None:
    with pytest.raises(InvalidAction, match="first block stays"):
        begin(Action.of("select", block=0), Action("cut"))


def test_a_tree_has_bounds_in_both_directions() -> None:
    session = begin(tree="chain")
    for _ in range(HEIGHT_LIMIT - 3):
        session.act(Action.of("add", work=1))
    with pytest.raises(InvalidAction, match=f"at most {HEIGHT_LIMIT}"):
        session.act(Action.of("add", work=1))
    while len(session.state.parents) < BLOCKS_LIMIT:
        session.act(Action.of("select", block=0))
        session.act(Action.of("add", work=1))
    session.act(Action.of("select", block=0))
    with pytest.raises(InvalidAction, match=f"at most {BLOCKS_LIMIT}"):
        session.act(Action.of("add", work=1))


@pytest.mark.parametrize(
    "state",
    [
        BlockTreeState((1,), (1,)),
        BlockTreeState((-1,), (1,)),
        BlockTreeState((0,), (0,)),
        BlockTreeState((0,), (10,)),
        BlockTreeState((0,), ()),
        BlockTreeState((0,) * 33, (1,) * 33),
        BlockTreeState(tuple(range(15)), (1,) * 15),
        BlockTreeState((0,), (1,), selected=2),
        BlockTreeState((0,), (1,), rule="ghost", prediction=OPEN),
        BlockTreeState((0,), (1,), prediction=Prediction("made", 2)),
    ],
)
def test_states_that_no_action_leads_to_are_refused(state) -> None:
    with pytest.raises(InvalidAction):
        LESSON.check(state)
