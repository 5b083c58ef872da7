"""Check the labs: ``python run.py check lab NAME [--wrong FILE ...]``.

The solution earns all points, the untouched notebook none. Every seeded wrong answer
loses exactly its points, by a check that fails and not by a crash. Each question has
hints, and hidden tests with inputs of their own. The student's notebook is in step with
the master; ``--write`` writes it anew. ``--otter`` has otter-grader grade the solution
and the untouched notebook too. ``--all`` takes every lab.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

from tasks.lab_marking import Mark, calls_by_test, mark
from tasks.lab_master import MasterError, names, read_lab, read_wrong, read_wrongs
from tasks.lab_model import Lab, Wrong
from tasks.lab_notebook import path_of, student_text

FEWEST_WRONG = 3
"""Seeded wrong answers that each question has at least."""

FOLDS = ["Hint 1", "Hint 2", "Hint 3", "A worked idea"]
"""What is folded below each question."""


def main(words: list[str]) -> int:
    """Check one lab or all; return 0 when nothing is amiss."""
    parser = argparse.ArgumentParser(prog="run.py check lab", description=__doc__)
    parser.add_argument("name", nargs="?", help="the lab's folder under labs")
    parser.add_argument("--all", action="store_true", help="every lab")
    parser.add_argument("--write", action="store_true", help="write the notebook")
    parser.add_argument("--otter", action="store_true", help="ask otter too")
    parser.add_argument("--wrong", nargs="+", type=Path, metavar="FILE", default=[])
    options = parser.parse_args(words)
    if not options.name and not options.all:
        parser.error("name a lab, or say --all")
    try:
        labs = [read_lab(n) for n in (names() if options.all else [options.name])]
        amiss = 0
        for lab in labs:
            if options.write:
                _write(lab)
            if options.wrong:
                found = check_wrongs(lab, [read_wrong(path) for path in options.wrong])
            else:
                found = check(lab, with_otter=options.otter)
            amiss += _report(found)
    except (MasterError, OSError) as error:
        print(error)
        return 2
    return int(amiss > 0)


def check(lab: Lab, with_otter: bool = False) -> Iterator[tuple[bool, str]]:
    """Yield what was checked of a lab: whether it is in order, and a line of text."""
    start = perf_counter()
    yield from _check_extremes(lab)
    yield from _check_form(lab)
    yield from _check_inputs(lab)
    yield from check_wrongs(lab, read_wrongs(lab))
    if with_otter:
        from tasks.lab_otter import compare

        yield from compare(lab)
    yield True, f"{lab.name}: checked in {perf_counter() - start:.1f} s"


def check_wrongs(lab: Lab, wrongs: list[Wrong]) -> Iterator[tuple[bool, str]]:
    """Yield, for each wrong answer, what it lost and by which tests."""
    known = {question.name for question in lab.questions}
    for wrong in wrongs:
        if wrong.question not in known:
            yield False, f"{wrong.path.name}: no question is called {wrong.question}"
            continue
        answers = {**lab.solutions(), wrong.question: wrong.source}
        yield _judge(lab, wrong, mark(lab, answers))


def _judge(lab: Lab, wrong: Wrong, found: Mark) -> tuple[bool, str]:
    lost = lab.points - found.points
    lines = [f"{wrong.path.name}: loses {lost} of {lab.points}"]
    right = lost == wrong.loses
    if not right:
        lines[0] += f", but its first line says {wrong.loses}"
    for outcome in found.lost:
        test = outcome.test
        how = "" if outcome.verdict == "failed" else " BY A CRASH"
        elsewhere = "" if test.question == wrong.question else " IN ANOTHER QUESTION"
        right = right and not how and not elsewhere
        kind = "hidden" if test.hidden else "public"
        lines.append(
            f"    -{test.points} {test.question}, {kind}: {test.title}{how}{elsewhere}"
        )
        lines += [f"       {line}" for line in outcome.message.splitlines()]
    return right, "\n".join(lines)


def _check_extremes(lab: Lab) -> Iterator[tuple[bool, str]]:
    solved = mark(lab, lab.solutions())
    is_full = solved.points == lab.points and not solved.errors
    text = f"{lab.name}: the solution earns {solved.points} of {lab.points}"
    for outcome in solved.lost:
        text += f"\n    {outcome.test.question}, {outcome.test.title}: "
        text += outcome.message
    for number, said in solved.errors.items():
        text += f"\n    cell {number}: {said}"
    yield is_full, text
    blank = mark(lab, lab.prompts())
    crashes = [o for o in blank.outcomes if o.verdict == "stopped"]
    text = f"{lab.name}: the untouched notebook earns {blank.points}"
    for outcome in crashes:
        text += f"\n    {outcome.test.question}, {outcome.test.title}: crashes"
    for number, said in blank.errors.items():
        text += f"\n    cell {number}: {said}"
    yield blank.points == 0 and not crashes and not blank.errors, text


def _check_form(lab: Lab) -> Iterator[tuple[bool, str]]:
    path = path_of(lab)
    there = path.read_text(encoding="utf-8") if path.exists() else ""
    in_step = there == student_text(lab)
    advice = (
        "in step" if in_step else f"not in step: run.py check lab {lab.name} --write"
    )
    yield in_step, f"{path.name}: {advice}"
    wrongs = [wrong.question for wrong in read_wrongs(lab)]
    for question in lab.questions:
        lacks = []
        if wrongs.count(question.name) < FEWEST_WRONG:
            lacks.append(f"{FEWEST_WRONG} wrong answers")
        if list(question.hints) != FOLDS or not all(question.hints.values()):
            lacks.append("three hints and a worked idea")
        if not question.hidden_points or question.points == question.hidden_points:
            lacks.append("points from both public and hidden tests")
        if lacks:
            yield False, f"{question.name}: lacks {', '.join(lacks)}"


def _check_inputs(lab: Lab) -> Iterator[tuple[bool, str]]:
    found = calls_by_test(lab)
    for question in lab.questions:
        mine = [(t, calls) for t, calls in found if t.question == question.name]
        public = set().union(*(calls for test, calls in mine if not test.hidden))
        for test, calls in mine:
            if test.hidden and not calls - public:
                text = f"{question.name}: the hidden test '{test.title}' has no input"
                yield False, f"{text} of its own"


def _report(found: Iterator[tuple[bool, str]]) -> int:
    amiss = 0
    for right, text in found:
        print(text if right else f"AMISS: {text}", flush=True)
        amiss += not right
    return amiss


def _write(lab: Lab) -> None:
    path, text = path_of(lab), student_text(lab)
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8", newline="\n")
        print(f"{path.name}: written")
