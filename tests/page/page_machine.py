"""In the page the machine runs official cases, and random programs, as WebAssembly."""

import pytest

from minichain.kernels.runtime import default_runtime
from tests.conformance.state_tests import (
    choose,
    find_files,
    find_folder,
    judge,
    read_cases,
)
from tests.vectors import vectors_folder

SHARE = 0.16
"""Part of each folder's cases that is run."""


def chosen_cases():
    root = find_folder(vectors_folder())
    for folder in sorted(path for path in root.iterdir() if path.is_dir()):
        cases = [case for path in find_files(folder) for case in read_cases(path)]
        yield from choose(cases, SHARE, 8)


def test_a_thousand_official_cases_pass_as_webassembly():
    assert default_runtime() == "wasm"
    wrong = {case.name: judge(case, "wasm") for case in chosen_cases()}
    if not wrong:
        pytest.skip("no official state tests: set MINICHAIN_VECTORS")
    assert len(wrong) >= 1_000
    assert {name: why for name, why in wrong.items() if why} == {}
