"""The output widget holds outputs of a cell inside a widget, as `interact` does.

In a notebook its front end catches what a cell gives out while the widget is open. In
the page the kernel itself puts them into the widget.
"""

from typing import Any

from pagekernel.cells import describe
from pagekernel.channel import Channel, Message


def teach_outputs(channel: Channel) -> None:
    """Let output widgets take outputs from the channel."""
    from ipywidgets import Output

    def enter(self: Any) -> Any:
        self.__dict__.setdefault("clear_next", False)
        channel.divert(lambda output: _take(self, output))
        return self

    def leave(self: Any, kind: Any, error: Any, _frames: Any) -> bool:
        if error is not None:
            channel.output(describe(error))
        channel.restore()
        return error is not None

    def clear(self: Any, *_: Any, wait: bool = False, **__: Any) -> None:
        _take(self, {"output_type": "clear", "wait": wait})

    Output.__enter__ = enter
    Output.__exit__ = leave
    Output.clear_output = clear


def _take(widget: Any, output: Message) -> None:
    if output["output_type"] == "clear":
        widget.__dict__["clear_next"] = output["wait"]
        if not output["wait"]:
            widget.outputs = ()
        return
    before = () if widget.__dict__.pop("clear_next", False) else widget.outputs
    last = before[-1] if before else {}
    same = last.get("output_type") == "stream" and last.get("name") == output.get(
        "name"
    )
    if output["output_type"] == "stream" and same:
        joined = {**last, "text": last["text"] + output["text"]}
        widget.outputs = (*before[:-1], joined)
    else:
        widget.outputs = (*before, output)
