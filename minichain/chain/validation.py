"""Validation asks of a block every rule there is, in an order that is part of it.

Each rule gives a `Check`, so that a block can be explained as well as refused: who
refuses it stops at the first that fails, who explains it reads on.

References
----------
.. [1] Ethereum Yellow Paper, section 12.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from minichain.chain.block_rules import (
    BLOCK_RULES,
    NO_PARENT,
    Arrival,
    NotAsked,
    WrongGasUsed,
    WrongReceiptsRoot,
    WrongStateRoot,
)
from minichain.chain.execution import apply_transaction, make_environment
from minichain.chain.transaction_rules import TRANSACTION_RULES
from minichain.errors import InvalidBlock, ProtocolError
from minichain.ledger.receipt import Receipt, compute_receipts_root
from minichain.ledger.state import State
from minichain.ledger.transaction import Transaction
from minichain.units import Gas

NEEDS_SENDER = ("sender", "nonce", "balance")
"""Rules of a transaction that mean nothing when nobody signed it."""


@dataclass(frozen=True, slots=True)
class Check:
    """One rule, asked of one part of a block.

    Attributes
    ----------
    rule : str
        The rule's name.
    part : str
        What was asked: "block", "header", "commitment", "transaction 0", and so on.
    passed : bool or None
        Whether the rule is kept; None if it could not be asked.
    detail : str
        What was found, with the numbers.
    error : ProtocolError or None
        The error, if the rule is broken.
    """

    rule: str
    part: str
    passed: bool | None
    detail: str
    error: ProtocolError | None = None

    def __str__(self) -> str:
        verdict = {True: "pass", False: "FAIL", None: "skip"}[self.passed]
        return f"{verdict} {self.rule:<15} {self.part:<14} {self.detail}"


class BrokenRule(InvalidBlock):
    """A block, a part of which breaks a rule of its own.

    Its ``rule`` is that of the error it stands for.

    Attributes
    ----------
    check : Check
        What was asked, of which part, and the part's error.
    """

    def __init__(self, check: Check) -> None:
        assert check.error is not None, "a rule that is kept is no error"
        super().__init__(f"{check.part}: {check.detail}")
        self.check = check
        # The class names one rule for its instances; here each has its own.
        object.__setattr__(self, "rule", check.error.rule)


def raise_first(checks: Iterator[Check]) -> None:
    """Ask rules until one is broken.

    Raises
    ------
    InvalidBlock
        The first broken rule: the error itself, or a `BrokenRule` in its place where
        it is that of a header or a transaction.
    """
    for check in checks:
        if isinstance(check.error, InvalidBlock):
            raise check.error
        if check.error is not None:
            raise BrokenRule(check) from check.error


class Examination:
    """A block under every rule of its chain, one after the other.

    Parameters
    ----------
    arrival : Arrival
        The block, and what the chain knows.
    state : State
        The state its parent left. It is changed as the block says; a transaction
        that breaks a rule changes nothing.

    Attributes
    ----------
    receipts : list of Receipt
        Of the transactions executed so far.
    """

    def __init__(self, arrival: Arrival, state: State) -> None:
        self.receipts: list[Receipt] = []
        self._arrival = arrival
        self._state = state
        block, headers, config = arrival.block, arrival.headers, arrival.config
        self._environment = make_environment(block, headers, config)

    def checks(self) -> Iterator[Check]:
        """Yield one check for each rule, in order, and read on behind those broken."""
        for rule, (part, ask) in BLOCK_RULES.items():
            yield _answer(rule, part, ask, self._arrival)
        for index, transaction in enumerate(self._arrival.block.transactions):
            yield from self._execute(f"transaction {index}", transaction)
        outcomes = {
            "gas-used": self._check_gas_used,
            "receipts-root": self._check_receipts_root,
            "state-root": self._check_state_root,
        }
        for rule, check in outcomes.items():
            if self._arrival.ancestor is None:
                yield Check(rule, "commitment", None, NO_PARENT)
            else:
                yield _answer(rule, "commitment", check)

    def _execute(self, part: str, transaction: Transaction) -> Iterator[Check]:
        broken: set[str] = set()
        for rule, ask in TRANSACTION_RULES.items():
            if self._arrival.ancestor is None and rule != "signature":
                yield Check(rule, part, None, NO_PARENT)
                continue
            if "signature" in broken and rule in NEEDS_SENDER:
                yield Check(rule, part, None, "nobody signed")
                continue
            left = Gas(self._environment.gas_limit - self._gas_used)
            asked = (self._state, transaction, self._environment, left)
            check = _answer(rule, part, ask, *asked)
            if check.error is not None:
                broken.add(rule)
            yield check
        if not broken and self._arrival.ancestor is not None:
            done = (self._state, transaction, self._environment, self._gas_used)
            self.receipts.append(apply_transaction(*done))

    @property
    def _gas_used(self) -> Gas:
        return self.receipts[-1].cumulative_gas_used if self.receipts else Gas(0)

    def _check_gas_used(self) -> str:
        found = self._arrival.block.commitment.gas_used
        if found != self._gas_used:
            raise WrongGasUsed(found, self._gas_used)
        return f"gas used {found}"

    def _check_receipts_root(self) -> str:
        found = self._arrival.block.commitment.receipts_root
        required = compute_receipts_root(self.receipts)
        if found != required:
            raise WrongReceiptsRoot(found, required)
        return f"receipts root {found.hex()}"

    def _check_state_root(self) -> str:
        commitment = self._arrival.block.commitment
        self._state.add_balance(commitment.beneficiary, self._arrival.config.reward)
        if commitment.state_root != self._state.root:
            raise WrongStateRoot(commitment.state_root, self._state.root)
        return f"state root {commitment.state_root.hex()}"


def _answer(rule: str, part: str, ask: Callable[..., str], *asked: object) -> Check:
    try:
        return Check(rule, part, True, ask(*asked))
    except NotAsked as reason:
        return Check(rule, part, None, str(reason))
    except ProtocolError as error:
        return Check(rule, part, False, str(error), error)
