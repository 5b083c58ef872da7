"""Every way the protocol says no.

An ``InvalidX`` rejects something that came from outside, and names the broken rule
twice: in words with the numbers, and as `ProtocolError.rule` for programs. A broken
invariant is neither: it is a bug, and asserts.
"""

from typing import ClassVar


class ProtocolError(Exception):
    """Root of every error the protocol itself defines."""

    rule: ClassVar[str] = "protocol"
    """Short name of the rule that was broken, in kebab case."""


class InvalidEncoding(ProtocolError):
    """Bytes or text that are not the canonical form of any value."""

    rule = "encoding"


class InvalidKey(ProtocolError):
    """A private or public key outside the curve's range."""

    rule = "key"


class InvalidSignature(ProtocolError):
    """A signature that is malformed, malleated, or signed by another key."""

    rule = "signature"


class InvalidProof(ProtocolError):
    """A Merkle proof that does not lead to the stated root."""

    rule = "merkle-proof"


class InvalidHeader(ProtocolError):
    """A block header that breaks a rule of its own."""

    rule = "header"


class InvalidTransaction(ProtocolError):
    """A transaction that no block may include."""

    rule = "transaction"


class InvalidBlock(ProtocolError):
    """A block that no chain may accept."""

    rule = "block"
