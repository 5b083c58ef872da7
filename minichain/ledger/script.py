"""A script is the condition on an output, and the answer of the input that spends it.

Bitcoin's scripts are small programs. Three forms of them pay to one key, and make up
most payments there have been; they are judged here, and no other is.

=======  ====================================  =========================
 form    condition                             answer
=======  ====================================  =========================
 P2PK    key CHECKSIG                          signature
 P2PKH   DUP HASH160 hash EQUALVERIFY CHECKSIG signature, key
 P2WPKH  0 hash                                signature, key, as witness
=======  ====================================  =========================

A signature signs a digest of the whole transaction that spends, ``SIGHASH_ALL``.
Signatures must be in strict DER, the rule since block 363,725; a few older ones are
not, and are refused here. A high ``s`` is accepted, as Bitcoin's blocks may hold it.

References
----------
.. [1] Bitcoin Core, ``script/interpreter.cpp``: SignatureHash, EvalScript. BIP 66,
   strict DER. BIP 141 and 143, witness programs and their digest.
"""

from dataclasses import dataclass, replace
from typing import ClassVar

from minichain.crypto.hashing import hash160, sha256d
from minichain.crypto.keys import Key, PublicKey
from minichain.crypto.signature import CURVE_ORDER, HALF_ORDER, Signature
from minichain.errors import InvalidSignature, InvalidTransaction
from minichain.ledger.bitcoin_transaction import BitcoinTransaction, Input, Output
from minichain.ledger.stream import Stream, write_number, write_text
from minichain.units import Hash32

SIGHASH_ALL = 1
"""The last byte of a signature that covers all inputs and all outputs."""

_DUP, _EQUALVERIFY, _HASH160, _CHECKSIG = 0x76, 0x88, 0xA9, 0xAC
_PUSH_SIZES = {0x4C: 1, 0x4D: 2, 0x4E: 4}


@dataclass(eq=False)
class UnsupportedScript(InvalidTransaction):
    """A script that may well be right, of a kind that is not judged here."""

    rule: ClassVar[str] = "unsupported-script"
    script: bytes
    reason: str

    def __str__(self) -> str:
        return f"script {self.script[:80].hex()} is not judged: {self.reason}"


@dataclass(eq=False)
class WrongKey(InvalidTransaction):
    """A key that is not the one whose hash the output names."""

    rule: ClassVar[str] = "key-hash"
    found: bytes
    required: bytes

    def __str__(self) -> str:
        return f"key hash {self.found.hex()}, required {self.required.hex()}"


@dataclass(eq=False)
class WrongSignature(InvalidTransaction, InvalidSignature):
    """A signature that is not the key's over this transaction."""

    rule: ClassVar[str] = "signature"
    index: int
    digest: bytes

    def __str__(self) -> str:
        return (
            f"input {self.index}: the signature is not the key's over "
            f"digest {self.digest.hex()}"
        )


def p2pk_script(key: PublicKey, *, compressed: bool = False) -> bytes:
    """Return the condition that pays to a key itself."""
    encoded = key.compressed if compressed else key.uncompressed
    return bytes([len(encoded)]) + encoded + bytes([_CHECKSIG])


def p2pkh_script(key_hash: bytes) -> bytes:
    """Return the condition that pays to the key of a 20-byte hash."""
    return bytes([_DUP, _HASH160, 20]) + key_hash + bytes([_EQUALVERIFY, _CHECKSIG])


def p2wpkh_script(key_hash: bytes) -> bytes:
    """Return the condition that pays to a key's hash, answered by a witness."""
    return bytes([0, 20]) + key_hash


def read_form(script: bytes) -> tuple[str, bytes]:
    """Return which form a condition has, and the key or the hash it names.

    Returns
    -------
    form : str
        "P2PK", "P2PKH" or "P2WPKH".
    named : bytes
        The key, 33 or 65 bytes, or the key's hash, 20 bytes.

    Raises
    ------
    UnsupportedScript
        It has another form.
    """
    if len(script) in (35, 67) and script[0] == len(script) - 2:
        if script[-1] == _CHECKSIG:
            return "P2PK", script[1:-1]
    elif script == p2pkh_script(script[3:23]):
        return "P2PKH", script[3:23]
    elif len(script) == 22 and script == p2wpkh_script(script[2:]):
        return "P2WPKH", script[2:]
    raise UnsupportedScript(script, "the condition is neither P2PK, P2PKH nor P2WPKH")


def read_pushes(script: bytes) -> list[bytes]:
    """Return the byte strings that a script of pushes alone puts on the stack.

    Raises
    ------
    UnsupportedScript
        It holds another operation.
    Truncated
        It ends within a push.
    """
    stream, pushes = Stream(script), []
    while stream.place < len(script):
        operation = stream.read_number(1)
        if operation > max(_PUSH_SIZES):
            raise UnsupportedScript(script, f"{operation:#04x} is no push")
        width = _PUSH_SIZES.get(operation)
        pushes.append(stream.read(stream.read_number(width) if width else operation))
    return pushes


def signature_hash(
    transaction: BitcoinTransaction, index: int, output: Output
) -> Hash32:
    """Return the digest that a signature of an input signs, for ``SIGHASH_ALL``.

    Parameters
    ----------
    transaction : BitcoinTransaction
        The transaction that spends.
    index : int
        Which of its inputs.
    output : Output
        What that input spends.

    Raises
    ------
    UnsupportedScript
        The output's condition is of no form judged here.
    """
    form, named = read_form(output.script)
    if form == "P2WPKH":
        return _witness_digest(transaction, index, output, p2pkh_script(named))
    # Every script is emptied but the signed input's, which holds the condition.
    inputs = tuple(
        Input(entry.outpoint, output.script if i == index else b"", entry.sequence)
        for i, entry in enumerate(transaction.inputs)
    )
    copy = replace(transaction, inputs=inputs)
    return sha256d(copy.encode() + write_number(SIGHASH_ALL, 4))


def check_input(transaction: BitcoinTransaction, index: int, output: Output) -> None:
    """Check that an input has the right to the output it spends.

    Raises
    ------
    UnsupportedScript
        Condition, answer or kind of signature is not one that is judged here.
    InvalidEncoding
        The answer or the signature is malformed.
    InvalidKey
        The key is no point of the curve.
    WrongKey
        It is not the one whose hash the output names.
    WrongSignature
        It has not signed this transaction.
    """
    form, named = read_form(output.script)
    entry = transaction.inputs[index]
    if form == "P2WPKH":
        if entry.script:
            raise UnsupportedScript(entry.script, "a witness output wants it empty")
        items = list(entry.witness)
    else:
        items = read_pushes(entry.script)
        if entry.witness:
            raise UnsupportedScript(output.script, "its input wants no witness")
    required = 1 if form == "P2PK" else 2
    if len(items) != required or not items[0]:
        raise UnsupportedScript(entry.script, f"{form} wants {required} items")
    key = items[1] if required == 2 else named
    if required == 2 and hash160(key) != named:
        raise WrongKey(hash160(key), named)
    if form == "P2WPKH" and len(key) != 33:
        raise UnsupportedScript(key, "witness keys are compressed")
    if items[0][-1] != SIGHASH_ALL:
        raise UnsupportedScript(items[0], f"signature of kind {items[0][-1]:#04x}")
    signature = Signature.decode_der(items[0][:-1])
    # Either of two values of s is valid in a block; keys accept the lower one.
    if HALF_ORDER < signature.s < CURVE_ORDER:
        signature = replace(signature, s=CURVE_ORDER - signature.s)
    digest = signature_hash(transaction, index, output)
    if not PublicKey.from_bytes(key).verify(digest, signature):
        raise WrongSignature(index, digest)


def sign_input(
    transaction: BitcoinTransaction,
    index: int,
    output: Output,
    key: Key,
    *,
    compressed: bool = True,
) -> BitcoinTransaction:
    """Return the transaction with one input signed; sign each after all are in place.

    Parameters
    ----------
    transaction, index, output
        As for `signature_hash`.
    key : Key
        Whose output it is.
    compressed : bool
        Which form of the key a P2PKH output names.

    Raises
    ------
    UnsupportedScript
        The output's condition is of no form judged here.
    """
    form, _ = read_form(output.script)
    digest = signature_hash(transaction, index, output)
    signature = key.sign(digest).encode_der() + bytes([SIGHASH_ALL])
    public = key.public_key.compressed if compressed else key.public_key.uncompressed
    items = (signature,) if form == "P2PK" else (signature, public)
    entry = transaction.inputs[index]
    if form == "P2WPKH":
        entry = replace(entry, script=b"", witness=items)
    else:
        script = b"".join(bytes([len(item)]) + item for item in items)
        entry = replace(entry, script=script, witness=())
    before, after = transaction.inputs[:index], transaction.inputs[index + 1 :]
    return replace(transaction, inputs=(*before, entry, *after))


def _witness_digest(
    transaction: BitcoinTransaction, index: int, output: Output, script: bytes
) -> Hash32:
    """Return the digest of BIP 143, which covers the amount that is spent too."""
    entries = [entry.encode() for entry in transaction.inputs]
    spent = transaction.inputs[index]
    parts = (
        write_number(transaction.version, 4, signed=True),
        sha256d(b"".join(entry[:36] for entry in entries)),
        sha256d(b"".join(entry[-4:] for entry in entries)),
        spent.encode()[:36],
        write_text(script),
        write_number(output.value, 8, signed=True),
        write_number(spent.sequence, 4),
        sha256d(b"".join(o.encode() for o in transaction.outputs)),
        write_number(transaction.lock_time, 4),
        write_number(SIGHASH_ALL, 4),
    )
    return sha256d(b"".join(parts))
