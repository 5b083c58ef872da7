"""A widget is a lesson on a page: its state in Python, its picture in the browser.

The picture is one synced value, `Widget.view`, complete in itself: a saved notebook or
a static page draws it with no kernel. What the learner does comes back as messages;
`minichain.widgets.session` answers them and the new picture follows.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

import anywidget
import traitlets

from minichain.widgets.bundle import compose, style
from minichain.widgets.lesson import Action, InvalidAction, Lesson, Picture, Progress
from minichain.widgets.prediction import OPEN, Prediction
from minichain.widgets.session import Session
from minichain.widgets.twin import Table, Twin, to_html, to_text

__all__ = [
    "OPEN",
    "Action",
    "InvalidAction",
    "Lesson",
    "Picture",
    "Prediction",
    "Progress",
    "Table",
    "Twin",
    "Widget",
]


class Widget(anywidget.AnyWidget):  # type: ignore[misc]
    """A lesson that a notebook can show.

    A subclass names its lesson and nothing more.

    Parameters
    ----------
    seed : int
        Decides all that looks random.
    share : str or None
        A share string to begin from.
    **options
        The lesson's own options.

    Attributes
    ----------
    lesson : Lesson
        What it teaches.
    view : dict
        All that the browser draws, synced.

    Raises
    ------
    TypeError
        The lesson has no such option.
    ProtocolError
        The share string or an option's value is refused.
    """

    lesson: ClassVar[Lesson[Any]]

    view = traitlets.Dict().tag(sync=True)

    def __init_subclass__(cls, **keywords: Any) -> None:
        """Give a widget the front end that its lesson's name points to."""
        if "lesson" in cls.__dict__:
            cls._esm = compose(cls.lesson.name)
            cls._css = style(cls.lesson.name)
        super().__init_subclass__(**keywords)

    def __init__(
        self, *, seed: int = 0, share: str | None = None, **options: Any
    ) -> None:
        self._session = Session(self.lesson, seed, options, share)
        super().__init__(view=self._session.envelope())
        self.on_msg(self._on_message)

    @property
    def state(self) -> Any:
        """The lesson's present state."""
        return self._session.state

    @property
    def share(self) -> str:
        """The present state as a share string."""
        return self._session.share

    def act(self, kind: str, /, **fields: object) -> None:
        """Apply one action, as if the learner had taken it.

        Raises
        ------
        ProtocolError
            The action is refused; nothing has changed.
        """
        self._session.act(Action(kind, fields))
        self.view = self._session.envelope()

    def describe(self) -> str:
        """Return the text twin: what the picture says, in words and tables."""
        return to_text(self._session.twin)

    def _on_message(self, _: object, message: object, __: object) -> None:
        changed = True
        try:
            changed = self._session.receive(message)
        finally:
            if changed:
                self.view = self._session.envelope()

    def _repr_mimebundle_(self, **keywords: Any) -> tuple[Mapping[str, Any], Any]:
        """Return the live view, with the text twin for where there is none."""
        data, metadata = super()._repr_mimebundle_(**keywords)
        title, twin = self.lesson.title, self._session.twin
        html = f'<section class="minichain-twin">{to_html([title, *twin])}</section>'
        text = f"{title}\n\n{to_text(twin)}"
        return {**data, "text/plain": text, "text/html": html}, metadata
