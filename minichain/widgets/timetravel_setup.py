"""A setup is what the time machine runs: contracts, a call, and what came before."""

from dataclasses import dataclass
from typing import Literal

from minichain.units import ETHER, Address
from minichain.widgets.prediction import Prediction

Language = Literal["assembly", "vyper"]
"""What a contract is written in."""

Person = Literal["Alice", "Bob", "Mallory"]
"""Who calls."""

PEOPLE: dict[str, Address] = {
    "Alice": Address(b"\xa1" * 20),
    "Bob": Address(b"\xb0" * 20),
    "Mallory": Address(b"\x3a" * 20),
}
"""Their addresses; Alice creates all contracts."""

LENGTH_LIMIT = 8_000
"""Most characters of a program."""

CALL_LIMIT = 400
"""Most characters of a call."""

STOPS_LIMIT = 20
"""Most breakpoints."""

ROUNDS_LIMIT = 20
"""Most times that a call has been made before."""

MOST_WEI = 100 * ETHER
"""Most wei that a call pays: all that a person has."""

SKIPPED = Prediction("skipped")
"""Where nothing is asked."""

GAS_LIMIT = 10_000_000
"""Most gas of one call."""


@dataclass(frozen=True)
class Source:
    """A contract to be.

    Attributes
    ----------
    name : str
        What it is called.
    language : str
        Assembly, or Vyper.
    text : str
        The program.
    arguments : str
        What a Vyper contract is created with, as between the brackets of a call.
    """

    name: str
    language: Language
    text: str
    arguments: str = ""


@dataclass(frozen=True)
class Deed:
    """Somebody calls a contract.

    Attributes
    ----------
    sender : str
        Who calls.
    to : str
        Name of the contract.
    call : str
        ``transfer(Bob, 5)`` for Vyper; bytes or a list of words for assembly.
    value : int
        Wei that are paid.
    """

    sender: Person
    to: str
    call: str = ""
    value: int = 0


@dataclass(frozen=True)
class Setup:
    """All that a run depends on.

    Attributes
    ----------
    contracts : tuple of Source
        In the order in which they are created.
    earlier : tuple of Deed
        What is done first, and is not looked at.
    deed : Deed
        The call that is looked at.
    gas : int
        Gas that it may use.
    rounds : int
        How often that call has been made before.
    """

    contracts: tuple[Source, ...]
    deed: Deed
    earlier: tuple[Deed, ...] = ()
    gas: int = 1_000_000
    rounds: int = 0


@dataclass(frozen=True)
class TimeTravelState:
    """A setup, its run, and the moment that is looked at.

    Attributes
    ----------
    setup : Setup
        What ran.
    scene : str
        The scene that it comes from; empty once it was changed.
    draft : Setup or None
        The setup as it is being changed; None if it is as it ran.
    editing : bool
        Whether the text is open to be written in.
    open : int
        The contract whose text is shown.
    moment : int
        Steps that were taken.
    row : int or None
        First row of memory that is shown; None to follow what happens.
    stops : tuple of (str, int)
        Breakpoints: contracts' names and lines.
    prediction : Prediction
        What the learner expects of a scene.
    """

    setup: Setup
    scene: str = ""
    draft: Setup | None = None
    editing: bool = False
    open: int = 0
    moment: int = 0
    row: int | None = None
    stops: tuple[tuple[str, int], ...] = ()
    prediction: Prediction = SKIPPED
