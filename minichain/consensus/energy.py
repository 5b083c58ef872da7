"""Energy is what keeping a chain burns; it is estimated, as a product of assumptions.

Nobody can read it from the chain. From below, it is hashes times what a machine needs
for one. From above, it is what the miners' income can pay for. Proof of stake has no
hashes to count: machines times what each draws.

References
----------
.. [1] Cambridge Centre for Alternative Finance, "Cambridge Digital Mining Industry
   Report", 2025: 138 TWh a year for Bitcoin.
.. [2] Crypto Carbon Ratings Institute, "The Merge", 2022: 0.0026 TWh a year for
   Ethereum by stake, and 23 TWh before.
"""

HOURS_PER_YEAR = 365 * 24
"""Hours in a year of 365 days."""

SECONDS_PER_BLOCK = 600
"""Seconds between two of Bitcoin's blocks, on average."""

BLOCKS_PER_YEAR = HOURS_PER_YEAR * 3600 // SECONDS_PER_BLOCK
"""Bitcoin's blocks in a year."""

TERA = 10**12
"""Watt-hours in a terawatt-hour, hashes in a terahash."""

KILOWATT_HOURS = 10**9
"""Kilowatt-hours in a terawatt-hour."""


class InvalidAssumption(ValueError):
    """A number that nothing in an estimate can have."""


def from_hashes(
    hashes_per_block: float = 5e23,
    joules_per_terahash: float = 25,
    overhead: float = 1.1,
) -> float:
    """Return the energy of all hashes, in terawatt-hours a year.

    Parameters
    ----------
    hashes_per_block : float
        Hashes that a block takes on average: the targets say it.
    joules_per_terahash : float
        What the machines need for 10**12 hashes: data sheets say it.
    overhead : float
        Cooling and losses: all power over that of the machines.

    Raises
    ------
    InvalidAssumption
        One of them is negative.

    Examples
    --------
    >>> round(from_hashes())
    201
    """
    _check(hashes_per_block, joules_per_terahash, overhead)
    watts = hashes_per_block / SECONDS_PER_BLOCK / TERA * joules_per_terahash * overhead
    return watts * HOURS_PER_YEAR / TERA


def from_income(
    coin_price: float,
    coins_per_block: float = 3.15,
    power_price: float = 0.05,
    part: float = 0.7,
) -> float:
    """Return the energy that miners can pay for, in terawatt-hours a year.

    Parameters
    ----------
    coin_price : float
        Dollars a coin.
    coins_per_block : float
        New coins and fees.
    power_price : float
        Dollars a kilowatt-hour.
    part : float
        Part of the income that goes to electricity.

    Raises
    ------
    InvalidAssumption
        One of them is negative, or power costs nothing.

    Examples
    --------
    >>> round(from_income(60_000))
    139
    """
    _check(coin_price, coins_per_block, power_price, part)
    if power_price == 0:
        raise InvalidAssumption("power at 0 dollars: any income pays for all of it")
    income = coin_price * coins_per_block * BLOCKS_PER_YEAR
    return income * part / power_price / KILOWATT_HOURS


def from_machines(machines: float = 10_000, watts: float = 60) -> float:
    """Return the energy of machines that run all year, in terawatt-hours a year.

    Parameters
    ----------
    machines : float
        How many; one may keep the keys of many validators.
    watts : float
        What each draws.

    Raises
    ------
    InvalidAssumption
        One of them is negative.

    Examples
    --------
    >>> round(from_machines(), 4)
    0.0053
    """
    _check(machines, watts)
    return machines * watts * HOURS_PER_YEAR / TERA


def hashes_that_pay(
    energy: float, joules_per_terahash: float = 25, overhead: float = 1.1
) -> float:
    """Return the hashes of a block that need just so much energy.

    Miners add machines as long as the income pays for more of them, and switch them
    off when it does not: there the number of hashes comes to rest.

    Parameters
    ----------
    energy : float
        Terawatt-hours a year, as `from_income` says.
    joules_per_terahash, overhead : float
        As in `from_hashes`.

    Raises
    ------
    InvalidAssumption
        The energy is negative, or a hash needs none.

    Examples
    --------
    >>> f"{hashes_that_pay(from_hashes(3e23)):.0e}"
    '3e+23'
    """
    _check(energy, joules_per_terahash, overhead)
    if joules_per_terahash * overhead == 0:
        raise InvalidAssumption("a hash that needs no energy: no income is too small")
    watts = energy * TERA / HOURS_PER_YEAR
    return watts / overhead / joules_per_terahash * TERA * SECONDS_PER_BLOCK


def _check(*numbers: float) -> None:
    for number in numbers:
        # Written so that what is no number is refused as well.
        if not number >= 0:
            raise InvalidAssumption(f"{number} in an estimate, required 0 or more")
