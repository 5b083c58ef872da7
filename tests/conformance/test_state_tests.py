"""The official state tests pass: exceptions, logs and the state's root."""

import pytest

from tests.conformance.state_tests import find_files, read_cases, run_case
from tests.vectors import vectors_folder

CHEAP = ("stEIP150singleCodeGasPrices", "stSStoreTest", "stTransactionTest")


def cases_of(folders):
    root = vectors_folder() / "ethereum-tests" / "GeneralStateTests"
    for folder in folders:
        for path in find_files(root / folder):
            yield from read_cases(path)


def test_official_cases_pass_as_plain_python():
    wrong = {case.name: run_case(case, "plain") for case in cases_of(CHEAP)}
    if len(wrong) < 1_000:
        pytest.skip(f"only {len(wrong)} official cases are there")
    assert {name: why for name, why in wrong.items() if why} == {}
