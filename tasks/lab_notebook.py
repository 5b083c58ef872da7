"""The student's notebook of a lab: prompts, checks and hints, and the public tests.

It is made from the master and from nothing else, so the same master always gives the
same bytes. The tests lie in its first cell, folded away: it needs no file beside it.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tasks.lab_master import LABS, MasterError
from tasks.lab_model import Lab, Question

LOCKED = {"deletable": False, "editable": False}
"""Metadata of cells that a learner runs and does not change."""


def path_of(lab: Lab) -> Path:
    """Return where a lab's student notebook is kept."""
    return LABS / lab.name / f"{lab.name}.ipynb"


def student_text(lab: Lab) -> str:
    """Return the text of the student's notebook."""
    return notebook_text(lab, lab.prompts())


def notebook_text(lab: Lab, answers: Mapping[str, str]) -> str:
    """Return the text of a notebook with an answer a question.

    Raises
    ------
    MasterError
        A public test holds three single quotes, which the notebook quotes it with.
    """
    cells: list[dict[str, Any]] = []
    for number, part in enumerate(lab.parts):
        if isinstance(part, Question):
            cells += _question_cells(part, answers[part.name])
        elif part.kind == "markdown":
            cells.append(_cell(f"text-{number:02}", "markdown", part.source))
        else:
            cells.append(_cell(f"given-{number:02}", "code", part.source))
    # Right before the first code, below the words that say how the lab works.
    first = next(i for i, cell in enumerate(cells) if cell["cell_type"] == "code")
    cells.insert(first, _tests_cell(lab))
    notebook = {
        "cells": cells,
        "metadata": {
            "kernelspec": {
                "display_name": "Python 3",
                "language": "python",
                "name": "python3",
            },
            "language_info": {"name": "python"},
            # Otter grades no notebook that does not say whose it is.
            "otter": {"assignment_name": lab.name},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    text = json.dumps(notebook, indent=1, sort_keys=True, ensure_ascii=False)
    return text + "\n"


def tests_source(lab: Lab) -> str:
    """Return the code that makes ``grader`` from the public tests.

    Raises
    ------
    MasterError
        A public test holds three single quotes.
    """
    blocks = []
    for question in lab.questions:
        if "'''" in question.public_source:
            raise MasterError(f"{question.name}: a test holds three single quotes")
        blocks.append(f"    {question.name!r}: r'''\n{question.public_source}\n''',")
    hidden = {q.name: q.hidden_points for q in lab.questions if q.hidden_points}
    return "\n".join(
        [
            "# The public tests of this lab: run this cell as it is.",
            "from minichain.feedback import Lab",
            "",
            "tests = {",
            *blocks,
            "}",
            f"grader = Lab({lab.name!r}, tests, hidden={hidden!r})",
            "grader",
        ]
    )


def _tests_cell(lab: Lab) -> dict[str, Any]:
    cell = _cell("tests", "code", tests_source(lab), **LOCKED)
    cell["metadata"] |= {"jupyter": {"source_hidden": True}, "tags": ["hide-input"]}
    return cell


def _question_cells(question: Question, answer: str) -> list[dict[str, Any]]:
    name = question.name
    marks = "point" if question.points == 1 else "points"
    text = f"{question.text}\n\n*{question.points} {marks}.*"
    check = f'grader.check("{name}")'
    return [
        _cell(f"{name}-question", "markdown", text),
        _cell(f"{name}-answer", "code", answer),
        _cell(f"{name}-check", "code", check, **LOCKED),
        _cell(f"{name}-hints", "markdown", question.folds),
    ]


def _cell(identity: str, kind: str, source: str, **metadata: Any) -> dict[str, Any]:
    cell: dict[str, Any] = {
        "cell_type": kind,
        "id": identity,
        "metadata": metadata,
        "source": source,
    }
    if kind == "code":
        cell |= {"execution_count": None, "outputs": []}
    return cell
