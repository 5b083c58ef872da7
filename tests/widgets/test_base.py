"""The widget: what is synced, what is shown without a kernel, what comes back."""

import json
import re
from html import unescape
from typing import Any

import pytest

import minichain.widgets
from minichain.errors import ProtocolError
from minichain.widgets import Avalanche
from minichain.widgets.base import Widget

VIEW = "application/vnd.jupyter.widget-view+json"


def send(widget: Widget, number: int, kind: str, **fields: Any) -> None:
    """Send what a view sends, by the door that ipywidgets uses."""
    message = {"client": "a", "number": number, "action": {"type": kind, **fields}}
    widget._handle_custom_msg(message, [])


@pytest.mark.parametrize("name", minichain.widgets.__all__)
def test_saved_state_alone_holds_the_whole_picture(name: str) -> None:
    widget = getattr(minichain.widgets, name)(seed=3)
    state = json.loads(json.dumps(widget.get_state()["view"]))
    assert state["picture"] == widget.lesson.view(widget.state)
    assert state["seed"] == 3
    assert state["twin"]
    assert state["summary"]
    assert len(json.dumps(state)) < 50_000
    assert widget.get_state()["_esm"].count("export default") == 1
    assert ".mc-frame" in widget.get_state()["_css"]


@pytest.mark.parametrize("name", minichain.widgets.__all__)
def test_a_notebook_without_widgets_shows_the_twin(name: str) -> None:
    widget = getattr(minichain.widgets, name)()
    data, _ = widget._repr_mimebundle_()
    assert data[VIEW]["model_id"] == widget.model_id
    assert widget.describe() in data["text/plain"]
    assert data["text/html"].startswith('<section class="minichain-twin">')
    shown = set(unescape(re.sub(r"<[^>]+>", " ", data["text/html"])).split())
    # Under the head of a table in text stands a line of dashes.
    words = {word for word in widget.describe().split() if set(word) != {"-"}}
    assert words
    assert words <= shown


def test_the_twin_s_tables_are_tables_there() -> None:
    data, _ = Avalanche(ask=False)._repr_mimebundle_()
    assert "<table>" in data["text/html"]


def test_a_message_brings_the_next_picture() -> None:
    widget = Avalanche(ask=False)
    pictures: list[Any] = []
    widget.observe(lambda change: pictures.append(change["new"]), "view")
    send(widget, 1, "mend")
    assert widget.view["picture"]["changed"] == 0
    assert widget.view["seen"] == {"a": 1}
    assert len(pictures) == 1
    send(widget, 1, "mend")
    assert len(pictures) == 1


def test_a_refused_message_is_acknowledged_with_its_rule() -> None:
    widget = Avalanche()
    before = widget.state
    send(widget, 1, "flip", bit=10**9)
    assert widget.view["notice"]["rule"] == "action"
    assert widget.view["seen"] == {"a": 1}
    assert widget.state == before


def test_python_may_act_as_the_learner_does() -> None:
    widget = Avalanche()
    widget.act("predict", guess=128)
    assert widget.view["picture"]["predict"]["guess"] == 128
    with pytest.raises(ProtocolError):
        widget.act("flip", bit=-1)
    assert Avalanche(share=widget.share).state == widget.state


def test_unknown_options_and_names_are_refused() -> None:
    with pytest.raises(TypeError, match="no option 'txt'"):
        Avalanche(txt="x")
    with pytest.raises(AttributeError, match="Nothing"):
        minichain.widgets.Nothing  # noqa: B018


def test_the_names_of_all_widgets_are_listed() -> None:
    assert set(minichain.widgets.__all__) <= set(dir(minichain.widgets))


def test_importing_the_package_does_not_import_anywidget() -> None:
    import subprocess
    import sys

    code = "import minichain, sys; assert 'anywidget' not in sys.modules"
    code += "; import minichain.widgets; assert 'anywidget' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
