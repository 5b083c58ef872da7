"""A node under load answers everyone, rightly, and its memory does not grow."""

import sys

import pytest

from minichain.chain import Chain
from minichain.node import Node
from minichain.node.methods import METHODS
from tests.apart import run_apart
from tests.node.crowd import crowd
from tests.node.serving import serve, start_command

MIB = 2**20


@pytest.mark.slow
def test_a_crowd_is_answered_without_a_fault_and_memory_stays():
    # 200 clients for a minute: python -m tests.benchmarks.bench_node
    with start_command("--accounts", "20", "--block-time", "1") as (process, address):
        tally = run_apart(crowd(address, process.pid, 200, 8))
    assert tally.faults == {}
    assert tally.answers.total() > 500
    assert len(tally.answers) == 16
    if sys.platform == "linux":
        warm = tally.sizes[len(tally.sizes) // 3][1]
        assert warm > 0
        assert tally.sizes[-1][1] - warm < 8 * MIB


def test_a_small_crowd_is_told_what_is_wrong_and_what_is_new():
    node = Node(Chain.dev(accounts=4, seal="on-demand"))
    with serve(node) as server:
        tally = run_apart(crowd(f"http://127.0.0.1:{server.port}", 0, 6, 1.5))
    assert tally.faults == {}
    assert {"refused", "news", "batch", "eth_call"} <= set(tally.answers)


def test_a_crowd_sees_wrong_answers(monkeypatch):
    # Else the tests above would be content with anything.
    wrong = {**METHODS, "eth_getBalance": lambda node, given: 1 / 0}
    node = Node(Chain.dev(accounts=4, seal="on-demand"))
    with serve(node) as server:
        monkeypatch.setattr(server._dispatcher, "methods", wrong)
        tally = run_apart(crowd(f"http://127.0.0.1:{server.port}", 0, 3, 0.8))
    assert tally.faults
    assert all("ZeroDivisionError" in fault for fault in tally.faults)
