"""The ABI explorer: real selectors, words as others write them, real calls."""

from dataclasses import replace

import pytest
from eth_abi.abi import encode
from eth_utils.abi import function_signature_to_4byte_selector
from hypothesis import given, settings
from hypothesis import strategies as st

from minichain.contracts.abi import InvalidArguments
from minichain.contracts.calldata import InvalidSignature, parse_signature
from minichain.errors import ProtocolError
from minichain.widgets.abi import (
    BOB_FLIPPED,
    HUNT_LIMIT,
    SIZE_LIMIT,
    AbiLesson,
    AbiState,
    read_digits,
)
from minichain.widgets.abi_stage import find_pair, list_people, suggest, try_call
from minichain.widgets.base import Action, InvalidAction
from minichain.widgets.prediction import Prediction
from minichain.widgets.session import Session
from minichain.widgets.timetravel_play import InvalidCall
from tests.widgets.laws import check_lesson, finish

LESSON = AbiLesson()

SIGNATURES = [
    "transfer(address,uint256)", "f(string,uint8[2])", "f()", "f(foo)", "x",
    "sam(bytes,bool,uint256[])", "f((address,string)[])",
]  # fmt: skip

ACTIONS = st.one_of(
    st.builds(
        lambda c: Action.of("contract", contract=c),
        st.sampled_from(["tokens/erc20", "trade/sealed_riddle", "vaults/safe"]),
    ),
    st.builds(
        lambda s: Action.of("signature", signature=s), st.sampled_from(SIGNATURES)
    ),
    st.builds(
        lambda a: Action.of("arguments", arguments=a),
        st.sampled_from(["Carol, 7", "", "5], [6", '"gold", [1, 2]', "Bob, -1", "Zoe"]),
    ),
    st.builds(
        lambda d: Action.of("data", data=d),
        st.one_of(
            st.binary(max_size=90).map(bytes.hex), st.sampled_from(["0x7", "zz"])
        ),
    ),
    st.builds(lambda i: Action.of("flip", index=i), st.integers(-1, 80)),
    st.builds(lambda w: Action.of("look", word=w), st.integers(-1, 5)),
    st.builds(lambda g: Action.of("predict", guess=g), st.integers(0, 3)),
    st.sampled_from(
        [Action(t) for t in ("mend", "hunt", "stop", "skip", "ask-again", "x")]
    ),
    st.sampled_from([Action(t) for t in ("undo", "redo", "reset")]),
)


def begin(*actions: Action, seed: int = 0, **options: object) -> Session[AbiState]:
    session = Session(LESSON, seed, options={"ask": False, **options})
    for action in actions:
        session.act(action)
    return session


@settings(max_examples=30, deadline=None)
@given(st.lists(ACTIONS, max_size=6), st.integers(0, 2**32 - 1))
def test_any_actions_keep_the_laws(actions: list[Action], seed: int) -> None:
    check_lesson(LESSON, actions, seed)


# Writing and reading


def test_a_transfer_is_the_published_one() -> None:
    picture = begin().picture
    bob = list_people()["Bob"].hex()
    assert picture["data"] == f"a9059cbb{'0' * 24}{bob}{5:064x}"
    assert picture["hash"].startswith(
        "a9059cbb2ab09eb219583f4a59a5d0623ade346d962bcd4e"
    )
    assert [row["role"] for row in picture["rows"]] == ["selector", "value", "value"]
    assert picture["values"] == [["to", "address", "Bob"], ["amount", "uint256", "5"]]


def test_a_namesake_has_the_same_selector() -> None:
    session = begin()
    name = session.picture["namesake"]
    assert parse_signature(name).selector.hex() == "a9059cbb"
    session.act(Action.of("signature", signature=name))
    assert session.picture["data"].startswith("a9059cbb07")
    # The token takes it for a transfer, and finds too few bytes.
    assert session.picture["deed"]["called"] == "transfer"
    assert not session.picture["deed"]["ok"]


@pytest.mark.parametrize(
    ("signature", "arguments", "kinds", "values"),
    [
        ("sam(bytes,bool,uint256[])", '"0x64617665", True, [1, 2, 3]',
         ["bytes", "bool", "uint256[]"], [b"dave", True, [1, 2, 3]]),
        ("f((uint8,string)[2])", '[[1, "a"], [2, "b"]]',
         ["(uint8,string)[2]"], [[(1, "a"), (2, "b")]]),
        ("f()", "", [], []),
    ],
)  # fmt: skip
def test_calls_are_written_as_another_library_does(
    signature, arguments, kinds, values
) -> None:
    session = begin(Action.of("signature", signature=signature))
    session.act(Action.of("arguments", arguments=arguments))
    selector = function_signature_to_4byte_selector(signature)
    assert session.picture["data"] == (selector + encode(kinds, values)).hex()
    assert session.picture["fault"] == ""
    assert not any(row["role"] == "not read" for row in session.picture["rows"])


def test_an_offset_leads_to_the_row_with_the_length() -> None:
    session = begin(contract="trade/sealed_riddle")
    rows = session.picture["rows"]
    assert [row["role"] for row in rows] == [
        "selector", "offset", "value", "length", "bytes",
    ]  # fmt: skip
    assert [row["part"] for row in rows[1:]] == ["head", "head", "tail", "tail"]
    assert rows[1]["target"] == 3
    assert "64 bytes on" in rows[1]["told"]
    assert rows[3]["told"] == "word has 4 bytes, which follow."
    assert "“echo”" in rows[4]["told"]


@pytest.mark.parametrize(
    "kind", ["uint8", "int256", "bool", "bytes1", "bytes", "string", "address",
             "uint8[]", "string[3]", "(bool,bytes32)", "(uint8[],(string,bool))[2][]"],
)  # fmt: skip
def test_every_type_has_a_value_to_begin_with(kind) -> None:
    session = begin(Action.of("signature", signature=f"f({kind})"))
    assert session.state.arguments == suggest(kind)
    assert session.picture["fault"] == ""


def test_what_does_not_fit_is_refused() -> None:
    session = begin()
    before = session.state
    with pytest.raises(InvalidSignature, match="no type foo"):
        session.act(Action.of("signature", signature="f(foo)"))
    with pytest.raises(InvalidArguments, match="1 arguments, required 2"):
        session.act(Action.of("arguments", arguments="Bob"))
    with pytest.raises(InvalidCall, match="nobody is called Zoe"):
        session.act(Action.of("arguments", arguments="Zoe, 5"))
    assert session.state == before


def test_a_pasted_call_chooses_its_function() -> None:
    owner = "00" * 12 + list_people()["Carol"].hex()
    session = begin(Action.of("data", data=f"0x70a08231\n{owner.upper()}"))
    assert session.state.signature == "balanceOf(address)"
    assert session.picture["values"] == [["arg0", "address", "Carol"]]
    assert session.picture["deed"]["answer"] == "0"


def test_a_call_of_nobody_knows_whom_is_refused_by_the_contract() -> None:
    session = begin(Action.of("data", data="deadbeef" + "00" * 32))
    picture = session.picture
    assert picture["fault"] == "no function here has the selector deadbeef"
    assert picture["rows"][1]["role"] == "not read"
    assert picture["deed"]["reason"].startswith("there is no such function")


@pytest.mark.parametrize("text", ["0x7", "xy", "0x" + "00" * (SIZE_LIMIT + 1)])
def test_what_is_no_call_is_not_read(text) -> None:
    with pytest.raises(InvalidAction):
        read_digits(text)


# Bytes that are flipped


def test_a_flipped_byte_pays_somebody_else() -> None:
    session = begin(Action.of("flip", index=BOB_FLIPPED))
    wrong = bytearray(list_people()["Bob"])
    wrong[-1] ^= 0xFF
    picture = session.picture
    assert picture["deed"]["ok"]
    assert picture["deed"]["events"] == [
        f"Transfer: sender Alice, receiver 0x{wrong.hex()}, value 5"
    ]
    assert picture["rows"][1]["altered"] == [31]
    assert picture["altered"]
    session.act(Action("mend"))
    assert not session.picture["altered"]
    assert "receiver Bob" in session.picture["deed"]["events"][0]


@pytest.mark.parametrize(
    ("index", "reason"),
    [
        (0, "there is no such function"),
        (4, "paid though"),
        (36, "erc20: insufficient balance"),
    ],
)
def test_other_bytes_make_it_revert(index, reason) -> None:
    session = begin(Action.of("flip", index=index))
    deed = session.picture["deed"]
    assert not deed["ok"]
    assert index == 4 or deed["reason"].startswith(reason)
    if index == 4:
        assert "this is no address" in session.picture["rows"][1]["told"]
        assert session.picture["fault"]


def test_an_offset_that_leads_astray_is_told() -> None:
    session = begin(Action.of("flip", index=4), contract="trade/sealed_riddle")
    assert session.picture["rows"][1]["target"] is None
    assert session.picture["rows"][3]["role"] == "not read"
    assert session.picture["fault"]
    assert not session.picture["deed"]["ok"]


def test_a_trial_leaves_the_chain_as_it_was() -> None:
    ask = bytes.fromhex(begin(signature="balanceOf(address)").picture["data"])
    try_call("tokens/erc20", bytes.fromhex(begin().picture["data"]))
    try_call.cache_clear()
    assert try_call("tokens/erc20", ask).answer == "1000"


# The hunt and the question


def test_a_hunt_ends_with_two_selectors_that_begin_alike() -> None:
    session = begin(Action("hunt"))
    finish(session)
    hunt = session.picture["hunt"]
    [one, other] = [name for name, _, _ in hunt["pair"]]
    selectors = [function_signature_to_4byte_selector(name) for name in (one, other)]
    assert one != other
    assert selectors[0][:2] == selectors[1][:2]
    assert 2 <= hunt["hunted"] <= HUNT_LIMIT
    assert find_pair(0, hunt["hunted"] - 1) is None
    session.act(Action("hunt"))
    assert session.state.hunting


def test_hunts_take_what_the_birthday_bound_says() -> None:
    counts = []
    for seed in range(12):
        session = begin(Action("hunt"), seed=seed)
        finish(session)
        counts.append(session.state.hunted)
    # The mean is 321, and of twelve it strays by 48.
    assert 150 < sum(counts) / len(counts) < 500


def test_the_answer_is_what_the_contract_does() -> None:
    session = begin(ask=True)
    assert session.picture["predict"]["verdict"] == ""
    assert not session.picture["altered"]
    session.act(Action.of("predict", guess=2))
    assert session.picture["predict"]["verdict"].startswith("Right. The call succeeds.")
    assert session.picture["rows"][1]["altered"] == [31]
    session.act(Action("ask-again"))
    assert not session.picture["altered"]


def test_who_flips_a_byte_is_shown_the_answer() -> None:
    session = begin(Action.of("flip", index=3), ask=True)
    assert session.state.prediction == Prediction("skipped")


@pytest.mark.parametrize(
    "changes",
    [
        {"data": "0x00"},
        {"data": "00" * (SIZE_LIMIT + 1)},
        {"word": 3},
        {"signature": "f("},
        {"arguments": "Bob"},
        {"hunted": HUNT_LIMIT + 1},
        {"hunted": HUNT_LIMIT},
        {"data": "00" * 68, "prediction": Prediction()},
    ],
)
def test_states_that_no_action_leads_to_are_refused(changes) -> None:
    with pytest.raises(ProtocolError):
        LESSON.check(replace(begin().state, **changes))
