"""The program of a page's kernel: what it does with each message of the page."""

import json
import sys
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

from pagekernel.cells import Cells
from pagekernel.channel import Channel, Message, Stream
from pagekernel.comms import Comms
from pagekernel.needs import find_needed


class Program:
    """A kernel, ready for cells.

    Parameters
    ----------
    send : callable
        Takes a message to the page as JSON, and its buffers.
    """

    def __init__(self, send: Callable[[str, Sequence[Any]], None]) -> None:
        def post(message: Message, buffers: Sequence[Any]) -> None:
            send(json.dumps(message, default=str), buffers)

        self.channel = Channel(post)
        sys.stdout = Stream(self.channel, "stdout")
        sys.stderr = Stream(self.channel, "stderr")
        main = ModuleType("__main__")
        sys.modules["__main__"] = main
        self.cells = Cells(self.channel, main.__dict__)
        self.comms = Comms(self.channel)
        self._connect()

    async def run(self, source: str, name: str) -> tuple[bool, int]:
        """Run a cell; return whether it ended well, and its number."""
        ok = await self.cells.run(source, name)
        return ok, self.cells.count

    def hear(
        self, kind: str, comm_id: str, data: str, buffers: Sequence[Any], target: str
    ) -> None:
        """Take what the page says on a comm; `data` is JSON."""
        self.comms.receive(kind, comm_id, json.loads(data), buffers, target)

    @staticmethod
    def needed(cells: str, place: int) -> list[int]:
        """Return which cells a cell needs; `cells` is a JSON list of their texts."""
        return find_needed(json.loads(cells), place)

    def _connect(self) -> None:
        """Let the stand-in for IPython, and output widgets, speak through us."""
        import IPython

        IPython.connect(self.channel, self.cells)
        from pagekernel.outputs import teach_outputs

        teach_outputs(self.channel)
