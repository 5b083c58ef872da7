"""A contract that a learner wrote is compiled, deployed and called for a check.

What the compiler or the chain says no to becomes feedback, with the line of the source:
a test that meets it fails by a check, and not by a crash.
"""

import hashlib
import re
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from minichain.chain import Chain
from minichain.contracts import CompilationFailed, Contract, compile_source
from minichain.contracts.contract import UnknownFunction
from minichain.crypto.keys import Key
from minichain.errors import ProtocolError
from minichain.feedback.comparison import Mismatch, expect, explain

LONGEST_SOURCE = 20_000
"""Characters of an answer's source; a contract of a lab has a tenth of them."""

DIGITS = 16
"""Hexadecimal digits of a given source's hash that are compared."""

T = TypeVar("T")


def expect_given(name: str, source: object, digest: str) -> str:
    """Return a source that the lab gives, after a look whether it is that one.

    Parameters
    ----------
    name : str
        The notebook's name for it.
    source : object
        What that name stands for.
    digest : str
        First digits of its SHA-256.

    Raises
    ------
    Mismatch
        It is another.
    """
    is_same = type(source) is str and digest == compute_digest(source)
    reason = f"{name} is not what the lab gave: take that cell from the lab once more."
    expect(is_same, reason)
    return str(source)


def compute_digest(source: str) -> str:
    """Return the first `DIGITS` digits of a text's SHA-256."""
    return hashlib.sha256(source.encode()).hexdigest()[:DIGITS]


def expect_contract(
    chain: Chain,
    name: str,
    source: object,
    *arguments: Any,
    sender: Key,
    functions: Iterable[str] = (),
    value: int = 0,
) -> Contract:
    """Return the contract of an answer, deployed.

    Parameters
    ----------
    chain : Chain
        Where.
    name : str
        The notebook's name for the source.
    source : object
        The answer.
    *arguments
        What its constructor takes.
    sender : Key
        Who creates it.
    functions : iterable of str
        Signatures of the functions that it must have, such as ``"pay(address)"``.
    value : int
        Wei that it is created with.

    Raises
    ------
    Mismatch
        It is no source, does not compile, lacks a function, or cannot be created.
    """
    if type(source) is not str:
        raise Mismatch(explain(source, "") or "The answer is a text.", name)
    length = len(source)
    reason = f"That is longer than {LONGEST_SOURCE:,} characters."
    expect(length <= LONGEST_SOURCE, reason, f"{name}: {length:,} characters")
    try:
        artifact = compile_source(source, name)
    except CompilationFailed as error:
        place = "" if error.line is None else f", line {error.line}: {error.text}"
        # The line is told already, and the file has no name.
        said = re.sub(r" \(<unknown>, line \d+\)$", "", error.reason).strip(": ")
        raise Mismatch(f"Vyper does not take it: {said}", f"{name}{place}") from error
    except Exception as error:
        # A compiler that stumbles must not take a whole submission with it.
        said = str(error) or type(error).__name__
        raise Mismatch("Vyper can make nothing of it.", f"{name}\n  {said}") from error
    lacking = [wanted for wanted in functions if wanted not in artifact.functions]
    there = ", ".join(s for s in artifact.functions if "(" in s) or "no function"
    reason = f"It lacks {' and '.join(lacking)}."
    expect(not lacking, reason, f"{name} has {there}")

    def deploy() -> Contract:
        made = chain.deploy(artifact, *arguments, sender=sender, value=value)
        assert isinstance(made, Contract)
        return made

    return expect_done(f"deploy {name}", deploy, "It cannot even be created.")


def expect_done(call: str, action: Callable[[], T], reason: str) -> T:
    """Return what an action comes to that no contract may refuse.

    Parameters
    ----------
    call : str
        What is done, in words.
    action : callable
        Does it.
    reason : str
        What a refusal means.

    Raises
    ------
    Mismatch
        It is refused; the contract's reason and line are shown.
    """
    try:
        return action()
    except (ProtocolError, UnknownFunction) as error:
        raise Mismatch(reason, f"{call}\n  {error}") from error


def attempt(action: Callable[[], Any]) -> Exception | None:
    """Do what a contract may well refuse, and return the refusal.

    Examples
    --------
    >>> chain = Chain.dev(seal="on-demand")
    >>> vault = chain.deploy("vaults/safe", sender=chain.keys[0])
    >>> attempt(lambda: vault.withdraw(sender=chain.keys[0])).reason
    'vault: nothing deposited'
    """
    try:
        action()
    except (ProtocolError, UnknownFunction) as refusal:
        return refusal
    return None
