"""Parallel execution runs transactions at the same time that cannot disturb each other.

Each transaction declares beforehand which accounts it reads and which it writes. Two
conflict if one writes what the other reads or writes; they keep their order. All
others run side by side. The result is that of running all in turn.

What it gives up: a transaction must know its accounts before it runs, everyone pays for
those it only might touch, and where all want the same account nothing is gained.

References
----------
.. [1] Yakovenko, "Sealevel: parallel processing thousands of smart contracts", 2019.
"""

from collections.abc import Callable, Iterator, MutableMapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

from minichain.errors import InvalidTransaction

Account = str
"""Name of an account."""


class UndeclaredAccess(InvalidTransaction):
    """A transaction that reads or writes an account it has not declared.

    Attributes
    ----------
    account : str
        The account.
    """

    rule = "declared-accounts"

    def __init__(self, account: Account, wanted: str) -> None:
        super().__init__(f"account {account!r} is not declared as {wanted}")
        self.account = account


@dataclass(frozen=True)
class Transaction:
    """Work on declared accounts.

    Attributes
    ----------
    name : str
        What to call it.
    writes : frozenset of str
        Accounts that it reads and may change.
    run : callable
        The work: gets the accounts it declared, and nothing else.
    reads : frozenset of str
        Accounts that it only reads.
    cost : int
        How long it takes, in any unit.
    """

    name: str
    writes: frozenset[Account]
    run: Callable[["Declared"], None]
    reads: frozenset[Account] = frozenset()
    cost: int = 1

    def conflicts_with(self, other: "Transaction") -> bool:
        """Return whether one of the two writes what the other touches."""
        return bool(
            self.writes & (other.writes | other.reads) or self.reads & other.writes
        )


class Declared(MutableMapping[Account, int]):
    """The accounts of a state that one transaction declared, and no others.

    Parameters
    ----------
    state : mapping from str to int
        All balances.
    transaction : Transaction
        Who asks.
    """

    def __init__(
        self, state: MutableMapping[Account, int], transaction: Transaction
    ) -> None:
        self._state = state
        self._writes = transaction.writes
        self._reads = transaction.reads | transaction.writes

    def __getitem__(self, account: Account) -> int:
        """Return a balance, 0 where there is none yet.

        Raises
        ------
        UndeclaredAccess
            The account is not declared.
        """
        if account not in self._reads:
            raise UndeclaredAccess(account, "read")
        return self._state.get(account, 0)

    def __setitem__(self, account: Account, balance: int) -> None:
        """Change a balance.

        Raises
        ------
        UndeclaredAccess
            The account is not declared as written.
        """
        if account not in self._writes:
            raise UndeclaredAccess(account, "written")
        self._state[account] = balance

    def __delitem__(self, account: Account) -> None:
        """Set a balance back to nothing."""
        self[account] = 0

    def __iter__(self) -> Iterator[Account]:
        """Go through the declared accounts by name."""
        return iter(sorted(self._reads))

    def __len__(self) -> int:
        """Return how many accounts are declared."""
        return len(self._reads)


def transfer(sender: Account, to: Account, amount: int, cost: int = 1) -> Transaction:
    """Return a payment: nothing happens if the sender has too little."""

    def run(accounts: Declared) -> None:
        if accounts[sender] >= amount:
            accounts[sender] -= amount
            accounts[to] += amount

    return Transaction(
        f"{sender} pays {to} {amount}", frozenset({sender, to}), run, cost=cost
    )


def schedule(transactions: Sequence[Transaction]) -> list[list[int]]:
    """Return the rounds in which transactions run, each round side by side.

    Each goes into the first round after all those before it that it conflicts with.

    Returns
    -------
    list of list of int
        Places of the transactions, by round.

    Examples
    --------
    >>> pay = transfer
    >>> schedule([pay("a", "b", 1), pay("c", "d", 1), pay("b", "c", 1)])
    [[0, 1], [2]]
    """
    rounds: list[list[int]] = []
    written: dict[Account, int] = {}
    touched: dict[Account, int] = {}
    for place, transaction in enumerate(transactions):
        after = [written.get(account, -1) for account in transaction.reads]
        after += [touched.get(account, -1) for account in transaction.writes]
        mine = max(after, default=-1) + 1
        if mine == len(rounds):
            rounds.append([])
        rounds[mine].append(place)
        for account in transaction.writes:
            written[account] = mine
        for account in transaction.reads | transaction.writes:
            touched[account] = max(mine, touched.get(account, -1))
    return rounds


def run_serial(
    state: MutableMapping[Account, int], transactions: Sequence[Transaction]
) -> None:
    """Run all in turn.

    Raises
    ------
    UndeclaredAccess
        A transaction touches an account it has not declared.
    """
    for transaction in transactions:
        transaction.run(Declared(state, transaction))


def run_parallel(
    state: MutableMapping[Account, int],
    transactions: Sequence[Transaction],
    executor: Executor | None = None,
    on_step: Callable[[list[int]], object] | None = None,
) -> list[list[int]]:
    """Run each round side by side, and return the rounds.

    Parameters
    ----------
    state : mapping from str to int
        All balances; changed.
    transactions : sequence of Transaction
        In the order that counts.
    executor : Executor, optional
        Runs a round's transactions on threads. Without one they run one after the
        other, last first: their order within a round does not count.
    on_step : callable, optional
        Called with the places of every round that is done.

    Raises
    ------
    UndeclaredAccess
        A transaction touches an account it has not declared.
    """
    rounds = schedule(transactions)
    for places in rounds:
        jobs = [transactions[place] for place in reversed(places)]
        if executor is None:
            run_serial(state, jobs)
        else:
            list(executor.map(lambda job: job.run(Declared(state, job)), jobs))
        if on_step:
            on_step(places)
    return rounds
