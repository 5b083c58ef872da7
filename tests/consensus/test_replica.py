"""A replica says one thing in each view, and goes on when a quorum has spoken."""

import pytest

from minichain.consensus.replica import (
    Message,
    Prepared,
    Replica,
    binding,
    is_certified,
    leader,
)


def wish(sender: int, view: int = 1, prepared: Prepared | None = None) -> Message:
    return Message("change", view, sender, 1, None, prepared)


def test_leaders_take_turns():
    assert [leader(view, 4) for view in range(6)] == [0, 1, 2, 3, 0, 1]


def test_the_first_proposal_of_a_view_is_the_only_one():
    replica = Replica(1, 4, "x")
    said = replica.receive(Message("propose", 0, 0, 1, "a"))
    assert [(m.kind, m.value) for m in said] == [("prepare", "a")] * 4
    assert replica.receive(Message("propose", 0, 0, 1, "b")) == []
    assert replica.accepted == {0: "a"}


def test_only_the_leader_proposes():
    replica = Replica(1, 4, "x")
    assert replica.receive(Message("propose", 0, 2, 1, "a")) == []


def test_a_quorum_prepares_and_a_quorum_decides():
    replica = Replica(1, 4, "x")
    replica.receive(Message("propose", 0, 0, 1, "a"))
    assert replica.receive(Message("prepare", 0, 1, 1, "a")) == []
    said = replica.receive(Message("prepare", 0, 2, 1, "a"))
    assert {m.kind for m in said} == {"commit"}
    assert replica.prepared == Prepared(0, "a")
    for sender in (1, 2):
        replica.receive(Message("commit", 0, sender, 1, "a"))
        assert replica.decided is None
    replica.receive(Message("commit", 0, 3, 1, "a"))
    assert replica.decided == "a"


def test_nobody_counts_twice():
    replica = Replica(1, 4, "x")
    replica.receive(Message("propose", 0, 0, 1, "a"))
    for _ in range(5):
        replica.receive(Message("prepare", 0, 2, 1, "a"))
        replica.receive(Message("commit", 0, 2, 1, "a"))
    assert replica.prepared is None
    assert replica.decided is None


def test_votes_for_two_values_do_not_add_up():
    replica = Replica(1, 4, "x")
    replica.receive(Message("propose", 0, 0, 1, "a"))
    replica.receive(Message("prepare", 0, 1, 1, "a"))
    replica.receive(Message("prepare", 0, 2, 1, "b"))
    assert replica.prepared is None


def test_a_new_leader_needs_a_quorum_of_wishes():
    replica = Replica(1, 4, "x")
    replica.time_out()
    assert replica.receive(wish(1)) == []
    assert replica.receive(wish(2)) == []
    said = replica.receive(wish(3))
    assert {(m.kind, m.value, len(m.certificate)) for m in said} == {
        ("propose", "x", 3)
    }


def test_a_new_leader_is_bound_by_the_latest_prepared_value():
    wishes = (
        wish(0, 2), wish(2, 2, Prepared(0, "old")), wish(3, 2, Prepared(1, "new")),
    )  # fmt: skip
    assert binding(wishes) == Prepared(1, "new")
    proposal = Message("propose", 2, 2, 0, "new", None, wishes)
    assert is_certified(proposal, 4)
    assert not is_certified(Message("propose", 2, 2, 0, "old", None, wishes), 4)


@pytest.mark.parametrize(
    "wishes",
    [
        (),
        (wish(0), wish(2)),
        (wish(0), wish(0), wish(0)),
        (wish(0), wish(2), wish(3, 2)),
    ],
)
def test_too_few_wishes_make_no_leader(wishes):
    assert not is_certified(Message("propose", 1, 1, 0, "a", None, wishes), 4)


def test_a_wish_says_what_was_prepared():
    replica = Replica(1, 4, "x", prepared=Prepared(0, "a"))
    assert {m.prepared for m in replica.time_out()} == {Prepared(0, "a")}
    assert replica.view == 1
