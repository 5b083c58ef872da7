"""Stakes count in whole increments, with the hysteresis of the specification."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minichain.consensus.stake import (
    MAINNET,
    SMALL,
    InvalidStake,
    UnknownValidator,
    Validator,
    active_validators,
    effective_balance,
    total_stake,
)

ETHER = 10**9


def test_the_main_network_counts_by_the_numbers_of_its_specification():
    assert MAINNET.slots_per_epoch == 32
    assert MAINNET.seconds_per_slot == 12
    assert MAINNET.shuffle_rounds == 90
    assert MAINNET.committee_size == 128
    assert MAINNET.proposer_boost == 40
    assert MAINNET.inactivity_quotient == 2**24
    assert MAINNET.score_bias == 4
    assert MAINNET.epochs_to_leak == 4


def test_an_epoch_of_the_main_network_takes_six_minutes_and_twenty_four_seconds():
    assert MAINNET.days(225) == 1
    assert MAINNET.epoch_of(31) == 0
    assert MAINNET.epoch_of(32) == 1
    assert MAINNET.first_slot(2) == 64


@pytest.mark.parametrize(
    ("balance", "before", "after"),
    [
        # Cases of the specification's own tests, in ether: the balance, what counted.
        (32, 32, 32), (32, 31, 31), (33.25, 32, 32), (31.75, 32, 32),
        (31.749999999, 32, 31), (15.75, 16, 16), (15.749999999, 16, 15),
        (32.25, 31, 31), (32.250000001, 31, 32), (40, 31, 32), (0, 32, 0),
    ],
)  # fmt: skip
def test_an_effective_balance_follows_late(balance, before, after):
    moved = round(balance * ETHER)
    assert effective_balance(moved, before * ETHER) == after * ETHER


@given(st.integers(0, 64 * ETHER), st.integers(0, 32))
def test_an_effective_balance_is_whole_and_never_above_the_most(balance, before):
    now = effective_balance(balance, before * ETHER)
    assert now % ETHER == 0
    assert 0 <= now <= 32 * ETHER
    if now != before * ETHER:
        assert now <= balance


def test_a_validator_is_active_from_its_activation_to_its_exit():
    validator = Validator(32 * ETHER, activation_epoch=3, exit_epoch=5)
    assert [e for e in range(8) if validator.is_active(e)] == [3, 4]
    assert active_validators([validator, Validator(1)], 2) == (1,)


def test_a_slashed_validator_pays_until_its_stake_is_paid_out():
    gone = Validator(32 * ETHER, exit_epoch=5, withdrawable_epoch=9)
    slashed = Validator(32 * ETHER, True, exit_epoch=5, withdrawable_epoch=9)
    assert [e for e in range(12) if gone.is_eligible(e)] == list(range(6))
    assert [e for e in range(12) if slashed.is_eligible(e)] == list(range(9))


def test_stake_together_is_at_least_one_increment():
    validators = [Validator(32 * ETHER), Validator(5 * ETHER)]
    assert total_stake(validators, [0, 1]) == 37 * ETHER
    assert total_stake(validators, []) == ETHER


def test_nobody_stakes_less_than_nothing():
    with pytest.raises(InvalidStake, match="stake of -1 gwei") as caught:
        Validator(-1)
    assert caught.value.rule == "stake"


def test_a_validator_that_is_not_there_has_no_stake():
    with pytest.raises(UnknownValidator, match="validator 2 is unknown, there are 2"):
        total_stake([Validator(1), Validator(1)], [2], SMALL)
