"""A widget puts a part of `minichain` under the learner's hands.

The names below load on first use; nothing else in the package imports anywidget.

How to write one
----------------
A widget called ``thing`` is three files and computes nothing about the protocol:

``thing.py``
    A frozen dataclass of plain values for the state, a `~minichain.widgets.base.Lesson`
    that is a pure reducer over it, and a `~minichain.widgets.base.Widget` that names
    the lesson. The lesson says `initial`, `apply`, `view`, `describe`, `summarize`
    and, because a share string may hold any values, `check`. Errors from `minichain`
    may pass through `apply`: the view shows the rule they name. What must be seen to
    fail is no error but part of the picture.
``thing.js``
    The view: ``export default lesson((picture, act) => nodes)``, built with ``h`` and
    the parts that ``base.js`` and ``parts.js`` export. It draws the picture and sends
    actions, ``act("flip", { bit: 3 })``. It holds no state.
``thing.css``
    Where the parts do not suffice. Only colours of ``base.css``.

The base brings the rest: undo, redo, reset, the seed, share strings, the text twin,
waiting and read-only notices, long work in slices (`progress`, `advance`, `stop`),
theme, print, and arrow keys among elements marked ``data-rove``.

Where it runs
-------------
anywidget loads the view from a ``blob:`` address: a page's policy must allow
``script-src blob:``, and nothing else that is unsafe. A page without Python says so
with ``data-python="absent"`` on its ``html`` element, and widgets are read-only at
once; otherwise they find out after four seconds of silence. A page's theme is taken
from ``html[data-theme]`` or JupyterLab's, then from the system.

Rules of the view
-----------------
- Text goes in as text: ``h`` takes no HTML. No request, no font, no image from outside.
- A control that acts on one of many carries a ``key``, and its label says which.
- A field that is typed in sends with ``{ burst: name }``: one message at a time, the
  newest wins, and what is being typed is not overwritten by an older picture.
- Colour never speaks alone: a mark, an underline or a word says the same.
- An answer that the learner shall predict is not in the picture until they have.

Tests
-----
``tests/widgets/test_thing.py`` tests the lesson in plain Python, and runs
``tests.widgets.laws.check_lesson`` on it: any actions and any share strings end in a
state or a named error, pictures are JSON, and undo brings each one back.
``tests/widgets/test_widgets_browser.py`` takes every name in ``__all__`` to a browser:
the fixture ``stage`` shows a widget on a page of its own, with a real session.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from minichain.widgets.abi import AbiExplorer
    from minichain.widgets.avalanche import Avalanche
    from minichain.widgets.blocktree import BlockTreeExplorer
    from minichain.widgets.coins import CoinsAndAccounts
    from minichain.widgets.energy import EnergyEstimate
    from minichain.widgets.fees import FeeMarket
    from minichain.widgets.film import ReentrancyFilm
    from minichain.widgets.golf import GasGolf
    from minichain.widgets.keys import KeysAndSignatures
    from minichain.widgets.merkle import MerkleExplorer
    from minichain.widgets.miner import Miner
    from minichain.widgets.ordering import MempoolOrdering
    from minichain.widgets.race import DoubleSpendRace
    from minichain.widgets.retarget import RetargetController
    from minichain.widgets.selfish import SelfishLab
    from minichain.widgets.snowball import SnowballVoting
    from minichain.widgets.stakeboard import StakeBoard
    from minichain.widgets.tamper import TamperLab
    from minichain.widgets.timetravel import TimeTravel

__all__ = [
    "AbiExplorer",
    "Avalanche",
    "BlockTreeExplorer",
    "CoinsAndAccounts",
    "DoubleSpendRace",
    "EnergyEstimate",
    "FeeMarket",
    "GasGolf",
    "KeysAndSignatures",
    "MempoolOrdering",
    "MerkleExplorer",
    "Miner",
    "ReentrancyFilm",
    "RetargetController",
    "SelfishLab",
    "SnowballVoting",
    "StakeBoard",
    "TamperLab",
    "TimeTravel",
]

_HOMES = {
    "AbiExplorer": "minichain.widgets.abi",
    "Avalanche": "minichain.widgets.avalanche",
    "BlockTreeExplorer": "minichain.widgets.blocktree",
    "CoinsAndAccounts": "minichain.widgets.coins",
    "DoubleSpendRace": "minichain.widgets.race",
    "EnergyEstimate": "minichain.widgets.energy",
    "FeeMarket": "minichain.widgets.fees",
    "GasGolf": "minichain.widgets.golf",
    "KeysAndSignatures": "minichain.widgets.keys",
    "MempoolOrdering": "minichain.widgets.ordering",
    "MerkleExplorer": "minichain.widgets.merkle",
    "Miner": "minichain.widgets.miner",
    "ReentrancyFilm": "minichain.widgets.film",
    "RetargetController": "minichain.widgets.retarget",
    "SelfishLab": "minichain.widgets.selfish",
    "SnowballVoting": "minichain.widgets.snowball",
    "StakeBoard": "minichain.widgets.stakeboard",
    "TamperLab": "minichain.widgets.tamper",
    "TimeTravel": "minichain.widgets.timetravel",
}


def __getattr__(name: str) -> object:
    """Load the module a widget lives in, once, when it is first asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the widgets, loaded or not."""
    return sorted({*globals(), *__all__})
