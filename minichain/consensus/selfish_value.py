"""The value of a mining game is what its attacker earns in the long run, exactly.

A game comes back to its start again and again. What is gained and lost from one start
to the next gives the attacker's part, without chance and without a band.

References
----------
.. [1] Grassmann, Taksar and Heyman, "Regenerative analysis and steady state
   distributions for Markov chains", Operations Research 33, 1985: states are taken out
   one by one, without a subtraction.
"""

from dataclasses import dataclass

from minichain.consensus.estimate import InvalidShare
from minichain.consensus.selfish_game import Game, Strategy, tabulate
from minichain.kernels.simulation import REWARD_BITS, STATE_BITS

DEFAULT_LONGEST = 30
"""Blocks of a branch at which a strategy is not asked any more: few, to be quick."""


@dataclass(frozen=True)
class Value:
    """What a game brings on average, from one start to the next.

    Attributes
    ----------
    gained, lost : float
        Blocks that stay: the attacker's, and the others'.
    events : float
        Blocks found by anyone.
    """

    gained: float
    lost: float
    events: float

    @property
    def share(self) -> float:
        """The attacker's part of all blocks that stay."""
        return self.gained / (self.gained + self.lost)

    @property
    def orphan_rate(self) -> float:
        """Part of all blocks found that do not stay."""
        return 1 - (self.gained + self.lost) / self.events


def compute_value(
    strategy: Strategy | Game,
    share: float,
    reach: float = 0.0,
    longest: int = DEFAULT_LONGEST,
) -> Value:
    """Return what a strategy earns against honest miners, exactly.

    Parameters
    ----------
    strategy : Strategy or Game
        A function from a `Race` to an `Action`, or what `tabulate` made of one.
    share : float
        The attacker's part of all hash power, 0 to below 1.
    reach : float
        The part of honest power that works on the attacker's branch of two equally
        high ones, 0 to 1.
    longest : int
        Blocks of a branch at which a function is not asked any more, as for
        `tabulate`. What longer races would bring is lost.

    Raises
    ------
    InvalidShare
        ``share`` or ``reach`` is out of its range.
    InvalidAction
        The strategy does what a race does not allow.

    Examples
    --------
    >>> from minichain.consensus.selfish import selfish
    >>> round(compute_value(selfish, 0.35, reach=0.5).share, 4)
    0.416
    """
    if not 0 <= share < 1:
        raise InvalidShare(f"share {share}: required 0 to below 1, or nobody races")
    if not 0 <= reach <= 1:
        raise InvalidShare(f"reach {reach} is not between 0 and 1")
    game = strategy if isinstance(strategy, Game) else tabulate(strategy, longest)
    chances = (share, reach * (1 - share), (1 - reach) * (1 - share))
    rows, sums = _read(game, chances)
    befores: list[set[int]] = [set() for _ in rows]
    for state, row in enumerate(rows):
        for after in row:
            befores[after].add(state)
    for state in range(len(rows) - 1, 0, -1):
        _take_out(state, rows, sums, befores)
    # What is left of the start leads back to itself.
    return Value(*sums[0])


def _read(
    game: Game, chances: tuple[float, ...]
) -> tuple[list[dict[int, float]], list[list[float]]]:
    """Return, for each state, the chance of each next one, and what a step brings."""
    rows: list[dict[int, float]] = []
    sums: list[list[float]] = []
    reward = (1 << REWARD_BITS) - 1
    for state in range(len(game.races)):
        row: dict[int, float] = {}
        brought = [0.0, 0.0, 1.0]
        entries = game.table[3 * state : 3 * state + 3]
        for chance, entry in zip(chances, entries, strict=True):
            if chance:
                after = entry & ((1 << STATE_BITS) - 1)
                row[after] = row.get(after, 0.0) + chance
                brought[0] += chance * (entry >> STATE_BITS & reward)
                brought[1] += chance * (entry >> STATE_BITS + REWARD_BITS)
        rows.append(row)
        sums.append(brought)
    return rows, sums


def _take_out(
    state: int,
    rows: list[dict[int, float]],
    sums: list[list[float]],
    befores: list[set[int]],
) -> None:
    """Let each state before this one lead to the states behind it instead."""
    row, brought = rows[state], sums[state]
    row.pop(state, None)
    befores[state].discard(state)
    for after in row:
        befores[after].discard(state)
    leaving = sum(row.values())
    for before in befores[state]:
        weight = rows[before].pop(state) / leaving
        for after, chance in row.items():
            rows[before][after] = rows[before].get(after, 0.0) + weight * chance
            befores[after].add(before)
        for place in range(3):
            sums[before][place] += weight * brought[place]
