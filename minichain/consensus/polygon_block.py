"""A block of a sidechain holds what its accounts do: pay each other, or burn coins."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from minichain.crypto.hashing import sha256
from minichain.crypto.merkle import MerkleTree
from minichain.errors import InvalidTransaction
from minichain.units import Hash32


class NotEnoughCoins(InvalidTransaction):
    """A payment or burn of more than the sender has."""

    rule = "balance"


@dataclass(frozen=True)
class Action:
    """A payment, or a burn.

    Attributes
    ----------
    sender : str
        Whose coins they are.
    to : str or None
        Who gets them; None where they are burnt, to be paid out on the root chain.
    amount : int
        How many, above 0.
    """

    sender: str
    to: str | None
    amount: int

    def encode(self) -> bytes:
        """Return the bytes that a block commits to."""
        fields = (self.sender, self.to or "", str(self.amount))
        return b"".join(
            len(data).to_bytes(4, "big") + data for data in map(str.encode, fields)
        )

    def __str__(self) -> str:
        """Return it in words."""
        if self.to is None:
            return f"{self.sender} burns {self.amount}"
        return f"{self.sender} pays {self.to} {self.amount}"


@dataclass(frozen=True)
class SideBlock:
    """A block.

    Attributes
    ----------
    number : int
        Its height, from 0.
    parent : Hash32
        Hash of the block before.
    actions : tuple of Action
        What it does.
    """

    number: int
    parent: Hash32
    actions: tuple[Action, ...]

    @property
    def leaves(self) -> list[bytes]:
        """Leaves of the tree of its actions; one empty leaf where there is none."""
        return [action.encode() for action in self.actions] or [b""]

    @cached_property
    def actions_root(self) -> Hash32:
        """Merkle root of its actions."""
        return MerkleTree(self.leaves).root

    @cached_property
    def hash(self) -> Hash32:
        """Commits to all of it."""
        count = len(self.leaves)
        return self.hash_of(self.number, self.parent, self.actions_root, count)

    @staticmethod
    def hash_of(
        number: int, parent: Hash32, actions_root: Hash32, count: int
    ) -> Hash32:
        """Return the hash of a block of which only the root of its actions is known.

        It commits to how many actions there are. Without that, one burn has proofs
        with several places, and each would be paid: a flaw that Polygon's Plasma bridge
        had until 2021.
        """
        numbers = number.to_bytes(8, "big") + count.to_bytes(8, "big")
        return sha256(b"block" + numbers + parent + actions_root)


@dataclass
class Sidechain:
    """Balances and blocks, as honest validators keep them.

    Attributes
    ----------
    balances : dict from str to int
        Coins of each account.
    blocks : list of SideBlock
        All blocks.
    """

    balances: dict[str, int] = field(default_factory=dict)
    blocks: list[SideBlock] = field(default_factory=list)

    def credit(self, account: str, amount: int) -> None:
        """Give coins that were locked on the root chain.

        Raises
        ------
        NotEnoughCoins
            The amount is not above 0.
        """
        if amount < 1:
            raise NotEnoughCoins(f"{amount} coins, required 1 or more")
        self.balances[account] = self.balances.get(account, 0) + amount

    def produce(self, actions: Sequence[Action] = ()) -> SideBlock:
        """Carry out some actions in a new block, all or none.

        Raises
        ------
        NotEnoughCoins
            Somebody has too little, or the amount is not above 0.
        """
        balances = dict(self.balances)
        for action in actions:
            has = balances.get(action.sender, 0)
            if not 0 < action.amount <= has:
                raise NotEnoughCoins(f"{action}, required 1 to {has}")
            balances[action.sender] = has - action.amount
            if action.to is not None:
                balances[action.to] = balances.get(action.to, 0) + action.amount
        self.balances = balances
        parent = self.blocks[-1].hash if self.blocks else Hash32(bytes(32))
        block = SideBlock(len(self.blocks), parent, tuple(actions))
        self.blocks.append(block)
        return block
