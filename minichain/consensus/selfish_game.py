"""A mining game is the race between a secret branch and the public one.

Blocks are found one at a time; between two of them the attacker acts once. A strategy
says how, and the rules here say what becomes of the branches, and who gains what.

References
----------
.. [1] Sapirshtein, Sompolinsky and Zohar, "Optimal Selfish Mining Strategies in
   Bitcoin", 2016, section 3: states, actions and their table.
"""

from array import array
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from minichain.kernels.simulation import REWARD_BITS, STATE_BITS

LONGEST_BRANCH = 150
"""Blocks of a branch at which a strategy is not asked any more."""


class Fork(Enum):
    """What the last block changed about the two branches."""

    IRRELEVANT = 0
    """The attacker found it: nothing new is public."""

    RELEVANT = 1
    """An honest miner found it: the attacker may still answer with one as high."""

    ACTIVE = 2
    """Two public branches are equally high, and the honest miners are split."""


class Action(Enum):
    """What an attacker can do between two blocks."""

    WAIT = "wait"
    """Publish nothing and work on."""

    ADOPT = "adopt"
    """Give up the secret branch and work on the public one."""

    OVERRIDE = "override"
    """Publish one block more than the public branch has: it is lost."""

    MATCH = "match"
    """Publish as many blocks as the public branch has, right after its last."""


class Race(NamedTuple):
    """How the two branches stand since they parted.

    Attributes
    ----------
    secret : int
        Blocks of the attacker's branch.
    public : int
        Blocks of the honest miners' branch.
    fork : Fork
        Whether honest miners work on either, and whether they can be made to.
    """

    secret: int
    public: int
    fork: Fork = Fork.IRRELEVANT


Strategy = Callable[[Race], Action]
"""From the state of the race to what the attacker does before the next block."""


class InvalidAction(ValueError):
    """An action that the state of the race does not allow.

    Attributes
    ----------
    race : Race
        The state.
    action : object
        What the strategy returned.
    """

    def __init__(self, race: Race, action: object, reason: str) -> None:
        super().__init__(
            f"{getattr(action, 'value', action)!r} at {race.secret} secret and "
            f"{race.public} public blocks: {reason}"
        )
        self.race = race
        self.action = action


class Finder(Enum):
    """Who found a block, and on which branch."""

    ATTACKER = 0
    """The attacker, on the secret branch."""

    JOINED = 1
    """An honest miner whom a match brought over to the attacker's branch."""

    OTHERS = 2
    """An honest miner, on the others' branch."""


@dataclass(frozen=True)
class Step:
    """What one found block and the attacker's answer lead to.

    Attributes
    ----------
    found : Race
        The race when the block was found and nothing done yet.
    action : Action
        What the attacker does.
    race : Race
        The race after that.
    gained, lost : int
        Blocks that now stay for ever: the attacker's, and the others'.
    """

    found: Race
    action: Action
    race: Race
    gained: int
    lost: int


START = Race(0, 0)
"""Both branches are one: the game begins."""


def step(
    strategy: Strategy, race: Race, finder: Finder, longest: int = LONGEST_BRANCH
) -> Step:
    """Let a block be found and the strategy answer.

    Parameters
    ----------
    strategy : Strategy
        How the attacker acts.
    race : Race
        The race before the block.
    finder : Finder
        Who finds it. Without two equal public branches nobody can have joined the
        attacker's: the block counts as the others'.
    longest : int
        Blocks of a branch at which the strategy is not asked any more: it takes what
        it is ahead by, or gives up.

    Raises
    ------
    InvalidAction
        The strategy overrides without being ahead, matches too late or with too few
        blocks, or returns something else than an action.
    """
    secret, public, fork = race
    gained = 0
    if finder is Finder.ATTACKER:
        stays = Fork.ACTIVE if fork is Fork.ACTIVE else Fork.IRRELEVANT
        found = Race(secret + 1, public, stays)
    elif finder is Finder.JOINED and fork is Fork.ACTIVE:
        # The attacker's published blocks are buried: the race goes on above them.
        gained = public
        found = Race(secret - public, 1, Fork.RELEVANT)
    else:
        found = Race(secret, public + 1, Fork.RELEVANT)
    if max(found.secret, found.public) < longest:
        action = strategy(found)
    else:
        action = Action.OVERRIDE if found.secret > found.public else Action.ADOPT
    after, won, lost = _apply(action, found)
    return Step(found, action, after, gained + won, lost)


def _apply(action: Action, race: Race) -> tuple[Race, int, int]:
    """Return the race after an action, and the blocks each side gains by it."""
    secret, public, fork = race
    if action is Action.WAIT:
        return race, 0, 0
    if action is Action.ADOPT:
        return START, 0, public
    if action is Action.OVERRIDE:
        if secret <= public:
            raise InvalidAction(race, action, "the secret branch is not longer")
        return Race(secret - public - 1, 0), public + 1, 0
    if action is Action.MATCH:
        if fork is not Fork.RELEVANT or secret < public:
            raise InvalidAction(
                race, action, "it takes an honest block just found, and as many blocks"
            )
        return Race(secret, public, Fork.ACTIVE), 0, 0
    raise InvalidAction(race, action, "not an action")


@dataclass(frozen=True)
class Game:
    """A strategy written out: what each found block leads to, in every state.

    Attributes
    ----------
    races : tuple of Race
        The states, as the strategy leaves them after it acted.
    table : array of u64
        Three entries a state, one for each `Finder`, as
        `minichain.kernels.simulation.play_table` reads them.
    """

    races: tuple[Race, ...]
    table: "array[int]"


def tabulate(strategy: Strategy, longest: int = LONGEST_BRANCH) -> Game:
    """Ask a strategy about every race it can come to, and write its answers down.

    Parameters
    ----------
    strategy : Strategy
        It must answer the same race always in the same way.
    longest : int
        As for `step`.

    Raises
    ------
    InvalidAction
        The strategy does what a race does not allow.
    """
    races = [START]
    places = {START: 0}
    table = array("Q")
    # The list grows while it is read: every state that is reached gets its turn.
    for race in races:
        for finder in Finder:
            taken = step(strategy, race, finder, longest)
            if taken.race not in places:
                places[taken.race] = len(races)
                races.append(taken.race)
            gains = taken.gained | taken.lost << REWARD_BITS
            table.append(places[taken.race] | gains << STATE_BITS)
    return Game(tuple(races), table)
