"""A transaction is a signed order of an account: pay, call a contract, or create one.

Three types are in use side by side. Type 0 names one gas price. Type 1 adds an access
list. Type 2 names the most it will pay and, within that, a tip. A plain payment is a
transaction with empty data.

References
----------
.. [1] Ethereum Yellow Paper, section 4.2 and appendix F. EIP-155, replay protection;
   EIP-2718 and 2930, typed transactions; EIP-1559, fees; EIP-2, low ``s``.
"""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import rlp

from minichain.crypto.hashing import keccak256
from minichain.crypto.keys import Key, recover
from minichain.crypto.signature import Signature
from minichain.ledger.gas import BASE_GAS, AccessList, compute_intrinsic_gas
from minichain.ledger.transaction_errors import Unsigned
from minichain.units import Address, Gas, Hash32, Wei

FREE = Wei(0)
"""The price that a transaction offers when it names none."""

LEGACY, ACCESS_LIST, DYNAMIC_FEE = 0, 1, 2
"""Transaction types."""

_TAIL = ("gas_limit", "to", "value", "data")

FIELDS = {
    LEGACY: ("nonce", "max_fee_per_gas", *_TAIL),
    ACCESS_LIST: ("chain_id", "nonce", "max_fee_per_gas", *_TAIL, "access_list"),
    DYNAMIC_FEE: (
        "chain_id",
        "nonce",
        "max_priority_fee_per_gas",
        "max_fee_per_gas",
        *_TAIL,
        "access_list",
    ),
}
"""The order in which each type encodes its fields; the signature follows them."""


@dataclass(frozen=True)
class Transaction:
    """An order, signed or not yet.

    Attributes
    ----------
    nonce : int
        Transactions the sender has sent before.
    gas_limit : Gas
        Most gas it may use.
    to : Address or None
        The receiver; None creates a contract.
    value : Wei
        What is paid.
    data : bytes
        The call, or the new contract's initialising code.
    max_fee_per_gas : Wei
        Most wei for each unit of gas; for types 0 and 1 the gas price.
    max_priority_fee_per_gas : Wei
        The part of it offered as a tip; for types 0 and 1 the gas price again.
    chain_id : int or None
        The chain it is for. None, in type 0 alone, means any chain.
    access_list : AccessList
        What it announces to touch, from type 1 on.
    kind : int
        The type: 0, 1 or 2.
    signature : Signature or None
        The sender's.
    """

    nonce: int
    gas_limit: Gas
    to: Address | None
    value: Wei = FREE
    data: bytes = b""
    max_fee_per_gas: Wei = FREE
    max_priority_fee_per_gas: Wei = FREE
    chain_id: int | None = 1
    access_list: AccessList = ()
    kind: int = DYNAMIC_FEE
    signature: Signature | None = None

    @classmethod
    def transfer(
        cls,
        to: Address,
        value: int,
        nonce: int,
        chain_id: int = 1,
        max_fee_per_gas: int = 0,
        max_priority_fee_per_gas: int = 0,
    ) -> "Transaction":
        """Return an unsigned payment of ``value`` wei: type 2 with empty data."""
        return cls(
            nonce=nonce,
            gas_limit=BASE_GAS,
            to=to,
            value=Wei(value),
            max_fee_per_gas=Wei(max_fee_per_gas),
            max_priority_fee_per_gas=Wei(max_priority_fee_per_gas),
            chain_id=chain_id,
        )

    def sign(self, key: Key) -> "Transaction":
        """Return the transaction signed by ``key``.

        Raises
        ------
        InvalidField
            A field is outside its range.
        """
        self.check()
        return replace(self, signature=key.sign(self.signing_hash))

    @cached_property
    def signing_hash(self) -> Hash32:
        """What the sender signs: Keccak-256 of all fields but the signature."""
        if self.kind != LEGACY:
            return keccak256(bytes([self.kind]) + rlp.encode(self._fields()))
        # EIP-155: the chain is signed too, so no other chain accepts the signature.
        tail = [] if self.chain_id is None else [self.chain_id, 0, 0]
        return keccak256(rlp.encode(self._fields() + tail))

    @cached_property
    def sender(self) -> Address:
        """The account that signed, recovered from the signature.

        Raises
        ------
        Unsigned
            There is no signature.
        InvalidSignature
            No key made it, or it is malleated.
        """
        if self.signature is None:
            raise Unsigned("the transaction is not signed")
        return recover(self.signing_hash, self.signature).address

    @cached_property
    def hash(self) -> Hash32:
        """The transaction's name: Keccak-256 of its encoding."""
        return keccak256(self.encode())

    @property
    def max_cost(self) -> Wei:
        """Most wei the sender can lose: the value and all gas at the highest price."""
        return Wei(self.value + self.gas_limit * self.max_fee_per_gas)

    @property
    def intrinsic_gas(self) -> Gas:
        """Gas spent before anything runs, by the rules of Cancun."""
        return compute_intrinsic_gas(
            self.data, creates=self.to is None, access_list=self.access_list
        )

    def check(self) -> None:
        """Check what can be seen without a state.

        Raises
        ------
        InvalidField
            In general, and by name:
        FieldOutOfRange, WrongFieldSize
            A number is not between 0 and its limit, or an address or a slot is not as
            long as it must be.
        FieldNotInType
            The type lacks a field that is set, or needs one that is not.
        TipAboveFee
            The tip is above the whole fee.
        InitcodeTooLong
            There is too much initialising code.
        GasTooLow
            The gas limit is below the intrinsic gas.
        CostOverflow
            All the gas costs 2**256 wei or more.
        """
        from minichain.ledger.validity import check_fields

        check_fields(self)

    def encode(self) -> bytes:
        """Return the signed transaction's bytes, as nodes pass them on.

        Raises
        ------
        Unsigned
            There is no signature.
        """
        return self._encoding

    @cached_property
    def _encoding(self) -> bytes:
        if self.signature is None:
            raise Unsigned("the transaction is not signed")
        sig = self.signature
        first = sig.y_parity
        if self.kind == LEGACY:
            first += 27 if self.chain_id is None else 35 + 2 * self.chain_id
        body: bytes = rlp.encode([*self._fields(), first, sig.r, sig.s])
        return body if self.kind == LEGACY else bytes([self.kind]) + body

    @classmethod
    def decode(cls, data: bytes) -> "Transaction":
        """Return the signed transaction whose encoding is ``data``.

        Raises
        ------
        MalformedField
            The bytes are not canonical RLP of the right fields.
        UnknownType
            The first byte names no type that the chain knows.
        InvalidField
            A number is outside its range.
        InvalidSignature
            The signature's numbers are outside theirs.
        """
        from minichain.ledger.wire import decode_transaction

        transaction = decode_transaction(bytes(data))
        transaction.check()
        assert transaction.signature is not None
        transaction.signature.check()
        return transaction

    def _fields(self) -> list[Any]:
        values = [getattr(self, name) for name in FIELDS[self.kind]]
        return [b"" if value is None else value for value in values]
