"""A master is the one file of a lab: prompts, answers, tests and hints.

It is a notebook in MyST, in the grammar of `otter assign`: raw cells begin and end the
blocks of a question. This module reads the part of the grammar that labs here use, so
that a check need not start otter; a test holds both readings together.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]

from tasks.environment import ROOT
from tasks.lab_model import Cell, Lab, Question, Wrong

LABS = ROOT / "labs"
"""Folder of all labs."""

FENCE = re.compile(
    r"^(`{3,})\{(raw-cell|code-cell)\}[^\n]*\n(.*?)^\1[ \t]*$", re.M | re.S
)
"""A cell that is not Markdown; what lies between such cells is."""

BLOCK = re.compile(r"# (BEGIN|END) (QUESTION|PROMPT|SOLUTION|TESTS)\b")
"""First line of a raw cell that begins or ends a block."""

TEST_CONFIG = re.compile(
    r'^""" # BEGIN TEST CONFIG\n(.*?)^""" # END TEST CONFIG\n', re.M | re.S
)
"""What a test is worth, and whether it is hidden."""

FUNCTION = re.compile(r"^def test_\w+\(.*?(?=^\S|\Z)", re.M | re.S)
"""A test's function, up to the next line that is not indented."""

LOSES = re.compile(r"# loses: (\d+)\s*")
"""First line of a seeded wrong answer."""


class MasterError(Exception):
    """A lab that is not as labs must be; the text says where and how."""


def names() -> list[str]:
    """Return the names of all labs."""
    return sorted(path.parent.name for path in LABS.glob("*/master.md"))


def read_lab(name: str) -> Lab:
    """Return the lab in the folder ``name``.

    Raises
    ------
    MasterError
        There is no such lab, or its master breaks the grammar.
    """
    path = LABS / name / "master.md"
    if name not in names():
        raise MasterError(f"no lab is called {name}; there are: {', '.join(names())}")
    return parse(name, path.read_text(encoding="utf-8"))


def read_wrongs(lab: Lab) -> list[Wrong]:
    """Return a lab's seeded wrong answers; errors are those of `read_wrong`."""
    folder = LABS / lab.name / "wrong"
    return [read_wrong(path) for path in sorted(folder.glob("*.py"))]


def read_wrong(path: Path) -> Wrong:
    """Return the wrong answer in a file ``<question>--<misconception>.py``.

    Raises
    ------
    MasterError
        The name or the first line is not as it must be.
    """
    question, dashes, misconception = path.stem.partition("--")
    first, _, source = path.read_text(encoding="utf-8").partition("\n")
    found = LOSES.fullmatch(first)
    if not (question and dashes and misconception):
        raise MasterError(f"{path.name}: named <question>--<misconception>.py?")
    if not found:
        raise MasterError(f"{path.name}: the first line is not '# loses: N'")
    return Wrong(path, question, int(found[1]), source.strip("\n"))


def split(text: str) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """Return the head of a MyST notebook, and its cells as pairs of kind and source."""
    head: dict[str, Any] = {}
    if text.startswith("---\n"):
        yaml_text, _, text = text[4:].partition("\n---\n")
        head = yaml.safe_load(yaml_text)
    cells: list[tuple[str, str]] = []
    at = 0
    for match in FENCE.finditer(text):
        cells += _markdown(text[at : match.start()])
        kind = "raw" if match[2] == "raw-cell" else "code"
        lines = match[3].rstrip("\n").split("\n")
        while lines and (lines[0].startswith(":") or not lines[0].strip()):
            lines.pop(0)
        cells.append((kind, "\n".join(lines)))
        at = match.end()
    cells += _markdown(text[at:])
    return head, cells


def parse(name: str, text: str) -> Lab:
    """Return the lab that a master's text holds.

    Raises
    ------
    MasterError
        A block is not closed, is inside another, or lacks what it needs.
    """
    head, cells = split(text)
    parts: list[Cell | Question] = []
    question: Question | None = None
    block = ""
    for kind, source in cells:
        if kind == "raw":
            boundary = BLOCK.match(source)
            if boundary is None:
                continue
            end, word = boundary[1] == "END", boundary[2]
            _check_order(end, word, block, question)
            if word == "QUESTION" and not end:
                question = Question(yaml.safe_load(source[boundary.end() :])["name"])
                parts.append(question)
            elif word == "QUESTION":
                _check_whole(question)
                question = None
            else:
                block = "" if end else word
        elif question is None:
            parts.append(Cell(kind, source))
        else:
            _add(question, block, kind, source)
    if question is not None:
        raise MasterError(f"{question.name}: the question does not end")
    return Lab(name, head.get("lab", {}), tuple(parts))


def _markdown(text: str) -> Iterator[tuple[str, str]]:
    for part in re.split(r"^\+\+\+.*$", text, flags=re.M):
        if part.strip():
            yield "markdown", part.strip("\n")


def _check_order(end: bool, word: str, block: str, question: Question | None) -> None:
    where = question.name if question else "outside a question"
    if word == "QUESTION":
        right = not block and end == (question is not None)
    else:
        right = question is not None and block == (word if end else "")
    if not right:
        raise MasterError(f"{where}: {'END' if end else 'BEGIN'} {word} is misplaced")


def _check_whole(question: Question | None) -> None:
    if question is None or not (question.prompt and question.solution):
        raise MasterError(f"{question and question.name}: no prompt or no solution")


def _add(question: Question, block: str, kind: str, source: str) -> None:
    if block == "PROMPT":
        question.prompt = source
    elif block == "SOLUTION":
        question.solution = source
    elif block == "TESTS":
        question.tests.append(_test(question.name, source))
    elif kind == "code":
        raise MasterError(f"{question.name}: code outside prompt, solution and tests")
    elif question.tests:
        question.folds = f"{question.folds}\n\n{source}".strip("\n")
    else:
        question.text = f"{question.text}\n\n{source}".strip("\n")


def _test(question: str, source: str) -> tuple[str, bool]:
    config, function = TEST_CONFIG.search(source), FUNCTION.search(source)
    if not config or not function:
        raise MasterError(f"{question}: a test lacks its config or its function")
    settings = yaml.safe_load(config[1])
    points, hidden = settings.get("points", 0), bool(settings.get("hidden", False))
    decorator = f"@test_case(points={points}, hidden={hidden})"
    return f"{decorator}\n{function[0].rstrip()}", hidden
