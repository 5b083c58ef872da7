"""A view finds the head by latest votes, from the justified checkpoint on."""

from dataclasses import replace

import pytest

from minichain.consensus.attestation import Checkpoint, UnknownTarget, Vote
from minichain.consensus.beacon import Beacon
from minichain.consensus.beacon_state import BeaconState, Block
from minichain.consensus.duty import attest, double_vote
from minichain.consensus.stake import MAINNET, SMALL, UnknownValidator
from minichain.consensus.stake_transition import WrongProposer, advance
from minichain.consensus.stake_view import View, lmd_ghost, proposer_boost
from minichain.consensus.tree import (
    BlockTree,
    DuplicateBlock,
    UnknownBlock,
    UnknownParent,
)

ETHER = 10**9


def view(count: int = 32) -> View:
    return View(BeaconState.at_genesis([32 * ETHER] * count, rules=SMALL))


def grow(on: View, name: str, parent: str, slot: int) -> Block:
    """Add a block by whoever's turn it is."""
    turn = advance(on.states[parent], slot).proposer()
    block = Block(name, parent, slot, turn)
    on.on_block(block)
    return block


def vote(on: View, slot: int, head: str, count: int = 4) -> None:
    """Let some members of a slot's committee vote for a head."""
    state = on.state_at(head, slot)
    for member in state.members(slot)[:count]:
        on.on_vote(attest(state, member, head))


def forked() -> View:
    """Return a view of slot 3, with a fork of "a" and "b" after the first block."""
    seen = view()
    for slot, name, parent in ((1, "a", "genesis"), (2, "b", "genesis")):
        seen.on_slot(slot)
        grow(seen, name, parent, slot)
    seen.on_slot(3)
    return seen


def test_a_block_in_time_counts_for_two_fifths_of_a_slots_votes():
    assert proposer_boost(32_000_000 * ETHER, MAINNET) == 400_000 * ETHER
    assert proposer_boost(32 * 32 * ETHER, SMALL) == 128 * ETHER * 2 // 5


def test_the_heavier_child_is_the_head():
    tree = BlockTree("g")
    for name, parent in (("a", "g"), ("b", "g"), ("aa", "a"), ("ab", "a")):
        tree.add(name, parent)
    assert lmd_ghost(tree, {"aa": 2, "ab": 2, "b": 3}) == "aa"
    assert lmd_ghost(tree, {"aa": 2, "ab": 2, "b": 5}) == "b"
    assert lmd_ghost(tree, {"b": 5, "ab": 1}, start="a") == "ab"
    with pytest.raises(UnknownBlock):
        lmd_ghost(tree, {}, start="nowhere")


def test_a_vote_counts_from_when_its_block_is_in_the_tree():
    tree = BlockTree("g")
    tree.add("a", "g")
    tree.add("b", "g")
    weights = {"a": 1, "unseen": 5}
    assert lmd_ghost(tree, weights) == "a"
    tree.add("unseen", "b")
    assert lmd_ghost(tree, weights) == "unseen"


def test_votes_choose_between_two_blocks():
    seen = forked()
    vote(seen, 2, "b", 1)
    assert seen.head() == "b"
    vote(seen, 3, "a", 2)
    assert seen.head() == "a"


def test_of_equal_blocks_the_first_is_the_head():
    assert forked().head() == "a"


def test_only_the_latest_vote_of_each_counts():
    seen = forked()
    vote(seen, 3, "a", 3)
    seen.on_slot(12)
    vote(seen, 12, "b", 4)
    movers = {v.validator for v in seen.latest.values() if v.slot == 12}
    weights = seen.weights()
    stayed = {v.validator for v in seen.latest.values() if v.slot == 3}
    assert weights.get("a", 0) == 32 * ETHER * len(stayed)
    assert weights["b"] == 32 * ETHER * len(movers)


def test_the_boost_outweighs_a_few_votes_while_its_slot_lasts():
    seen = view()
    seen.on_slot(1)
    grow(seen, "a", "genesis", 1)
    vote(seen, 1, "a", 1)
    seen.on_slot(2)
    grow(seen, "b", "genesis", 2)
    assert seen.head() == "b"
    seen.on_slot(3)
    assert seen.head() == "a"


def test_two_votes_outweigh_the_boost():
    seen = view()
    seen.on_slot(1)
    grow(seen, "a", "genesis", 1)
    vote(seen, 1, "a", 2)
    seen.on_slot(2)
    grow(seen, "b", "genesis", 2)
    assert seen.head() == "a"


def test_a_late_block_gets_no_boost():
    seen = view()
    seen.on_slot(3)
    grow(seen, "late", "genesis", 2)
    assert seen.boosted is None
    grow(seen, "timely", "genesis", 3)
    assert seen.boosted == "timely"


def test_who_contradicts_itself_counts_no_more():
    seen = forked()
    vote(seen, 3, "a", 1)
    [cheat] = seen.latest
    before = seen.weights()["a"]
    proof = seen.on_vote(double_vote(seen, cheat))
    assert proof.kind == "double"
    assert before == 32 * ETHER
    assert "a" not in seen.weights()
    assert seen.on_vote(replace(seen.latest[cheat], slot=4)) is None


def test_a_second_vote_in_an_epoch_moves_nothing():
    seen = forked()
    vote(seen, 3, "a", 1)
    [(cheat, first)] = seen.latest.items()
    seen.on_vote(replace(first, head="b"))
    assert seen.latest[cheat] == first


def test_a_vote_for_what_is_not_known_is_refused():
    seen = forked()
    start = Checkpoint(0, "genesis")
    with pytest.raises(UnknownTarget, match="'nowhere', which is not known") as caught:
        seen.on_vote(Vote(1, 3, "nowhere", start, start))
    assert caught.value.rule == "target"
    with pytest.raises(UnknownTarget, match="not on top of 0@b"):
        seen.on_vote(Vote(1, 3, "a", start, Checkpoint(0, "b")))
    with pytest.raises(UnknownValidator):
        seen.on_vote(Vote(32, 3, "a", start, start))
    assert seen.latest == {}


def test_a_block_without_its_parent_or_twice_is_refused():
    seen = forked()
    with pytest.raises(UnknownParent):
        seen.on_block(Block("c", "nowhere", 3, 0))
    with pytest.raises(DuplicateBlock):
        seen.on_block(seen.blocks["a"])


def test_a_refused_block_leaves_no_trace():
    seen = forked()
    turn = advance(seen.states["a"], 3).proposer()
    with pytest.raises(WrongProposer):
        seen.on_block(Block("c", "a", 3, (turn + 1) % 32))
    assert "c" not in seen.tree
    assert seen.head() == "a"


def test_a_block_may_hold_a_vote_for_a_head_that_is_not_known():
    seen = forked()
    state = seen.state_at("a", 3)
    known, other = state.members(3)[:2]
    votes = (
        attest(state, known, "a"),
        replace(attest(state, other, "a"), head="unseen"),
    )
    seen.on_slot(4)
    turn = advance(seen.states["a"], 4).proposer()
    after = seen.on_block(Block("c", "a", 4, turn, votes))
    # The chain pays for both votes; only one says something about the head.
    assert after.current_flags[known]
    assert after.current_flags[other]
    assert set(seen.latest) == {known}
    assert seen.head() == "c"


def test_a_checkpoint_is_the_last_block_as_of_the_epochs_first_slot():
    seen = forked()
    seen.on_slot(10)
    grow(seen, "c", "a", 10)
    assert seen.checkpoint("c", 0) == Checkpoint(0, "genesis")
    assert seen.checkpoint("c", 1) == Checkpoint(1, "a")
    assert seen.checkpoint("c", 2) == Checkpoint(2, "c")


def test_the_head_is_on_top_of_what_is_justified():
    beacon = Beacon(32)
    beacon.run(epochs=4)
    seen = beacon.views[0]
    assert seen.tree.is_ancestor(seen.justified.block, seen.head())
    # A fork from before the justified checkpoint stays out, whatever votes for it.
    turn = advance(seen.states["8"], 33).proposer()
    seen.on_block(Block("rival", "8", 33, turn))
    for member in range(32):
        last = seen.latest[member]
        seen.latest[member] = replace(last, head="rival")
    assert seen.head() != "rival"
    assert seen.tree.is_ancestor(seen.justified.block, seen.head())


def test_a_branch_that_starts_from_an_older_checkpoint_counts_for_two_epochs():
    beacon = Beacon(32)
    beacon.run(epochs=4)
    seen = beacon.views[0]
    seen.on_slot(33)
    grow(seen, "rival", "25", 33)
    for member in range(32):
        seen.latest[member] = replace(seen.latest[member], head="rival")
    # It stands on the justified block, yet knows only of the checkpoint before.
    assert seen.justified == Checkpoint(3, "24")
    assert seen.states["rival"].justification.current == Checkpoint(2, "16")
    assert seen.head() == "rival"
    seen.on_slot(40)
    assert seen.head() == "32"


@pytest.mark.oracle
def test_weights_are_those_of_a_definition_by_ancestry():
    beacon = Beacon(32)
    beacon.run(epochs=2)
    beacon.split(range(16), range(16, 32))
    beacon.run(epochs=1)
    beacon.heal()
    seen = beacon.views[0]
    seen.on_slot(beacon.slot + 1)
    stakes = dict.fromkeys(range(32), 32 * ETHER)
    anchor = seen.states[seen.justified.block]
    for index in stakes:
        stakes[index] = anchor.validators[index].effective_balance

    def weight(block):
        return sum(
            stakes[i] for i, v in seen.latest.items()
            if seen.tree.is_ancestor(block, v.head)
        )  # fmt: skip

    block = seen.justified.block
    while above := seen.tree.children(block):
        best = max(weight(child) for child in above)
        block = next(child for child in above if weight(child) == best)
    assert seen.head() == block
