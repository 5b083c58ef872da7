"""Two thirds justify, four rules finalise, and who breaks the promise is known."""

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minichain.consensus.attestation import Checkpoint, Vote, find_evidence
from minichain.consensus.finality import (
    Justification,
    finality_delay,
    is_supermajority,
    justified_by,
    weigh,
)
from minichain.consensus.stake import InvalidStake, NoValidators


def point(epoch: int) -> Checkpoint:
    return Checkpoint(epoch, f"b{epoch}")


def before(bits: str, previous: int, current: int) -> Justification:
    """Return a justification with bits as in "101", newest first."""
    flags = tuple(bit == "1" for bit in bits.ljust(4, "0"))
    return Justification(flags, point(previous), point(current), point(0))


def end(known: Justification, epoch: int, last: int, now: int) -> Justification:
    """End an epoch with so many of 99 votes for the last checkpoint and for this."""
    return weigh(known, epoch, point(epoch - 1), point(epoch), last, now, 99)


def test_three_times_the_votes_are_twice_the_total():
    assert is_supermajority(66, 99)
    assert not is_supermajority(65, 99)
    assert is_supermajority(67, 100)
    assert not is_supermajority(66, 100)


@given(st.integers(1, 10**18), st.data())
def test_two_supermajorities_share_a_third(total, data):
    first = data.draw(st.integers(0, total))
    second = data.draw(st.integers(0, total))
    if is_supermajority(first, total) and is_supermajority(second, total):
        assert 3 * (first + second - total) >= total


def test_a_vote_among_no_stake_is_refused():
    with pytest.raises(NoValidators):
        is_supermajority(0, 0)


@pytest.mark.parametrize("votes", [-1, 101])
def test_votes_that_cannot_be_are_refused(votes):
    with pytest.raises(InvalidStake, match=f"{votes} of 100 voted"):
        is_supermajority(votes, 100)


def test_the_first_rule_reaches_three_epochs_back():
    known = before("011", previous=6, current=7)  # of epoch 8: 7 and 6 are justified
    after = end(known, 9, last=66, now=0)
    assert (after.finalized, after.rule) == (point(6), 1)
    assert after.current == point(8)
    assert end(known, 9, last=65, now=0).rule == 0


def test_the_second_rule_reaches_two_epochs_back():
    known = before("010", previous=7, current=7)
    after = end(known, 9, last=66, now=0)
    assert (after.finalized, after.rule) == (point(7), 2)
    assert end(known, 9, last=65, now=0).rule == 0


def test_the_third_rule_takes_both_epochs_at_once():
    known = before("010", previous=0, current=7)
    after = end(known, 9, last=66, now=66)
    assert (after.finalized, after.rule) == (point(7), 3)
    assert after.current == point(9)
    # Without this epoch's votes it is the second rule's source that counts.
    assert end(known, 9, last=66, now=65).rule == 0


def test_the_fourth_rule_is_the_usual_one():
    known = before("100", previous=7, current=8)
    after = end(known, 9, last=66, now=66)
    assert (after.finalized, after.rule) == (point(8), 4)
    assert (after.previous, after.current) == (point(8), point(9))
    assert end(known, 9, last=66, now=65).rule == 0


def test_late_votes_for_the_last_epoch_justify_it_after_all():
    after = end(before("000", 0, 0), 9, last=66, now=0)
    assert after.bits == (False, True, False, False)
    assert after.current == point(8)
    assert after.finalized == point(0)


def test_without_two_thirds_nothing_moves_but_the_bits():
    known = replace(before("110", 7, 8), finalized=point(7))
    after = end(known, 9, last=65, now=65)
    assert after.bits == (False, True, True, False)
    assert (after.current, after.finalized, after.rule) == (point(8), point(7), 0)


@pytest.mark.oracle
def test_the_four_rules_finalise_what_the_papers_rule_does_with_gaps_of_one_or_two():
    # A checkpoint is final when all from it to the target of a vote from it are
    # justified, and that vote spans two epochs at most.
    for pattern in product(["none", "last", "now", "both"], repeat=6):
        known, justified = Justification.at_genesis("b0"), {0}
        final = 0
        for epoch, votes in enumerate(pattern, 2):
            last, now = votes in ("last", "both"), votes in ("now", "both")
            sources = {epoch - 1: known.previous.epoch, epoch: known.current.epoch}
            if last:
                justified.add(epoch - 1)
            if now:
                justified.add(epoch)
            for target, counted in ((epoch - 1, last), (epoch, now)):
                source = sources[target]
                span = range(source, target + 1)
                whole = all(epoch in justified for epoch in span)
                if counted and target - source <= 2 and whole:
                    final = max(final, source)
            known = end(known, epoch, 66 * last, 66 * now)
            assert known.current.epoch == max(justified)
        assert known.finalized.epoch == final, pattern


def test_finality_is_late_by_the_epochs_since_the_last_final_one():
    assert finality_delay(point(3), 5) == 1
    assert finality_delay(point(0), 0) == 0
    assert finality_delay(point(0), 9) == 8


VOTERS = 6
LINKS = [
    (Checkpoint(s, f"{f}{s}" if s else "g"), Checkpoint(t, f"{h}{t}"))
    for s, t in [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)]
    for f in "ab"
    for h in ("ab" if s == 0 else f)
]
"""Links between checkpoints of two forks, a and b, that part from the first block."""


@given(
    st.lists(
        st.sets(st.integers(0, VOTERS - 1), min_size=4).map(frozenset),
        min_size=len(LINKS), max_size=len(LINKS),
    ),
    st.sets(st.integers(0, len(LINKS) - 1), max_size=6),
)  # fmt: skip
def test_to_finalise_two_forks_a_third_of_the_stake_has_to_break_the_rules(sets, used):
    votes = [
        Vote(who, 0, LINKS[n][1].block, *LINKS[n])
        for n in sorted(used)
        for who in sets[n]
    ]
    stakes = dict.fromkeys(range(VOTERS), 32)
    _, finalized = justified_by(votes, stakes, Checkpoint(0, "g"))
    forks = {str(point.block)[0] for point in finalized} - {"g"}
    if len(forks) == 2:
        guilty = find_evidence(votes)
        assert 3 * len(guilty) >= VOTERS


def test_two_forks_do_get_finalised_by_enough_who_vote_for_both():
    g = Checkpoint(0, "g")
    votes = []
    for fork, voters in (("a", range(4)), ("b", range(2, 6))):
        one, two = Checkpoint(1, f"{fork}1"), Checkpoint(2, f"{fork}2")
        for who in voters:
            votes += [
                Vote(who, 8, one.block, g, one),
                Vote(who, 16, two.block, one, two),
            ]
    _, finalized = justified_by(votes, dict.fromkeys(range(6), 32), g)
    assert {"a1", "b1"} <= {point.block for point in finalized}
    assert set(find_evidence(votes)) == {2, 3}


def test_one_vote_less_finalises_one_fork_only():
    g, one, two = Checkpoint(0, "g"), Checkpoint(1, "a1"), Checkpoint(2, "a2")
    votes = [Vote(who, 8, "a1", g, one) for who in range(4)]
    votes += [Vote(who, 16, "a2", one, two) for who in range(3)]
    justified, finalized = justified_by(votes, dict.fromkeys(range(6), 32), g)
    assert justified == {g, one}
    assert finalized == {g}


def test_those_who_left_since_they_voted_still_count_for_the_epoch_before():
    # 145 of those who vote no more, among 72 that are left: the specification asks
    # for two thirds of 72, and does not mind.
    known = end(Justification.at_genesis("g"), 2, 145, 0)
    assert known.current == point(1)
    with pytest.raises(InvalidStake, match="145 of 99 voted"):
        end(Justification.at_genesis("g"), 2, 0, 145)
