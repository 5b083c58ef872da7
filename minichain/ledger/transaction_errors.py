"""A transaction can be wrong in itself: no state of any account would make it right.

References
----------
.. [1] Ethereum Yellow Paper, section 6.2; EIP-1559, EIP-2681, EIP-3860.
"""

from typing import ClassVar

from minichain.errors import InvalidTransaction


class Unsigned(InvalidTransaction):
    """A transaction nobody has signed."""

    rule = "signature"


class InvalidField(InvalidTransaction):
    """A field of a transaction that cannot be what it is.

    Attributes
    ----------
    name : str
        The field.
    """

    rule: ClassVar[str] = "field"

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name} {reason}")
        self.name = name


class FieldOutOfRange(InvalidField):
    """A number below zero or above its field's limit.

    Attributes
    ----------
    value, limit : int
        The number, and the largest it may be.
    """

    def __init__(self, name: str, value: int, limit: int) -> None:
        super().__init__(name, f"{value} is not between 0 and {limit}")
        self.value, self.limit = value, limit


class WrongFieldSize(InvalidField):
    """Bytes that are not as many as their field has.

    Attributes
    ----------
    found, required : int
        How many there are, and how many there must be.
    """

    def __init__(self, name: str, found: int, required: int) -> None:
        super().__init__(name, f"of {found} bytes, required {required}")
        self.found, self.required = found, required


class FieldNotInType(InvalidField):
    """A field that is set, or missing, against the transaction's type.

    Attributes
    ----------
    kind : int
        The transaction's type.
    """

    def __init__(self, name: str, reason: str, kind: int) -> None:
        super().__init__(name, f"{reason}, found type {kind}")
        self.kind = kind


class TipAboveFee(InvalidField):
    """A tip that is more than the whole fee it is a part of.

    Attributes
    ----------
    tip, fee : int
        Both in wei for each unit of gas.
    """

    rule = "tip"

    def __init__(self, tip: int, fee: int) -> None:
        super().__init__(
            "max_priority_fee_per_gas",
            f"{tip} wei, at most the maximum fee, {fee} wei",
        )
        self.tip, self.fee = tip, fee


class InitcodeTooLong(InvalidField):
    """Initialising code that is longer than any contract needs.

    Attributes
    ----------
    size, limit : int
        Its bytes, and the most there may be.
    """

    rule = "initcode-size"

    def __init__(self, size: int, limit: int) -> None:
        super().__init__("data", f"of {size} bytes, at most {limit}")
        self.size, self.limit = size, limit


class GasTooLow(InvalidField):
    """A gas limit that is used up before anything runs.

    Attributes
    ----------
    found, required : int
        The gas limit and the intrinsic gas.
    """

    rule = "intrinsic-gas"

    def __init__(self, found: int, required: int) -> None:
        super().__init__("gas_limit", f"{found}, required {required}")
        self.found, self.required = found, required


class CostOverflow(InvalidField):
    """Gas that would cost more wei than 256 bits can write.

    Attributes
    ----------
    gas_limit, fee : int
        The two factors.
    """

    rule = "gas-cost"

    def __init__(self, gas_limit: int, fee: int) -> None:
        super().__init__(
            "gas_limit",
            f"{gas_limit} times the fee is above 256 bits, the fee {fee} wei",
        )
        self.gas_limit, self.fee = gas_limit, fee
