"""A stage for widgets: a page of their own in a headless Chromium, Python behind it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from minichain.widgets.base import Widget
from minichain.widgets.bundle import compose, style
from minichain.widgets.session import Session
from tests.chromium import read_axe

HERE = Path(__file__).parent

SITE = "http://widgets.test"
"""An address that no network knows: every request to it is answered from memory."""

POLICY = "default-src 'none'; script-src 'self' blob:; style-src 'self'"
"""The strictest policy that widgets must live under."""


class Stage:
    """One widget on a page of its own.

    Attributes
    ----------
    page : playwright Page
        To look at and to act on.
    session : Session
        The Python side.
    faults : list of str
        Errors of the console, and requests to anywhere else.
    """

    def __init__(self, browser: Any, *, theme: str, width: int, motion: str) -> None:
        self.context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=theme,
            reduced_motion=motion,
        )
        self.faults: list[str] = []
        self.context.route("**/*", self._answer)
        self.page = self.context.new_page()
        self.page.set_default_timeout(8000)
        self.page.on(
            "console",
            lambda m: self.faults.append(m.text) if m.type == "error" else None,
        )
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))

    def show(
        self,
        widget: type[Widget],
        *,
        seed: int = 0,
        delay: int = 0,
        absent: bool = False,
        **options: Any,
    ) -> Any:
        """Open the page with a widget; return the page."""
        self.name = widget.lesson.name
        self.session = Session(widget.lesson, seed, options)
        self.page.goto(f"{SITE}/")
        self.page.expose_function("python", self._receive)
        self.wait_until("Boolean(window.start)")
        self.page.evaluate(
            "start => window.start(start)",
            {
                "esm": compose(self.name),
                "view": self.session.envelope(),
                "delay": delay,
                "absent": absent,
            },
        )
        self.page.wait_for_selector(".mc-frame")
        return self.page

    def wait_until(self, expression: str, argument: Any = None) -> None:
        """Wait until a JavaScript expression is true.

        Playwright's own way evaluates text inside the page, which the policy forbids.
        """
        for _ in range(400):
            if self.page.evaluate(expression, argument):
                return
            self.page.wait_for_timeout(20)
        raise AssertionError(f"never true: {expression}")

    def find_violations(self) -> list[str]:
        """Return what axe has to say about the widget."""
        self.page.evaluate(read_axe())
        found = self.page.evaluate("async () => (await axe.run('.mc')).violations")
        return [
            f"{v['id']}: {node['target']} {node['failureSummary']}"
            for v in found
            for node in v["nodes"]
        ]

    def close(self) -> None:
        """Close the page."""
        self.context.close()

    def _receive(self, message: Any) -> dict[str, Any] | None:
        return self.session.envelope() if self.session.receive(message) else None

    def _answer(self, route: Any) -> None:
        path = route.request.url.removeprefix(SITE)
        if path == "/":
            body, kind = (HERE / "harness.html").read_text("utf-8"), "text/html"
        elif path == "/harness.js":
            body, kind = (HERE / "harness.js").read_text("utf-8"), "text/javascript"
        elif path == "/widget.css":
            body, kind = style(self.name), "text/css"
        elif path == "/favicon.ico":
            body, kind = "", "image/x-icon"
        else:
            if not route.request.url.startswith("blob:"):
                self.faults.append(f"request to {route.request.url}")
            route.abort()
            return
        headers = {"content-security-policy": POLICY, "content-type": kind}
        route.fulfill(body=body, headers=headers)


@pytest.fixture
def stage(browser: Any, request: pytest.FixtureRequest) -> Iterator[Stage]:
    """Return a stage; parametrize it indirectly with theme, width and motion."""
    wanted = {"theme": "light", "width": 1280, "motion": "no-preference"}
    stage = Stage(browser, **(wanted | getattr(request, "param", {})))
    yield stage
    stage.close()
    assert stage.faults == []
