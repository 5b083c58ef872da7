"""A simulation plays chance many times, from a random state that is an argument.

The random words come from a counter: word n is a mix of n and the seed alone. No draw
waits for the one before, a run can be cut anywhere, and the same seed gives the same
words in every runtime.

References
----------
.. [1] Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014,
   figure 16: the mixing function and the counter's step.
"""

from typing import Any

from minichain.kernels.runtime import i64, kernel, routine, u64

STEP = 0x9E3779B97F4A7C15
"""What the counter grows by: an odd number near 2**64 over the golden ratio."""

CHANCE_BITS = 53
"""Bits of a random word that are compared with a chance."""

CERTAIN = 1 << CHANCE_BITS
"""A chance of 1, as the kernels take chances: in units of 2**-53."""

STATE_BITS = 24
"""Bits of an entry of a game's table that name the next state."""

REWARD_BITS = 20
"""Bits of an entry for the blocks that one side gains."""


@routine
def _mix(counter: Any) -> Any:
    """Return the random word that belongs to a counter."""
    word = u64((counter ^ (counter >> u64(30))) * u64(0xBF58476D1CE4E5B9))
    word = u64((word ^ (word >> u64(27))) * u64(0x94D049BB133111EB))
    return word ^ (word >> u64(31))


@kernel("u64[] u64[] i64 i64 i64")
def play_table(game: Any, table: Any, attacker: int, joined: int, events: int) -> int:
    """Play a mining game, written as a table, for a number of found blocks.

    Parameters
    ----------
    game : u64[4]
        The random counter, the state, and the blocks that the attacker and the others
        gained so far. Updated, so that another call goes on.
    table : u64[3 * states]
        For each state three entries: the attacker finds the block, an honest miner
        finds it on the attacker's branch, an honest miner finds it elsewhere. Each
        holds the next state, the attacker's gain and the others', lowest bits first.
    attacker, joined : i64
        Chances of the first outcome, and of the first or second, in units of 2**-53.
    events : i64
        Blocks to be found.

    Returns
    -------
    i64
        0.
    """
    counter, state, gained, lost = game[0], game[1], game[2], game[3]
    first, second = u64(attacker), u64(joined)
    for _ in range(events):
        counter = u64(counter + u64(STEP))
        draw = _mix(counter) >> u64(64 - CHANCE_BITS)
        # Sums of comparisons, not branches: the processor cannot guess a coin.
        outcome = u64(draw >= first) + u64(draw >= second)
        entry = table[i64(u64(3) * state + outcome)]
        state = entry & u64((1 << STATE_BITS) - 1)
        gained += entry >> u64(STATE_BITS) & u64((1 << REWARD_BITS) - 1)
        lost += entry >> u64(STATE_BITS + REWARD_BITS)
    game[0], game[1], game[2], game[3] = counter, state, gained, lost
    return 0


@kernel("u64[] i64 i64 i64 i64")
def run_races(
    random: Any, attacker: int, confirmations: int, behind: int, trials: int
) -> int:
    """Run double-spend races and count those that the attacker wins.

    Parameters
    ----------
    random : u64[1]
        The random counter. Updated, so that another call goes on.
    attacker : i64
        The attacker's share of power, in units of 2**-53.
    confirmations : i64
        Honest blocks the payee waits for; the attacker mines meanwhile.
    behind : i64
        Blocks by which the attacker may fall behind before it gives up.
    trials : i64
        Races to run.

    Returns
    -------
    i64
        Races in which the attacker's branch became as long as the other.
    """
    counter = random[0]
    chance = u64(attacker)
    won = 0
    for _ in range(trials):
        missing = confirmations
        lead = 0
        # Who has as many blocks as the payee waits for has won: without that, an
        # attacker with all the power would wait for honest blocks for ever.
        while lead < missing if missing > 0 else -behind < lead < 0:
            counter = u64(counter + u64(STEP))
            found = i64(_mix(counter) >> u64(64 - CHANCE_BITS) < chance)
            lead += 2 * found - 1
            missing -= 1 - found
        won += i64(lead >= 0)
    random[0] = counter
    return won
