"""With f traitors of 3f + 1 all agree; with one more they may not."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minichain.consensus.byzantine import (
    Agreement,
    InvalidAgreement,
    TooManyTraitors,
    check_tolerance,
    quorum,
    tolerated,
)

SIZES = st.sampled_from([4, 5, 6, 7, 10])


def traitors(count: int, behaviour="equivocate", first: int = 0):
    return {index + first: behaviour for index in range(count)}


@pytest.mark.parametrize("replicas", [0, -5])
def test_nobody_makes_no_quorum_and_bears_no_traitor(replicas):
    for function in (tolerated, quorum):
        with pytest.raises(InvalidAgreement, match=f"{replicas} replicas, required 1"):
            function(replicas)
    with pytest.raises(InvalidAgreement, match=f"{replicas} replicas"):
        check_tolerance(0, replicas)


def test_fewer_than_a_third_are_tolerated():
    assert [tolerated(n) for n in range(1, 11)] == [0, 0, 0, 1, 1, 1, 2, 2, 2, 3]


@given(st.integers(1, 500))
def test_two_quorums_share_an_honest_replica_and_the_honest_are_one(n):
    f = tolerated(n)
    assert 2 * quorum(n) - n > f
    assert quorum(n) <= n - f


def test_too_many_traitors_are_named_with_the_numbers():
    check_tolerance(1, 4)
    with pytest.raises(TooManyTraitors, match=r"2 traitors among 6 .* required 7"):
        check_tolerance(2, 6)
    with pytest.raises(InvalidAgreement, match="-1 traitors"):
        check_tolerance(-1, 4)


@pytest.mark.parametrize("n", [1, 4, 7])
def test_honest_replicas_decide_in_the_first_view(n):
    agreement = Agreement([f"v{i}" for i in range(n)])
    assert agreement.run()
    assert agreement.timeouts == 0
    assert agreement.decisions == dict.fromkeys(range(n), "v0")


@pytest.mark.parametrize("n", [4, 7, 10])
def test_every_replica_tells_every_other_in_two_of_three_phases(n):
    agreement = Agreement(["tea"] * n)
    agreement.run()
    while agreement.step():
        pass
    assert agreement.delivered == n + 2 * n * n


@pytest.mark.parametrize("behaviour", ["silent", "equivocate"])
def test_a_traitor_that_leads_is_replaced(behaviour):
    agreement = Agreement(["tea"] * 4, {0: behaviour})
    assert agreement.run()
    assert agreement.timeouts == 1
    assert set(agreement.decisions) == {1, 2, 3}


@settings(max_examples=150)
@given(SIZES, st.data())
def test_up_to_f_traitors_never_split_the_others(n, data):
    count = data.draw(st.integers(0, tolerated(n)))
    who = data.draw(st.permutations(range(n)))[:count]
    kinds = st.sampled_from(["silent", "equivocate"])
    late = data.draw(st.sampled_from([0.0, 0.0, 0.1, 0.5]))
    agreement = Agreement(
        [f"v{i}" for i in range(n)],
        {index: data.draw(kinds) for index in who},
        late=late,
        seed=data.draw(st.integers(0, 10**6)),
    )
    decided = agreement.run(views=6)
    assert not agreement.is_split
    assert decided or late > 0


@pytest.mark.parametrize("n", [4, 7, 10])
def test_one_traitor_more_splits_them(n):
    agreement = Agreement(["tea"] * n, traitors(tolerated(n) + 1))
    assert agreement.run()
    assert agreement.is_split
    assert set(agreement.decisions.values()) == {"attack", "retreat"}


@pytest.mark.parametrize("n", [4, 7, 10])
def test_one_silent_replica_more_only_stops_them(n):
    agreement = Agreement(["tea"] * n, traitors(tolerated(n) + 1, "silent"))
    assert not agreement.run(views=5)
    assert agreement.decisions == {}


def test_what_one_has_decided_binds_later_leaders():
    # Seeds in which somebody decides in view 0 and somebody only later.
    bound = 0
    for seed in range(60):
        agreement = Agreement([f"v{i}" for i in range(4)], late=0.3, seed=seed)
        if agreement.run() and agreement.timeouts:
            assert len(set(agreement.decisions.values())) == 1
            bound += set(agreement.decisions.values()) == {"v0"}
    assert bound > 0


def test_messages_that_are_always_late_decide_nothing_and_nothing_wrong():
    agreement = Agreement(["tea"] * 4, late=1.0)
    assert not agreement.run(views=5)
    assert not agreement.is_split


def test_every_message_is_shown_with_its_effect():
    seen = []
    agreement = Agreement(["tea"] * 4, on_step=seen.append)
    agreement.run()
    assert [event.number for event in seen] == list(range(agreement.delivered))
    effects = [event.effect for event in seen]
    assert effects.count("decided") == 4
    assert effects.count("prepared") >= 3
    assert effects.count("accepted") >= 3


def test_the_same_seed_tells_the_same_story():
    stories = []
    for seed in (1, 1, 2):
        seen = []
        Agreement(["tea"] * 4, {0: "equivocate"}, seed=seed, on_step=seen.append).run()
        stories.append([event.message for event in seen])
    assert stories[0] == stories[1] != stories[2]


@pytest.mark.parametrize(
    ("wanted", "who", "late"),
    [
        ([], {}, 0), (["a"], {0: "silent"}, 0), (["a"] * 4, {4: "silent"}, 0),
        (["a"] * 4, {}, 1.5),
    ],
)  # fmt: skip
def test_an_agreement_that_cannot_be_is_refused(wanted, who, late):
    with pytest.raises(InvalidAgreement, match="required"):
        Agreement(wanted, who, late=late)
