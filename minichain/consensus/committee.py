"""A committee is the part of the validators whose turn it is to vote in a slot.

Every epoch deals all validators out anew, so that nobody can choose whom to vote
beside. The deal is a permutation that anyone can compute from a seed, for a single
place or for all at once.

References
----------
.. [1] Hoang, Morris, Rogaway, "An enciphering scheme based on a card shuffle", 2012:
   swap-or-not.
.. [2] Ethereum consensus specifications, phase 0: `compute_shuffled_index`,
   `compute_committee`; Electra: `compute_proposer_index`.
"""

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache
from math import comb
from typing import TypeVar

from minichain.consensus.stake import MAINNET, NoValidators, Rules, Validator
from minichain.crypto.hashing import sha256

Item = TypeVar("Item")

ATTESTER_DOMAIN = (1).to_bytes(4, "little")
"""Keeps the seed of the committees apart from the others."""

PROPOSER_DOMAIN = (0).to_bytes(4, "little")
"""Keeps the seed of the proposers apart from the others."""

BITS_PER_HASH = 256
"""Bits in a SHA-256 digest: it decides on as many swaps."""

LARGEST_DRAW = 2**16 - 1
"""Largest random value that a proposer's stake is held against."""


class InvalidDeal(ValueError):
    """A place outside the deck, or a captured share that is none."""


def shuffled_index(
    index: int, count: int, seed: bytes, rounds: int = MAINNET.shuffle_rounds
) -> int:
    """Return where the shuffle puts one of ``count`` places.

    Each round pairs every place with its mirror image about a random pivot, and tosses
    a coin for the pair: swap or not. The coin hangs on the larger place of the two, so
    that both see the same.

    Parameters
    ----------
    index, count : int
        The place, from 0 up to ``count`` without it.
    seed : bytes
        32 bytes that decide everything.
    rounds : int
        Rounds to run.

    Raises
    ------
    InvalidDeal
        The place is not one of ``count``.
    """
    if not 0 <= index < count:
        raise InvalidDeal(f"place {index} of {count}")
    for number in range(rounds):
        salted = seed + bytes([number])
        pivot = int.from_bytes(sha256(salted)[:8], "little") % count
        mirror = (pivot - index) % count
        place = max(index, mirror)
        source = sha256(salted + (place // BITS_PER_HASH).to_bytes(4, "little"))
        if source[place % BITS_PER_HASH // 8] >> (place % 8) & 1:
            index = mirror
    return index


def shuffle(
    items: Sequence[Item], seed: bytes, rounds: int = MAINNET.shuffle_rounds
) -> tuple[Item, ...]:
    """Return all items in shuffled order: first the one that place 0 is dealt.

    It is `shuffled_index` of every place, with each hash computed once.

    Examples
    --------
    >>> seed = bytes(32)
    >>> shuffle("abcd", seed) == tuple("abcd"[shuffled_index(i, 4, seed)]
    ...     for i in range(4))
    True
    """
    places = _permutation(len(items), bytes(seed), rounds)
    return tuple(items[place] for place in places)


def seed_of(epoch: int, mix: bytes, domain: bytes = ATTESTER_DOMAIN) -> bytes:
    """Return the seed of an epoch.

    Parameters
    ----------
    epoch : int
        The epoch to deal for.
    mix : bytes
        32 random bytes. In Ethereum every proposer mixes its own into them (RANDAO);
        here they stay what they are.
    domain : bytes
        What the seed is for.
    """
    return sha256(domain + epoch.to_bytes(8, "little") + mix)


def committee_count(active: int, rules: Rules = MAINNET) -> int:
    """Return how many committees each slot has, with so many active validators."""
    wanted = active // rules.slots_per_epoch // rules.committee_size
    return max(1, min(rules.committees_per_slot, wanted))


def committees(
    active: Sequence[int], slot: int, mix: bytes, rules: Rules = MAINNET
) -> tuple[tuple[int, ...], ...]:
    """Return the committees of a slot.

    Parameters
    ----------
    active : sequence of int
        Indices of the validators active in the slot's epoch.
    slot : int
        The slot.
    mix : bytes
        As in `seed_of`.
    rules : Rules
        The numbers of the protocol.

    Raises
    ------
    NoValidators
        Nobody is active.
    """
    if not active:
        raise NoValidators(f"no validator is active in slot {slot}")
    dealt = shuffle(active, seed_of(rules.epoch_of(slot), mix), rules.shuffle_rounds)
    each = committee_count(len(active), rules)
    hands = each * rules.slots_per_epoch
    first = slot % rules.slots_per_epoch * each
    return tuple(
        dealt[len(dealt) * hand // hands : len(dealt) * (hand + 1) // hands]
        for hand in range(first, first + each)
    )


def proposer(
    validators: Sequence[Validator],
    active: Sequence[int],
    slot: int,
    mix: bytes,
    rules: Rules = MAINNET,
) -> int:
    """Return who may make the block of a slot: drawn by effective balance.

    Candidates come in shuffled order; each is taken with the chance that its effective
    balance is of the most that counts.

    Raises
    ------
    NoValidators
        Nobody is active, or nobody has any stake.
    """
    if not any(validators[index].effective_balance for index in active):
        raise NoValidators(f"no validator with a stake is active in slot {slot}")
    seed = seed_of(rules.epoch_of(slot), mix, PROPOSER_DOMAIN)
    seed = sha256(seed + slot.to_bytes(8, "little"))
    dealt = shuffle(active, seed, rules.shuffle_rounds)
    turn = 0
    while True:
        candidate = dealt[turn % len(dealt)]
        bytes_of_turn = sha256(seed + (turn // 16).to_bytes(8, "little"))
        draw = int.from_bytes(bytes_of_turn[turn % 16 * 2 :][:2], "little")
        stake = validators[candidate].effective_balance
        if stake * LARGEST_DRAW >= rules.most_effective * draw:
            return candidate
        turn += 1


def capture_probability(
    share: Fraction | float, size: int = MAINNET.committee_size, needed: int = 0
) -> float:
    """Return the chance that an adversary gets two thirds of a committee.

    The committee is drawn from so many validators that each seat is the adversary's
    with the same chance: the binomial law.

    Parameters
    ----------
    share : Fraction or float
        The adversary's part of all validators, 0 to 1.
    size : int
        Seats, at least 1.
    needed : int
        Seats to get; 0 for two thirds, rounded up.

    Returns
    -------
    float
        Exact but for the last rounding.

    Raises
    ------
    InvalidDeal
        ``share`` is not between 0 and 1, or the committee has no seat.

    Examples
    --------
    >>> from fractions import Fraction
    >>> f"{capture_probability(Fraction(1, 3)):.3g}"
    '5.55e-15'
    """
    if not 0 <= share <= 1 or size < 1:
        raise InvalidDeal(f"share {share} of a committee of {size}")
    part = Fraction(share)
    seats = range(needed or -(-2 * size // 3), size + 1)
    return float(sum(comb(size, k) * part**k * (1 - part) ** (size - k) for k in seats))


@lru_cache(maxsize=256)
def _permutation(count: int, seed: bytes, rounds: int) -> tuple[int, ...]:
    places = list(range(count))
    # Swapping the contents undoes what following a place does, so rounds run backwards.
    for number in reversed(range(rounds)):
        salted = seed + bytes([number])
        pivot = int.from_bytes(sha256(salted)[:8], "little") % count if count else 0
        bits = b"".join(
            sha256(salted + block.to_bytes(4, "little"))
            for block in range(-(-count // BITS_PER_HASH))
        )
        for index in range(count):
            mirror = (pivot - index) % count
            if index < mirror and bits[mirror // 8] >> (mirror % 8) & 1:
                places[index], places[mirror] = places[mirror], places[index]
    return tuple(places)
