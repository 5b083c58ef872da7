"""The page kernel runs cells as a notebook's kernel does, and says so in messages."""

import ast
from contextlib import redirect_stderr, redirect_stdout

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pagekernel.cells import Cells, describe
from pagekernel.channel import Channel, Stream
from pagekernel.comms import Comms
from pagekernel.displays import make_bundle
from pagekernel.needs import find_needed, read_names

from tests.apart import run_apart


class Page:
    """A page that keeps what the kernel tells it."""

    def __init__(self, monkeypatch):
        self.messages = []
        self.channel = Channel(lambda message, _: self.messages.append(message))
        monkeypatch.setattr("builtins.display", None, raising=False)
        self.cells = Cells(self.channel, {})

    def run(self, source, name="cell 1"):
        self.messages.clear()
        out, err = Stream(self.channel, "stdout"), Stream(self.channel, "stderr")
        with redirect_stdout(out), redirect_stderr(err):
            ok = run_apart(self.cells.run(source, name))
        return ok, [message.get("output", message) for message in self.messages]


@pytest.fixture
def page(monkeypatch):
    return Page(monkeypatch)


def test_the_last_value_is_the_result_and_none_is_silent(page):
    ok, (result,) = page.run("x = 2\nx + 1")
    assert ok
    assert result["data"] == {"text/plain": "3"}
    assert result["output_type"] == "execute_result"
    assert page.run("x = 3") == (True, [])
    assert page.run("None") == (True, [])
    assert page.run("x;") == (True, [])


def test_names_live_on_from_cell_to_cell(page):
    page.run("def f(): return 7")
    assert page.run("f()")[1][0]["data"]["text/plain"] == "7"
    assert page.run("_")[1][0]["data"]["text/plain"] == "7"


def test_prints_of_one_stream_are_one_message_in_the_order_of_streams(page):
    source = "import sys\nfor i in range(3): print(i)\nprint('bad', file=sys.stderr)\n4"
    _, outputs = page.run(source)
    assert [o.get("text") for o in outputs] == ["0\n1\n2\n", "bad\n", None]
    assert [o.get("name") for o in outputs] == ["stdout", "stderr", None]


def test_an_endless_print_comes_piece_by_piece(page):
    _, outputs = page.run("for i in range(40): print('x' * 1000)")
    assert len(outputs) > 1
    assert "".join(o["text"] for o in outputs) == ("x" * 1000 + "\n") * 40


def test_an_error_shows_the_cells_own_lines(page):
    ok, (error,) = page.run("def f():\n    return 1 / 0\n\nf()")
    text = "\n".join(error["traceback"])
    assert not ok
    assert (error["ename"], error["evalue"]) == (
        "ZeroDivisionError",
        "division by zero",
    )
    assert "return 1 / 0" in text
    assert "<cell 1>" in text
    assert "pagekernel" not in text


def test_text_that_is_no_python_is_told_with_its_place(page):
    ok, (error,) = page.run("x = = 1")
    assert not ok
    assert error["ename"] == "SyntaxError"
    assert any("x = = 1" in line for line in error["traceback"])


@pytest.mark.parametrize("source", ["raise SystemExit", "raise KeyboardInterrupt"])
def test_a_cell_cannot_end_the_kernel(page, source):
    assert page.run(source)[0] is False
    assert page.run("1")[0] is True


def test_a_cell_may_await(page):
    ok, (result,) = page.run("import asyncio\nawait asyncio.sleep(0, 5)")
    assert ok
    assert result["data"]["text/plain"] == "5"


def test_a_value_is_offered_in_every_form_that_it_has():
    class Both:
        def _repr_html_(self):
            return "<b>2</b>"

        def _repr_png_(self):
            return b"\x89"

        def __repr__(self):
            return "two"

    data, metadata = make_bundle(Both())
    assert data == {"text/html": "<b>2</b>", "image/png": "iQ==", "text/plain": "two"}
    assert metadata == {}
    assert list(make_bundle(Both)[0]) == ["text/plain"]


def test_a_form_that_a_value_declines_to_offer_is_passed_over(page):
    class Picky:
        def _ipython_display_(self):
            raise NotImplementedError

        def _repr_svg_(self):
            raise NotImplementedError

        def _repr_html_(self):
            return "<b>here</b>"

    page.cells.names["picky"] = Picky()
    ok, (result,) = page.run("picky")
    assert ok
    assert set(result["data"]) == {"text/html", "text/plain"}
    assert result["data"]["text/html"] == "<b>here</b>"


def test_an_error_behind_an_error_is_told_too(page):
    source = (
        "try:\n    1 / 0\nexcept ZeroDivisionError as e:\n    raise KeyError(3) from e"
    )
    _, (error,) = page.run(source)
    assert "ZeroDivisionError" in "\n".join(error["traceback"])
    assert error["ename"] == "KeyError"


def test_errors_in_a_circle_end():
    error = ValueError("a")
    error.__cause__ = KeyError("b")
    error.__cause__.__context__ = error
    assert describe(error)["ename"] == "ValueError"


def test_what_a_widget_says_goes_both_ways(page, monkeypatch):
    import comm

    monkeypatch.setattr(comm, "create_comm", None)
    monkeypatch.setattr(comm, "get_comm_manager", None)
    comms = Comms(page.channel)
    page.channel.cell = "cell 4"
    line = comm.create_comm(target_name="lesson", data={"a": 1}, comm_id="7")
    comm.get_comm_manager().register_comm(line)
    opened = page.messages[-1]
    assert (opened["type"], opened["target"], opened["data"]) == (
        "comm_open",
        "lesson",
        {"a": 1},
    )
    heard = []
    line.on_msg(heard.append)
    page.channel.cell = "cell 9"
    comms.receive("comm_msg", "7", {"b": 2}, [], "")
    assert heard[0]["content"]["data"] == {"b": 2}
    assert page.channel.cell == "cell 4"
    assert page.messages[-1] == {"kind": "heard", "comm": "7"}


def test_a_widget_that_fails_says_so_and_is_heard(page, monkeypatch):
    import comm

    monkeypatch.setattr(comm, "create_comm", None)
    monkeypatch.setattr(comm, "get_comm_manager", None)
    comms = Comms(page.channel)
    line = comm.create_comm(target_name="lesson", comm_id="7")
    comm.get_comm_manager().register_comm(line)
    line.on_msg(lambda _: 1 / 0)
    comms.receive("comm_msg", "7", {}, [], "")
    assert page.messages[-1] == {"kind": "heard", "comm": "7"}


@pytest.mark.parametrize(
    ("cells", "wanted"),
    [
        (["a = 1", "b = a", "c = 3", "b"], [0, 1]),
        (["a = []", "a.append(1)", "b = 2", "a"], [0, 1]),
        (["a = {}", "a['x'] = 1", "a"], [0, 1]),
        (["a = 1", "def f(): return a", "f()"], [0, 1]),
        (["import x", "from y import z", "z()"], [1]),
        (["a = 1", "a += 1", "print(a)"], [0, 1]),
        (["a = 1", "advance(a)", "a"], [0, 1]),
        (["a = 1", "class C:\n    b = a", "C"], [0, 1]),
        (["a = 1", "def f():\n    global a\n    a = 2", "a"], [0, 1]),
        (["from m import *", "b = 1", "thing"], [0]),
        (["a = 1", "b = (", "a"], [0, 1]),
        (["a = 1", "b = 2", "exec('a')"], [0, 1]),
        (["[a for a in range(3)]", "a = 1", "[b for b in range(a)]"], [1]),
        (["a, *b = 1, 2", "with open(a) as c: pass", "c"], [0, 1]),
        (["for i in range(3): pass", "i"], [0]),
    ],
)
def test_a_cell_needs_those_that_give_its_names(cells, wanted):
    assert find_needed(cells, len(cells) - 1) == wanted


NAMES = st.sampled_from("abcd")
LINES = st.one_of(
    st.builds("{0} = {1}".format, NAMES, st.integers(0, 9)),
    st.builds("{0} = {1}".format, NAMES, NAMES),
    st.builds("{0} = [{1}]".format, NAMES, NAMES),
    st.builds("{0}.append({1})".format, NAMES, NAMES),
    st.builds("{0} += {1}".format, NAMES, NAMES),
    st.builds("def f(): return {0}".format, NAMES),
    st.builds("{0} = f()".format, NAMES),
)


@given(st.lists(LINES, min_size=1, max_size=8), NAMES)
def test_running_only_what_is_needed_gives_the_same_value(lines, name):
    cells = [*lines, f"answer = repr({name})"]
    needed = [*find_needed(cells, len(lines)), len(lines)]
    assert _answer(cells, range(len(cells))) in (_answer(cells, needed), "an error")


def _answer(cells, places):
    names = {}
    for place in places:
        try:
            exec(cells[place], names)
        except (NameError, AttributeError, TypeError):
            return "an error"
    return names["answer"]


def test_every_name_of_a_cell_is_read():
    found = read_names("import a.b as c\nd.e = f(g)\nh[i] = 1")
    assert found.given >= {"c", "d", "h", "g"}
    assert found.asked >= {"d", "f", "g", "h", "i"}
    assert ast.parse("a")
