"""A comm is a line between a widget's Python and its picture in the page."""

from collections.abc import Sequence
from typing import Any

import comm
from comm.base_comm import BaseComm, CommManager
from pagekernel.cells import describe
from pagekernel.channel import Channel

KINDS = ("comm_open", "comm_msg", "comm_close")
"""What can be said on a comm."""


class Comms:
    """Carries what is said on comms, both ways.

    Parameters
    ----------
    channel : Channel
        Where messages to the page go.
    """

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._manager = CommManager()
        self._homes: dict[str, str | None] = {}
        owner = self

        class PageComm(BaseComm):  # type: ignore[misc]
            def publish_msg(
                self, msg_type: str, data: Any = None, metadata: Any = None,
                buffers: Sequence[Any] | None = None, **keys: Any,
            ) -> None:  # fmt: skip
                keys.setdefault("target_name", self.target_name)
                owner.publish(self.comm_id, msg_type, data, metadata, buffers, keys)

        comm.create_comm = PageComm
        comm.get_comm_manager = lambda: self._manager

    def publish(
        self, comm_id: str, kind: str, data: Any, metadata: Any,
        buffers: Sequence[Any] | None, keys: dict[str, Any],
    ) -> None:  # fmt: skip
        """Send the page what a widget says."""
        if kind == "comm_open":
            self._homes[comm_id] = self._channel.cell
        message = {
            "kind": "comm", "type": kind, "comm": comm_id, "cell": self._channel.cell,
            "target": keys["target_name"], "data": data or {},
            "metadata": metadata or {},
        }  # fmt: skip
        self._channel.send(message, list(buffers or ()))

    def receive(
        self, kind: str, comm_id: str, data: Any, buffers: Sequence[Any], target: str
    ) -> None:
        """Take what the page says to a widget."""
        if kind not in KINDS:
            return
        # What a widget's Python prints or shows stands below the cell that made it.
        self._channel.cell = self._homes.get(comm_id)
        content = {"comm_id": comm_id, "data": data, "target_name": target}
        message = {
            "content": content, "buffers": buffers, "header": {}, "metadata": {},
        }  # fmt: skip
        try:
            getattr(self._manager, kind)(None, None, message)
        except Exception as error:
            self._channel.output(describe(error))
        finally:
            self._channel.send({"kind": "heard", "comm": comm_id})
