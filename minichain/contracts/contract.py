"""A contract is code at an address, called by the names that its source gives.

Where a function only reads, its answer is computed here and now. Where it changes
something, a transaction is sent and a block is mined for it.
"""

from collections.abc import Iterator

from minichain.chain import Chain
from minichain.contracts.artifact import Artifact
from minichain.contracts.explanation import explain_receipt
from minichain.contracts.known import learn
from minichain.contracts.layout import compute_slot
from minichain.contracts.method import Method
from minichain.contracts.result import Announced, Result, read_events, read_result
from minichain.errors import ProtocolError
from minichain.ledger.log import may_contain
from minichain.ledger.transaction import Transaction
from minichain.units import Address


class NotMined(ProtocolError):
    """A transaction that waits still: the block had no room for it."""

    rule = "mined"

    def __init__(self, transaction: Transaction) -> None:
        super().__init__(f"transaction 0x{transaction.hash.hex()} is in no block")
        self.transaction = transaction


class UnknownFunction(AttributeError):
    """A name that the contract's source does not give to a function."""

    def __init__(self, contract: str, name: str, known: list[str]) -> None:
        super().__init__(f"{contract} has no {name!r}; it has {', '.join(known)}")


class Contract:
    """A contract on a chain.

    Parameters
    ----------
    chain : Chain
        The chain.
    artifact : Artifact
        What it was compiled from, or is to be called as.
    address : Address
        Where it is.
    creation : Transaction or None
        What created it, if that is known.

    Examples
    --------
    >>> chain = Chain.dev(seal="on-demand")
    >>> alice = chain.keys[0]
    >>> counter = chain.deploy("basics/counter", 41, sender=alice)
    >>> print(counter.increment(sender=alice).events[0]["count"], counter.count())
    42 42
    """

    def __init__(
        self,
        chain: Chain,
        artifact: Artifact,
        address: Address,
        creation: Transaction | None = None,
    ) -> None:
        self.chain, self.artifact, self.address = chain, artifact, address
        self.creation = creation
        learn(chain, artifact)

    def __repr__(self) -> str:
        return f"<{self.artifact.name} at 0x{self.address.hex()}>"

    def __getitem__(self, name: str) -> Method:
        """Return a function by its name or, where names are the same, its signature."""
        functions = self.artifact.functions
        if name not in functions:
            raise UnknownFunction(self.artifact.name, name, self._names)
        return Method(self, functions[name])

    def __getattr__(self, name: str) -> Method:
        if name.startswith("_"):
            raise AttributeError(name)
        return self[name]

    def __dir__(self) -> list[str]:
        """List the functions beside what every contract has."""
        return [*super().__dir__(), *self._names]

    @property
    def _names(self) -> list[str]:
        return [name for name in self.artifact.functions if "(" not in name]

    def at(self, address: Address) -> "Contract":
        """Return the contract at another address, called by the same names."""
        return Contract(self.chain, self.artifact, address)

    # Reading

    def storage(self, variable: str, *keys: int | bytes) -> int:
        """Return the word of a variable, or of a mapping's entry, from the storage.

        Raises
        ------
        LookupError
            The source has no such variable.
        """
        slots = self.artifact.slots
        if variable not in slots:
            raise LookupError(f"{self.artifact.name} keeps no {variable!r} in storage")
        with self.chain.visit() as state:
            return state.storage(self.address, compute_slot(slots[variable], *keys))

    def events(self, name: str = "", since: int = 0) -> Iterator[Announced]:
        """Yield what the contract has announced, from block ``since`` to the head.

        Parameters
        ----------
        name : str
            Only events of this name; all of them if it is empty.
        since : int
            The first block that is searched.
        """
        for block in self.chain.blocks[since:]:
            for receipt in self.chain.receipts(block.hash):
                if not may_contain(receipt.bloom, self.address):
                    continue
                own = [log for log in receipt.logs if log.address == self.address]
                with self.chain.visit(block.hash) as state:
                    found = list(read_events(self.chain, state, own))
                yield from (event for event in found if name in ("", event.name))

    def find_result(self, transaction: Transaction) -> Result:
        """Return what a transaction to the contract came to.

        Raises
        ------
        NotMined
            No block of the chain has it.
        Reverted, Halted
            It failed; the error has its receipt.
        """
        for block in reversed(self.chain.blocks):
            if transaction not in block.transactions:
                continue
            index = block.transactions.index(transaction)
            name = self._name_of(transaction)
            if not self.chain.receipts(block.hash)[index].succeeded:
                raise explain_receipt(self.chain, self.artifact, name, block, index)
            function = self.artifact.functions.get(name)
            decode = None if function is None else function.decode
            return read_result(self.chain, block.number, index, decode)
        raise NotMined(transaction)

    def _name_of(self, transaction: Transaction) -> str:
        if transaction.to is None:
            return "__init__"
        functions = self.artifact.functions.items()
        selector = transaction.data[:4]
        return next((n for n, f in functions if f.selector == selector), "__default__")
