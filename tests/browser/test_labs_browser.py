"""Every lab in the page: the master's answers pass, empty ones do not, and soon."""

import time

import pytest

from tasks.lab_master import names, read_lab
from tests.browser.test_live_browser import Cell, index_of

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

PATIENCE = 6
"""Seconds that a check may keep a learner waiting, on a busy machine."""


@pytest.mark.parametrize("name", names())
def test_a_labs_answers_pass_in_the_page_within_seconds(reader, name):
    lab, place = read_lab(name), f"labs/{name}/{name}"
    reader.open(f"{place}.html")
    blank = Cell(reader, index_of(place, f"{lab.questions[0].name}-check"))
    assert "not yet" in blank.run()
    late = {}
    for question in lab.questions:
        answer = Cell(reader, index_of(place, f"{question.name}-answer"))
        answer.root.locator(".cm-content").wait_for()
        answer.write(question.solution)
        check = Cell(reader, index_of(place, f"{question.name}-check"))
        began = time.perf_counter()
        said = check.run()
        seconds = time.perf_counter() - began
        assert "passed" in said, question.name
        assert "not yet" not in said, (question.name, said)
        assert "stopped" not in said, (question.name, said)
        if seconds > PATIENCE:
            late[question.name] = seconds
    assert not late
