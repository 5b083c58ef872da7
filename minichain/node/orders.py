"""An order is a transaction as JSON-RPC writes it before anyone has signed it.

What it leaves out, the node fills in.
"""

from dataclasses import dataclass
from typing import Any

from minichain.chain.simulation import Call
from minichain.ledger.gas import AccessList
from minichain.ledger.transaction import ACCESS_LIST, DYNAMIC_FEE, LEGACY, Transaction
from minichain.node.failures import InvalidParameters
from minichain.node.hexadecimal import (
    read_address,
    read_data,
    read_hash,
    read_list,
    read_object,
    read_quantity,
)
from minichain.units import Address, Gas, Wei

NOBODY = Address(bytes(20))
"""Who calls when nobody is named."""

NUMBERS = {
    "value": "value",
    "gas": "gas",
    "gasPrice": "gas_price",
    "maxFeePerGas": "max_fee",
    "maxPriorityFeePerGas": "tip",
    "nonce": "nonce",
    "type": "kind",
    "chainId": "chain_id",
}
"""Fields that are numbers, and what they are called here."""

OTHERS = {"from", "to", "data", "input", "accessList"}
"""All other fields."""


@dataclass(frozen=True, slots=True)
class Order:
    """What somebody wants sent; None where nothing was said.

    Attributes
    ----------
    sender : Address or None
        Who sends.
    to : Address or None
        The receiver; None creates a contract.
    data : bytes
        The call, or the new contract's initialising code.
    value, gas, gas_price, max_fee, tip, nonce, kind, chain_id : int or None
        As in a transaction.
    access_list : AccessList or None
        What it announces to touch.
    """

    sender: Address | None = None
    to: Address | None = None
    data: bytes = b""
    value: int | None = None
    gas: int | None = None
    gas_price: int | None = None
    max_fee: int | None = None
    tip: int | None = None
    nonce: int | None = None
    kind: int | None = None
    chain_id: int | None = None
    access_list: AccessList | None = None

    def to_call(self, limit: Gas) -> Call:
        """Return the order as a call, with at most the gas of a block."""
        price = self.gas_price if self.gas_price is not None else self.max_fee
        return Call(
            sender=self.sender or NOBODY,
            to=self.to,
            gas=Gas(limit if self.gas is None else min(self.gas, limit)),
            value=Wei(self.value or 0),
            data=self.data,
            gas_price=Wei(price or 0),
            access_list=self.access_list or (),
        )

    def to_transaction(
        self, *, nonce: int, gas: int, chain_id: int, base_fee: int, tip: int
    ) -> Transaction:
        """Return the order as an unsigned transaction, filled in with what is given.

        Raises
        ------
        InvalidParameters
            It names fees of two kinds, or another chain.
        """
        if self.chain_id not in (None, chain_id):
            raise InvalidParameters(f"chain {self.chain_id}, required {chain_id}")
        kind = self.kind
        if kind is None:
            announced = LEGACY if self.access_list is None else ACCESS_LIST
            kind = DYNAMIC_FEE if self.gas_price is None else announced
        if self.gas_price is not None and (self.max_fee, self.tip) != (None, None):
            raise InvalidParameters("gasPrice does not go with maxFeePerGas")
        max_fee, most_tip = self._choose_fees(kind, base_fee, tip)
        return Transaction(
            nonce=nonce if self.nonce is None else self.nonce,
            gas_limit=Gas(gas if self.gas is None else self.gas),
            to=self.to,
            value=Wei(self.value or 0),
            data=self.data,
            max_fee_per_gas=Wei(max_fee),
            max_priority_fee_per_gas=Wei(most_tip),
            chain_id=chain_id,
            access_list=self.access_list or (),
            kind=kind,
        )

    def _choose_fees(self, kind: int, base_fee: int, tip: int) -> tuple[int, int]:
        if kind != DYNAMIC_FEE:
            price = base_fee + tip if self.gas_price is None else self.gas_price
            return price, price
        if self.gas_price is not None:
            return self.gas_price, self.gas_price
        most_tip = tip if self.tip is None else self.tip
        # Twice the base fee stays payable while six full blocks raise it.
        max_fee = 2 * base_fee + most_tip if self.max_fee is None else self.max_fee
        return max_fee, most_tip if self.tip is not None else min(most_tip, max_fee)


def read_order(value: Any) -> Order:
    """Return an order from JSON; raises `InvalidParameters` where it is none."""
    given = {k: v for k, v in read_object(value).items() if v is not None}
    unknown = sorted(set(given) - OTHERS - set(NUMBERS))
    if unknown:
        raise InvalidParameters(f"transactions know no {unknown[0][:40]!r}")
    fields: dict[str, Any] = {
        name: read_quantity(given[key]) for key, name in NUMBERS.items() if key in given
    }
    for key, name in (("from", "sender"), ("to", "to")):
        if given.get(key, "0x") not in ("0x", ""):
            fields[name] = read_address(given[key])
    calls = {read_data(given[key]) for key in ("data", "input") if key in given}
    if len(calls) > 1:
        raise InvalidParameters("data and input are both there, and differ")
    fields["data"] = calls.pop() if calls else b""
    if "accessList" in given:
        fields["access_list"] = tuple(map(_read_access, read_list(given["accessList"])))
    return Order(**fields)


def _read_access(entry: Any) -> Any:
    fields = read_object(entry)
    slots = read_list(fields.get("storageKeys") or [])
    return read_address(fields.get("address")), tuple(map(read_hash, slots))
