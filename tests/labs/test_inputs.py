"""Hidden tests have inputs of their own, also where an answer is a text."""

import pytest

from tasks.lab_marking import calls_by_test
from tasks.lab_model import Lab, Question

TEST = "@test_case(points=1, hidden={})\ndef test_it({}):\n    {}\n"


def make_lab(solution: str, name: str, public: str, hidden: str) -> Lab:
    question = Question("one", prompt=f"{name} = ...", solution=solution)
    for is_hidden, line in ((False, public), (True, hidden)):
        question.tests.append((TEST.format(is_hidden, name, line), is_hidden))
    return Lab("small", {}, (question,))


@pytest.mark.parametrize(
    ("solution", "name", "public", "hidden", "own"),
    [
        ("text = 'a'", "text", "assert text * 3", "assert text * 4", {"text with 4"}),
        ("text = 'a'", "text", "assert text * 3", "assert text * 3", set()),
        ("f = abs", "f", "f(3)", "f(3)", set()),
        ("def f(x):\n    return x", "f", "f(3)", "f(4)", {"f(4)"}),
        ("def f(x):\n    return x", "f", "f(3)", "f(3) + 4", set()),
    ],
)
def test_an_input_is_an_argument_or_a_number_beside_a_text(
    solution, name, public, hidden, own
):
    (_, seen), (_, new) = calls_by_test(make_lab(solution, name, public, hidden))
    assert seen
    assert new - seen == own
