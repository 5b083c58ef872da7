"""The channel takes what a kernel has to say to the page.

A message is a dict that JSON can hold, and a list of buffers beside it. Text that is
printed waits a moment, so that a loop of prints is one message and not thousands.
"""

import io
from collections.abc import Callable, Sequence
from time import monotonic
from typing import Any

Message = dict[str, Any]
Send = Callable[[Message, Sequence[Any]], None]

PATIENCE_SECONDS = 0.05
"""Printed text waits no longer than this for more."""

MOST_WAITING = 16_384
"""Characters that wait at most."""


class Channel:
    """Where messages go.

    Parameters
    ----------
    send : callable
        Takes a message and its buffers.

    Attributes
    ----------
    cell : str or None
        The cell whose output is being made.
    """

    def __init__(self, send: Send) -> None:
        self._send = send
        self.cell: str | None = None
        self._takers: list[Callable[[Message], None]] = []
        self._waiting: list[str] = []
        self._stream = "stdout"
        self._size = 0
        self._since = 0.0

    def send(self, message: Message, buffers: Sequence[Any] = ()) -> None:
        """Send a message, after the text that was printed before it."""
        self.flush()
        self._send(message, buffers)

    def output(self, output: Message) -> None:
        """Give one output, in the notebook format's own form, to who takes outputs."""
        self.flush()
        if self._takers:
            self._takers[-1](output)
        else:
            self._send({"kind": "output", "cell": self.cell, "output": output}, ())

    def clear(self, wait: bool) -> None:
        """Take the outputs away that were given so far."""
        self.flush()
        if self._takers:
            self._takers[-1]({"output_type": "clear", "wait": wait})
        else:
            self._send({"kind": "clear", "cell": self.cell, "wait": wait}, ())

    def divert(self, taker: Callable[[Message], None]) -> None:
        """Give outputs to somebody else, until `restore`."""
        self.flush()
        self._takers.append(taker)

    def restore(self) -> None:
        """Give outputs to whom they went before the last `divert`."""
        self.flush()
        self._takers.pop()

    def write(self, stream: str, text: str) -> None:
        """Take printed text."""
        if stream != self._stream:
            self.flush()
            self._stream = stream
        if not self._waiting:
            self._since = monotonic()
        self._waiting.append(text)
        self._size += len(text)
        if self._size > MOST_WAITING or monotonic() - self._since > PATIENCE_SECONDS:
            self.flush()

    def flush(self) -> None:
        """Give the printed text that waits."""
        if not self._waiting:
            return
        text = "".join(self._waiting)
        self._waiting.clear()
        self._size = 0
        self.output({"output_type": "stream", "name": self._stream, "text": text})


class Stream(io.TextIOBase):
    """What a cell prints to: ``sys.stdout`` or ``sys.stderr`` of a page."""

    def __init__(self, channel: Channel, name: str) -> None:
        self._channel = channel
        self.name = name

    def writable(self) -> bool:
        """Say that it takes text."""
        return True

    def write(self, text: str) -> int:
        """Take text."""
        if text:
            self._channel.write(self.name, text)
        return len(text)

    def flush(self) -> None:
        """Give at once what was printed."""
        self._channel.flush()
