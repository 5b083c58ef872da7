"""A sound transaction may still be wrong here and now: for this state, in this block.

References
----------
.. [1] Ethereum Yellow Paper, section 6; EIP-1559; EIP-3607; EIP-4844.
"""

from minichain.errors import InvalidTransaction
from minichain.units import Address


class WrongNonce(InvalidTransaction):
    """A transaction out of its sender's order."""

    rule = "nonce"

    def __init__(self, found: int, required: int) -> None:
        reason = "used already" if found < required else "one before it is missing"
        super().__init__(f"nonce {found}, required {required}: {reason}")
        self.found, self.required = found, required


class BalanceTooLow(InvalidTransaction):
    """A sender who could not pay the value and all the gas."""

    rule = "balance"

    def __init__(self, found: int, required: int) -> None:
        super().__init__(f"balance {found} wei, required {required} wei")
        self.found, self.required = found, required


class SenderHasCode(InvalidTransaction):
    """A sender that is a contract, for which nobody can have the key."""

    rule = "sender"

    def __init__(self, sender: Address) -> None:
        super().__init__(f"sender 0x{sender.hex()} is a contract")
        self.sender = sender


class GasAboveBlock(InvalidTransaction):
    """A transaction that might use more gas than its block has left."""

    rule = "gas-limit"

    def __init__(self, found: int, left: int) -> None:
        super().__init__(f"gas limit {found}, the block has {left} left")
        self.found, self.left = found, left


class FeeTooLow(InvalidTransaction):
    """A transaction that will not pay the base fee."""

    rule = "base-fee"

    def __init__(self, found: int, required: int) -> None:
        super().__init__(f"pays at most {found} wei a gas, base fee {required} wei")
        self.found, self.required = found, required


class BlobFeeTooLow(InvalidTransaction):
    """A transaction that will not pay what blobs cost now."""

    rule = "blob-fee"

    def __init__(self, found: int, required: int) -> None:
        super().__init__(f"pays at most {found} wei a blob gas, the fee is {required}")
        self.found, self.required = found, required


class InvalidBlobs(InvalidTransaction):
    """A transaction that carries blobs in a way that no transaction may."""

    rule = "blobs"
