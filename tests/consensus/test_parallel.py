"""Side by side or in turn, the balances are the same."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minichain.consensus.parallel import (
    Declared,
    Transaction,
    UndeclaredAccess,
    run_parallel,
    run_serial,
    schedule,
    transfer,
)

NAMES = st.sampled_from("abcdef")


def copy_to(source: str, to: str, cost: int = 1) -> Transaction:
    """Return a transaction that reads one account and writes another."""

    def run(accounts: Declared) -> None:
        accounts[to] = 2 * accounts[to] + accounts[source]

    return Transaction(
        f"{source} to {to}", frozenset({to}), run, frozenset({source}), cost
    )


WORK = st.lists(
    st.one_of(
        st.builds(transfer, NAMES, NAMES, st.integers(0, 50), st.integers(1, 9)),
        st.builds(copy_to, NAMES, NAMES, st.integers(1, 9)),
    ),
    max_size=30,
)
START = dict(zip("abcdef", (100, 50, 20, 10, 5, 0), strict=True))


@given(WORK)
def test_the_result_is_that_of_running_all_in_turn(work):
    serial, parallel = dict(START), dict(START)
    run_serial(serial, work)
    rounds = run_parallel(parallel, work)
    assert parallel == serial
    assert sorted(place for places in rounds for place in places) == list(
        range(len(work))
    )


def test_threads_come_to_the_same():
    work = [transfer(a, b, 3) for a, b in ("ab", "cd", "ef", "bc", "da", "fa")] * 5
    serial, parallel = dict(START), dict(START)
    run_serial(serial, work)
    with ThreadPoolExecutor(4) as pool:
        run_parallel(parallel, work, pool)
    assert parallel == serial


@given(WORK)
def test_conflicts_keep_their_order_and_no_round_has_one(work):
    rounds = schedule(work)
    round_of = {place: n for n, places in enumerate(rounds) for place in places}
    for late in range(len(work)):
        for early in range(late):
            if work[late].conflicts_with(work[early]):
                assert round_of[early] < round_of[late]


@pytest.mark.oracle
@given(WORK)
def test_each_goes_into_the_first_round_that_it_can(work):
    expected: list[int] = []
    for late, transaction in enumerate(work):
        waits = [
            expected[early] + 1
            for early in range(late)
            if transaction.conflicts_with(work[early])
        ]
        expected.append(max(waits, default=0))
    found = {place: n for n, places in enumerate(schedule(work)) for place in places}
    assert [found[place] for place in range(len(work))] == expected


def test_two_who_only_read_do_not_conflict():
    assert schedule([copy_to("a", "b"), copy_to("a", "c")]) == [[0, 1]]
    assert schedule([copy_to("a", "b"), copy_to("b", "c")]) == [[0], [1]]


def test_each_round_is_shown():
    seen = []
    work = [transfer("a", "b", 1), transfer("b", "c", 1)]
    assert run_parallel(dict(START), work, on_step=seen.append) == seen == [[0], [1]]


def test_what_is_not_declared_cannot_be_touched():
    sneaky = Transaction(
        "sneaky", frozenset({"a"}), lambda accounts: accounts.update(b=1)
    )
    state = dict(START)
    with pytest.raises(UndeclaredAccess, match="'b' is not declared as written") as e:
        run_parallel(state, [sneaky])
    assert e.value.rule == "declared-accounts"
    assert state == START
    with pytest.raises(UndeclaredAccess, match="'c' is not declared as read"):
        _ = Declared(state, sneaky)["c"]


def test_what_is_only_read_cannot_be_written():
    reader = Transaction(
        "reader", frozenset(), lambda accounts: accounts.pop("a"), frozenset({"a"})
    )
    with pytest.raises(UndeclaredAccess, match="'a' is not declared as written"):
        run_serial(dict(START), [reader])


def test_declared_accounts_are_a_mapping():
    accounts = Declared(dict(START), copy_to("a", "z"))
    assert list(accounts) == ["a", "z"]
    assert len(accounts) == 2
    assert accounts["z"] == 0
