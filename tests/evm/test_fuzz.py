"""Random programs come to the same on every runtime, and in a machine of Rust."""

from importlib.util import find_spec

import pytest

from minichain.kernels.evm_table import OPCODES
from minichain.kernels.runtime import default_runtime
from tests.evm import fuzz
from tests.evm.fuzz_programs import make_trial

FAMILIES = ("PUSH", "DUP", "SWAP")

needs_rust = pytest.mark.skipif(
    find_spec("pyrevm") is None, reason="pyrevm is not built for this platform"
)


@needs_rust
@pytest.mark.oracle
def test_hundreds_of_random_programs_come_to_the_same_in_rust():
    seeds = range(1_000_001, 1_000_401)
    assert {seed: found for seed in seeds if (found := fuzz.compare(seed))} == {}


@pytest.mark.skipif(default_runtime() == "plain", reason="there is one runtime only")
def test_random_programs_come_to_the_same_on_both_runtimes():
    for seed in range(2_000_001, 2_000_041):
        trial = make_trial(seed)
        assert fuzz.run_here(trial, "plain") == fuzz.run_here(trial), seed


@needs_rust
def test_a_machine_that_charges_one_gas_more_is_found_out(monkeypatch):
    def run(trial, runtime=None):
        found = honest(trial, runtime)
        return found | {"gas": found["gas"] + 1}

    honest = fuzz.run_here
    monkeypatch.setattr(fuzz, "run_here", run)
    assert fuzz.compare(1).keys() == {"gas"}


def test_trials_reach_every_opcode_and_every_kind_of_end():
    seen, ends = set(), set()
    for seed in range(1, 121):
        trial = make_trial(seed)
        ends.add(fuzz.run_here(trial, "plain", lambda s: seen.add(s.opcode))["ends"])
    assert ends == {False, True, "revert"}
    # Pushes and the like of every size come with more programs than these.
    wanted = {
        op.number
        for op in OPCODES.values()
        if op.name.rstrip("0123456789") not in FAMILIES
    }
    assert wanted - seen == set()
