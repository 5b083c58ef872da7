"""Keys: every alteration is refused, by the rule it breaks."""

import pytest
from eth_account import Account
from hypothesis import given
from hypothesis import strategies as st

from minichain.crypto.hashing import keccak256
from minichain.crypto.keys import Key, recover
from minichain.crypto.signature import CURVE_ORDER, Signature
from minichain.errors import ProtocolError
from minichain.widgets.base import Action, InvalidAction
from minichain.widgets.keys import KeysLesson
from minichain.widgets.keys_view import CHECKS, RIGHT_CHOICE
from minichain.widgets.order import PEOPLE
from minichain.widgets.session import Session
from tests.widgets.laws import check_lesson

LESSON = KeysLesson()

SIDES = st.sampled_from(["sent", "received", "else"])

ACTIONS = st.one_of(
    st.builds(lambda t: Action.of("word", text=t), st.text(max_size=64)),
    st.builds(
        lambda s, t: Action.of("text", side=s, text=t), SIDES, st.text(max_size=64)
    ),
    st.builds(
        lambda s, n: Action.of("to", side=s, to=n),
        SIDES,
        st.sampled_from([*PEOPLE, "Eve"]),
    ),
    st.builds(
        lambda s, v: Action.of("value", side=s, value=v), SIDES, st.integers(-1, 2**81)
    ),
    st.builds(
        lambda s, n: Action.of("nonce", side=s, nonce=n), SIDES, st.integers(-1, 2**33)
    ),
    st.builds(
        lambda k: Action.of("kind", kind=k), st.sampled_from(["text", "transfer", "x"])
    ),
    st.builds(
        lambda p: Action.of("alter", part=p), st.sampled_from(["r", "s", "y_parity"])
    ),
    st.builds(
        lambda n: Action.of("claim", name=n), st.sampled_from([*PEOPLE, "", "Eve"])
    ),
    st.builds(lambda g: Action.of("predict", guess=g), st.integers(-1, 3)),
    st.sampled_from([Action.of("reveal", shown=True), Action.of("reveal", shown=1)]),
    st.sampled_from([Action(t) for t in ("sign", "mend", "twist", "zero", "undo")]),
    st.sampled_from([Action(t) for t in ("skip", "ask-again", "redo", "reset", "to")]),
)


def begin(*actions: Action, **options: object) -> Session:
    session = Session(LESSON, options=options)
    for action in actions:
        session.act(action)
    return session


def broken_rule(session: Session) -> str | None:
    """Return the rule the verifier refuses by, or None where it accepts."""
    checks = session.picture["checks"]
    failed = [check["rule"] for check in checks if check["holds"] is False]
    assert len(failed) <= 1
    assert session.picture["accepted"] == (not failed)
    return failed[0] if failed else None


@given(st.lists(ACTIONS, max_size=10), st.integers(0, 2**32 - 1))
def test_any_actions_keep_the_laws(actions: list[Action], seed: int) -> None:
    check_lesson(LESSON, actions, seed)


def test_what_arrives_unaltered_is_accepted() -> None:
    assert broken_rule(begin()) is None
    assert broken_rule(begin(kind="transfer")) is None
    assert begin().picture["altered"] == []


def test_the_address_is_the_one_other_wallets_derive() -> None:
    session = begin(Action.of("reveal", shown=True), word="correct horse")
    account = Account.from_key(bytes.fromhex(session.picture["secret"]))
    assert account.address == session.picture["address"]


@pytest.mark.parametrize(
    ("action", "altered"),
    [
        (Action.of("text", side="received", text="I owe Bob 6"), "the message"),
        (Action.of("claim", name="Carol"), "the name"),
        (Action.of("alter", part="y_parity"), "the parity"),
    ],
)
def test_alterations_lead_to_another_signer(action: Action, altered: str) -> None:
    session = begin(action)
    assert broken_rule(session) == "signer"
    assert session.picture["altered"] == [altered]
    session.act(Action("mend"))
    assert broken_rule(session) is None


@pytest.mark.parametrize("field", [("value", 6), ("nonce", 1), ("to", "Carol")])
def test_every_field_of_a_transfer_is_signed(field: tuple[str, object]) -> None:
    name, value = field
    session = begin(Action.of(name, side="received", **{name: value}), kind="transfer")
    assert broken_rule(session) == "signer"


@given(seed=st.integers(0, 2**32 - 1), part=st.sampled_from(["r", "s"]))
def test_a_changed_digit_is_refused_whatever_the_seed(seed: int, part: str) -> None:
    session = Session(LESSON, seed)
    session.act(Action.of("alter", part=part))
    assert session.picture["altered"] == [part]
    # Half of all r belong to no point of the curve; the rest to another signer.
    assert broken_rule(session) in ("signature", "signer")


def test_the_mirror_image_is_refused_though_the_equation_holds() -> None:
    session = begin(Action("twist"))
    assert broken_rule(session) == "low-s"
    state = session.state
    mirrored = Signature(state.signature.r, CURVE_ORDER - state.signature.s, 0)
    mirrored = Signature(mirrored.r, mirrored.s, 1 - state.y_parity)
    assert recover(state.received.digest, mirrored) == Key.from_seed("Alice").public_key
    address = session.picture["address"]
    assert address in session.picture["checks"][1]["words"]
    session.act(Action("twist"))
    assert broken_rule(session) is None


def test_zeros_are_out_of_range() -> None:
    session = begin(Action("zero"))
    assert broken_rule(session) == "signature-range"
    assert "r is 0x0" in session.picture["checks"][0]["words"]


def test_checks_after_the_broken_rule_are_not_reached() -> None:
    for action, failed in ((Action("zero"), 0), (Action("twist"), 1)):
        checks = begin(action).picture["checks"]
        holds = [True] * failed + [False] + [None] * (len(CHECKS) - failed - 1)
        assert [check["holds"] for check in checks] == holds


def test_a_signature_over_one_order_does_not_sign_the_next() -> None:
    session = begin(Action.of("text", side="sent", text="I owe Bob 50"))
    assert session.picture["unsigned"]
    assert session.picture["received"]["text"] == "I owe Bob 5"
    session.act(Action("sign"))
    assert not session.picture["unsigned"]
    assert session.picture["received"]["text"] == "I owe Bob 50"
    assert broken_rule(session) is None


def test_a_new_key_does_not_own_what_the_old_one_signed() -> None:
    session = begin(Action.of("word", text="Mallory"))
    assert session.picture["signer"] == "Alice"
    assert broken_rule(session) is None
    session.act(Action("sign"))
    session.act(Action.of("claim", name="Alice"))
    assert broken_rule(session) == "signer"


def test_the_signature_is_the_one_the_key_makes() -> None:
    session = begin()
    signature = Key.from_seed("Alice").sign(keccak256(b"I owe Bob 5"))
    assert session.state.signature == signature


def test_the_secret_is_shown_when_asked_for_and_never_before() -> None:
    session = begin()
    secret = f"{Key.from_seed('Alice').secret:064x}"
    assert secret not in str(session.envelope())
    session.act(Action.of("reveal", shown=True))
    assert session.picture["secret"] == secret
    assert secret in str(session.twin)


def test_the_questions_answer_is_what_happens() -> None:
    altered = begin(Action.of("text", side="received", text="I owe Rob 5"))
    assert altered.picture["checks"][2]["holds"] is True
    assert "nobody we know" in altered.picture["checks"][3]["words"]
    session = begin()
    assert session.picture["predict"]["answer"] is None
    session.act(Action.of("predict", guess=RIGHT_CHOICE))
    assert session.picture["predict"]["verdict"].startswith("Right: some other")


def test_claims_of_strangers_are_refused() -> None:
    with pytest.raises(InvalidAction, match="name is not one of"):
        begin(Action.of("claim", name="Zoe"))


@pytest.mark.parametrize(
    ("name", "value"),
    [("r", b"x"), ("s", bytes(31)), ("y_parity", 2), ("word", "x" * 61), ("seed", -1)],
)
def test_states_that_no_actions_lead_to_are_refused(name: str, value: object) -> None:
    from dataclasses import replace

    state = replace(begin().state, **{name: value})
    with pytest.raises(ProtocolError):
        LESSON.check(state)
