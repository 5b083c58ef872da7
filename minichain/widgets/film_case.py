"""A case of the reentrancy film: a vault, what is in it, and a thief."""

from dataclasses import dataclass
from functools import cache
from typing import Literal

from minichain.contracts import read_source
from minichain.units import ETHER
from minichain.widgets.timetravel_play import place_of
from minichain.widgets.timetravel_setup import Deed, Setup, Source

VaultName = Literal["pays-first", "notes-first", "locked"]
"""The vault as it was, and with either of two lines mended."""

VAULT, THIEF = place_of(0), place_of(1)
"""Where the vault and the thief's contract lie; the thief is Alice, who creates it."""


@dataclass(frozen=True)
class Case:
    """What is played.

    Attributes
    ----------
    vault : str
        Which vault.
    stake, others : int
        Ether that the thief deposits, and that Bob has deposited before.
    gas : int
        Gas that the theft may use.
    """

    vault: VaultName
    stake: int
    others: int
    gas: int


@cache
def read_vault(vault: VaultName) -> str:
    """Return a vault's source: the vulnerable one, or a mended one.

    The library's safe vault has two mends, of which either is enough: here each stands
    alone.
    """
    if vault == "pays-first":
        return read_source("vaults/vulnerable")
    lock = "@nonreentrant\n"
    if vault == "notes-first":
        return read_source("vaults/safe").replace(lock, "")
    door = "def withdraw():"
    return read_source("vaults/vulnerable").replace(door, lock + door)


def make_setup(case: Case) -> Setup:
    """Return what the time machine has to run for a case."""
    vault = Source("Vault", "vyper", read_vault(case.vault))
    thief = Source("Thief", "vyper", read_source("vaults/attacker"))
    paid = Deed("Bob", "Vault", "deposit()", case.others * ETHER)
    theft = Deed("Alice", "Thief", "attack(Vault)", case.stake * ETHER)
    earlier = (paid,) if case.others else ()
    return Setup((vault, thief), theft, earlier, gas=case.gas)
