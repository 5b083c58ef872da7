"""A method is a function of a contract at an address: it encodes, calls and decodes."""

from functools import partial
from typing import TYPE_CHECKING, Any

from minichain.chain.simulation import Answer, Call, CallFailed, estimate_gas
from minichain.contracts.abi import Function, InvalidArguments
from minichain.contracts.explanation import explain_call
from minichain.contracts.failure import Failed
from minichain.crypto.keys import Key
from minichain.ledger.transaction import Transaction
from minichain.units import Address, Gas, Wei

if TYPE_CHECKING:
    from minichain.contracts.contract import Contract

NOBODY = Address(bytes(20))
"""Who asks where nobody is named."""


class Method:
    """A function of a contract at an address.

    Parameters
    ----------
    contract : Contract
        The contract.
    function : Function
        Its name and types.
    """

    def __init__(self, contract: "Contract", function: Function) -> None:
        self._contract, self.function = contract, function

    def __repr__(self) -> str:
        outputs = ", ".join(output.kind for output in self.function.outputs)
        answer = f" -> {outputs}" if outputs else ""
        return f"<{self.function.signature}{answer}, {self.function.mutability}>"

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        """Return what the function answers, or what a transaction to it came to.

        Parameters
        ----------
        *arguments
            What it takes.
        **options
            For a function that changes something ``sender``, a key, and if wanted
            ``value`` in wei, ``gas`` and ``tip``; for one that only reads ``sender``,
            an address or a key, and ``value``.

        Returns
        -------
        object or Result
            The answer of a function that only reads; else the transaction's result.

        Raises
        ------
        InvalidArguments
            They do not fit the function, or nobody sends.
        Reverted, Halted
            The contract refuses. Where ``gas`` is given the transaction is in a block
            all the same, and the error has its receipt.
        """
        if self.function.reads_only:
            return self.call(*arguments, **options)
        transaction = self.send(*arguments, **options)
        self._contract.chain.mine()
        return self._contract.find_result(transaction)

    def encode(self, *arguments: Any) -> bytes:
        """Return the data of a call: the selector and the arguments."""
        return self.function.encode(*arguments)

    def call(
        self,
        *arguments: Any,
        sender: Address | Key = NOBODY,
        value: int = 0,
        gas: int | None = None,
    ) -> Any:
        """Return what the function would answer in the next block; nothing changes.

        Raises
        ------
        InvalidArguments
            They do not fit the function.
        Reverted, Halted
            The contract refuses.
        """
        call = self._make_call(self.encode(*arguments), sender, value, gas)
        answer = self._contract.chain.simulate(call)
        if not answer.succeeded:
            raise self._explain(call, answer)
        return self.function.decode(answer.output)

    def estimate_gas(
        self, *arguments: Any, sender: Address | Key = NOBODY, value: int = 0
    ) -> Gas:
        """Return the least gas with which a transaction would succeed now."""
        chain = self._contract.chain
        call = self._make_call(self.encode(*arguments), sender, value)
        with chain.visit() as state:
            try:
                return estimate_gas(state, call, chain.environment())
            except CallFailed as failed:
                answer = failed.answer
        raise self._explain(call, answer)

    def sign(
        self, *arguments: Any, sender: Key | None = None, value: int = 0, **options: Any
    ) -> Transaction:
        """Return a transaction to the function, signed and not sent.

        Raises
        ------
        InvalidArguments
            They do not fit the function, or nobody signs.
        Reverted, Halted
            The contract refuses, and ``gas`` is not given.
        """
        if not isinstance(sender, Key):
            reason = "it changes the chain: a key must sign, sender=KEY"
            raise InvalidArguments(f"{self.function.signature}: {reason}")
        contract, data = self._contract, self.encode(*arguments)
        sign = partial(contract.chain.sign, sender, contract.address, value, data)
        try:
            return sign(**options)
        except CallFailed as failed:
            call, answer = self._make_call(data, sender, value), failed.answer
        raise self._explain(call, answer)

    def send(self, *arguments: Any, **options: Any) -> Transaction:
        """Sign a transaction, let it wait for a block, and return it."""
        return self._contract.chain.send(self.sign(*arguments, **options))

    def _make_call(
        self, data: bytes, sender: Address | Key, value: int, gas: int | None = None
    ) -> Call:
        contract = self._contract
        return Call(
            sender=sender.address if isinstance(sender, Key) else sender,
            to=contract.address,
            gas=Gas(contract.chain.config.gas_limit if gas is None else gas),
            value=Wei(value),
            data=data,
        )

    def _explain(self, call: Call, answer: Answer) -> Failed:
        contract, name = self._contract, self.function.name
        return explain_call(contract.chain, contract.artifact, name, call, answer)
