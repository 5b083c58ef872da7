"""The simulations' random words, and the same games and races on every runtime."""

from array import array

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minichain.kernels.simulation import (
    CERTAIN,
    REWARD_BITS,
    STATE_BITS,
    STEP,
    play_table,
    run_races,
)
from tests.kernels import oracles

MASK = 2**64 - 1

# splitmix64 from seed 1234567, as its public-domain reference program prints it.
SPLITMIX = [
    6457827717110365317, 3203168211198807973, 9817491932198370423,
    4593380528125082431, 16408922859458223821,
]  # fmt: skip

WALK = [
    # From each state: the attacker's block gains it one, a joined one gains both one,
    # another's gains the others one; and the state goes on, stays, or begins anew.
    entry
    for state in range(4)
    for entry in (
        (state + 1) % 4 | 1 << STATE_BITS,
        state | (1 | 1 << REWARD_BITS) << STATE_BITS,
        1 << STATE_BITS + REWARD_BITS,
    )
]
"""A game of four states that counts every outcome apart."""


def splitmix(counter: int) -> int:
    word = (counter ^ counter >> 30) * 0xBF58476D1CE4E5B9 & MASK
    word = (word ^ word >> 27) * 0x94D049BB133111EB & MASK
    return word ^ word >> 31


def play(seed: int, first: int, second: int, events: int) -> list[int]:
    """Play the walk by hand: counter, state, and both gains."""
    state = gained = lost = 0
    for event in range(1, events + 1):
        draw = splitmix(seed + event * STEP & MASK) >> 11
        if draw < first:
            state, gained = (state + 1) % 4, gained + 1
        elif draw < second:
            gained, lost = gained + 1, lost + 1
        else:
            state, lost = 0, lost + 1
    return [seed + events * STEP & MASK, state, gained, lost]


def test_the_oracle_s_random_words_are_the_reference_program_s():
    words = [splitmix(1234567 + n * STEP & MASK) for n in range(1, 6)]
    assert words == SPLITMIX


@pytest.mark.oracle
@given(
    seed=st.integers(0, MASK),
    one=st.integers(0, CERTAIN),
    other=st.integers(0, CERTAIN),
    events=st.integers(0, 60),
)
@settings(max_examples=25)
def test_every_runtime_plays_the_same_game(seed, one, other, events):
    first, second = sorted((one, other))
    expected = play(seed, first, second, events)
    for runtime in oracles.RUNTIMES:
        game = array("Q", [seed, 0, 0, 0])
        table = array("Q", WALK)
        assert play_table(game, table, first, second, events, runtime=runtime) == 0
        assert list(game) == expected


@given(seed=st.integers(0, MASK), early=st.integers(0, 500), late=st.integers(0, 500))
@settings(max_examples=20)
def test_a_game_played_in_two_calls_is_the_same_game(seed, early, late):
    table, first, second = array("Q", WALK), CERTAIN // 3, CERTAIN // 2
    whole, parts = array("Q", [seed, 0, 0, 0]), array("Q", [seed, 0, 0, 0])
    play_table(whole, table, first, second, early + late)
    play_table(parts, table, first, second, early)
    play_table(parts, table, first, second, late)
    assert whole == parts


def test_a_chance_of_one_always_comes_and_none_never():
    table = array("Q", WALK)
    for first, second, expected in [
        (CERTAIN, CERTAIN, [300 % 4, 300, 0]),
        (0, CERTAIN, [0, 300, 300]),
        (0, 0, [0, 0, 300]),
    ]:
        game = array("Q", [7, 0, 0, 0])
        play_table(game, table, first, second, 300)
        assert list(game[1:]) == expected


def race(seed: int, chance: int, wait: int, behind: int, trials: int) -> list[int]:
    """Run the races by hand: the wins, and the counter afterwards."""
    won, counter = 0, seed
    for _ in range(trials):
        honest = lead = 0
        while lead + honest < wait if honest < wait else -behind < lead < 0:
            counter = counter + STEP & MASK
            if splitmix(counter) >> 11 < chance:
                lead += 1
            else:
                lead, honest = lead - 1, honest + 1
        won += lead >= 0
    return [won, counter]


@pytest.mark.oracle
@given(
    seed=st.integers(0, MASK),
    chance=st.integers(0, CERTAIN),
    wait=st.integers(0, 5),
    behind=st.integers(1, 9),
    trials=st.integers(0, 9),
)
@settings(max_examples=25)
def test_every_runtime_runs_the_same_races(seed, chance, wait, behind, trials):
    for runtime in oracles.RUNTIMES:
        random = array("Q", [seed])
        won = run_races(random, chance, wait, behind, trials, runtime=runtime)
        assert [won, *random] == race(seed, chance, wait, behind, trials)
