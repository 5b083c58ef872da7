"""An estimate is a measured number together with how far off it may be.

References
----------
.. [1] Wilson, "Probable inference, the law of succession, and statistical inference",
   Journal of the American Statistical Association 22, 1927.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist, fmean, stdev

CONFIDENCE = 0.95
"""How often a band holds the true value when nothing else is said."""


class InvalidSample(ValueError):
    """Counts or values that no sample can have."""


class InvalidShare(ValueError):
    """A share of hash power that is not between 0 and 1."""


@dataclass(frozen=True)
class Estimate:
    """A measured value and the band that holds the true one, most of the time.

    Attributes
    ----------
    value : float
        What was measured.
    low, high : float
        The ends of the band.
    trials : int
        How many independent trials it rests on.
    """

    value: float
    low: float
    high: float
    trials: int

    def __contains__(self, true: float) -> bool:
        """Return whether the band holds ``true``."""
        return self.low <= true <= self.high

    def __str__(self) -> str:
        """Return the value with its band, to four significant digits."""
        return f"{self.value:.4g} [{self.low:.4g}, {self.high:.4g}]"


def proportion(successes: int, trials: int, confidence: float = CONFIDENCE) -> Estimate:
    """Return the rate of success with Wilson's band, which stays between 0 and 1.

    Parameters
    ----------
    successes, trials : int
        How many trials there were, all independent, and how many succeeded.
    confidence : float
        How often such a band holds the true rate, above 0 and below 1.

    Raises
    ------
    InvalidSample
        There is no trial, more successes than trials, or the confidence is no
        chance between 0 and 1.

    Examples
    --------
    >>> print(proportion(10, 100))
    0.1 [0.05523, 0.1744]
    """
    if not 0 <= successes <= trials or trials < 1:
        raise InvalidSample(f"{successes} successes in {trials} trials")
    z = _deviations(confidence)
    rate = successes / trials
    shrink = 1 + z * z / trials
    middle = (rate + z * z / (2 * trials)) / shrink
    half = z / shrink * sqrt(rate * (1 - rate) / trials + (z / (2 * trials)) ** 2)
    # Rounding may not push an end beyond what was measured.
    low, high = max(0.0, min(rate, middle - half)), min(1.0, max(rate, middle + half))
    return Estimate(rate, low, high, trials)


def mean(values: Sequence[float], confidence: float = CONFIDENCE) -> Estimate:
    """Return the mean of independent values with its normal band.

    Parameters
    ----------
    values : sequence of float
        At least two; a few dozen for the band to be honest.
    confidence : float
        How often such a band holds the true mean, above 0 and below 1.

    Raises
    ------
    InvalidSample
        There are fewer than two values, or the confidence is no chance between
        0 and 1.

    Examples
    --------
    >>> print(mean([1.0, 2.0, 3.0, 4.0]))
    2.5 [1.235, 3.765]
    """
    if len(values) < 2:
        raise InvalidSample(f"{len(values)} values, required 2 or more")
    half = _deviations(confidence) * stdev(values) / sqrt(len(values))
    middle = fmean(values)
    return Estimate(middle, middle - half, middle + half, len(values))


def _deviations(confidence: float) -> float:
    if not 0 < confidence < 1:
        raise InvalidSample(f"confidence {confidence} is not between 0 and 1")
    return NormalDist().inv_cdf((1 + confidence) / 2)
