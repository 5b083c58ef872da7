"""A simulation runs a call on a state that it leaves as it was.

It asks what would happen: nobody signs, nobody pays for gas, and nothing stays.
"""

from dataclasses import dataclass, replace

from minichain.errors import ProtocolError
from minichain.evm.execution import execute
from minichain.evm.message import (
    Environment,
    Message,
    Steps,
    compute_created_address,
)
from minichain.evm.transition import compute_refund
from minichain.ledger.gas import AccessList, compute_intrinsic_gas
from minichain.ledger.inclusion_errors import BalanceTooLow
from minichain.ledger.log import Log
from minichain.ledger.state import State
from minichain.units import Address, Gas, Wei

FREE = Wei(0)
"""What a call pays unless it says so."""


SIXTY_FOURTH = 64
"""Part of the gas left that a caller keeps from whom it calls."""


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
    gas_spent : Gas
        Gas that was gone at the end, before any was given back for cleared storage.
    logs : tuple of Log
        What contracts announced.
    error : str or None
        The halt's name: "revert", "out-of-gas" and so on.
    created : Address or None
        Where a new contract would be.
    """

    succeeded: bool
    output: bytes
    gas_used: Gas
    gas_spent: Gas
    logs: tuple[Log, ...] = ()
    error: str | None = None
    created: Address | None = None


class CallFailed(ProtocolError):
    """A call that fails, whatever gas it is given.

    Attributes
    ----------
    answer : Answer
        What it came to.
    """

    rule = "call"

    def __init__(self, answer: Answer) -> None:
        super().__init__(f"the call fails: {answer.error}")
        self.answer = answer


def simulate(
    state: State, call: Call, block: Environment, on_step: Steps | None = None
) -> Answer:
    """Return what a call would come to; the state is as it was.

    Parameters
    ----------
    state : State
        What the call would find.
    call : Call
        The call.
    block : Environment
        The block it would be in.
    on_step : callable, optional
        Sees the machine before each instruction.

    Raises
    ------
    BalanceTooLow
        The sender has not got the value.
    """
    account = state.account(call.sender)
    if account.balance < call.value:
        raise BalanceTooLow(account.balance, call.value)
    creates = call.to is None
    intrinsic = compute_intrinsic_gas(
        call.data, creates=creates, access_list=call.access_list
    )
    if intrinsic > call.gas:
        return Answer(False, b"", call.gas, call.gas, error="out-of-gas")
    message = Message(
        sender=call.sender,
        to=call.to,
        value=call.value,
        data=call.data,
        gas=Gas(call.gas - intrinsic),
        gas_price=call.gas_price,
        access_list=call.access_list,
        creates=compute_created_address(call.sender, account.nonce)
        if creates
        else None,
    )
    mark = state.mark()
    try:
        state.set_nonce(call.sender, account.nonce + 1)
        outcome = execute(message, state, block, on_step)
    finally:
        state.rollback(mark)
    spent = Gas(call.gas - outcome.gas_left)
    return Answer(
        succeeded=outcome.success,
        output=outcome.output,
        gas_used=Gas(spent - compute_refund(spent, outcome.refund)),
        gas_spent=spent,
        logs=outcome.logs,
        error=outcome.error or None,
        created=outcome.created,
    )


def estimate_gas(state: State, call: Call, block: Environment) -> Gas:
    """Return the least gas with which a call succeeds; the state is as it was.

    It can be more than the call uses. Gas for cleared storage is given back at the
    end only, and who calls another contract keeps a 64th part of what is left. It is
    never less than what the call spends with all its gas, even if it does less with
    less.

    Raises
    ------
    CallFailed
        It fails with all the gas that the call allows.
    BalanceTooLow
        The sender has not got the value.
    """
    answer = simulate(state, call, block)
    if not answer.succeeded:
        raise CallFailed(answer)
    # Most calls succeed with exactly what they spend.
    most: int = call.gas
    wanted = least = int(answer.gas_spent)
    while least < most:
        if simulate(state, replace(call, gas=Gas(wanted)), block).succeeded:
            most = wanted
        else:
            least = wanted + 1
        wanted = min((least + most) // 2, least + least // SIXTY_FOURTH)
    return Gas(most)
