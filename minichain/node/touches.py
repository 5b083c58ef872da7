"""Touches are the accounts and slots that a call reads or writes.

References
----------
.. [1] EIP-2930, access lists; EIP-2929, what is warm from the beginning.
"""

from minichain.chain.simulation import Call
from minichain.evm.effects import to_address
from minichain.evm.message import Step, compute_created_address
from minichain.evm.precompiles import PRECOMPILES
from minichain.ledger.gas import AccessList
from minichain.node.moments import Moment
from minichain.units import Address, Hash32

SLOTS = {0x54, 0x55}
"""Instructions whose first word is a slot: SLOAD and SSTORE."""

ACCOUNTS = {0x31: 1, 0x3B: 1, 0x3C: 1, 0x3F: 1, 0xFF: 1} | dict.fromkeys(
    (0xF1, 0xF2, 0xF4, 0xFA), 2
)
"""Instructions that name an account, and the place of the word from the top."""


class Touches:
    """An observer of steps that notes what is touched: give it to ``on_step``.

    Parameters
    ----------
    call : Call
        What is run.
    moment : Moment
        Where.
    """

    def __init__(self, call: Call, moment: Moment) -> None:
        nonce = moment.state.account(call.sender).nonce
        to = call.to or compute_created_address(call.sender, nonce)
        beneficiary = moment.environment.beneficiary
        # Whoever lists these pays for what is warm anyway.
        self._warm = {call.sender, to, beneficiary, *PRECOMPILES}
        self._touched: dict[Address, set[int]] = {}

    def __call__(self, step: Step, /) -> None:
        """Note what one step touches."""
        place = ACCOUNTS.get(step.opcode)
        if place is not None and len(step.stack) >= place:
            named = to_address(step.stack[-place] % 2**160)
            if named not in self._warm:
                self._touched.setdefault(named, set())
        elif step.opcode in SLOTS and step.stack:
            self._touched.setdefault(step.address, set()).add(step.stack[-1])

    @property
    def access_list(self) -> AccessList:
        """What was touched, in order."""
        return tuple(
            (
                address,
                tuple(Hash32(slot.to_bytes(32, "big")) for slot in sorted(slots)),
            )
            for address, slots in sorted(self._touched.items())
        )
