"""A comparison says how an answer differs from what was expected, and why it may.

A test that only says "wrong" teaches nothing. These functions show the learner's value
beside the expected one, and name the misconception that gives such a value.
"""

from collections.abc import Callable, Iterable, Mapping
from math import isclose
from typing import Any

LONGEST_TEXT = 300
"""Characters of a shown value; what is longer is cut in the middle."""

ROUNDING = 1e-6
"""Relative error of a number that `expect_near` takes for equal; near 0, its square."""

MOST_ITEMS = 8
"""Items of a list that are shown, a line each."""


class Mismatch(AssertionError):
    """An answer that is not what a test expects.

    Attributes
    ----------
    reason : str
        The misconception, in a sentence; empty where none is recognised.
    values : str
        The call, what it gave, and what was expected; empty where there is no value.
    """

    def __init__(self, reason: str, values: str = "") -> None:
        super().__init__("\n".join(part for part in (values, reason) if part))
        self.reason, self.values = reason, values


def expect_equal(
    call: str,
    got: Any,
    wanted: Any,
    mistakes: Mapping[Any, str] | Iterable[tuple[Any, str]] = (),
) -> None:
    """Check that an answer is the expected value, of the same type.

    Parameters
    ----------
    call : str
        What was called, as the learner would write it.
    got, wanted : object
        What it gave, and what it must give.
    mistakes : mapping or pairs
        Wrong values, each with the misconception that gives it.

    Raises
    ------
    Mismatch
        They differ.

    Examples
    --------
    >>> expect_equal("double(2)", 4, 4)
    >>> expect_equal("double(2)", 22, 4, {22: "The digit was written twice."})
    Traceback (most recent call last):
        ...
    minichain.feedback.comparison.Mismatch: double(2)
      gave      22
      expected  4
    The digit was written twice.
    """
    if type(got) is type(wanted) and got == wanted:
        return
    pairs = mistakes.items() if isinstance(mistakes, Mapping) else mistakes
    known = [text for value, text in pairs if _is_same(value, got)]
    reason = known[0] if known else explain(got, wanted)
    raise Mismatch(reason, show_both(call, got, wanted))


def expect_near(
    call: str,
    got: Any,
    wanted: float,
    mistakes: Mapping[float, str] | Iterable[tuple[float, str]] = (),
) -> None:
    """Check that an answer is a number, equal to the expected one up to rounding.

    Parameters are those of `expect_equal`. A relative error of `ROUNDING` is allowed,
    also where a mistake is recognised.

    Raises
    ------
    Mismatch
        It is no number, or another one.

    Examples
    --------
    >>> expect_near("third()", 0.33333333333, 1 / 3)
    >>> expect_near("third()", 0.3, 1 / 3, {0.3: "That is rounded to one digit."})
    Traceback (most recent call last):
        ...
    minichain.feedback.comparison.Mismatch: third()
      gave      0.3
      expected  0.3333333333333333
    That is rounded to one digit.
    """
    if _is_near(wanted, got):
        return
    pairs = mistakes.items() if isinstance(mistakes, Mapping) else mistakes
    known = [text for value, text in pairs if _is_near(value, got)]
    is_number = type(got) in (int, float)
    reason = known[0] if known else "" if is_number else explain(got, float(wanted))
    raise Mismatch(reason, show_both(call, got, wanted))


def expect(condition: object, reason: str, values: str = "") -> None:
    """Check that a property of an answer holds.

    Raises
    ------
    Mismatch
        It does not; ``reason`` says what that means.
    """
    if not condition:
        raise Mismatch(reason, values)


def expect_refusal(call: str, action: Callable[[], Any], reason: str) -> None:
    """Check that a call raises `ValueError`, as a contract that says no.

    Raises
    ------
    Mismatch
        The call went through. Any other exception passes on as it is.
    """
    try:
        got = action()
    except ValueError:
        return
    raise Mismatch(reason, show_both(call, got, "a ValueError"))


def explain(got: Any, wanted: Any) -> str:
    """Return the commonest cause of a difference; empty where none is known.

    Examples
    --------
    >>> explain("00ff", bytes([0, 255]))
    'That is the hexadecimal text of the right bytes: return the bytes.'
    """
    if got is None:
        return "Nothing came back: the answer is still empty, or has no return."
    if got is ...:
        return "The answer is still the three dots."
    if isinstance(wanted, bytes):
        return _explain_bytes(got, wanted)
    if isinstance(wanted, list):
        return _explain_list(got, wanted)
    if type(got) is not type(wanted):
        return f"It is of type {_kind(got)}, expected {_kind(wanted)}."
    return ""


def show(value: Any) -> str:
    """Return a value as a learner reads it: bytes in hexadecimal, lists by line.

    Examples
    --------
    >>> print(show([b"a", b"bc"]))
    [61, 6263]
    >>> show(b"")
    'no bytes'
    """
    if isinstance(value, bytes | bytearray):
        text = bytes(value).hex() or "no bytes"
        return _cut(text) if len(value) <= 32 else f"{_cut(text)} ({len(value)} bytes)"
    if isinstance(value, list | tuple):
        return _show_items(value)
    if isinstance(value, dict):
        pairs = [f"{show(key)}: {show(item)}" for key, item in value.items()]
        return _cut("{" + ", ".join(pairs) + "}")
    if value == "a ValueError":
        return str(value)
    try:
        return _cut(repr(value))
    except Exception:
        return f"an object of type {_kind(value)}"


def show_both(call: str, got: Any, wanted: Any) -> str:
    """Return the lines that set a value beside the expected one."""
    pair = [show(got), show(wanted)]
    lines = [text.replace("\n", "\n            ") for text in pair]
    return f"{call}\n  gave      {lines[0]}\n  expected  {lines[1]}"


def _show_items(values: list[Any] | tuple[Any, ...]) -> str:
    brackets = "[]" if isinstance(values, list) else "()"
    texts = [show(value) for value in values[:MOST_ITEMS]]
    more = len(values) - MOST_ITEMS
    if more > 0:
        texts.append(f"and {more} more")
    joint = ",\n " if sum(map(len, texts)) > 60 else ", "
    return brackets[0] + joint.join(texts) + brackets[1]


def _cut(text: str) -> str:
    if len(text) <= LONGEST_TEXT:
        return text
    half = LONGEST_TEXT // 2
    return f"{text[:half]}…{text[-half:]}"


def _is_same(value: Any, got: Any) -> bool:
    return type(value) is type(got) and bool(value == got)


def _is_near(value: float, got: Any) -> bool:
    if type(got) not in (int, float):
        return False
    try:
        return isclose(value, got, rel_tol=ROUNDING, abs_tol=ROUNDING**2)
    except OverflowError:
        # An integer beyond every float.
        return False


def _kind(value: Any) -> str:
    return type(value).__name__


def _explain_bytes(got: Any, wanted: bytes) -> str:
    if isinstance(got, str) and got.removeprefix("0x").lower() == wanted.hex():
        return "That is the hexadecimal text of the right bytes: return the bytes."
    if isinstance(got, bytearray) and got == wanted:
        return "The bytes are right, but in a bytearray: wrap it in bytes(...)."
    if isinstance(got, int) and got == int.from_bytes(wanted, "big"):
        return "That is the right number, but as an int: expected bytes."
    if not isinstance(got, bytes):
        return f"It is of type {_kind(got)}, expected bytes."
    if len(got) != len(wanted):
        return f"It has {len(got)} bytes, expected {len(wanted)}."
    is_reversed = got == wanted[::-1]
    return "These are the right bytes in reverse order." if is_reversed else ""


def _explain_list(got: Any, wanted: list[Any]) -> str:
    if not isinstance(got, list):
        return f"It is of type {_kind(got)}, expected a list."
    if len(got) != len(wanted):
        return f"It has {len(got)} items, expected {len(wanted)}."
    if len(got) > 1 and got == wanted[::-1]:
        return "These are the right items in reverse order."
    if sorted(map(repr, got)) == sorted(map(repr, wanted)):
        return "These are the right items in another order."
    first = next(
        i for i, pair in enumerate(zip(got, wanted, strict=True)) if _odd(pair)
    )
    return f"The first difference is in item {first}."


def _odd(pair: tuple[Any, Any]) -> bool:
    return type(pair[0]) is not type(pair[1]) or bool(pair[0] != pair[1])


def carry_forward(
    answer: Callable[..., Any],
    model: Callable[..., Any],
    *samples: tuple[Any, ...],
    any_length: bool = False,
) -> Callable[..., Any]:
    """Return an earlier answer to go on with, or the model where it is of no use.

    A slip is paid for once: a later question expects what follows from the learner's
    own function. That holds as long as the function gives values of the right kind,
    another one for each sample, and none that was put in.

    Parameters
    ----------
    answer, model : callable
        The learner's function and the right one.
    samples : tuples
        Arguments to try, each tuple unlike the others.
    any_length : bool
        Whether values may be longer or shorter than the model's.
    """
    try:
        got = [answer(*sample) for sample in samples]
        wanted = [model(*sample) for sample in samples]
        fits = all(
            type(a) is type(b) and (any_length or len(a) == len(b))
            for a, b in zip(got, wanted, strict=True)
        )
        fresh = not any(value in sample for value in got for sample in samples)
        return answer if fits and fresh and len(set(got)) == len(got) else model
    except Exception:
        return model
