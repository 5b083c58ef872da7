"""In the page, how long workloads of the machine take; `bench_evm_page` reads it."""

import json
from pathlib import Path

from js import process

from minichain.evm import Environment, Message, execute
from minichain.ledger.state import State

FILE = Path("/project/build/workloads.json")


def make_state(accounts, slots):
    state = State()
    for address, (nonce, balance, code) in accounts.items():
        state.set_nonce(bytes.fromhex(address), nonce)
        state.set_balance(bytes.fromhex(address), balance)
        if code:
            state.set_code(bytes.fromhex(address), bytes.fromhex(code))
    for address, slot, word in slots:
        state.set_storage(bytes.fromhex(address), slot, word)
    return state


def cpu_seconds():
    """Return what Node has used so far; Python's own clock here only tells the time."""
    used = process.cpuUsage()
    return (used.user + used.system) / 1e6


def test_workloads_are_run():
    block = Environment()
    for name, work in json.loads(FILE.read_text()).items():
        state = make_state(work["accounts"], work["slots"])
        messages = [
            Message(
                sender=bytes.fromhex(work["sender"]),
                to=bytes.fromhex(to),
                data=bytes.fromhex(data),
                gas=work["gas"],
            )
            for to, data in work["calls"]
        ]
        times = []
        for _ in range(8):
            start = cpu_seconds()
            outcomes = [execute(message, state, block) for message in messages]
            times.append(cpu_seconds() - start)
            state.commit()
            assert all(outcome.success for outcome in outcomes)
        print("took", json.dumps([name, min(times)]))
