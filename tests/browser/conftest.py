"""A reader of the finished book: a headless Chromium that may ask nobody else.

What goes wrong while a page is open is collected and fails the test: requests to
another origin, errors of the console, answers that something is not there, and what
the page's own policy forbade.
"""

import functools
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tasks import book
from tests.chromium import read_axe

WIDE, NARROW = 1440, 360
"""Widths that pages are looked at in, in CSS pixels."""

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
"""What axe-core checks."""


class Reader:
    """Somebody who reads the book in a browser.

    Attributes
    ----------
    page : playwright Page
        To look at and to act on.
    faults : list of str
        What went wrong so far; must be empty at the end.

    Parameters
    ----------
    browser : playwright Browser
        Opens the window.
    address : str
        Where the book is served; any other address is a fault.
    **wishes
        `theme`, `width` in CSS pixels, `guarded` (False leaves requests alone, which
        is faster: for measuring), and what Playwright's `new_context` takes.
    """

    def __init__(self, browser: Any, address: str, **wishes: Any) -> None:
        theme = wishes.pop("theme", "light")
        width = wishes.pop("width", WIDE)
        is_guarded = wishes.pop("guarded", True)
        self.address = address
        self.faults: list[str] = []
        self.context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=theme,
            # What a service worker answers would pass the guard unseen.
            **{"service_workers": "block", **wishes},
        )
        self.context.add_init_script(
            f"const theme = '{theme}';"
            "try { localStorage.mode ??= theme; localStorage.theme ??= theme } catch {}"
        )
        if is_guarded:
            self.context.route("**/*", self._guard)
        self.context.on("response", self._look_at_answer)
        self.context.on("weberror", lambda error: self.faults.append(str(error.error)))
        self.page = self.context.new_page()
        self.page.set_default_timeout(15_000)
        self.page.on("console", self._listen)

    def open(self, name: str) -> Any:
        """Open a page of the book and wait until its widgets are drawn."""
        self.page.goto(self.address + name)
        self.page.wait_for_selector("html[data-widgets=drawn]", state="attached")
        return self.page

    def wait_until(self, expression: str, seconds: float = 15) -> None:
        """Wait until a JavaScript expression is true.

        Playwright's own way evaluates text inside the page, which its policy forbids.
        """
        for _ in range(int(seconds * 20)):
            if self.page.evaluate(expression):
                return
            self.page.wait_for_timeout(50)
        raise AssertionError(f"not true after {seconds} s: {expression}")

    def find_violations(self) -> list[str]:
        """Return what axe-core has to say about the page."""
        self.page.evaluate(read_axe())
        found = self.page.evaluate("async r => (await axe.run(r)).violations", RULES)
        return [
            f"{rule['id']}: {node['html'][:160]} {node['failureSummary'][:200]}"
            for rule in found
            for node in rule["nodes"]
        ]

    def scrolls_sideways(self) -> bool:
        """Return whether the page is wider than the window."""
        return self.page.evaluate(
            "document.documentElement.scrollWidth > innerWidth"
            " || document.body.scrollWidth > innerWidth"
        )

    def close(self) -> None:
        """Close the browser's window."""
        self.context.close()

    def _guard(self, route: Any) -> None:
        url = route.request.url
        if url.startswith((self.address, "data:", "blob:")):
            route.continue_()
        else:
            self.faults.append(f"asked {url}")
            route.abort()

    def _look_at_answer(self, answer: Any) -> None:
        if answer.status >= 400:
            self.faults.append(f"{answer.status} for {answer.url}")

    def _listen(self, message: Any) -> None:
        if message.type == "error":
            self.faults.append(message.text)


@pytest.fixture(scope="session")
def site() -> Path:
    """Return the folder of the finished book; made now where something changed."""
    if book.main(["--no-serve"]):
        pytest.fail("the book could not be built; what it said stands above")
    return book.SITE


@pytest.fixture(scope="session")
def address(site: Path) -> Iterator[str]:
    """Return where the book is served, below a path of its own as hosts may have it."""
    with serve(site, "/some/where/") as address:
        yield address


class serve:  # noqa: N801
    """Serve a folder on this machine, below a path, for as long as the block lasts.

    `unpacks` has the browser unpack packed files as they come, as some hosts do.
    """

    def __init__(
        self, folder: Path, below: str = "/", *, unpacks: bool = False
    ) -> None:
        class Files(book.Pages):
            def end_headers(self) -> None:
                if unpacks and self.path.endswith(".gz"):
                    self.send_header("Content-Encoding", "gzip")
                super().end_headers()

            def translate_path(self, path: str) -> str:
                if not path.startswith(below):
                    return str(folder / "nowhere")
                return super().translate_path("/" + path.removeprefix(below))

        handler = functools.partial(Files, directory=str(folder))
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self.server.server_port}{below}"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)

    def __enter__(self) -> str:
        """Start."""
        self.thread.start()
        return self.address

    def __exit__(self, *_: object) -> None:
        """Stop."""
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def reader(
    browser: Any, address: str, request: pytest.FixtureRequest
) -> Iterator[Reader]:
    """Return a reader; parametrize it indirectly with theme, width and what else."""
    reader = Reader(browser, address, **getattr(request, "param", {}))
    yield reader
    reader.close()
    assert reader.faults == []
