"""A simulation runs a call on a state that it leaves as it was.

It asks what would happen: nobody signs, nobody pays, and nothing stays.
"""

from dataclasses import dataclass

from minichain.chain.transaction_rules import NoMachine
from minichain.ledger.gas import AccessList, compute_intrinsic_gas
from minichain.ledger.inclusion_errors import BalanceTooLow
from minichain.ledger.log import Log
from minichain.ledger.state import State
from minichain.units import Address, Gas, Wei

FREE = Wei(0)
"""What a call pays unless it says so."""


@dataclass(frozen=True, slots=True)
class Call:
    """A transaction that nobody has signed.

    Attributes
    ----------
    sender : Address
        Who would send it.
    to : Address or None
        The receiver; None creates a contract.
    value : Wei
        What would be paid.
    data : bytes
        The call, or the new contract's initialising code.
    gas : Gas
        Most gas it may use.
    gas_price : Wei
        What it would pay for each; nobody is asked for it.
    access_list : AccessList
        What it announces to touch.
    """

    sender: Address
    to: Address | None
    gas: Gas
    value: Wei = FREE
    data: bytes = b""
    gas_price: Wei = FREE
    access_list: AccessList = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What a call came to.

    Attributes
    ----------
    succeeded : bool
        Whether its effects would stay.
    output : bytes
        What was returned: data, a revert's reason, or a new contract's code.
    gas_used : Gas
        Gas that it would pay for.
    logs : tuple of Log
        What contracts announced.
    error : str or None
        The halt's name: "revert", "out-of-gas" and so on.
    """

    succeeded: bool
    output: bytes
    gas_used: Gas
    logs: tuple[Log, ...] = ()
    error: str | None = None


def simulate(state: State, call: Call) -> Answer:
    """Return what a call would come to; the state is as it was.

    Raises
    ------
    BalanceTooLow
        The sender has not got the value.
    NoMachine
        Code would run.
    """
    balance = state.account(call.sender).balance
    if balance < call.value:
        raise BalanceTooLow(balance, call.value)
    if call.to is None:
        raise NoMachine("the call creates a contract")
    if state.account(call.to).has_code:
        raise NoMachine(f"receiver 0x{call.to.hex()} is a contract")
    gas = compute_intrinsic_gas(call.data, creates=False, access_list=call.access_list)
    if gas > call.gas:
        return Answer(False, b"", call.gas, error="out-of-gas")
    return Answer(True, b"", gas)
