"""Selfish mining: the paper's formula, its simulation, and the rules of the game."""

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minichain.consensus.estimate import InvalidShare
from minichain.consensus.selfish import (
    BATCHES,
    LONGEST_BRANCH,
    START,
    STRATEGIES,
    Action,
    Finder,
    Fork,
    InvalidAction,
    InvalidEvents,
    Race,
    honest,
    revenue,
    selfish,
    simulate,
    step,
    tabulate,
    threshold,
)
from minichain.kernels.simulation import REWARD_BITS, STATE_BITS

# Equation 8 of Eyal and Sirer 2013, to four digits.
PUBLISHED = [
    (0.35, 0.0, 0.3665),
    (0.40, 0.0, 0.4837),
    (0.25, 0.5, 0.2500),
    (0.35, 0.5, 0.4160),
    (0.30, 1.0, 0.3806),
]


@pytest.mark.parametrize(("share", "reach", "part"), PUBLISHED)
def test_equation_8_gives_the_published_revenues(share, reach, part):
    assert round(revenue(share, reach), 4) == part


@pytest.mark.parametrize(("share", "reach", "part"), PUBLISHED)
def test_the_simulated_revenue_s_band_holds_the_formula(share, reach, part):
    played = simulate(selfish, share, reach, 4_000_000, seed=1, confidence=0.999)
    assert revenue(share, reach) in played.share
    assert played.share.high - played.share.low < 0.006


def test_nineteen_bands_of_twenty_hold_the_formula():
    game, true = tabulate(selfish), revenue(0.35, 0.5)
    bands = [simulate(game, 0.35, 0.5, 50_000, seed).share for seed in range(200)]
    assert 0.89 < sum(true in band for band in bands) / 200 < 0.99


@pytest.mark.parametrize(("reach", "share"), [(0, 1 / 3), (0.5, 0.25), (1, 0)])
def test_the_published_thresholds_are_reproduced(reach, share):
    assert threshold(reach) == pytest.approx(share)


@given(st.floats(0, 0.99))
def test_above_the_threshold_it_pays_and_below_it_does_not(reach):
    share = threshold(reach)
    assert revenue(share, reach) == pytest.approx(share, abs=1e-9)
    more, less = share + 0.01, share - 0.01
    assert revenue(more, reach) > more
    assert less < 0 or revenue(less, reach) < less


def test_half_of_the_power_earns_everything_and_none_earns_nothing():
    assert revenue(0.5) == pytest.approx(1)
    assert revenue(0) == 0


@given(st.floats(0, 1), st.floats(0, 1), st.integers(0, 2**64))
@settings(max_examples=30)
def test_the_honest_earn_their_share_and_lose_no_block(share, reach, seed):
    played = simulate(honest, share, reach, 100_000, seed)
    deviation = (share * (1 - share) / 100_000) ** 0.5
    assert played.share.value == pytest.approx(share, abs=6 * deviation + 1e-3)
    assert played.orphan_rate == 0
    assert played.attacker + played.others == played.events == 100_000
    assert played.share == played.per_event


@pytest.mark.parametrize("strategy", STRATEGIES.values(), ids=list(STRATEGIES))
def test_without_an_answer_of_the_difficulty_no_strategy_earns_more(strategy):
    # Grunspan and Perez-Marco 2018: per block found, honest mining is the best.
    played = simulate(strategy, 0.4, 0.5, 2_000_000, confidence=0.999)
    assert played.per_event.low <= 0.4


def test_selfish_mining_orphans_blocks_and_earns_less_for_each_found():
    played = simulate(selfish, 0.4, 0.0, 1_000_000)
    assert played.orphan_rate > 0.2
    assert played.per_event.high < 0.4 < played.share.low
    assert played.attacker + played.others < played.events


def test_the_same_seed_plays_the_same_game_and_another_does_not():
    first = simulate(selfish, 0.4, 0.5, 10_000, seed=1)
    assert simulate(selfish, 0.4, 0.5, 10_000, seed=1) == first
    assert simulate(selfish, 0.4, 0.5, 10_000, seed=2) != first


def test_a_table_plays_the_game_that_its_strategy_plays():
    assert simulate(tabulate(selfish), 0.4, 0.5, 9_999) == simulate(
        selfish, 0.4, 0.5, 9_999
    )


# What the paper's algorithm 1 does, event by event.
STORIES = {
    "a lead of two ends when the others come within one": (
        "AAO", [Action.WAIT, Action.WAIT, Action.OVERRIDE], 2, 0,
    ),
    "one against one, then the attacker finds the next": (
        "AOA", [Action.WAIT, Action.MATCH, Action.OVERRIDE], 2, 0,
    ),
    "one against one, then a follower finds the next": (
        "AOJ", [Action.WAIT, Action.MATCH, Action.ADOPT], 1, 1,
    ),
    "one against one, then another finds the next": (
        "AOO", [Action.WAIT, Action.MATCH, Action.ADOPT], 0, 2,
    ),
    "the others find the first": ("O", [Action.ADOPT], 0, 1),
    "a lead of three is shown as far as it is matched": (
        "AAAOO", [*[Action.WAIT] * 3, Action.MATCH, Action.OVERRIDE], 3, 0,
    ),
}  # fmt: skip

FINDERS = {"A": Finder.ATTACKER, "J": Finder.JOINED, "O": Finder.OTHERS}


@pytest.mark.parametrize(
    ("found", "actions", "gained", "lost"), STORIES.values(), ids=list(STORIES)
)
def test_the_selfish_act_as_the_paper_says(found, actions, gained, lost):
    race, won, given_up, done = START, 0, 0, []
    for letter in found:
        taken = step(selfish, race, FINDERS[letter])
        race, won, given_up = taken.race, won + taken.gained, given_up + taken.lost
        done.append(taken.action)
    assert (done, won, given_up, race) == (actions, gained, lost, START)


def test_a_follower_s_block_buries_what_was_published():
    race = Race(3, 2, Fork.ACTIVE)
    taken = step(lambda race: Action.WAIT, race, Finder.JOINED)
    assert taken.found == taken.race == Race(1, 1, Fork.RELEVANT)
    assert (taken.gained, taken.lost) == (2, 0)


def test_nobody_follows_a_branch_that_was_not_published():
    race = Race(3, 2, Fork.RELEVANT)
    joined = step(lambda race: Action.WAIT, race, Finder.JOINED)
    assert joined == step(lambda race: Action.WAIT, race, Finder.OTHERS)
    assert joined.race == Race(3, 3, Fork.RELEVANT)


def test_a_strategy_is_not_asked_about_endless_branches():
    asked = []

    def patient(race):
        asked.append(max(race.secret, race.public))
        return Action.WAIT

    ahead = step(patient, Race(9, 2), Finder.ATTACKER, longest=10)
    assert (ahead.action, ahead.gained) == (Action.OVERRIDE, 3)
    behind = step(patient, Race(2, 9), Finder.OTHERS, longest=10)
    assert (behind.action, behind.lost) == (Action.ADOPT, 10)
    assert not asked
    tabulate(patient)
    assert max(asked) == LONGEST_BRANCH - 1


def always(action):
    return lambda race: action


@pytest.mark.parametrize(
    ("strategy", "message"),
    [
        (always(Action.OVERRIDE), "'override' at 0 secret and 1 public blocks"),
        (always(Action.MATCH), "'match' at 1 secret and 0 public blocks"),
        (always("wait"), "'wait' at 1 secret and 0 public blocks: not an action"),
        (always(None), "None at 1 secret and 0 public blocks: not an action"),
    ],
    ids=["override", "match", "text", "nothing"],
)
def test_an_action_that_the_race_does_not_allow_is_named(strategy, message):
    with pytest.raises(InvalidAction, match=message) as caught:
        simulate(strategy, 0.3)
    assert caught.value.race.secret + caught.value.race.public == 1


@pytest.mark.parametrize("fork", [Fork.IRRELEVANT, Fork.ACTIVE])
def test_a_match_takes_an_honest_block_just_found(fork):
    finder = Finder.ATTACKER
    before = Race(2, 2, fork)
    with pytest.raises(InvalidAction, match="it takes an honest block just found"):
        step(always(Action.MATCH), before, finder)
    taken = step(always(Action.MATCH), Race(3, 2), Finder.OTHERS)
    assert taken.race == Race(3, 3, Fork.ACTIVE)


@pytest.mark.parametrize(
    ("share", "reach"), [(-0.1, 0), (1.1, 0), (float("nan"), 0), (0.3, -1), (0.3, 2)]
)
def test_more_than_all_the_power_is_refused(share, reach):
    for ask in (
        lambda: revenue(share, reach),
        lambda: simulate(selfish, share, reach),
    ):
        with pytest.raises(InvalidShare, match="not between 0 and 1"):
            ask()


def test_the_formula_ends_at_half_and_the_threshold_takes_a_chance():
    with pytest.raises(InvalidShare, match="the formula ends there"):
        revenue(0.51)
    with pytest.raises(InvalidShare, match=r"reach 1\.5"):
        threshold(1.5)


def test_a_simulation_needs_an_event_for_each_batch():
    with pytest.raises(InvalidEvents, match=f"49 events, required {BATCHES}"):
        simulate(selfish, 0.3, events=49)
    assert simulate(selfish, 0.3, events=50).events == 50


ALLOWED = st.lists(st.sampled_from(Action), min_size=1, max_size=50)


@given(ALLOWED)
@settings(max_examples=50)
def test_a_table_tells_what_each_step_would(actions):
    """Whatever a strategy does, nobody gains more blocks than there are."""

    def legal(race):
        wish = actions[(7 * race.secret + race.public) % len(actions)]
        if wish is Action.OVERRIDE and race.secret <= race.public:
            return Action.ADOPT
        late = race.fork is not Fork.RELEVANT or race.secret < race.public
        return Action.WAIT if wish is Action.MATCH and late else wish

    game = tabulate(legal, longest=8)
    assert len(game.table) == 3 * len(game.races)
    places = {race: place for place, race in enumerate(game.races)}
    for (place, race), finder in product(enumerate(game.races), Finder):
        entry = game.table[3 * place + finder.value]
        taken = step(legal, race, finder, longest=8)
        assert entry & (1 << STATE_BITS) - 1 == places[taken.race]
        assert entry >> STATE_BITS & (1 << REWARD_BITS) - 1 == taken.gained
        assert entry >> STATE_BITS + REWARD_BITS == taken.lost
        assert taken.gained + taken.lost <= race.secret + race.public + 1


@pytest.mark.oracle
def test_the_outcome_is_that_of_the_stationary_chances():
    """A Markov chain solved by repetition, from `step` alone, agrees with the paper."""
    share, reach = 0.4, 0.5
    game = tabulate(selfish, longest=80)
    places = {race: place for place, race in enumerate(game.races)}
    weights = [share, reach * (1 - share), (1 - reach) * (1 - share)]
    moves = []
    for place, race in enumerate(game.races):
        for finder, weight in zip(Finder, weights, strict=True):
            taken = step(selfish, race, finder, longest=80)
            moves.append((place, places[taken.race], weight, taken))
    chances = [1.0] + [0.0] * (len(game.races) - 1)
    for _ in range(1_500):
        after = [0.0] * len(chances)
        for place, there, weight, _taken in moves:
            after[there] += weight * chances[place]
        chances = [(a + b) / 2 for a, b in zip(after, chances, strict=True)]
    won = sum(
        chances[place] * weight * taken.gained for place, _, weight, taken in moves
    )
    lost = sum(
        chances[place] * weight * taken.lost for place, _, weight, taken in moves
    )
    assert won / (won + lost) == pytest.approx(revenue(share, reach), abs=1e-6)


def test_what_never_happened_is_not_certain():
    never = simulate(honest, 1e-6, events=10_000)
    assert never.attacker == 0
    assert 1e-6 in never.share
    always = simulate(honest, 1 - 1e-6, events=10_000)
    assert 1 - 1e-6 in always.share
    assert always.share.low < 1 == always.share.high
    assert 0.01 not in never.share


def test_a_strategy_that_never_ends_a_race_says_nothing_of_its_share():
    played = simulate(lambda race: Action.WAIT, 0.5, events=BATCHES)
    assert (played.attacker, played.others) == (0, 0)
    assert (played.share.low, played.share.high) == (0, 1)


def test_an_outcome_can_be_compared_and_changed_alone():
    played = simulate(honest, 0.5, events=100)
    assert replace(played, events=200).orphan_rate == 0.5
