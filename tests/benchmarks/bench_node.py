"""A node under load: 200 clients for a minute, each answer checked, memory measured.

``python -m tests.benchmarks.bench_node CLIENTS SECONDS`` runs another size.
"""

import asyncio
import sys

from tests.node.crowd import Tally, crowd
from tests.node.serving import start_command

MIB = 2**20
"""Bytes of a mebibyte."""


def load(clients: int, seconds: float) -> Tally:
    """Serve a chain that seals a block a second to a crowd."""
    with start_command("--accounts", "20", "--block-time", "1") as (process, address):
        return asyncio.run(crowd(address, process.pid, clients, seconds))


def main(words: list[str]) -> int:
    """Print what the crowd saw; return 1 if anything was wrong."""
    clients = int(words[0]) if words else 200
    seconds = float(words[1]) if len(words) > 1 else 60.0
    tally = load(clients, seconds)
    total = tally.answers.total()
    print(
        f"{clients} clients, {seconds:g} s: {total} answers, {total / seconds:.0f} a s"
    )
    for method, count in tally.answers.most_common():
        print(f"    {method:<26}{count:8}")
    print(f"slowest answer {tally.slowest:.2f} s")
    for at, size, sent in tally.sizes[:: max(len(tally.sizes) // 8, 1)]:
        print(f"    after {at:5.1f} s {size / MIB:8.1f} MiB, {sent} transactions sent")
    for fault, count in tally.faults.most_common(10):
        print(f"fault, {count} times: {fault}")
    return 1 if tally.faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
