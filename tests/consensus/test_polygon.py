"""Checkpoints need two thirds, exits need a proof, and two thirds need nothing else."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minichain.consensus.polygon import (
    Action,
    AlreadyPaid,
    Checkpoint,
    CheckpointGap,
    InvalidExit,
    NotEnoughLocked,
    NotEnoughStake,
    RootChain,
    SideBlock,
    Sidechain,
    UnknownSigner,
    make_checkpoint,
    make_exit,
)
from minichain.consensus.polygon_block import NotEnoughCoins
from minichain.consensus.stake import InvalidStake, NoValidators
from minichain.crypto.keys import Key

KEYS = [Key.from_seed(f"validator {n}") for n in range(4)]
STAKES = {key.address: stake for key, stake in zip(KEYS, (30, 30, 30, 10), strict=True)}


def sidechain() -> Sidechain:
    """Return a chain of four blocks on which bob burns 40 of 100 coins in block 2."""
    side = Sidechain()
    side.credit("ann", 100)
    side.produce([Action("ann", "bob", 60)])
    side.produce()
    side.produce([Action("bob", "ann", 5), Action("bob", None, 40)])
    side.produce([Action("ann", "bob", 1)])
    return side


def reported(side: Sidechain) -> RootChain:
    """Return a root chain with all blocks of a sidechain in a checkpoint."""
    root = RootChain(STAKES)
    root.deposit(100)
    checkpoint = make_checkpoint(side.blocks)
    root.submit(checkpoint, checkpoint.sign(KEYS[:3]))
    return root


def test_a_burn_is_paid_on_the_root_chain():
    side = sidechain()
    root = reported(side)
    root.pay(make_exit(0, side.blocks, 2, 1))
    assert root.balances == {"bob": 40}
    assert root.locked == 60
    assert side.balances == {"ann": 44, "bob": 16}
    assert root.locked == sum(side.balances.values())


def test_a_burn_is_paid_once():
    side = sidechain()
    root = reported(side)
    proof = make_exit(0, side.blocks, 2, 1)
    root.pay(proof)
    with pytest.raises(AlreadyPaid, match="burn 1 of block 2") as caught:
        root.pay(proof)
    assert caught.value.rule == "paid"
    assert root.locked == 60


def test_a_burn_has_one_place_only():
    side = Sidechain()
    side.credit("bob", 100)
    # Of three leaves the last is alone on its level: elsewhere, it would be the second.
    side.produce([Action("bob", None, 10) for _ in range(3)])
    root = reported(side)
    proof = make_exit(0, side.blocks, 0, 2)
    root.pay(proof)
    again = replace(proof.action_proof, index=1, count=2)
    assert again.verify(proof.actions_root, proof.action.encode())
    with pytest.raises(InvalidExit):
        root.pay(replace(proof, action_proof=again))


def test_a_payment_is_no_burn():
    side = sidechain()
    with pytest.raises(InvalidExit, match="bob pays ann 5 burns nothing"):
        reported(side).pay(make_exit(0, side.blocks, 2, 0))


@pytest.mark.parametrize(
    "change",
    [
        {"action": Action("bob", None, 41)}, {"action": Action("eve", None, 40)},
        {"number": 3}, {"parent": bytes(32)}, {"actions_root": bytes(32)},
        {"checkpoint": 1}, {"checkpoint": -1},
    ],
)  # fmt: skip
def test_what_was_not_burnt_is_not_paid(change):
    side = sidechain()
    root = reported(side)
    proof = replace(make_exit(0, side.blocks, 2, 1), **change)
    with pytest.raises(InvalidExit):
        root.pay(proof)
    assert root.balances == {}


@pytest.mark.parametrize(
    ("signers", "accepted"), [((0, 1, 2), True), ((0, 1), False), ((0, 1, 3), True)]
)
def test_more_than_two_thirds_of_the_stake_must_sign(signers, accepted):
    checkpoint = make_checkpoint(sidechain().blocks)
    signatures = checkpoint.sign(KEYS[n] for n in signers)
    root = RootChain(STAKES)
    if accepted:
        assert root.submit(checkpoint, signatures) == 0
    else:
        with pytest.raises(NotEnoughStake, match=r"60 signed, .* two thirds of 100"):
            root.submit(checkpoint, signatures)


def test_exactly_two_thirds_are_not_enough():
    checkpoint = make_checkpoint(sidechain().blocks)
    root = RootChain({key.address: 10 for key in KEYS[:3]})
    with pytest.raises(NotEnoughStake):
        root.submit(checkpoint, checkpoint.sign(KEYS[:2]))


def test_strangers_and_second_signatures_are_refused():
    checkpoint = make_checkpoint(sidechain().blocks)
    for keys in ([*KEYS, Key(5)], [KEYS[0], *KEYS]):
        with pytest.raises(UnknownSigner):
            RootChain(STAKES).submit(checkpoint, checkpoint.sign(keys))


def test_signatures_under_another_checkpoint_do_not_count():
    checkpoint = make_checkpoint(sidechain().blocks)
    other = replace(checkpoint, root=bytes(32))
    with pytest.raises(UnknownSigner):
        RootChain(STAKES).submit(other, checkpoint.sign(KEYS))


@pytest.mark.parametrize(("first", "last"), [(0, 3), (5, 6), (4, 3)])
def test_checkpoints_follow_each_other(first, last):
    root = reported(sidechain())
    gap = Checkpoint(first, last, bytes(32))
    with pytest.raises(CheckpointGap, match="required 4 and on"):
        root.submit(gap, gap.sign(KEYS))


def test_a_checkpoint_covers_a_row():
    blocks = sidechain().blocks
    with pytest.raises(CheckpointGap):
        make_checkpoint([blocks[0], blocks[2]])
    with pytest.raises(CheckpointGap):
        make_checkpoint([])


def test_two_thirds_of_the_stake_can_take_all_that_is_locked():
    side = sidechain()
    root = reported(side)
    # Nobody ever had these coins: no honest validator would make this block.
    invented = SideBlock(4, side.blocks[-1].hash, (Action("thief", None, 100),))
    with pytest.raises(NotEnoughCoins):
        side.produce(invented.actions)
    checkpoint = make_checkpoint([invented])
    root.submit(checkpoint, checkpoint.sign(KEYS[:3]))
    root.pay(make_exit(1, [invented], 4, 0))
    assert root.balances == {"thief": 100}
    with pytest.raises(NotEnoughLocked, match="40 coins of 0 locked"):
        root.pay(make_exit(0, side.blocks, 2, 1))


def test_less_than_a_third_cannot():
    root = reported(sidechain())
    invented = SideBlock(4, bytes(32), (Action("thief", None, 100),))
    checkpoint = make_checkpoint([invented])
    with pytest.raises(NotEnoughStake):
        root.submit(checkpoint, checkpoint.sign([KEYS[3]]))


@given(st.lists(st.integers(1, 30), min_size=1, max_size=9))
def test_coins_are_neither_made_nor_lost(amounts):
    side, root = Sidechain(), RootChain(STAKES)
    for n, amount in enumerate(amounts):
        root.deposit(amount)
        side.credit(f"a{n}", amount)
        side.produce([Action(f"a{n}", None, amount)] if n % 2 else [])
    checkpoint = make_checkpoint(side.blocks)
    root.submit(checkpoint, checkpoint.sign(KEYS))
    for n in range(1, len(amounts), 2):
        root.pay(make_exit(0, side.blocks, n, 0))
    assert root.locked == sum(side.balances.values())
    assert root.locked + sum(root.balances.values()) == sum(amounts)


def test_a_block_is_made_whole_or_not_at_all():
    side = sidechain()
    before = dict(side.balances)
    with pytest.raises(NotEnoughCoins, match="bob pays ann 99"):
        side.produce([Action("ann", "bob", 1), Action("bob", "ann", 99)])
    assert side.balances == before
    assert len(side.blocks) == 4
    with pytest.raises(NotEnoughCoins):
        side.credit("ann", 0)


def test_each_acceptance_is_shown():
    seen = []
    side = sidechain()
    root = RootChain(STAKES, on_step=seen.append)
    root.deposit(100)
    checkpoint = make_checkpoint(side.blocks)
    root.submit(checkpoint, checkpoint.sign(KEYS))
    proof = make_exit(0, side.blocks, 2, 1)
    root.pay(proof)
    assert seen == [checkpoint, proof]


def test_an_action_that_is_not_there_has_no_proof():
    blocks = sidechain().blocks
    for number, place in ((4, 0), (1, 0), (2, 2), (-1, 0)):
        with pytest.raises(InvalidExit):
            make_exit(0, blocks, number, place)


def test_nobody_and_less_than_nothing_are_refused():
    with pytest.raises(NoValidators):
        RootChain({})
    with pytest.raises(InvalidStake):
        RootChain({KEYS[0].address: -1})
    with pytest.raises(InvalidStake):
        RootChain(STAKES).deposit(-1)
