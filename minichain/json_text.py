"""JSON text from outside, read so that no text can end the process.

Python's parser calls itself for each list within a list. Its own guard against too many
is the recursion limit, which some libraries raise so far that deep text overflows the
stack before. So the depth is counted first.
"""

import json
import re
from collections.abc import Callable
from typing import Any

from minichain.errors import InvalidEncoding

_TOKEN = re.compile(r'"(?:[^"\\]++|\\[\s\S]?)*+"?|[\[\]{}]')
# A string whole, or cut off at the end; or a bracket. Possessive, so that time grows
# with the text alone.


class InvalidJson(InvalidEncoding):
    """Text that is no JSON, or nests too deeply."""

    rule = "json"


def parse_json(
    text: str, deepest: int, parse_constant: Callable[[str], Any] | None = None
) -> Any:
    """Return the value that a JSON text stands for.

    Parameters
    ----------
    text : str
        The text.
    deepest : int
        Most lists and objects within each other.
    parse_constant : callable, optional
        Takes ``NaN``, ``Infinity`` or ``-Infinity``, as for `json.loads`.

    Raises
    ------
    InvalidJson
        The text is no JSON, or nests more than `deepest` lists or objects.
    """
    depth = 0
    for token in _TOKEN.findall(text):
        if token in "[{":
            depth += 1
            if depth > deepest:
                raise InvalidJson(f"more than {deepest} lists within lists")
        elif token in "]}":
            depth -= 1
    try:
        return json.loads(text, parse_constant=parse_constant)
    except ValueError as error:
        raise InvalidJson(str(error)) from error
