"""Polygon's proof-of-stake chain is a sidechain that reports to Ethereum.

Its validators make blocks by themselves, fast and cheap. From time to time they put a
checkpoint on the root chain: the Merkle root of many blocks' hashes, signed by more
than two thirds of their stake. Whoever burns coins on the sidechain proves the burn
against a checkpoint, and gets the coins that were locked on the root chain.

What it gives up: the root chain counts signatures and checks nothing else. It sees
neither the transactions nor whether they follow the rules, so two thirds of the stake
can pay themselves all that is locked, or keep anyone's money in for good. A rollup's
root chain holds the data and can check every step: there, no majority can do that.

References
----------
.. [1] Polygon, "PoS architecture: Heimdall, Bor and the root chain's contracts":
   checkpoints, state sync and exits.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from minichain.consensus.polygon_block import Action, SideBlock, Sidechain
from minichain.consensus.polygon_checkpoint import (
    Checkpoint,
    CheckpointGap,
    make_checkpoint,
)
from minichain.consensus.stake import InvalidStake, NoValidators
from minichain.crypto.keys import recover
from minichain.crypto.merkle import MerkleProof, MerkleTree
from minichain.crypto.signature import Signature
from minichain.errors import InvalidProof, InvalidSignature, ProtocolError
from minichain.units import Address, Hash32

__all__ = [
    "Action", "AlreadyPaid", "Checkpoint", "CheckpointGap", "Exit", "InvalidExit",
    "NotEnoughLocked", "NotEnoughStake", "RootChain", "SideBlock", "Sidechain",
    "UnknownSigner", "make_checkpoint", "make_exit",
]  # fmt: skip


class UnknownSigner(InvalidSignature):
    """A signature by somebody who is not a validator, or a second one."""

    rule = "signer"


class NotEnoughStake(ProtocolError):
    """A checkpoint that two thirds of the stake or less have signed.

    Attributes
    ----------
    signed, total : int
        The stake that signed, and all of it.
    """

    rule = "two-thirds"

    def __init__(self, signed: int, total: int) -> None:
        super().__init__(
            f"a stake of {signed} signed, required more than two thirds of {total}"
        )
        self.signed = signed
        self.total = total


class InvalidExit(InvalidProof):
    """A withdrawal that proves no burn."""

    rule = "exit"


class AlreadyPaid(ProtocolError):
    """A withdrawal of a burn that was paid out before."""

    rule = "paid"


class NotEnoughLocked(ProtocolError):
    """A withdrawal of more than is locked on the root chain."""

    rule = "locked"


@dataclass(frozen=True)
class Exit:
    """The proof that coins were burnt on the sidechain.

    Attributes
    ----------
    checkpoint : int
        Place of the checkpoint among all.
    number : int
        Number of the block.
    parent, actions_root : Hash32
        What its hash commits to besides.
    action : Action
        The burn.
    action_proof, block_proof : MerkleProof
        Lead from the burn to the block, and from the block to the checkpoint.
    """

    checkpoint: int
    number: int
    parent: Hash32
    actions_root: Hash32
    action: Action
    action_proof: MerkleProof
    block_proof: MerkleProof


def make_exit(
    checkpoint: int, blocks: Sequence[SideBlock], number: int, place: int
) -> Exit:
    """Return the proof of a burn.

    Parameters
    ----------
    checkpoint : int
        Place of the checkpoint among all.
    blocks : sequence of SideBlock
        All blocks that the checkpoint covers.
    number, place : int
        The block, and the place of the burn among its actions.

    Raises
    ------
    InvalidExit
        There is no such action.
    """
    index = number - blocks[0].number if blocks else -1
    if not 0 <= index < len(blocks) or not 0 <= place < len(blocks[index].actions):
        raise InvalidExit(f"block {number} has no action {place} here")
    block = blocks[index]
    return Exit(
        checkpoint, number, block.parent, block.actions_root, block.actions[place],
        MerkleTree(block.leaves).proof(place),
        MerkleTree([each.hash for each in blocks]).proof(index),
    )  # fmt: skip


@dataclass
class RootChain:
    """What Ethereum knows of the sidechain: stakes, checkpoints, and what is locked.

    Attributes
    ----------
    stakes : mapping from Address to int
        Stake of each validator.
    locked : int
        Coins that were brought to the sidechain and not yet taken back.
    checkpoints : list of Checkpoint
        Those accepted so far.
    balances : dict from str to int
        What was paid out.
    on_step : callable, optional
        Called with every checkpoint and every exit that is accepted.

    Raises
    ------
    NoValidators
        There is no stake.
    InvalidStake
        A stake is negative.
    """

    stakes: Mapping[Address, int]
    locked: int = 0
    checkpoints: list[Checkpoint] = field(default_factory=list)
    balances: dict[str, int] = field(default_factory=dict)
    on_step: Callable[[Checkpoint | Exit], object] | None = None
    _paid: set[tuple[int, int]] = field(default_factory=set)

    def __post_init__(self) -> None:
        for stake in self.stakes.values():
            if stake < 0:
                raise InvalidStake(f"stake of {stake}, required 0 or more")
        if not sum(self.stakes.values()):
            raise NoValidators("no validator has a stake")

    def deposit(self, amount: int) -> None:
        """Lock coins that go to the sidechain.

        Raises
        ------
        InvalidStake
            The amount is negative.
        """
        if amount < 0:
            raise InvalidStake(f"deposit of {amount}, required 0 or more")
        self.locked += amount

    def submit(self, checkpoint: Checkpoint, signatures: Iterable[Signature]) -> int:
        """Accept a checkpoint; return its place. Nothing else is ever asked of it.

        Raises
        ------
        CheckpointGap
            It does not start where the last one ended.
        UnknownSigner
            A signature is not a validator's, or its second.
        NotEnoughStake
            Two thirds of the stake have signed, or less.
        InvalidSignature
            A signature is malformed.
        """
        due = self.checkpoints[-1].last + 1 if self.checkpoints else 0
        if checkpoint.first != due or checkpoint.last < checkpoint.first:
            raise CheckpointGap(
                f"blocks {checkpoint.first} to {checkpoint.last}, required {due} and on"
            )
        signers: set[Address] = set()
        for signature in signatures:
            signer = recover(checkpoint.digest, signature).address
            if signer not in self.stakes or signer in signers:
                raise UnknownSigner(f"signature by 0x{signer.hex()}")
            signers.add(signer)
        signed = sum(self.stakes[signer] for signer in signers)
        total = sum(self.stakes.values())
        if 3 * signed <= 2 * total:
            raise NotEnoughStake(signed, total)
        self.checkpoints.append(checkpoint)
        if self.on_step:
            self.on_step(checkpoint)
        return len(self.checkpoints) - 1

    def pay(self, proof: Exit) -> None:
        """Pay out a burn, once.

        Raises
        ------
        InvalidExit
            There is no such checkpoint, the action is no burn, or a proof does not
            lead from it to the checkpoint.
        AlreadyPaid
            It was paid out before.
        NotEnoughLocked
            It is more than there is.
        """
        if not 0 <= proof.checkpoint < len(self.checkpoints):
            raise InvalidExit(f"checkpoint {proof.checkpoint} does not exist")
        known, action = self.checkpoints[proof.checkpoint], proof.action
        block = SideBlock.hash_of(
            proof.number, proof.parent, proof.actions_root, proof.action_proof.count
        )
        if action.to is not None:
            raise InvalidExit(f"{action} burns nothing")
        count = known.last - known.first + 1
        in_block = proof.action_proof.verify(proof.actions_root, action.encode())
        in_checkpoint = proof.block_proof.verify(known.root, block, count)
        if not in_block or not in_checkpoint:
            raise InvalidExit(f"no proof that block {proof.number} holds: {action}")
        place = (proof.number, proof.action_proof.index)
        if place in self._paid:
            raise AlreadyPaid(f"burn {place[1]} of block {place[0]} was paid before")
        if action.amount > self.locked:
            raise NotEnoughLocked(f"{action.amount} coins of {self.locked} locked")
        self._paid.add(place)
        self.locked -= action.amount
        owner = self.balances.get(action.sender, 0)
        self.balances[action.sender] = owner + action.amount
        if self.on_step:
            self.on_step(proof)
