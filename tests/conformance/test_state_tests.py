"""The official state tests pass: exceptions, logs and the state's root.

With the compiled core every case does, in `run.py test --all`; on every push a sample
does that holds cases of each folder, and a thousand cheap ones as plain Python. What
runs as WebAssembly is in `tests/page`.
"""

from pathlib import Path

import pytest

from minichain.kernels.runtime import default_runtime
from tests.conformance.state_tests import (
    choose,
    find_files,
    find_folder,
    judge,
    main,
    read_cases,
)
from tests.vectors import vectors_folder

CHEAP = ("stEIP150singleCodeGasPrices", "stSStoreTest", "stTransactionTest")
"""Folders whose cases do little."""

SHARE = 0.25
"""Part of each folder's cases that is run on every push."""


def folders() -> list[Path]:
    """Return the suite's folders, none if it is not there."""
    try:
        root = find_folder(vectors_folder())
    except pytest.skip.Exception:
        return []
    return sorted(path for path in root.iterdir() if path.is_dir())


def cases_in(folder: Path) -> list:
    return [case for path in find_files(folder) for case in read_cases(path)]


def failures(cases: list, runtime: str | None) -> dict[str, str]:
    found = {case.name: judge(case, runtime) for case in cases}
    return {name: wrong for name, wrong in found.items() if wrong}


compiled = pytest.mark.skipif(
    default_runtime() == "plain", reason="the plain runtime takes hours for all cases"
)
each_folder = pytest.mark.parametrize("folder", folders(), ids=lambda path: path.name)


@compiled
@pytest.mark.slow
@each_folder
def test_every_official_case_of_a_folder_passes(folder):
    assert failures(cases_in(folder), None) == {}


@compiled
@each_folder
def test_a_sample_of_each_folder_passes(folder):
    assert failures(choose(cases_in(folder), SHARE, 8), None) == {}


def test_the_samples_hold_fifteen_hundred_cases():
    counts = [len(choose(cases_in(folder), SHARE, 8)) for folder in folders()]
    if not counts:
        pytest.skip("no official state tests: set MINICHAIN_VECTORS")
    assert min(counts) > 0
    assert sum(counts) >= 1_500


def test_a_thousand_official_cases_pass_as_plain_python():
    cases = [case for f in folders() if f.name in CHEAP for case in cases_in(f)]
    if not cases:
        pytest.skip("no official state tests: set MINICHAIN_VECTORS")
    assert len(cases) >= 1_000
    assert failures(cases, "plain") == {}


def test_a_case_that_expects_something_else_is_named_and_counted(tmp_path, capsys):
    files = [
        file for f in folders() if f.name == "stSStoreTest" for file in find_files(f)
    ]
    if not files:
        pytest.skip("no official state tests: set MINICHAIN_VECTORS")
    text = files[0].read_text(encoding="utf-8")
    (case, *rest) = read_cases(files[0])
    inside = tmp_path / "GeneralStateTests" / "some" / "where"
    inside.mkdir(parents=True)
    (inside / files[0].name).write_text(
        text.replace(case.post["hash"], "0x" + "ab" * 32)
    )
    assert main([str(tmp_path), "--runtime", "plain"]) == 1
    said = capsys.readouterr().out
    assert f"where/{case.name}: other root" in said
    assert f"{len(rest)} passed, 1 failed" in said
