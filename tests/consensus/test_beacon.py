"""The beacon finalises, stalls, leaks, slashes and splits as its specification does."""

from itertools import pairwise

import pytest

from minichain.consensus import pos
from minichain.consensus.pos import Beacon

ETHER = 10**9


def test_with_everyone_present_finality_is_two_epochs_behind():
    steps = Beacon(32).run(epochs=6)
    by_epoch = {step.epoch: step for step in steps}
    assert [by_epoch[e].justified.epoch for e in range(2, 6)] == [0, 2, 3, 4]
    assert [by_epoch[e].finalized.epoch for e in range(2, 6)] == [0, 0, 2, 3]
    assert not any(step.leaking for step in steps)


def test_every_slot_has_a_block_on_top_of_the_last():
    beacon = Beacon(32)
    steps = beacon.run(epochs=2)
    view = beacon.views[0]
    assert view.tree.path(view.head()) == ("genesis", *(str(s.slot) for s in steps))
    assert all(step.block.proposer == step.proposer for step in steps)


def test_each_vote_is_included_once_and_in_the_next_block():
    steps = Beacon(32).run(epochs=3)
    for before, after in pairwise(steps):
        assert set(after.block.votes) == set(before.votes)


def test_everyone_gains_the_same_but_for_proposing():
    beacon = Beacon(32)
    proposed = {step.proposer for step in beacon.run(epochs=3)}
    balances = beacon.state().balances
    idle = {balances[i] for i in range(32) if i not in proposed}
    assert len(idle) == 1
    assert idle.pop() > 32 * ETHER


@pytest.mark.parametrize("absent", [10, 11])
def test_a_third_absent_is_where_finality_ends(absent):
    beacon = Beacon(33)
    beacon.run(epochs=4)
    beacon.take_offline(range(absent + 1))
    last = beacon.run(epochs=6)[-1]
    assert (last.finalized.epoch > 5) is (absent == 10)


def test_without_two_thirds_finality_stalls_and_the_leak_brings_it_back():
    beacon = Beacon(32)
    beacon.run(epochs=5)
    beacon.take_offline(range(12))
    steps = beacon.run(epochs=30)
    stalled = [s for s in steps if s.leaking]
    # The last final one is of epoch 3, the leak starts when epoch 8 ends.
    assert {s.finalized.epoch for s in stalled} == {3}
    assert stalled[0].epoch == 9
    last = steps[-1]
    assert not last.leaking
    assert last.finalized.epoch >= last.epoch - 4
    state = beacon.state()
    assert max(state.balances[:12]) < 25 * ETHER
    assert min(state.balances[12:]) >= 32 * ETHER


def test_in_a_leak_the_present_earn_nothing_but_by_proposing():
    beacon = Beacon(32)
    beacon.run(epochs=4)
    beacon.take_offline(range(16))
    beacon.run(epochs=6)
    before = beacon.state().balances
    steps = beacon.run(epochs=2)
    after = beacon.state().balances
    assert all(step.leaking for step in steps)
    for index in set(range(16, 32)) - {step.proposer for step in steps}:
        # A vote whose slot's next block was missing loses its source or its target.
        assert after[index] <= before[index]


def test_the_absent_who_come_back_end_the_leak_at_once():
    beacon = Beacon(32)
    beacon.run(epochs=3)
    beacon.take_offline(range(16))
    assert beacon.run(epochs=8)[-1].leaking
    beacon.bring_online(range(16))
    steps = beacon.run(epochs=4)
    assert not steps[-1].leaking
    assert steps[-1].finalized.epoch == steps[-1].epoch - 2
    assert set(beacon.state().scores) == {0}


def test_half_absent_are_ejected():
    beacon = Beacon(32)
    beacon.run(epochs=3)
    beacon.take_offline(range(16))
    beacon.run(epochs=50)
    state = beacon.state()
    assert set(state.active) == set(range(16, 32))
    assert state.validators[0].effective_balance <= 16 * ETHER


@pytest.mark.parametrize("kind", ["double", "surround"])
def test_a_false_vote_is_slashed_in_the_next_block(kind):
    beacon = Beacon(32)
    beacon.run(epochs=4)
    before = beacon.state()
    cheat = beacon.double_vote if kind == "double" else beacon.surround_vote
    proof = beacon.cast(cheat(7))
    assert (proof.validator, proof.kind) == (7, kind)
    (step,) = beacon.step()
    assert step.block.evidence == (proof,)
    after = beacon.state()
    assert after.validators[7].slashed
    assert not any(v.slashed for i, v in enumerate(after.validators) if i != 7)
    assert before.balances[7] - after.balances[7] == pytest.approx(ETHER, abs=10**7)


def test_a_slashed_validator_votes_no_more_and_leaves():
    beacon = Beacon(32)
    beacon.run(epochs=4)
    beacon.cast(beacon.double_vote(7))
    steps = beacon.run(epochs=12)[1:]
    assert not any(vote.validator == 7 for step in steps for vote in step.votes)
    assert not any(step.block and step.block.proposer == 7 for step in steps)
    assert 7 not in beacon.state().active


def test_together_the_slashed_lose_more_each():
    lost = []
    for count in (1, 8):
        beacon = Beacon(64)
        beacon.run(epochs=4)
        for validator in range(count):
            beacon.cast(beacon.double_vote(validator))
        beacon.run(epochs=12)
        lost.append(32 * ETHER - beacon.state().balances[0])
    # One over 64 lets three times that go, rounded to whole ether; eight let 3/8 go.
    assert lost[0] == pytest.approx(ETHER * (1 + 3 * 32 / 64), rel=0.1)
    assert lost[1] == pytest.approx(ETHER * (1 + 3 * 8 * 32 / 64), rel=0.1)


def test_an_honest_vote_seen_twice_is_no_offence():
    beacon = Beacon(32)
    step = beacon.run(epochs=2)[-1]
    assert beacon.cast(step.votes[0]) is None
    (after,) = beacon.step()
    assert after.block.evidence == ()


def test_nobody_contradicts_a_vote_it_has_not_cast():
    beacon = Beacon(32)
    with pytest.raises(pos.NoOffence, match="no vote to contradict"):
        beacon.double_vote(3)
    with pytest.raises(pos.NoOffence, match="no vote to surround"):
        beacon.surround_vote(3)


def test_a_cut_network_stalls_and_heals():
    beacon = Beacon(32)
    beacon.run(epochs=4)
    beacon.split(range(16), range(16, 32))
    steps = beacon.run(epochs=3)
    assert {step.group for step in steps} == {0, 1}
    assert beacon.heal()
    assert len(beacon.views) == 1
    last = beacon.run(epochs=5)[-1]
    assert last.finalized.epoch == last.epoch - 2
    assert not beacon.views[0].evidence


def test_a_network_cut_until_the_leak_is_done_finalises_two_histories():
    beacon = Beacon(32)
    beacon.run(epochs=4)
    beacon.split(range(16), range(16, 32))
    beacon.run(epochs=40)
    finals = [view.finalized for view in beacon.views]
    assert finals[0].block != finals[1].block
    assert all(final.epoch > 20 for final in finals)
    assert not beacon.heal()
    # Nobody broke a rule: each side cast out those it did not hear.
    assert not any(view.evidence for view in beacon.views)


@pytest.mark.parametrize(
    "groups", [[range(16)], [range(20), range(16, 32)], [range(32), [99]]]
)
def test_a_split_takes_everyone_once(groups):
    with pytest.raises(pos.InvalidGroups):
        Beacon(32).split(*groups)


def test_a_small_beacon_of_one_finalises_alone():
    last = Beacon(1).run(epochs=8)[-1]
    assert last.finalized.epoch >= 4


def test_the_main_networks_rules_finalise_at_the_same_pace():
    last = Beacon(128, rules=pos.MAINNET).run(epochs=4)[-1]
    assert (last.justified.epoch, last.finalized.epoch) == (3, 2)


def test_a_copy_goes_on_by_itself():
    beacon = Beacon(32)
    beacon.run(epochs=3)
    other = beacon.copy()
    beacon.take_offline(range(20))
    beacon.cast(beacon.double_vote(25))
    seen = beacon.run(epochs=2)
    untouched = Beacon(32)
    untouched.run(epochs=3)
    assert other.run(epochs=2) == untouched.run(epochs=2) != seen
    assert other.state() == untouched.state()
    assert not other.views[0].evidence


def test_another_seed_deals_other_committees():
    first, second = Beacon(32, seed=1), Beacon(32, seed=2)
    assert [s.proposer for s in first.run(2)] != [s.proposer for s in second.run(2)]
    again = Beacon(32, seed=1)
    assert first.views[0].blocks.keys() != again.views[0].blocks.keys()
    again.run(2)
    assert first.views[0].blocks == again.views[0].blocks


def test_each_step_is_shown():
    seen = []
    beacon = Beacon(8, on_step=seen.append)
    assert beacon.run(epochs=1) == seen
    assert [step.slot for step in seen] == list(range(1, 9))


@pytest.mark.parametrize("stakes", [0, [], [0, 0], [10**9 - 1]])
def test_nobody_is_no_network(stakes):
    with pytest.raises(pos.NoValidators):
        Beacon(stakes)


def test_nobody_stakes_less_than_nothing():
    with pytest.raises(pos.InvalidStake, match="stake of -1 gwei"):
        Beacon([32 * ETHER, -1])


def test_a_validator_that_is_not_there_cannot_go_or_vote():
    beacon = Beacon(8)
    beacon.run(epochs=1)
    with pytest.raises(pos.UnknownValidator, match="validator 8 is unknown"):
        beacon.take_offline([8])
    with pytest.raises(pos.UnknownValidator):
        beacon.double_vote(-1)


def test_any_whole_number_is_a_seed():
    mixes = {Beacon(4, seed=seed).state().mix for seed in (0, 1, -1, 2**300 + 7)}
    assert len(mixes) == 4
