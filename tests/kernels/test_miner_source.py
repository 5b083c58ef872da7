"""The miner can be read: rounds, lanes and search are under 150 lines together."""

import ast
import inspect

from minichain.kernels import proof_of_work, sha256, vectors
from minichain.kernels.runtime import Kernel, Routine

ROUNDS = (sha256.schedule, sha256.compress, sha256.side_by_side)

LANES = (
    vectors.Lanes, vectors.shuffle, vectors.splat, vectors._constant,
    vectors._same_width,
)  # fmt: skip

SEARCH = tuple(
    made.function
    for made in vars(proof_of_work).values()
    if isinstance(made, Kernel | Routine)
    and made.function.__module__ == proof_of_work.__name__
)


def lines_of_code(thing: object) -> int:
    """Count lines that hold code: neither comment, docstring nor nothing."""
    source = inspect.getsource(thing)
    words: set[int] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node):
            words |= set(range(node.body[0].lineno, node.body[0].end_lineno + 1))
    rows = enumerate(source.splitlines(), 1)
    return sum(
        bool(text.strip()) and not text.strip().startswith("#") and row not in words
        for row, text in rows
    )


def test_rounds_lanes_and_search_are_under_150_lines():
    parts = [sum(map(lines_of_code, part)) for part in (ROUNDS, LANES, SEARCH)]
    assert all(parts)
    assert sum(parts) < 150, parts


def told(height):
    """Return the height.

    It is a number.
    """
    # A comment.

    return height


def test_docstrings_comments_and_blank_lines_are_no_code():
    assert lines_of_code(told) == 2
