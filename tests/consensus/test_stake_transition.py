"""Blocks and epochs change a state by the rules, or not at all."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minichain.consensus.attestation import (
    Checkpoint,
    Evidence,
    NoOffence,
    Vote,
    WrongSlot,
    WrongSource,
)
from minichain.consensus.beacon import Beacon
from minichain.consensus.beacon_state import BeaconState, Block
from minichain.consensus.inactivity import leak
from minichain.consensus.rewards import FLAGS, base_reward, flag_reward
from minichain.consensus.stake import (
    FAR_FUTURE,
    SMALL,
    NoValidators,
    UnknownValidator,
)
from minichain.consensus.stake_transition import (
    AlreadySlashed,
    WrongProposer,
    WrongTime,
    advance,
    apply_block,
    check_vote,
    justify,
)

ETHER = 10**9


def genesis(count: int = 32) -> BeaconState:
    return BeaconState.at_genesis([32 * ETHER] * count, rules=SMALL)


def block_on(state: BeaconState, slot: int = 1, **words) -> Block:
    """Return a block by whoever's turn it is."""
    turn = advance(state, slot).proposer()
    return Block(
        **{"id": "b", "parent": "genesis", "slot": slot, "proposer": turn} | words
    )


def vote_at(state: BeaconState, slot: int = 0, **words) -> Vote:
    """Return the honest vote of a member of a slot's committee, for the first block."""
    start = Checkpoint(0, "genesis")
    member = state.members(slot)[0]
    return replace(Vote(member, slot, "genesis", start, start), **words)


def test_a_block_leaves_the_state_before_as_it_was():
    before = genesis()
    copy = before.copy()
    after = apply_block(before, block_on(before, 9))
    assert before == copy
    assert (after.slot, after.epoch, after.root_at(9)) == (9, 1, "b")


def test_empty_slots_repeat_the_last_block():
    after = apply_block(genesis(), block_on(genesis(), 5))
    assert [advance(after, 8).root_at(slot) for slot in (0, 4, 5, 8)] == [
        "genesis", "genesis", "b", "b",
    ]  # fmt: skip


@pytest.mark.parametrize("slot", [0, -1])
def test_a_block_is_later_than_its_parent(slot):
    with pytest.raises(WrongTime) as caught:
        apply_block(genesis(), Block("b", "genesis", slot, 0))
    assert caught.value.rule == "slot"
    with pytest.raises(WrongTime):
        advance(advance(genesis(), 2), 1)


def test_only_the_proposer_proposes():
    block = block_on(genesis())
    wrong = replace(block, proposer=(block.proposer + 1) % 32)
    with pytest.raises(WrongProposer, match=f"required {block.proposer}") as caught:
        apply_block(genesis(), wrong)
    assert caught.value.rule == "proposer"


def test_a_vote_in_the_next_block_is_right_about_everything():
    state = genesis()
    vote = vote_at(state)
    after = apply_block(state, block_on(state, votes=(vote,)))
    assert after.current_flags[vote.validator] == sum(flag.bit for flag in FLAGS)
    assert sum(map(bool, after.current_flags)) == 1


@pytest.mark.parametrize(
    ("words", "error"),
    [
        ({"validator": 32}, UnknownValidator), ({"validator": -1}, UnknownValidator),
        ({"slot": 1}, WrongSlot), ({"slot": 9}, WrongSlot),
        ({"target": Checkpoint(1, "genesis")}, WrongSlot),
        ({"source": Checkpoint(0, "other")}, WrongSource),
    ],
)  # fmt: skip
def test_a_vote_that_breaks_a_rule_is_refused(words, error):
    state = genesis()
    wrong = vote_at(state, **words)
    with pytest.raises(error):
        check_vote(advance(state, 1), wrong)
    with pytest.raises(error):
        apply_block(state, block_on(state, votes=(wrong,)))


def test_a_validator_votes_in_its_own_slot_only():
    state = genesis()
    stranger = state.members(3)[0]
    with pytest.raises(WrongSlot, match=f"validator {stranger} has no vote in slot 0"):
        check_vote(advance(state, 1), vote_at(state, validator=stranger))


def test_votes_are_taken_until_the_next_epoch_is_over():
    state = genesis()
    vote = vote_at(state)
    assert check_vote(advance(state, 15), vote)
    with pytest.raises(WrongSlot, match="vote for epoch 0 in epoch 2"):
        check_vote(advance(state, 16), vote)


def test_a_vote_for_another_block_earns_for_its_source_alone():
    state = genesis()
    wrong = vote_at(state, target=Checkpoint(0, "elsewhere"))
    assert check_vote(advance(state, 1), wrong) == FLAGS[0].bit


def test_evidence_that_proves_nothing_is_refused():
    state = genesis()
    vote = vote_at(state)
    with pytest.raises(NoOffence):
        apply_block(state, block_on(state, evidence=(Evidence(vote, vote),)))


def test_nobody_is_slashed_twice():
    state = genesis()
    vote = vote_at(state)
    proof = Evidence(vote, replace(vote, head="other"))
    with pytest.raises(AlreadySlashed) as caught:
        apply_block(state, block_on(state, evidence=(proof, proof)))
    assert caught.value.rule == "slashed"
    stranger = Evidence(*(replace(each, validator=99) for each in proof))
    with pytest.raises(UnknownValidator):
        apply_block(state, block_on(state, evidence=(stranger,)))


def test_a_slashed_validator_leaves_and_waits_for_its_stake():
    state = genesis()
    vote = vote_at(state)
    proof = Evidence(vote, replace(vote, head="other"))
    after = apply_block(state, block_on(state, evidence=(proof,)))
    guilty = after.validators[vote.validator]
    assert guilty.slashed
    assert guilty.exit_epoch == 1 + SMALL.exit_delay
    assert guilty.withdrawable_epoch == SMALL.slashings_epochs
    assert after.slashings == {0: 32 * ETHER}


def test_only_so_many_leave_in_an_epoch():
    state = genesis(64)
    for index in range(10):
        state.start_exit(index)
    epochs = [state.validators[index].exit_epoch for index in range(10)]
    assert epochs == [5] * 4 + [6] * 4 + [7] * 2
    before = state.copy()
    state.start_exit(0)
    assert state == before
    assert state.validators[10].exit_epoch == FAR_FUTURE
    with pytest.raises(UnknownValidator):
        state.start_exit(64)


def test_the_first_two_epochs_justify_nothing():
    state = genesis()
    state.current_flags = [7] * 32
    state.previous_flags = [7] * 32
    for slot, epoch in ((7, 0), (15, 1)):
        state.slot = slot
        state.roots[slot] = "b"
        assert justify(state).current.epoch == 0, epoch


def test_an_epoch_without_fault_pays_what_the_formula_says():
    beacon = Beacon(32)
    beacon.run(epochs=3)
    before = beacon.state()
    steps = beacon.run(epochs=1)
    after = beacon.state()
    total = 32 * 32 * ETHER
    reward = base_reward(32 * ETHER, total, SMALL)
    gained = sum(flag_reward(reward, flag, total, total, SMALL) for flag in FLAGS)
    proposers = {step.proposer for step in steps}
    for index in set(range(32)) - proposers:
        assert after.balances[index] - before.balances[index] == gained


@pytest.mark.oracle
def test_the_absent_lose_what_the_leak_says():
    beacon = Beacon([32 * ETHER] * 32)
    beacon.run(epochs=4)
    beacon.take_offline(range(16))
    while not beacon.state().scores[0]:
        beacon.run(epochs=1)
    start = beacon.state().balances[0]
    steps = leak(SMALL, beacon.state().total)
    first = next(steps)
    for _ in range(5):
        beacon.run(epochs=1)
        step = next(steps)
        lost = start - beacon.state().balances[0]
        # The penalty of the first epoch is in the start; stakes fall a little besides.
        assert lost == pytest.approx(first.balance - step.balance, rel=0.02)


@settings(max_examples=15)
@given(st.lists(st.sets(st.integers(0, 15)), min_size=3, max_size=10))
def test_whoever_is_absent_what_is_final_stays_final(absences):
    beacon = Beacon(16)
    final = beacon.views[0].finalized
    for absent in absences:
        beacon.bring_online(range(16))
        beacon.take_offline(absent)
        for step in beacon.run(epochs=1):
            tree = beacon.views[0].tree
            assert final.epoch <= step.finalized.epoch <= step.justified.epoch
            assert tree.is_ancestor(final.block, step.finalized.block)
            assert tree.is_ancestor(step.finalized.block, step.head)
            final = step.finalized
    state = beacon.state()
    assert all(balance >= 0 for balance in state.balances)
    assert not any(validator.slashed for validator in state.validators)


def test_a_state_needs_somebody_with_a_stake():
    with pytest.raises(NoValidators):
        BeaconState.at_genesis([])
    state = genesis(1)
    state.validators[0] = replace(state.validators[0], exit_epoch=0)
    with pytest.raises(NoValidators):
        state.members(0)
    with pytest.raises(NoValidators):
        state.proposer()
