"""The reentrancy film: what it shows is what the chain does, frame by frame."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minichain import Chain
from minichain.contracts import Failed, compile_source, read_source
from minichain.evm import Message, execute
from minichain.units import ETHER, Gas, Wei
from minichain.widgets.base import Action, InvalidAction
from minichain.widgets.film import GAS_BOUNDS, FilmLesson, FilmState
from minichain.widgets.film_case import THIEF, VAULT, Case, VaultName, read_vault
from minichain.widgets.film_shots import Film, film
from minichain.widgets.prediction import Prediction
from minichain.widgets.session import Session
from tests.widgets.laws import check_lesson

LESSON = FilmLesson()

VAULTS: tuple[VaultName, ...] = ("pays-first", "notes-first", "locked")

ACTIONS = st.one_of(
    st.builds(lambda v: Action.of("vault", vault=v), st.sampled_from([*VAULTS, "x"])),
    st.builds(lambda n: Action.of("stake", stake=n), st.integers(0, 7)),
    st.builds(lambda n: Action.of("others", others=n), st.integers(-1, 9)),
    st.builds(
        lambda n: Action.of("gas", gas=n), st.sampled_from([0, *GAS_BOUNDS, 110_000])
    ),
    st.builds(lambda n: Action.of("step", by=n), st.integers(-2, 2)),
    st.builds(lambda n: Action.of("go", shot=n), st.integers(-1, 9)),
    st.builds(lambda g: Action.of("predict", guess=g), st.integers(0, 5)),
    st.sampled_from([Action(t) for t in ("break", "skip", "ask-again", "unheard-of")]),
    st.sampled_from([Action(t) for t in ("undo", "redo", "reset")]),
)


def begin(*actions: Action, seed: int = 0, **options: object) -> Session[FilmState]:
    session = Session(LESSON, seed, options={"ask": False, **options})
    for action in actions:
        session.act(action)
    return session


def play(vault: VaultName = "pays-first", stake: int = 1, others: int = 3) -> Film:
    return film(Case(vault, stake, others, GAS_BOUNDS[1]))


@settings(max_examples=30, deadline=None)
@given(st.lists(ACTIONS, max_size=8), st.integers(0, 2**32 - 1))
def test_any_actions_keep_the_laws(actions: list[Action], seed: int) -> None:
    check_lesson(LESSON, actions, seed)


# The film and the chain


@pytest.mark.parametrize("vault", VAULTS)
@pytest.mark.parametrize(("stake", "others"), [(1, 3), (2, 5), (3, 2), (1, 0), (5, 12)])
def test_a_theft_ends_as_it_does_on_a_chain(vault, stake, others) -> None:
    chain = Chain.dev(accounts=2, seal="on-demand", reward=Wei(0))
    bob, mallory = chain.keys
    target = chain.deploy(compile_source(read_vault(vault)), sender=bob)
    if others:
        target.deposit(sender=bob, value=others * ETHER)
    thief = chain.deploy("vaults/attacker", sender=mallory)
    before, succeeded = chain.balance(mallory.address), True
    try:
        thief.attack(target, sender=mallory, value=stake * ETHER)
    except Failed:
        succeeded = False
    shown = play(vault, stake, others)
    last = shown.shots[-1].after
    assert shown.succeeded == succeeded
    assert last.holds == chain.balance(target.address)
    assert last.bob == target.deposits(bob)
    assert last.thief == target.deposits(thief)
    gained = chain.balance(mallory.address) - before
    assert gained == (shown.kept - 1) * stake * ETHER * shown.succeeded
    if succeeded:
        assert shown.payments == thief.entries()


@pytest.mark.parametrize("vault", VAULTS)
def test_what_the_vault_holds_is_what_the_machine_answers(vault) -> None:
    """Compare with the BALANCE that the thief's contract asks for while it is paid."""
    shown = play(vault, 2, 7)
    recording, asked = shown.recording, 0
    for step, after in zip(recording.steps, recording.steps[1:], strict=False):
        if step.opcode != 0x31 or step.stack[-1] != int.from_bytes(VAULT, "big"):
            continue
        moment = recording.steps.index(step)
        [shot] = [s for s in shown.shots if s.begin <= moment < s.end]
        assert after.stack[-1] == shot.after.holds
        asked += 1
    assert asked == shown.payments


def test_shots_are_the_whole_recording_in_order() -> None:
    for vault in VAULTS:
        shown = play(vault)
        assert shown.shots[0].begin == 0
        assert shown.shots[-1].end == len(shown.recording)
        for shot, following in zip(shown.shots, shown.shots[1:], strict=False):
            assert shot.end == following.begin
            assert shot.after == following.before
        calls = [shot.place for shot in shown.shots if shot.kind == "call"]
        assert calls == list(range(len(shown.recording.calls)))


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(VAULTS), st.integers(1, 6), st.integers(0, 12),
    st.integers(*GAS_BOUNDS),
)  # fmt: skip
def test_no_ether_is_made_and_a_failure_leaves_no_trace(
    vault: VaultName, stake: int, others: int, gas: int
) -> None:
    shown = film(Case(vault, stake, others, gas))
    books = [shot.after for shot in shown.shots]
    brought = others * ETHER
    assert all(b.holds >= 0 and b.spoils >= 0 for b in books)
    known = brought, brought + stake * ETHER
    assert all(b.holds + b.spoils in known for b in books[:-1])
    if shown.succeeded:
        assert shown.ending in ("money", "once")
        assert shown.payments == (others // stake + 1 if vault == "pays-first" else 1)
        assert books[-1].holds == brought - (shown.payments - 1) * stake * ETHER
    else:
        assert shown.ending in ("gas", "order", "lock")
        assert shown.kept == 0
        assert books[-1] == shown.shots[0].before


# What it tells


def test_the_vulnerable_vault_pays_until_it_is_empty() -> None:
    shown = play()
    assert (shown.payments, shown.ending) == (4, "money")
    last = shown.shots[-1].after
    assert (last.owes, last.holds) == (3 * ETHER, 0)
    notes = [shot for shot in shown.shots if shot.kind == "back"]
    assert len(notes) == 4
    assert [shot.before.thief - shot.after.thief for shot in notes] == [ETHER, 0, 0, 0]
    assert [shown.waiting(shot) for shot in notes] == [3, 2, 1, 0]


def test_books_and_money_part_at_the_first_payment() -> None:
    session = begin(Action("break"))
    shot = session.picture["film"]["shots"][session.state.shot]
    assert (shot["caller"], shot["function"]) == ("The vault", "__default__()")
    assert (shot["after"]["owes"], shot["after"]["holds"]) == (4, 3)
    assert "the vault owes 4 ether and holds 3 ether" in shot["told"]
    assert [s["broken"] for s in session.picture["film"]["shots"]].count(True) == 1


def test_who_notes_first_never_owes_more_than_it_holds() -> None:
    session = begin(vault="notes-first")
    assert session.picture["film"]["broken"] is None
    refused = [s for s in session.picture["film"]["shots"] if s["refusal"]]
    assert [s["refusal"] for s in refused] == ["vault: nothing deposited"]
    session.act(Action("break"))
    assert session.state.shot == 0


def test_a_lock_refuses_at_the_door() -> None:
    shown = play("locked")
    assert shown.ending == "lock"
    [refused] = [shot for shot in shown.shots if shot.refusal]
    [line] = shown.lines_of(refused)
    assert read_vault("locked").splitlines()[line - 1] == "def withdraw():"


def test_each_mend_is_one_line_of_the_library() -> None:
    safe = read_source("vaults/safe")
    assert read_vault("notes-first") == safe.replace("@nonreentrant\n", "")
    plain, locked = read_vault("pays-first"), read_vault("locked")
    assert locked.count("\n") == plain.count("\n") + 1
    assert set(locked.splitlines()) - set(plain.splitlines()) == {"@nonreentrant"}


def test_without_gas_the_payments_are_undone() -> None:
    shown = film(Case("pays-first", 1, 3, 120_000))
    assert (shown.payments, shown.kept, shown.ending) == (2, 0, "gas")
    more = film(Case("pays-first", 1, 3, 160_000))
    assert (more.payments, more.kept, more.ending) == (4, 4, "money")


def test_gas_ends_it_long_before_the_depth_of_calls() -> None:
    """What is claimed of depth: 30 million gas, and a vault that never runs dry."""
    chain = Chain.dev(accounts=2, seal="on-demand", reward=Wei(0))
    bob, mallory = chain.keys
    vault = chain.deploy("vaults/vulnerable", sender=bob)
    vault.deposit(sender=bob, value=10**6)
    thief = chain.deploy("vaults/attacker", sender=mallory)
    deepest = 0

    def note(step: Any) -> None:
        nonlocal deepest
        deepest = max(deepest, step.depth)

    with chain.visit() as state:
        data = thief.artifact.functions["attack"].encode(vault)
        message = Message(
            mallory.address, thief.address, value=Wei(1), data=data, gas=Gas(30_000_000)
        )
        outcome = execute(message, state, chain.environment(), note)
    assert not outcome.success
    assert 300 < deepest < 1_024


@pytest.mark.parametrize("shot", range(4))
def test_the_source_is_the_one_that_runs(shot) -> None:
    session = begin(Action.of("go", shot=shot))
    source = session.picture["film"]["source"]
    name = "attacker" if shot in (0, 3) else "vulnerable"
    text = read_source(f"vaults/{name}").splitlines()
    assert source["rows"]
    assert all(text[row["number"] - 1] == row["text"] for row in source["rows"])
    assert sum(row["now"] for row in source["rows"]) == 1


# The question


def test_the_film_is_hidden_until_it_is_predicted() -> None:
    session = begin(ask=True)
    assert session.picture["film"] is None
    assert session.picture["predict"]["verdict"] == ""
    with pytest.raises(InvalidAction, match="after the question"):
        session.act(Action.of("step", by=1))
    session.act(Action.of("predict", guess=0))
    verdict = session.picture["predict"]["verdict"]
    assert verdict.startswith("Not so. The thief is paid 4 times, 4 ether in all.")
    assert len(session.picture["film"]["shots"]) == 15


@pytest.mark.parametrize(
    ("changes", "answer"),
    [
        ({}, 1),
        ({"others": 0}, 0),
        ({"stake": 5}, 0),
        ({"gas": 100_000}, 2),
        ({"vault": "notes-first"}, 3),
        ({"vault": "locked"}, 3),
    ],
)
def test_every_case_has_its_answer(changes, answer) -> None:
    session = begin(Action.of("predict", guess=answer), ask=True, **changes)
    assert session.picture["predict"]["answer"] == answer
    assert session.picture["predict"]["verdict"].startswith("Right. ")


def test_a_changed_case_is_another_question() -> None:
    session = begin(Action.of("predict", guess=1), ask=True)
    session.act(Action.of("step", by=1))
    session.act(Action.of("stake", stake=2))
    assert session.state.prediction == Prediction("skipped")
    assert session.state.shot == 0
    session.act(Action("ask-again"))
    assert session.picture["film"] is None


def test_seeds_bring_other_amounts() -> None:
    drawn = [begin(seed=seed).state for seed in range(9)]
    amounts = {(state.stake, state.others) for state in drawn}
    assert len(amounts) > 4
    assert begin().state == FilmState(prediction=Prediction("skipped"))


@pytest.mark.parametrize(
    "state",
    [
        FilmState(stake=0),
        FilmState(others=9),
        FilmState(gas=GAS_BOUNDS[1] + 1),
        FilmState(shot=1),
        FilmState(shot=15, prediction=Prediction("skipped")),
        FilmState(prediction=Prediction("made", 5)),
    ],
)
def test_states_that_no_action_leads_to_are_refused(state) -> None:
    with pytest.raises(InvalidAction):
        LESSON.check(state)


def test_the_thief_is_where_the_books_look_for_him() -> None:
    [deposit] = [c for c in play().recording.calls if c.kind == "CALL"][:1]
    assert (deposit.caller, deposit.address) == (THIEF, VAULT)
