"""What the avalanche shows of its counts, as data and in words."""

import math
from typing import Any

DIGEST_BITS = 256
"""Bits of a digest."""


def compute_binomial(trials: int, changed: int) -> float:
    """Return how many of ``trials`` fair digests change in ``changed`` bits."""
    chance: float = math.comb(DIGEST_BITS, changed) / 2**DIGEST_BITS
    return trials * chance


def show_letter(byte: int) -> str:
    """Return a byte as an ASCII letter, or as a dot where it is none."""
    return chr(byte) if 0x20 <= byte < 0x7F else "·"


def judge(guess: int | None, changed: int) -> str:
    """Return what to say of a guess, None for no guess."""
    fact = f"{changed} bits changed, {changed / DIGEST_BITS:.0%} of 256."
    if guess is None:
        return fact
    off = abs(guess - changed)
    return f"You said {guess}. {fact} " + (
        "A very good guess."
        if off <= 16
        else "A good hash leaves no trace of how "
        "small the change was: each bit flips like a coin."
    )


def draw_sample(tally: tuple[int, ...]) -> dict[str, Any]:
    """Return a tally's histogram with its mean, deviation and extremes."""
    done = sum(tally)
    seen = [changed for changed, count in enumerate(tally) if count]
    low, high = min([100, *seen]), max([156, *seen])
    mean = sum(c * n for c, n in enumerate(tally)) / done if done else 0.0
    square = sum((c - mean) ** 2 * n for c, n in enumerate(tally))
    return {
        "done": done,
        "mean": round(mean, 2),
        "deviation": round(math.sqrt(square / done), 2) if done else 0.0,
        "least": min(seen, default=0),
        "most": max(seen, default=0),
        "bins": [
            [changed, tally[changed], round(compute_binomial(done, changed), 3)]
            for changed in range(low, high + 1)
        ],
    }


def tell_sample(sample: dict[str, Any]) -> str:
    """Return a histogram's figures in words."""
    return (
        f"{sample['done']} single-bit flips changed {sample['mean']} bits on average, "
        f"with a standard deviation of {sample['deviation']}; coins would give 128 and "
        f"8. The fewest were {sample['least']}, the most {sample['most']}."
    )
