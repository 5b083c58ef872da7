"""The miner: what it finds is low enough, what it says of luck is right."""

import hashlib
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minichain.widgets.base import Action, InvalidAction
from minichain.widgets.miner import (
    BLOCKS_LIMIT,
    MESSAGE_LIMIT,
    UNIT,
    MinerLesson,
    MinerState,
)
from minichain.widgets.miner_header import NONCES, Job, Mined, hash_number, parent_of
from minichain.widgets.prediction import Prediction
from minichain.widgets.session import Session
from tests.widgets.laws import check_lesson, finish

LESSON = MinerLesson()

ACTIONS = st.one_of(
    st.builds(lambda t: Action.of("message", message=t), st.text(max_size=62)),
    st.builds(lambda z: Action.of("zeros", zeros=z), st.integers(3, 12)),
    st.builds(lambda g: Action.of("predict", guess=g), st.integers(-1, 4)),
    st.sampled_from([Action(t) for t in ("search", "extend", "stop", "skip")]),
    st.sampled_from([Action(t) for t in ("undo", "redo", "reset", "ask-again")]),
)


def begin(zeros: int = 8, **options: object) -> Session:
    return Session(LESSON, options={"ask": False, "zeros": zeros, **options})


def mine(session: Session) -> Session:
    session.act(Action("search"))
    finish(session)
    return session


def double(data: bytes) -> int:
    digest = hashlib.sha256(hashlib.sha256(data).digest()).digest()
    return int.from_bytes(digest, "little")


@settings(max_examples=60)
@given(st.lists(ACTIONS, max_size=10), st.integers(0, 2**32 - 1))
def test_any_actions_keep_the_laws(actions: list[Action], seed: int) -> None:
    check_lesson(LESSON, actions, seed)


@pytest.mark.parametrize("zeros", [4, 8, 13])
def test_what_is_found_is_the_first_hash_low_enough_by_hashlib(zeros: int) -> None:
    session = mine(begin(zeros))
    state, picture = session.state, session.picture
    header = b"".join(bytes.fromhex(digits) for _, _, digits in picture["fields"])
    assert len(header) == 80
    target = int(picture["target"], 16)
    hashes = [
        double(header[:76] + nonce.to_bytes(4, "little"))
        for nonce in range(state.tried)
    ]
    assert hashes[-1] <= target
    assert min(hashes[:-1], default=2**256) > target
    assert picture["hash"] == f"{hashes[-1]:064x}"
    assert picture["found"]


def test_a_search_may_be_cut_anywhere_and_ends_where_it_would() -> None:
    whole = mine(begin(14)).state
    session = begin(14)
    while not session.state.found:
        session.act(Action("search"))
        session.act(Action.of("tick", revision=session.revision))
        session.act(Action("stop"))
        assert not session.state.working
    assert replace(session.state, micros=0) == replace(whole, micros=0)


def test_the_lowest_hash_so_far_is_the_lowest_of_all_tries() -> None:
    state = LESSON.initial(5, {"message": "m", "zeros": 24, "ask": False})
    state = LESSON.advance(LESSON.apply(state, Action("search")), 2)
    assert state.tried == 2 * UNIT
    hashes = [hash_number(state.job, attempt) for attempt in range(state.tried)]
    assert state.best == hashes.index(min(hashes))


def test_the_next_block_names_the_one_before() -> None:
    session = mine(begin())
    above = session.picture["hash"]
    session.act(Action("extend"))
    parent = session.picture["fields"][1][2]
    assert bytes.fromhex(parent)[::-1].hex() == above
    assert session.picture["chain"][0]["hash"] == above
    assert session.picture["height"] == 2
    assert session.picture["tried"] == 0


def test_a_changed_message_makes_all_work_worthless() -> None:
    session = mine(begin())
    session.act(Action.of("message", message="Alice pays Bob 500"))
    assert session.picture["tried"] == 0
    assert not session.picture["found"]


def test_a_block_cannot_be_added_without_its_nonce() -> None:
    with pytest.raises(InvalidAction, match="no nonce is found"):
        begin().act(Action("extend"))


def test_a_chain_is_full_at_its_limit() -> None:
    session = begin(4)
    for _ in range(BLOCKS_LIMIT):
        mine(session).act(Action("extend"))
    assert session.picture["full"]
    with pytest.raises(InvalidAction, match=f"at most {BLOCKS_LIMIT}"):
        mine(session).act(Action("extend"))


def test_after_the_last_nonce_the_time_goes_on() -> None:
    job = Job(parent_of(0, ()), 0, "m", 8)
    last, first = job.header(NONCES - 1), job.header(NONCES)
    assert (last.nonce, first.nonce) == (NONCES - 1, 0)
    assert first.time == last.time + 1
    assert job.work_at(NONCES + 5)[1:] == (5, NONCES - 5)


def test_the_question_is_about_the_average_and_hidden_before() -> None:
    session = Session(LESSON)
    assert session.picture["predict"]["answer"] is None
    session.act(Action.of("predict", guess=1))
    assert session.picture["predict"]["answer"] == 2
    assert "You said 256. It is 65,536" in session.picture["predict"]["verdict"]


def test_of_a_hundred_searches_63_end_by_the_average() -> None:
    state = LESSON.initial(0, {"message": "m", "zeros": 20, "ask": False})
    state = replace(state, tried=LESSON.view(state)["work"])
    assert LESSON.view(state)["ended"] == 6321


def chain_of(*tried: int) -> MinerState:
    blocks = tuple(Mined("m", 4, count, 0) for count in tried)
    return MinerState(0, blocks=blocks, prediction=Prediction("skipped"))


def test_a_chain_whose_blocks_miss_their_targets_is_refused() -> None:
    job = Job(parent_of(0, ()), 0, "m", 4)
    good = next(n for n in range(1000) if job.is_won(n)) + 1
    bad = next(n for n in range(1000) if not job.is_won(n)) + 1
    LESSON.check(chain_of(good))
    with pytest.raises(InvalidAction, match="block 1 misses its target"):
        LESSON.check(chain_of(bad))
    with pytest.raises(InvalidAction, match="block 1 misses its target"):
        LESSON.check(chain_of(0))


@pytest.mark.parametrize(
    "changes",
    [
        {"zeros": 3},
        {"zeros": 31},
        {"message": "m" * (MESSAGE_LIMIT + 1)},
        {"tried": -1},
        {"micros": -1},
        {"best": 5, "tried": 5},
        {"found": True},
        {"found": True, "best": 0, "tried": 1, "zeros": 30},
        {"working": True, "found": True},
    ],
)
def test_states_that_no_search_leads_to_are_refused(changes) -> None:
    with pytest.raises(InvalidAction):
        LESSON.check(MinerState(0, **changes))
