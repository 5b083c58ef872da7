"""Two votes of one validator contradict each other in exactly two ways."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minichain.consensus.attestation import (
    Checkpoint,
    Evidence,
    NoOffence,
    Vote,
    WrongSource,
    find_evidence,
    is_double_vote,
    is_surround_vote,
    offence,
    stake_behind,
)
from minichain.consensus.stake import InvalidVote

SPANS = st.tuples(st.integers(0, 9), st.integers(0, 9)).map(sorted)


def vote(source: int, target: int, fork: str = "a", validator: int = 7) -> Vote:
    """Return a vote between the checkpoints of two epochs, on a fork."""
    return Vote(
        validator, 8 * target, f"{fork}{target}",
        Checkpoint(source, f"{fork}{source}"), Checkpoint(target, f"{fork}{target}"),
    )  # fmt: skip


def test_two_targets_in_one_epoch_are_a_double_vote():
    assert is_double_vote(vote(0, 1, "a"), vote(0, 1, "b"))
    assert not is_double_vote(vote(0, 1, "a"), vote(1, 2, "b"))


def test_the_same_vote_twice_is_none():
    assert not is_double_vote(vote(0, 1), vote(0, 1))
    assert offence(vote(0, 1), vote(0, 1)) is None


def test_the_outer_of_two_votes_surrounds_the_inner():
    assert is_surround_vote(vote(0, 3), vote(1, 2))
    assert not is_surround_vote(vote(1, 2), vote(0, 3))


@pytest.mark.parametrize("other", [(0, 2), (1, 2), (1, 3), (3, 4), (2, 4)])
def test_votes_that_share_an_end_or_follow_each_other_do_not_surround(other):
    assert not is_surround_vote(vote(0, 3), vote(*other)) or other == (1, 2)
    assert offence(vote(1, 3), vote(3, 4)) is None


@pytest.mark.oracle
@given(SPANS, SPANS)
def test_an_offence_is_seen_in_either_order_and_as_intervals(a, b):
    first, second = vote(*a), vote(*b, fork="b")
    strictly_inside = (a[0] < b[0] and b[1] < a[1]) or (b[0] < a[0] and a[1] < b[1])
    expected = "double" if a[1] == b[1] else "surround" if strictly_inside else None
    assert offence(first, second) == offence(second, first) == expected


def test_votes_of_two_validators_prove_nothing():
    with pytest.raises(InvalidVote, match="validators 1 and 2, required two of one"):
        offence(vote(0, 1, validator=1), vote(0, 1, "b", validator=2))


def test_evidence_says_who_did_what():
    evidence = Evidence(vote(0, 3), vote(1, 2))
    assert (evidence.validator, evidence.kind) == (7, "surround")


def test_evidence_of_nothing_is_refused():
    with pytest.raises(NoOffence, match="do not contradict each other") as caught:
        _ = Evidence(vote(0, 1), vote(1, 2)).kind
    assert caught.value.rule == "evidence"


def test_a_vote_does_not_run_backwards():
    with pytest.raises(WrongSource, match="from epoch 2 to epoch 1"):
        vote(2, 1)


def test_whoever_contradicts_itself_is_found_among_the_votes_of_all():
    votes = [
        vote(0, 1, validator=1), vote(0, 1, validator=2), vote(0, 1, "b", validator=2),
        vote(1, 2, validator=1), vote(1, 2, validator=3), vote(0, 3, validator=3),
    ]  # fmt: skip
    found = find_evidence(votes)
    assert {who: proof.kind for who, proof in found.items()} == {
        2: "double", 3: "surround",
    }  # fmt: skip


def test_a_link_carries_each_voter_once():
    link = (Checkpoint(0, "a0"), Checkpoint(1, "a1"))
    votes = [vote(0, 1, validator=n) for n in (1, 2, 2, 9)]
    assert stake_behind(votes, {1: 10, 2: 5}) == {link: 15}
