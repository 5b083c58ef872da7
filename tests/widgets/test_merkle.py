"""The Merkle explorer: what changes, what is proven, and two lists with one root."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minichain.crypto.merkle import BITCOIN, RFC6962, MerkleTree
from minichain.errors import ProtocolError
from minichain.widgets.base import Action, InvalidAction
from minichain.widgets.merkle import (
    LEAVES_LIMIT,
    MerkleLesson,
    MerkleState,
)
from minichain.widgets.merkle_view import QUESTION_LEAVES, RULES
from minichain.widgets.session import Session
from tests.widgets.laws import check_lesson

LESSON = MerkleLesson()

PLACES = st.integers(-1, 17)

ACTIONS = st.one_of(
    st.builds(
        lambda i, t: Action.of("edit", index=i, text=t), PLACES, st.text(max_size=45)
    ),
    st.builds(lambda i: Action.of("remove", index=i), PLACES),
    st.builds(lambda i: Action.of("select", index=i), PLACES),
    st.builds(lambda t: Action.of("claim", text=t), st.text(max_size=8)),
    st.builds(lambda i: Action.of("alter", place=i), st.integers(-1, 5)),
    st.builds(lambda i: Action.of("step", to=i), st.integers(-1, 5)),
    st.builds(lambda r: Action.of("rule", rule=r), st.sampled_from([*RULES, "none"])),
    st.builds(
        lambda p: Action.of("preset", preset=p),
        st.sampled_from(["eight", "odd", "duplicate", "none"]),
    ),
    st.builds(lambda g: Action.of("predict", guess=g), st.integers(-1, 16)),
    st.sampled_from([Action(t) for t in ("add", "keep", "skip", "ask-again", "undo")]),
    st.sampled_from([Action(t) for t in ("redo", "reset", "select", "unheard-of")]),
)


def begin(*actions: Action, leaves: tuple[str, ...] = QUESTION_LEAVES) -> Session:
    session = Session(LESSON, options={"leaves": leaves})
    for action in actions:
        session.act(action)
    return session


@given(st.lists(ACTIONS, max_size=14), st.integers(0, 2**32 - 1))
def test_any_actions_keep_the_laws(actions: list[Action], seed: int) -> None:
    check_lesson(LESSON, actions, seed)


def test_one_edit_changes_a_hash_on_each_level() -> None:
    session = begin(Action.of("edit", index=2, text="Cleopatra"))
    picture = session.picture
    assert picture["hashes"] == 15
    assert picture["kept"]["changed"] == 4
    changed = [
        (height, place)
        for height, level in enumerate(picture["levels"])
        for place, node in enumerate(level)
        if node["changed"]
    ]
    assert changed == [(0, 2), (1, 1), (2, 0), (3, 0)]


def test_an_edit_taken_back_changes_nothing() -> None:
    session = begin(
        Action.of("edit", index=2, text="x"), Action.of("edit", index=2, text="Cleo")
    )
    assert session.picture["kept"]["changed"] == 0
    assert session.picture["kept"]["same_list"]


def test_the_questions_answer_is_counted_and_hidden_before() -> None:
    session = begin()
    assert session.picture["predict"]["answer"] is None
    session.act(Action.of("predict", guess=15))
    assert session.picture["predict"]["answer"] == 4
    assert "You said 15. It is 4" in session.picture["predict"]["verdict"]


def test_the_root_is_what_hashlib_gives() -> None:
    session = begin(leaves=("a", "b", "c"))

    def digest(data: bytes) -> bytes:
        return hashlib.sha256(data).digest()

    a, b, c = (digest(b"\0" + leaf) for leaf in (b"a", b"b", b"c"))
    root = digest(b"\1" + digest(b"\1" + a + b) + c)
    assert session.picture["root"] == root.hex()
    assert session.picture["levels"][1][1]["kind"] == "moved"
    assert session.picture["hashes"] == 5


def test_an_odd_leaf_is_paired_with_itself_by_bitcoins_rule_alone() -> None:
    session = begin(
        Action.of("preset", preset="odd"), Action.of("rule", rule="bitcoin")
    )
    kinds = [[node["kind"] for node in lv] for lv in session.picture["levels"]]
    assert kinds[1] == ["node", "node", "twice"]
    session.act(Action.of("rule", rule="rfc6962"))
    kinds = [[node["kind"] for node in lv] for lv in session.picture["levels"]]
    assert kinds[1] == ["node", "node", "moved"]


def test_two_lists_share_a_root_under_bitcoins_rule_and_under_no_other() -> None:
    session = begin(Action.of("preset", preset="duplicate"))
    kept = session.picture["kept"]
    assert kept["leaves"] != session.picture["leaves"]
    assert kept["same_root"]
    assert kept["root"] == session.picture["root"]
    assert session.picture["mutated"]
    for rule in ("rfc6962", "sorted"):
        session.act(Action.of("rule", rule=rule))
        assert not session.picture["kept"]["same_root"]
        assert not session.picture["mutated"]


def test_an_honest_list_is_not_called_mutated() -> None:
    session = begin(Action.of("rule", rule="bitcoin"))
    assert not session.picture["mutated"]


@pytest.mark.parametrize("rule", RULES)
@given(data=st.data())
def test_an_honest_proof_is_accepted_for_every_leaf(rule: str, data) -> None:
    leaves = tuple(data.draw(st.lists(st.text(max_size=4), min_size=1, max_size=16)))
    index = data.draw(st.integers(0, len(leaves) - 1))
    state = MerkleState(leaves, rule=rule, selected=index)
    depth = len(state.proof.siblings)
    proof = LESSON.view(LESSON.apply(state, Action.of("step", to=depth)))["proof"]
    assert proof["verified"] is True
    assert proof["left_at"] is None
    assert proof["result"] == state.tree.root.hex()


@pytest.mark.parametrize("rule", RULES)
@given(data=st.data())
def test_a_proof_with_one_hash_altered_fails_at_that_step(rule: str, data) -> None:
    count = data.draw(st.integers(2, LEAVES_LIMIT))
    leaves = tuple(f"leaf {place}" for place in range(count))
    index = data.draw(st.integers(0, count - 1))
    state = MerkleState(leaves, rule=rule, selected=index)
    depth = len(state.proof.siblings)
    place = data.draw(st.integers(0, depth - 1))
    state = LESSON.apply(state, Action.of("alter", place=place))
    assert not state.proof.verify(state.tree.root, b"whatever")
    proof = LESSON.view(LESSON.apply(state, Action.of("step", to=depth)))["proof"]
    assert proof["verified"] is False
    assert proof["left_at"] == place + 1
    mended = LESSON.apply(state, Action.of("alter", place=place))
    assert mended.altered == ()


def test_a_false_claim_fails_at_the_leaf() -> None:
    session = begin(
        Action.of("select", index=1),
        Action.of("claim", text="Mallory"),
        Action.of("step", to=3),
    )
    proof = session.picture["proof"]
    assert (proof["verified"], proof["left_at"]) == (False, 0)
    session.act(Action.of("claim", text="Ben"))
    assert session.picture["proof"]["verified"]
    assert session.state.claim is None


def test_the_verdict_is_not_told_before_the_last_step() -> None:
    session = begin(Action.of("select", index=0), Action.of("alter", place=0))
    for step in range(3):
        session.act(Action.of("step", to=step))
        proof = session.picture["proof"]
        assert len(proof["steps"]) == step
        assert proof["verified"] is proof["result"] is proof["left_at"] is None
    session.act(Action.of("step", to=3))
    assert session.picture["proof"]["verified"] is False


def test_path_and_siblings_are_marked() -> None:
    session = begin(Action.of("select", index=5))
    roles = [
        (height, place, node["role"])
        for height, level in enumerate(session.picture["levels"])
        for place, node in enumerate(level)
        if node["role"]
    ]
    assert roles == [
        (0, 4, "sibling"),
        (0, 5, "path"),
        (1, 2, "path"),
        (1, 3, "sibling"),
        (2, 0, "sibling"),
        (2, 1, "path"),
        (3, 0, "path"),
    ]
    session.act(Action.of("select", index=5))
    assert session.picture["proof"] is None


def test_the_last_leaf_stays_and_the_list_has_an_end() -> None:
    session = begin(leaves=("only",))
    with pytest.raises(InvalidAction, match="at least one leaf"):
        session.act(Action.of("remove", index=0))
    for _ in range(LEAVES_LIMIT - 1):
        session.act(Action("add"))
    with pytest.raises(InvalidAction, match="at most 16 leaves"):
        session.act(Action("add"))


def test_proof_actions_without_a_leaf_are_refused() -> None:
    for action in (
        Action.of("claim", text="x"),
        Action.of("alter", place=0),
        Action.of("step", to=0),
    ):
        with pytest.raises(InvalidAction, match="no leaf is picked"):
            begin(action)


@pytest.mark.parametrize(
    "state",
    [
        MerkleState(()),
        MerkleState(("a",) * 17),
        MerkleState(("a",), kept=("a",) * 17),
        MerkleState(("a" * 41,)),
        MerkleState(("a",), selected=1),
        MerkleState(("a", "b"), selected=0, altered=(1,)),
        MerkleState(("a", "b", "c"), selected=0, altered=(1, 0)),
        MerkleState(("a", "b"), selected=0, step=2),
        MerkleState(("a", "b"), step=1),
        MerkleState(("a", "b"), claim="a"),
    ],
)
def test_states_that_no_actions_lead_to_are_refused(state: MerkleState) -> None:
    with pytest.raises(ProtocolError):
        LESSON.check(state)


def test_the_seed_orders_the_list_and_zero_leaves_it() -> None:
    given = LESSON.initial(0, LESSON.options).leaves
    shuffled = LESSON.initial(1, LESSON.options).leaves
    assert given == QUESTION_LEAVES
    assert shuffled != given
    assert sorted(shuffled) == sorted(given)


def test_the_twin_names_every_hash_in_full() -> None:
    session = begin(Action.of("rule", rule="bitcoin"), Action.of("select", index=0))
    text = str(session.twin)
    for level in session.state.tree.levels:
        for digest in level:
            assert digest.hex() in text
    assert RULES["bitcoin"] is BITCOIN
    assert MerkleTree([b"x"], RFC6962).root.hex() not in text
