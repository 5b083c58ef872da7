"""Coroutines run in a thread of their own."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any


def run_apart(work: Coroutine[Any, Any, Any]) -> Any:
    """Return what a coroutine returns: a browser's loop may be running in this thread.

    The browser that tests share keeps its loop running as long as it is open, and
    where one runs, `asyncio.run` refuses to begin.
    """
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()
