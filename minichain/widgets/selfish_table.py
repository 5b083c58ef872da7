"""A strategy as a small table: a letter for each race of at most four blocks a side.

`W` waits, `A` adopts the public branch, `O` overrides it, and `M` matches it as soon as
an honest block makes that possible. Longer races go on as in the selfish strategy.
"""

from minichain.consensus import selfish
from minichain.consensus.selfish import Action, Fork, Race, Strategy
from minichain.widgets.lesson import InvalidAction

SIZE = 5
"""Rows and columns of a table: 0 to 4 secret blocks, 0 to 4 public ones."""

LETTERS = {
    "W": Action.WAIT,
    "A": Action.ADOPT,
    "O": Action.OVERRIDE,
    "M": Action.MATCH,
}
"""What each letter stands for."""


def allowed(secret: int, public: int) -> str:
    """Return the letters that a race allows."""
    letters = "W"
    if public:
        letters += "A"
    if secret > public:
        letters += "O"
    if secret >= public > 0:
        letters += "M"
    return letters


def check_table(table: str) -> None:
    """Refuse a table with an action that a race does not allow.

    Raises
    ------
    InvalidAction
        A letter is missing, unknown or not allowed there.
    """
    if len(table) != SIZE * SIZE:
        raise InvalidAction("write", f"{len(table)} letters, required {SIZE * SIZE}")
    for place, letter in enumerate(table):
        secret, public = divmod(place, SIZE)
        if letter not in allowed(secret, public):
            where = f"{secret} secret and {public} public blocks"
            raise InvalidAction("write", f"{letter!r} is not possible at {where}")


def strategy_of(table: str) -> Strategy:
    """Return the strategy that a table describes."""

    def play(race: Race) -> Action:
        if max(race.secret, race.public) >= SIZE:
            return selfish.selfish(race)
        letter = table[race.secret * SIZE + race.public]
        # A match answers an honest block that was just found, and nothing else.
        if letter == "M" and race.fork is not Fork.RELEVANT:
            return Action.WAIT
        return LETTERS[letter]

    return play


def table_of(strategy: Strategy) -> str:
    """Return a strategy's table, as it acts right after an honest block."""
    words = {action: letter for letter, action in LETTERS.items()}
    return "".join(
        words[strategy(Race(secret, public, Fork.RELEVANT if public else Fork(0)))]
        for secret in range(SIZE)
        for public in range(SIZE)
    )


def _stubborn(race: Race) -> Action:
    """Match where the selfish strategy takes the last block of its lead."""
    if race.public and race.secret == race.public + 1:
        return Action.MATCH
    return selfish.selfish(race)


TABLES = {
    "honest": table_of(selfish.honest),
    "selfish": table_of(selfish.selfish),
    "stubborn": table_of(_stubborn),
}
"""Tables by name."""
