"""A mempool holds the transactions that wait for a block.

It belongs to a node, not to the chain: two nodes may hold different ones. It takes
what could be paid for now and keeps, for each sender, one transaction a nonce: as many
as the sender could pay for together, and no more than `MAX_QUEUE`.
"""

from collections.abc import Iterator
from heapq import heappop, heappush

from minichain.chain.transaction_rules import TRANSACTION_RULES
from minichain.errors import InvalidTransaction
from minichain.evm.message import Environment
from minichain.evm.order import compute_gas_price
from minichain.ledger.inclusion_errors import BalanceTooLow, WrongNonce
from minichain.ledger.state import State
from minichain.ledger.transaction import Transaction
from minichain.units import Address, Gas, Wei

MAX_PENDING = 16_384
"""Transactions that wait at most, unless a mempool is made for fewer."""

MAX_QUEUE = 1_024
"""Transactions of one sender that wait at most."""

PRICE_BUMP = 10
"""Percent by which the fees of a replacement must be above those of the replaced."""


class AlreadyPending(InvalidTransaction):
    """A transaction that waits already."""

    rule = "pending"

    def __init__(self, transaction: Transaction) -> None:
        super().__init__(f"transaction {transaction.hash.hex()} waits already")


class ReplacementUnderpriced(InvalidTransaction):
    """A second transaction of the same nonce that hardly pays more.

    Attributes
    ----------
    found, required : int
        The fee that is too low, and the least it must be, in wei for each gas.
    """

    rule = "replacement"

    def __init__(self, found: int, required: int) -> None:
        super().__init__(f"replacement pays {found} wei a gas, required {required} wei")
        self.found, self.required = found, required


class QueueFull(InvalidTransaction):
    """A transaction of a sender who has as many waiting as one may have."""

    rule = "queue"

    def __init__(self) -> None:
        super().__init__(f"{MAX_QUEUE} transactions of the sender wait, the most")


class MempoolFull(InvalidTransaction):
    """A transaction for which there is no room, and that pays no more than others.

    Attributes
    ----------
    capacity : int
        Transactions that wait at most.
    """

    rule = "mempool"

    def __init__(self, capacity: int) -> None:
        super().__init__(f"{capacity} transactions wait, which is the most")
        self.capacity = capacity


def check_not_used(
    state: State, transaction: Transaction, block: Environment, gas_left: Gas
) -> str:
    """Check that the nonce is not used already; it may be ahead of its turn."""
    required = state.account(transaction.sender).nonce
    if transaction.nonce < required:
        raise WrongNonce(transaction.nonce, required)
    return f"nonce {transaction.nonce} is not used, next is {required}"


RULES = {
    name: check_not_used if name == "nonce" else rule
    for name, rule in TRANSACTION_RULES.items()
    if name != "base-fee"
}
"""What is asked of a transaction that is to wait: what no later block can mend."""


class Mempool:
    """Transactions that wait, by sender and nonce.

    Parameters
    ----------
    capacity : int
        Transactions that wait at most.
    """

    def __init__(self, capacity: int = MAX_PENDING) -> None:
        self.capacity = capacity
        self._waiting: dict[Address, dict[int, Transaction]] = {}

    def __len__(self) -> int:
        return sum(map(len, self._waiting.values()))

    def __iter__(self) -> Iterator[Transaction]:
        """Yield what waits: sender by sender, each in the order of nonces."""
        for queue in self._waiting.values():
            for nonce in sorted(queue):
                yield queue[nonce]

    def add(self, transaction: Transaction, state: State, block: Environment) -> None:
        """Let a transaction wait, in the place of one with its nonce if it pays more.

        Parameters
        ----------
        transaction : Transaction
            Signed. Its nonce may be ahead of its turn; its fee may be too low now.
        state : State
            The state at the head; it is not changed.
        block : Environment
            The block that comes next.

        Raises
        ------
        InvalidTransaction, InvalidSignature
            No next block could include it, or there is no room for it.
        """
        for ask in RULES.values():
            ask(state, transaction, block, block.gas_limit)
        queue = self._waiting.get(transaction.sender, {})
        replaced = queue.get(transaction.nonce)
        if replaced is not None:
            _check_replacement(transaction, replaced)
        elif len(queue) >= MAX_QUEUE:
            raise QueueFull
        _check_funds(transaction, queue, state)
        if replaced is None and len(self) >= self.capacity:
            self._evict_for(transaction, state)
        queue[transaction.nonce] = transaction
        self._waiting[transaction.sender] = queue

    def copy(self) -> "Mempool":
        """Return a mempool in which the same transactions wait."""
        twin = Mempool(self.capacity)
        twin._waiting = {sender: dict(q) for sender, q in self._waiting.items()}
        return twin

    def get(self, transaction_hash: bytes) -> Transaction | None:
        """Return the waiting transaction that has a hash, or None."""
        return next((t for t in self if t.hash == transaction_hash), None)

    def _evict_for(self, newcomer: Transaction, state: State) -> None:
        """Drop the cheapest transaction that no other waits for.

        Those go first that wait for one that is not there: they cost their sender
        nothing, whatever they promise.
        """

        def rank(transaction: Transaction, missing: bool) -> tuple[bool, Wei]:
            return not missing, transaction.max_fee_per_gas

        ends = {
            sender: rank(queue[max(queue)], _lacks_one(sender, queue, state))
            for sender, queue in self._waiting.items()
            if sender != newcomer.sender
        }
        is_next = newcomer.nonce == self.get_next_nonce(newcomer.sender, state)
        cheapest = min(ends, key=lambda sender: ends[sender], default=None)
        if cheapest is None or rank(newcomer, not is_next) <= ends[cheapest]:
            raise MempoolFull(self.capacity)
        self._drop(cheapest, [max(self._waiting[cheapest])])

    def _drop(self, sender: Address, nonces: list[int]) -> None:
        queue = self._waiting[sender]
        for nonce in nonces:
            del queue[nonce]
        if not queue:
            del self._waiting[sender]

    def get_next_nonce(self, sender: Address, state: State) -> int:
        """Return the first nonce of ``sender`` that is neither used nor waiting."""
        nonce = state.account(sender).nonce
        queue = self._waiting.get(sender, {})
        while nonce in queue:
            nonce += 1
        return nonce

    def select(self, base_fee: Wei) -> Iterator[Transaction]:
        """Yield what waits, the highest tip first, each sender's in order of nonces.

        Equal tips come in the order in which their senders came.
        """
        queues = [
            iter([queue[nonce] for nonce in sorted(queue)])
            for queue in self._waiting.values()
        ]
        heap: list[tuple[int, int, Transaction]] = []

        def push(sender: int) -> None:
            transaction = next(queues[sender], None)
            if transaction is not None:
                price = compute_gas_price(transaction, base_fee)
                heappush(heap, (-price, sender, transaction))

        for sender in range(len(queues)):
            push(sender)
        while heap:
            _, sender, transaction = heappop(heap)
            yield transaction
            push(sender)

    def forget_impossible(self, state: State) -> None:
        """Drop nonces that are used, and what costs more than its sender has now."""
        for sender in list(self._waiting):
            account, queue = state.account(sender), self._waiting[sender]
            self._drop(
                sender,
                [
                    nonce
                    for nonce, transaction in queue.items()
                    if nonce < account.nonce or transaction.max_cost > account.balance
                ],
            )


def _lacks_one(sender: Address, queue: dict[int, Transaction], state: State) -> bool:
    """Return whether some nonce before the queue's last is neither used nor there."""
    return max(queue) - state.account(sender).nonce >= len(queue)


def _check_funds(
    transaction: Transaction, queue: dict[int, Transaction], state: State
) -> None:
    """Check that the sender could pay for all that waits together."""
    others = (t.max_cost for nonce, t in queue.items() if nonce != transaction.nonce)
    required = transaction.max_cost + sum(others)
    balance = state.account(transaction.sender).balance
    if balance < required:
        raise BalanceTooLow(balance, required)


def _check_replacement(transaction: Transaction, replaced: Transaction) -> None:
    if transaction.hash == replaced.hash:
        raise AlreadyPending(transaction)
    for name in ("max_fee_per_gas", "max_priority_fee_per_gas"):
        found, before = getattr(transaction, name), getattr(replaced, name)
        required = max(before + 1, -(-before * (100 + PRICE_BUMP) // 100))
        if found < required:
            raise ReplacementUnderpriced(found, required)
