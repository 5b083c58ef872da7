"""A report shows grades: one table for the instructor, one page for each learner.

File names and error texts come from learners. In the table none of them can become a
formula; in a page none of them can become code.
"""

import csv
import io
from collections.abc import Sequence
from html import escape
from typing import Any

from minichain.feedback import MARKS, WORDS
from tasks.grade_record import Record
from tasks.lab_model import Lab

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What a cell begins with that a spreadsheet would compute."""

LONGEST_REASON = 2_000
"""Characters of a reason in the table."""

PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy"
 content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ font: 1rem/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto;
 padding: 0 1rem; }}
pre {{ white-space: pre-wrap; overflow-wrap: anywhere; margin: 0.3rem 0; }}
ul {{ list-style: none; padding: 0; }}
li {{ margin: 0.6rem 0; padding-left: 0.8rem; border-left: 0.2rem solid; }}
h2 {{ margin-top: 2rem; }}
</style>
</head>
<body>
{body}
</body>
</html>
"""
"""The page of one learner; it loads nothing."""


def table_text(lab: Lab, records: Sequence[Record]) -> str:
    """Return the table as CSV: a row a submission, a column a question."""
    columns = [question.name for question in lab.questions]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["file", "points", "of", *columns, "reason"])
    for record in records:
        points = record["points"]
        row = [points.get(name, 0) for name in columns]
        reason = as_cell(record["reason"][:LONGEST_REASON])
        file = as_cell(record["file"])
        writer.writerow([file, sum(row), lab.points, *row, reason])
    return text.getvalue()


def as_cell(text: str) -> str:
    """Return a text as one that no spreadsheet takes for a formula.

    Examples
    --------
    >>> as_cell("=1+1"), as_cell("Ann")
    ("'=1+1", 'Ann')
    """
    line = " ".join(text.split()) if text.strip() else ""
    risky = text.startswith(FORMULA_SIGNS) or line.startswith(FORMULA_SIGNS)
    return f"'{line}" if risky else line


def page_text(lab: Lab, record: Record) -> str:
    """Return a learner's page, in HTML."""
    points = sum(record["points"].values())
    name = escape(record["file"])
    parts = [
        f"<h1>{escape(lab.name)}</h1>",
        f"<p>{name}: <strong>{points} of {lab.points} points</strong></p>",
    ]
    if record["reason"]:
        parts.append(f"<p>While grading: {escape(record['reason'])}</p>")
    for question in lab.questions:
        own = [o for o in record["outcomes"] if o["question"] == question.name]
        earned = record["points"].get(question.name, 0)
        parts.append(f"<h2>{question.name}: {earned} of {question.points}</h2>")
        parts.append("<ul>" + "".join(map(_item, own)) + "</ul>")
    return PAGE.format(title=f"{escape(lab.name)}: {name}", body="\n".join(parts))


def _item(outcome: dict[str, Any]) -> str:
    mark, word = MARKS[outcome["verdict"]], WORDS[outcome["verdict"]]
    kind = " (hidden test)" if outcome["hidden"] else ""
    line = f"{mark} {word}: {outcome['title']}{kind}"
    if outcome["of"]:
        line += f", {outcome['points']} of {outcome['of']}"
    parts = [escape(line)]
    # What a hidden test put in stays hidden; what it found does not.
    if outcome["values"] and not outcome["hidden"]:
        parts.append(f"<pre>{escape(outcome['values'])}</pre>")
    if outcome["reason"]:
        parts.append(f"<pre>{escape(outcome['reason'])}</pre>")
    return f"<li>{''.join(parts)}</li>"
