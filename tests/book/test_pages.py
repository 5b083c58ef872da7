"""Every page of the finished book holds together and asks nobody else for anything."""

from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
import yaml
from live.page import inline_scripts, policy

from tasks.environment import ROOT
from tests.book.contents import named_documents

LOADING = {
    ("script", "src"), ("img", "src"), ("link", "href"), ("iframe", "src"),
    ("source", "src"), ("video", "src"), ("audio", "src"), ("embed", "src"),
    ("object", "data"), ("use", "href"), ("image", "href"),
}  # fmt: skip
"""What a browser loads by itself."""


class Page(HTMLParser):
    """What a page loads, links to and names."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.links: list[str] = []
        self.names: set[str] = set()
        self.tags: list[str] = []
        self.handlers: list[str] = []
        self.text = path.read_text("utf-8")
        self.feed(self.text)

    def handle_starttag(
        self, tag: str, attributes: list[tuple[str, str | None]]
    ) -> None:
        self.tags.append(tag)
        for name, value in attributes:
            if name in ("id", "name") and value:
                self.names.add(value)
            if name.startswith("on"):
                self.handlers.append(f"{tag} {name}={value}")
            if (tag, name) in LOADING and value:
                self.loads.append(value)
            elif tag == "a" and name == "href" and value:
                self.links.append(value)


def test_every_notebook_of_a_chapter_or_lab_is_in_the_book():
    made = [*ROOT.glob("chapters/*/*.ipynb"), *ROOT.glob("labs/*/*.ipynb")]
    names = {path.relative_to(ROOT).with_suffix("").as_posix() for path in made}
    assert names <= set(named_documents())


def test_the_table_of_contents_names_each_document_once_and_each_is_there():
    names = named_documents()
    assert len(names) == len(set(names))
    for name in names:
        assert any((ROOT / f"{name}{end}").exists() for end in (".md", ".ipynb")), name


def test_each_part_of_the_book_has_a_caption():
    toc = yaml.safe_load((ROOT / "book" / "_toc.yml").read_text("utf-8"))
    assert all(part["caption"] for part in toc["parts"])


pages = pytest.mark.parametrize("name", [f"{n}.html" for n in named_documents()])


@pytest.mark.slow
@pytest.mark.xdist_group("book")
class TestFinishedPages:
    """What is written, page by page."""

    @pages
    def test_a_page_loads_nothing_from_elsewhere(self, site, name):
        for address in Page(site / name).loads:
            parts = urlsplit(address)
            assert parts.scheme in ("", "data"), address
            assert not parts.netloc, address

    @pages
    def test_a_page_names_no_service_that_would_be_asked(self, site, name):
        text = Page(site / name).text
        for service in ("unpkg", "cdn.jsdelivr", "cdnjs", "googleapis", "requirejs"):
            assert service not in text

    @pages
    def test_a_page_does_not_say_where_it_was_made(self, site, name):
        text = Page(site / name).text
        assert str(ROOT) not in text
        assert "site-packages" not in text

    @pages
    def test_everything_that_a_page_loads_or_links_to_is_there(self, site, name):
        here = site / name
        page = Page(here)
        for address in [*page.loads, *page.links]:
            parts = urlsplit(address)
            if parts.scheme or parts.netloc:
                continue
            target = here.parent / unquote(parts.path) if parts.path else here
            assert target.exists(), address
            if parts.fragment and target.suffix == ".html":
                names = page.names if target == here else Page(target).names
                assert unquote(parts.fragment) in names, address

    @pages
    def test_a_page_lists_each_script_that_it_holds(self, site, name):
        page = Page(site / name)
        assert f'content="{policy(inline_scripts(page.text))}"' in page.text
        assert page.handlers == []

    @pages
    def test_a_page_has_one_heading_of_the_first_rank(self, site, name):
        # The theme prints the title once more on paper, out of sight on screens.
        text = Page(site / name).text
        article = text.split("<article", 1)[1].split("</article>", 1)[0]
        assert article.count("<h1") == 1

    @pages
    def test_each_widget_of_a_page_has_its_words_beside_it(self, site, name):
        text = Page(site / name).text
        views = text.count('"application/vnd.jupyter.widget-view+json"')
        assert text.count('class="minichain-twin"') == views

    def test_the_pages_with_widgets_have_them(self, site):
        views = sum(
            path.read_text("utf-8").count("widget-view+json")
            for path in (site / "chapters" / "ledgers").glob("*.html")
        )
        assert views >= 5

    def test_mathematics_is_loaded_where_there_is_some_and_nowhere_else(self, site):
        assert "tex-chtml.js" in (site / "book/notation.html").read_text("utf-8")
        assert "tex-chtml.js" not in (site / "book/index.html").read_text("utf-8")
