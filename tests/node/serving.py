"""A server in a thread of its own, and the command in a process of its own."""

import asyncio
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from minichain.node import Node
from minichain.node.server import Server
from tasks.environment import ROOT


@contextmanager
def serve(node: Node, **options: Any) -> Iterator[Server]:
    """Serve a node on a free port of this machine while the ``with`` block runs."""
    loop = asyncio.new_event_loop()
    server = Server(node, **options)
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        asyncio.run_coroutine_threadsafe(server.start(port=0), loop).result(20)
        yield server
    finally:
        asyncio.run_coroutine_threadsafe(server.stop(), loop).result(20)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(20)
        loop.close()


@contextmanager
def start_command(
    *words: str, said: list[str] | None = None
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run ``python -m minichain node`` on a free port; yield it and its address.

    What it says until it listens is put into ``said``.
    """
    command = [sys.executable, "-m", "minichain", "node", "--port", "0", *words]
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        said = [] if said is None else said
        for line in process.stdout:
            said.append(line)
            found = re.search(r"(http://\S+:\d+)", line)
            if found:
                yield process, found[1]
                return
        raise AssertionError("".join(said))
    finally:
        process.kill()
        process.wait(20)
        process.stdout.close()
