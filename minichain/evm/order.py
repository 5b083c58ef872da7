"""An order is a transaction of any type whose sender is known.

References
----------
.. [1] Ethereum Yellow Paper, Shanghai version, section 4.2; EIP-1559, fees; EIP-4844,
   blobs.
"""

from dataclasses import dataclass

from minichain.evm.message import FREE
from minichain.ledger.gas import AccessList, compute_intrinsic_gas
from minichain.ledger.transaction import Transaction
from minichain.ledger.validity import check_offer
from minichain.units import Address, Gas, Hash32, Wei

BLOB_GAS = 2**17
"""Blob gas of one blob: its bytes."""


@dataclass(frozen=True, slots=True)
class Order:
    """A transaction without its signature, whoever sends it.

    Attributes
    ----------
    sender : Address
        Who signed it.
    nonce : int
        Transactions the sender has sent before.
    gas_limit : Gas
        Most gas that it may use.
    to : Address or None
        The receiver; None creates a contract.
    value : Wei
        What is paid.
    data : bytes
        The input, or the initialising code.
    max_fee_per_gas, max_priority_fee_per_gas : Wei
        Most wei for each unit of gas, and the tip within it.
    access_list : AccessList
        What it announces to touch.
    blob_hashes : tuple of Hash32 or None
        The blobs that it carries; None if its type has none.
    max_fee_per_blob_gas : Wei
        Most wei for each unit of blob gas.
    """

    sender: Address
    nonce: int
    gas_limit: Gas
    to: Address | None
    value: Wei = FREE
    data: bytes = b""
    max_fee_per_gas: Wei = FREE
    max_priority_fee_per_gas: Wei = FREE
    access_list: AccessList = ()
    blob_hashes: tuple[Hash32, ...] | None = None
    max_fee_per_blob_gas: Wei = FREE

    @classmethod
    def of(cls, transaction: Transaction) -> "Order":
        """Return what a signed transaction orders.

        Raises
        ------
        Unsigned, InvalidSignature
            Nobody signed it.
        """
        return cls(
            sender=transaction.sender,
            nonce=transaction.nonce,
            gas_limit=transaction.gas_limit,
            to=transaction.to,
            value=transaction.value,
            data=transaction.data,
            max_fee_per_gas=transaction.max_fee_per_gas,
            max_priority_fee_per_gas=transaction.max_priority_fee_per_gas,
            access_list=transaction.access_list,
        )

    @property
    def intrinsic_gas(self) -> Gas:
        """Gas spent before anything runs."""
        return compute_intrinsic_gas(
            self.data, creates=self.to is None, access_list=self.access_list
        )

    @property
    def blob_gas(self) -> Gas:
        """Blob gas of all its blobs."""
        return Gas(BLOB_GAS * len(self.blob_hashes or ()))

    @property
    def max_cost(self) -> Wei:
        """Most wei the sender can lose: the value and all gas at the highest price."""
        gas = self.gas_limit * self.max_fee_per_gas
        return Wei(self.value + gas + self.blob_gas * self.max_fee_per_blob_gas)

    def check(self) -> None:
        """Check that gas and fees fit each other.

        Raises
        ------
        InvalidField
            As `minichain.ledger.validity.check_offer` says.
        """
        check_offer(self)


AnyOrder = Order | Transaction
"""What the rules are asked of: an order, or the signed transaction that says it."""


def compute_gas_price(order: AnyOrder, base_fee: Wei) -> Wei:
    """Return wei paid for each unit of gas: the base fee, and the tip that is left."""
    tip = order.max_priority_fee_per_gas
    return Wei(min(base_fee + tip, order.max_fee_per_gas))
