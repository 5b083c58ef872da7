"""A configuration is what everyone on a chain agrees on before its first block.

It is never changed: the genesis block carries its hash, so two chains of different
rules differ from their first block on.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import rlp

from minichain.consensus.difficulty import BLOCK_SPACING
from minichain.errors import InvalidEncoding, ProtocolError
from minichain.ledger.fields import read_bytes, read_list, read_number
from minichain.ledger.state import NOTHING
from minichain.ledger.target import target_from_bits
from minichain.units import ETHER, Address, Gas, Timestamp, Wei

EASY_BITS = 0x200FFFFF
"""Compact bits that about every sixteenth hash meets."""

GENESIS_TIME = Timestamp(1_231_006_505)
"""When Bitcoin's first block was made: 2009-01-03 18:15:05 UTC."""

BLOCK_REWARD = Wei(2 * ETHER)
"""Wei that a block creates, as Ethereum's did from 2019 to its last mined block."""

BLOCK_GAS_LIMIT = Gas(30_000_000)
"""Gas of a block, as on Ethereum from 2021 to 2024."""

MAX_SUPPLY = Wei(2**128)
"""Wei that the first accounts may own together, so that no sum can overflow."""

MAX_REWARD = Wei(2**96)
"""Wei that one block may create; 2**64 blocks of it do not overflow either."""

MIN_TIMESPAN = 4
"""Seconds that an interval must aim for, so that a quarter of it is not zero."""

Allocation = tuple[tuple[Address, Wei], ...]
"""Who owns how much from the beginning, by address."""


class InvalidConfig(ProtocolError):
    """Rules that no chain can follow."""

    rule = "config"


@dataclass(frozen=True, slots=True)
class Config:
    """The rules of one chain.

    Attributes
    ----------
    chain_id : int
        What transactions name so that no other chain accepts them, 64 bits.
    seal : str
        How blocks are sealed: "proof-of-work", "on-demand" or "committee".
    bits : int
        Compact target of the genesis, and the easiest there will be.
    retarget_interval : int
        Blocks from one change of the target to the next; 0 never changes it.
        Bitcoin's is 2016.
    spacing : int
        Seconds from block to block that the target aims for.
    reward : Wei
        What a block's beneficiary is given.
    gas_limit : Gas
        Gas that the transactions of a block may use together.
    base_fee_per_gas : Wei
        Wei burnt for each unit of gas in the genesis; it moves by use from there.
    time : Timestamp
        When the genesis was made.
    allocation : tuple of (Address, Wei)
        Balances in the genesis, ordered by address, none of them zero.
    """

    chain_id: int = 1337
    seal: str = "proof-of-work"
    bits: int = EASY_BITS
    retarget_interval: int = 0
    spacing: int = BLOCK_SPACING
    reward: Wei = BLOCK_REWARD
    gas_limit: Gas = BLOCK_GAS_LIMIT
    base_fee_per_gas: Wei = NOTHING
    time: Timestamp = GENESIS_TIME
    allocation: Allocation = ()

    def check(self) -> None:
        """Check that a chain can follow the rules.

        Raises
        ------
        InvalidConfig
            A number is outside its range, the seal has another name, or the
            allocation is not ordered, repeats an address, or is worth too much.
        InvalidBits
            The bits stand for no target.
        """
        for name, (low, high) in RANGES.items():
            if not low <= getattr(self, name) <= high:
                value = getattr(self, name)
                raise InvalidConfig(f"{name} {value} is not between {low} and {high}")
        if self.seal not in SEAL_NAMES:
            raise InvalidConfig(f"seal {self.seal!r} is none of {SEAL_NAMES}")
        if self.seal == "proof-of-work":
            target_from_bits(self.bits)
        if self.seal == "committee" and not self.allocation:
            raise InvalidConfig("a committee of nobody: the allocation is empty")
        if 0 < self.retarget_interval * self.spacing < MIN_TIMESPAN:
            raise InvalidConfig("an interval of the target is too short to be measured")
        addresses = [address for address, _ in self.allocation]
        if addresses != sorted(set(addresses)):
            raise InvalidConfig("allocation is not ordered by address, each once")
        for address, balance in self.allocation:
            if len(address) != 20 or not 0 < balance <= MAX_SUPPLY:
                raise InvalidConfig(f"allocation of {balance} wei to 0x{address.hex()}")
        supply = sum(balance for _, balance in self.allocation)
        if supply > MAX_SUPPLY:
            raise InvalidConfig(f"allocation of {supply} wei, at most {MAX_SUPPLY}")

    def encode(self) -> bytes:
        """Return the bytes that the genesis commits to: an RLP list."""
        fields = {name: getattr(self, name) for name in FIELDS}
        encoded: bytes = rlp.encode([*{**fields, "seal": self.seal.encode()}.values()])
        return encoded

    @classmethod
    def decode(cls, data: bytes) -> "Config":
        """Return the configuration whose encoding is ``data``, checked.

        Raises
        ------
        InvalidEncoding
            The bytes are not canonical RLP of ten fields.
        InvalidConfig, InvalidBits
            The rules are refused by `check`.
        """
        items = dict(zip(FIELDS, read_list(data, len(FIELDS), "a config"), strict=True))
        fields: dict[str, Any] = {
            name: read_number(items[name], name) for name in RANGES
        }
        seal = read_bytes(items["seal"], "seal", range(33))
        fields["seal"] = seal.decode("ascii", "replace")
        fields["allocation"] = tuple(_read_allocation(items["allocation"]))
        config = cls(**fields)
        config.check()
        return config


def order_allocation(balances: Iterable[tuple[Address, int]]) -> Allocation:
    """Return balances as a configuration wants them: ordered, without zeros."""
    return tuple(
        (address, Wei(balance)) for address, balance in sorted(balances) if balance
    )


def _read_allocation(item: Any) -> Iterable[tuple[Address, Wei]]:
    if not isinstance(item, list):
        raise InvalidEncoding("allocation is no list")
    for entry in item:
        if not isinstance(entry, list) or len(entry) != 2:
            raise InvalidEncoding("allocation holds what is no address with a balance")
        address = read_bytes(entry[0], "address", (20,))
        yield Address(address), Wei(read_number(entry[1], "balance"))


FIELDS = Config.__slots__
"""Names of the fields, in the order of the encoding."""

RANGES = {
    "chain_id": (1, 2**64 - 1),
    "bits": (0, 2**32 - 1),
    "retarget_interval": (0, 2**32 - 1),
    "spacing": (1, 2**32 - 1),
    "reward": (0, MAX_REWARD),
    "gas_limit": (1, 2**63 - 1),
    "base_fee_per_gas": (0, MAX_SUPPLY),
    "time": (0, 2**32 - 1),
}
"""Smallest and largest value of each field that is a number."""

SEAL_NAMES = ("proof-of-work", "on-demand", "committee")
"""The ways to seal a block that a configuration can name."""
