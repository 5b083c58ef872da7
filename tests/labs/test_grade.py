"""A class is graded: honest, broken and malicious submissions each get their row."""

import csv
import json
import os
import sys
import time
from pathlib import Path

import pytest

from tasks import grade
from tasks.grade_limits import Limits
from tasks.grade_record import find_submissions
from tasks.lab_master import parse
from tests.labs.small_lab import DOUBLE, MASTER, TILL, notebook, small_lab, solved

LIMITS = Limits(seconds=3, total_seconds=40, cpu_seconds=20)
ON_LINUX = sys.platform == "linux"
only_linux = pytest.mark.skipif(not ON_LINUX, reason="Linux confines, others do not")

ATTACKS = {
    "exits": "import os\nos._exit(0)",
    "exits-politely": "raise SystemExit(0)",
    "never-ends": "while True: pass",
    "sleeps": "import time\ntime.sleep(1000)",
    "eats-memory": "hoard = []\nwhile True: hoard.append(bytearray(10**8))",
    "talks": "while True: print('x' * 10**6)",
    "breaks-down": "import ctypes\nctypes.string_at(1)",
    "recurses": "def f(): return f()\nf()",
    "floods-the-channel": (
        "import os\n"
        "while True:\n"
        "    for number in range(3, 12):\n"
        "        try: os.write(number, b'[\"value\", 4]' * 999)\n"
        "        except OSError: pass"
    ),
}

# Each comes with answers that are wrong, and tries to have points all the same.
CHEATS = {
    "sends-nonsense": (
        "import gc\n"
        "from tasks.grade_channel import Peer\n"
        "peer = next(o for o in gc.get_objects() if isinstance(o, Peer))\n"
        "while True: peer.send('value', {'mine': ['x', 'y']})"
    ),
    "fakes-results": (
        "import gc\n"
        "from tasks.grade_channel import Peer\n"
        "peer = next(o for o in gc.get_objects() if isinstance(o, Peer))\n"
        "peer.send('value', {'dict': []})\n"
        "for i in range(50): peer.send('value', True)"
    ),
    "patches-the-tests": (
        "import minichain.feedback as f, minichain.feedback.checks as c\n"
        "f.expect_equal = f.expect_refusal = lambda *a, **k: None\n"
        "c.run_test = c.Outcome = lambda *a, **k: True\n"
        "c.Outcome.points = 99"
    ),
    "patches-python": (
        "import builtins, json\n"
        "builtins.AssertionError = builtins.ValueError = ZeroDivisionError\n"
        "builtins.isinstance = builtins.type = lambda *a: True"
    ),
    "equals-everything": (
        "class Any(int):\n"
        "    def __eq__(self, other): return True\n"
        "    def __ne__(self, other): return False\n"
        "    __hash__ = int.__hash__\n"
        "def double(x): return Any(7)\n"
    ),
    "asks-the-grader": (
        "def double(x):\n"
        "    import gc\n"
        "    from tasks.grade_channel import Peer\n"
        "    peer = next(o for o in gc.get_objects() if isinstance(o, Peer))\n"
        "    return peer.request('part', 0, '__globals__')\n"
    ),
}

NOTHING = "def double(x): return 7\nclass Till: pass"

HONEST = {
    "solved.ipynb": solved(),
    "untouched.ipynb": notebook(*small_lab().code(small_lab().prompts())),
    "raises-in-the-middle.ipynb": solved("1 / 0", "import no_such_module"),
    "older-format.ipynb": notebook("given = 2", DOUBLE, TILL, version=3),
    "lacks-a-question.ipynb": notebook("given = 2", DOUBLE),
    "has-a-question-twice.ipynb": solved("def double(x): return 3"),
    "uses-magic.ipynb": solved("%matplotlib inline\n!ls\n%%bash", "%%bash\nexit 1"),
    "awaits.ipynb": solved("import asyncio\nawait asyncio.sleep(0)"),
    "hangs-when-called.ipynb": notebook("def double(x):\n    while True: pass", TILL),
    "exits-when-called.ipynb": notebook("import os\ndef double(x): os._exit(3)", TILL),
    "withheld.ipynb": notebook("import fractions\ngiven = 2", DOUBLE, TILL),
    "=cmd|' -C calc'!A0.ipynb": solved(),
    "naïve 名.ipynb": solved(),
    "steers.ipynb": solved("raise ValueError('\\x1b[31m <b>red</b> \\ud800')"),
}

MALFORMED = {
    "empty.ipynb": b"",
    "blank.ipynb": b" \n ",
    "no-json.ipynb": b"{",
    "deep.ipynb": b"[" * 200_000,
    "a-number.ipynb": b"7",
    "no-cells.ipynb": b'{"nbformat": 4}',
    "odd-cells.ipynb": b'{"nbformat": 4, "cells": [7]}',
    "odd-source.ipynb": b'{"cells": [{"cell_type": "code", "source": {"a": 1}}]}',
    "latin.ipynb": '{"é": 1}'.encode("latin-1"),
    "essay.pdf": b"%PDF-1.4",
    "too-much-code.ipynb": notebook("x = 1\n" * 400_000),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    place = tmp_path_factory.mktemp("class") / "hand-ins"
    place.mkdir()
    for name, data in {**HONEST, **MALFORMED}.items():
        (place / name).write_bytes(data)
    for name, attack in ATTACKS.items():
        (place / f"{name}.ipynb").write_bytes(solved(attack))
    for name, cheat in CHEATS.items():
        (place / f"{name}.ipynb").write_bytes(notebook(NOTHING, cheat))
    solution = Path(__file__).with_name("small_lab.py")
    for name, theft in {
        "reads-the-solution": f"exec(open({str(solution)!r}).read())\nexec(DOUBLE)",
        "reads-a-neighbour": f"text = open({str(place / 'solved.ipynb')!r}).read()",
    }.items():
        (place / f"{name}.ipynb").write_bytes(notebook(NOTHING, "given = 2", theft))
    (place / "a-folder.ipynb").mkdir()
    (place / ".hidden").write_text("")
    if hasattr(os, "mkfifo"):
        os.mkfifo(place / "pipe.ipynb")
        outside = place.parent / "secret.ipynb"
        outside.write_bytes(solved())
        (place / "link-out.ipynb").symlink_to(outside)
        (place / "link-to-nothing.ipynb").symlink_to(place / "nowhere")
    with (place / "huge.ipynb").open("wb") as file:
        file.truncate(10**9)
    return place


def run(folder: Path, out: Path, limits: Limits = LIMITS, workers: int = 2) -> int:
    own = {out, grade.pages_folder(out)}
    paths = find_submissions(folder, lambda path: path in own)
    return grade.grade(small_lab(), paths, out, limits, grade._here(workers))


def rows_of(out: Path) -> dict[str, dict[str, str]]:
    with out.open(newline="", encoding="utf-8") as file:
        return {row["file"]: row for row in csv.DictReader(file)}


@pytest.fixture(scope="module")
def table(folder) -> dict[str, dict[str, str]]:
    out = folder.parent / "results.csv"
    assert run(folder, out) == 0
    return rows_of(out)


def test_every_file_has_its_row_and_hidden_ones_have_none(folder, table):
    assert len(table) == len([p for p in folder.iterdir() if p.name[0] != "."])


def test_a_solution_earns_all_points_and_a_stub_none(table):
    assert table["solved.ipynb"]["points"] == table["solved.ipynb"]["of"] == "5"
    assert table["solved.ipynb"]["reason"] == ""
    assert table["untouched.ipynb"]["points"] == "0"


@pytest.mark.parametrize("name", sorted(set(ATTACKS) - {"floods-the-channel"}))
def test_an_attack_costs_its_cell_and_no_more(table, name):
    row = table[f"{name}.ipynb"]
    assert (row["double"], row["till"]) == ("3", "2")
    assert row["reason"]


def test_a_notebook_that_floods_the_channel_ends_with_a_reason(table):
    assert table["floods-the-channel.ipynb"]["reason"]


@only_linux
@pytest.mark.parametrize("name", ["reads-the-solution", "reads-a-neighbour"])
def test_no_notebook_reads_the_solution_or_a_neighbour(table, name):
    row = table[f"{name}.ipynb"]
    assert "PermissionError" in row["reason"]
    assert row["points"] == "0"


@pytest.mark.parametrize("name", sorted(CHEATS))
def test_no_cheat_earns_a_point(table, name):
    assert table[f"{name}.ipynb"]["points"] == "0"


@pytest.mark.parametrize(
    ("name", "double", "till", "reason"),
    [
        ("raises-in-the-middle", "3", "2", "cell 3 stopped: ZeroDivisionError"),
        ("older-format", "3", "2", ""),
        ("lacks-a-question", "3", "0", ""),
        ("has-a-question-twice", "0", "2", ""),
        ("uses-magic", "3", "2", ""),
        ("awaits", "3", "2", ""),
        ("hangs-when-called", "0", "2", "double: in a test, it took longer than 3 s"),
        ("exits-when-called", "0", "2", "the process exited (3)"),
        ("withheld", "0", "2", "fractions is what this lab builds"),
        ("never-ends", "3", "2", "cell 3 left out: it took longer than 3 s"),
        ("exits", "3", "2", "cell 3 left out: the process exited (0)"),
    ],
)
def test_what_is_wrong_costs_its_own_points(table, name, double, till, reason):
    row = table[f"{name}.ipynb"]
    assert (row["double"], row["till"]) == (double, till)
    assert reason in row["reason"]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("empty.ipynb", "an empty file"),
        ("blank.ipynb", "an empty file"),
        ("no-json.ipynb", "malformed JSON"),
        ("deep.ipynb", "malformed JSON"),
        ("a-number.ipynb", "not a notebook"),
        ("no-cells.ipynb", "not a notebook"),
        ("odd-cells.ipynb", "not a notebook"),
        ("odd-source.ipynb", "not a notebook"),
        ("latin.ipynb", "not in UTF-8"),
        ("essay.pdf", "malformed JSON"),
        ("too-much-code.ipynb", "characters of code"),
        ("a-folder.ipynb", "a folder"),
        ("pipe.ipynb", "not a plain file"),
        ("link-out.ipynb", "a symbolic link"),
        ("link-to-nothing.ipynb", "a symbolic link"),
        ("huge.ipynb", "1,000,000,000 bytes; at most"),
    ],
)
def test_what_is_no_notebook_has_no_points_and_a_reason(table, name, reason):
    if name not in table:
        pytest.skip("this system has no such file")
    assert table[name]["points"] == "0"
    assert reason in table[name]["reason"]


def test_no_cell_of_the_table_is_a_formula(folder, table):
    text = (folder.parent / "results.csv").read_text(encoding="utf-8")
    assert "'=cmd" in text
    cells = [cell for row in csv.reader(text.splitlines()) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


def test_what_a_notebook_says_cannot_steer_the_terminal_or_the_page(folder, table):
    reason = table["steers.ipynb"]["reason"]
    assert "\x1b" not in reason
    assert "<b>red</b>" in reason
    (page,) = (folder.parent / "results-pages").glob("steers-*.html")
    text = page.read_text(encoding="utf-8")
    assert "<b>red</b>" not in text
    assert "&lt;b&gt;red" in text


def test_a_page_shows_what_public_tests_saw_and_hides_the_rest(folder, table):
    (page,) = (folder.parent / "results-pages").glob("untouched-*.html")
    text = page.read_text(encoding="utf-8")
    assert "double(2)" in text
    assert "Other numbers (hidden test)" in text
    assert "double(secret)" not in text


def test_a_second_run_grades_only_what_changed(tmp_path, capsys):
    hand_ins = tmp_path / "hand-ins"
    hand_ins.mkdir()
    for name in ("ann", "bob"):
        (hand_ins / f"{name}.ipynb").write_bytes(solved())
    out = tmp_path / "grades.csv"
    run(hand_ins, out)
    (hand_ins / "bob.ipynb").write_bytes(notebook(TILL))
    capsys.readouterr()
    run(hand_ins, out)
    said = capsys.readouterr().out
    assert "1 of 2 need no grading" in said
    assert "bob.ipynb: 2 of 5" in said
    assert "ann.ipynb" not in said
    assert rows_of(out)["ann.ipynb"]["points"] == "5"


def test_what_a_test_loads_once_takes_no_time_from_a_submission(tmp_path, monkeypatch):
    # As compiled kernels do, what the first test needs takes long the first time.
    monkeypatch.setattr(sys, "loaded", [], raising=False)
    slow = """    import sys, time
    if not sys.loaded:
        time.sleep(3)
        sys.loaded.append(1)
    expect_equal("double(2)", """
    master = MASTER.replace('    expect_equal("double(2)", ', slow)
    (tmp_path / "ann.ipynb").write_bytes(solved())
    out = tmp_path / "grades.csv"
    paths = find_submissions(tmp_path, lambda path: path == out)
    limits = Limits(seconds=2, total_seconds=40)
    grade.grade(parse("small", master), paths, out, limits, grade._here(1))
    assert rows_of(out)["ann.ipynb"]["points"] == "5"


def test_a_record_that_was_cut_off_is_graded_again(tmp_path, capsys):
    (tmp_path / "ann.ipynb").write_bytes(solved())
    out = tmp_path / "grades.csv"
    run(tmp_path, out)
    (record,) = (tmp_path / "grades-pages" / "records").glob("*.json")
    record.write_text(record.read_text()[:40])
    run(tmp_path, out)
    assert "need no grading" not in capsys.readouterr().out
    assert rows_of(out)["ann.ipynb"]["points"] == "5"


def test_an_interrupted_run_ends_at_once_and_goes_on_later(tmp_path):
    hand_ins = tmp_path / "hand-ins"
    hand_ins.mkdir()
    (hand_ins / "ann.ipynb").write_bytes(solved())
    (hand_ins / "slow.ipynb").write_bytes(solved("import time\ntime.sleep(60)"))
    out = tmp_path / "grades.csv"
    paths = find_submissions(hand_ins, lambda path: False)
    here = grade._here(1)

    def interrupted(work):
        for found in here(work):
            yield found
            raise KeyboardInterrupt

    start = time.monotonic()
    patient = Limits(seconds=60, total_seconds=120)
    assert grade.grade(small_lab(), paths, out, patient, interrupted) == 130
    assert time.monotonic() - start < 30
    assert rows_of(out)["ann.ipynb"]["points"] == "5"
    assert run(hand_ins, out, Limits(seconds=1, total_seconds=40)) == 0
    assert rows_of(out)["slow.ipynb"]["points"] == "5"


def test_a_failure_of_the_grader_is_a_row_and_an_exit_code(tmp_path):
    (tmp_path / "ann.ipynb").write_bytes(solved())
    paths = find_submissions(tmp_path, lambda path: False)

    def broken(work):
        for path in work:
            yield path, RuntimeError("no processes left")

    out = tmp_path / "grades.csv"
    assert grade.grade(small_lab(), paths, out, LIMITS, broken) == 1
    assert "no processes left" in rows_of(out)["ann.ipynb"]["reason"]


def test_the_command_names_what_is_missing(tmp_path, capsys):
    words = [str(tmp_path / "nowhere"), "--lab", "merkle-airdrop", "--out", "x.csv"]
    assert grade.main(words) == 2
    assert "there is no folder" in capsys.readouterr().err
    assert grade.main([str(tmp_path), "--lab", "nothing", "--out", "x.csv"]) == 2
    assert "no lab is called nothing" in capsys.readouterr().err


def test_records_are_plain_data(folder, table):
    for path in (folder.parent / "results-pages" / "records").iterdir():
        record = json.loads(path.read_text(encoding="utf-8"))
        assert {"file", "digest", "points", "outcomes", "reason", "facts"} == set(
            record
        )
