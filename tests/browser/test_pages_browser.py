"""Every page of the book as a reader meets it: light, dark, wide, on a phone."""

import pytest

from tests.book.contents import named_documents
from tests.browser.conftest import NARROW, WIDE, Reader, serve

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

PAGES = [f"{name}.html" for name in named_documents()]

LOOKS = [
    {"theme": theme, "width": width}
    for theme in ("light", "dark")
    for width in (WIDE, NARROW)
]

HASHING = "chapters/ledgers/hashing.html"


@pytest.mark.parametrize(
    "reader", LOOKS, indirect=True, ids=lambda w: "-".join(map(str, w.values()))
)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_quiet_whole_and_accessible(reader, name):
    page = reader.open(name)
    widgets = page.locator(".live-widget").count()
    assert page.locator(".live-widget[data-drawn]").count() == widgets
    assert not reader.scrolls_sideways()
    assert reader.find_violations() == []


def test_the_search_page_is_quiet_and_finds_what_the_book_says(reader):
    page = reader.open("search.html?q=avalanche")
    page.locator("#search-results a").first.wait_for()
    assert "Hashing" in page.locator("#search-results").inner_text()
    assert reader.find_violations() == []


def test_the_first_tab_offers_to_skip_to_the_text(reader):
    page = reader.open("book/index.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to main content"
    assert reader.find_violations() == []
    page.keyboard.press("Enter")
    assert page.url.endswith("#main-content")


def test_the_theme_can_be_switched_and_is_kept(reader):
    page = reader.open("book/index.html")
    paper = "getComputedStyle(document.documentElement).backgroundColor"
    light = page.evaluate(paper)
    switch = page.locator(".theme-switch-button:visible").first
    for _ in range(3):
        if page.evaluate("document.documentElement.dataset.theme") == "dark":
            break
        switch.click()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert page.evaluate(paper) != light
    mode = page.evaluate("document.documentElement.dataset.mode")
    reader.open("book/map.html")
    assert page.evaluate("document.documentElement.dataset.mode") == mode


def test_on_a_phone_the_contents_open_and_lead_on(browser, address):
    reader = Reader(browser, address, width=NARROW)
    page = reader.open("book/index.html")
    page.locator(".primary-toggle:visible").first.click()
    contents = page.locator("dialog[open]")
    contents.get_by_role("link", name="The map", exact=True).click()
    page.wait_for_url("**/book/map.html")
    reader.close()
    assert reader.faults == []


def test_pointing_at_a_concept_lights_up_what_it_rests_on(reader):
    page = reader.open("book/map.html")
    page.locator("#concept-tree a").focus()
    assert page.locator("#concept-hash.lit").count() == 1
    assert page.locator("#concept-key.lit").count() == 0
    assert page.locator(".concepts-lines path.lit").count() == 1


def test_without_javascript_a_widget_can_be_read(browser, address):
    reader = Reader(browser, address, java_script_enabled=False)
    reader.page.goto(address + HASHING)
    twin = reader.page.locator(".live-widget .minichain-twin").first
    assert twin.is_visible()
    assert "SHA-256" in twin.inner_text()
    reader.close()


def test_on_paper_the_words_stand_in_for_the_drawing(reader):
    page = reader.open(HASHING)
    twin = page.locator(".live-widget .minichain-twin").first
    drawing = page.locator(".live-widget .live-view").first
    assert drawing.is_visible()
    assert not twin.is_visible()
    page.emulate_media(media="print")
    assert twin.is_visible()
    assert not drawing.is_visible()


def test_formulas_are_typeset_with_the_books_own_fonts(reader):
    page = reader.open("book/notation.html")
    page.locator("mjx-container").first.wait_for()
    reader.wait_until("document.fonts.check('16px MJXTEX')")


def test_a_page_stays_still_for_those_who_want_less_motion(browser, address):
    reader = Reader(browser, address, reduced_motion="reduce")
    page = reader.open("book/index.html")
    moving = "document.getAnimations().filter(a => a.playState === 'running').length"
    assert page.evaluate(moving) == 0
    reader.close()


def test_a_request_to_another_origin_would_be_noticed(browser, address):
    reader = Reader(browser, address)
    reader.open("book/index.html")
    reader.page.evaluate("() => fetch('http://elsewhere.test/').catch(() => 0)")
    assert any("elsewhere.test" in fault for fault in reader.faults)
    reader.close()


def test_a_script_that_a_page_does_not_list_does_not_run(browser, address):
    reader = Reader(browser, address)
    page = reader.open("book/index.html")
    page.evaluate(
        "() => { const s = document.createElement('script');"
        " s.textContent = 'window.slipped = 1'; document.body.append(s) }"
    )
    assert page.evaluate("window.slipped") is None
    assert any("Content Security Policy" in fault for fault in reader.faults)
    reader.close()


FIGURE = """<!doctype html><html data-theme="light"><head>
<link rel="stylesheet" href="_static/live/book.css"></head><body>%s
<script type="module" src="_static/live/book.js"></script></body></html>"""


def test_a_figure_is_drawn_in_the_pages_colours(browser, site, tmp_path):
    from live.figures import to_html

    points = {"type": "scatter", "x": [1, 2, 3], "y": [1, 4, 9]}
    figure = {"data": [points], "layout": {"title": {"text": "Squares"}}}
    (tmp_path / "_static").symlink_to(site / "_static")
    (tmp_path / "index.html").write_text(FIGURE % to_html(figure), "utf-8")
    with serve(tmp_path) as address:
        reader = Reader(browser, address)
        page = reader.open("index.html")
        assert page.locator(".live-figure[data-drawn] .main-svg").count() >= 1
        ink = "getComputedStyle(document.querySelector('.gtitle')).fill"
        light = page.evaluate(ink)
        page.evaluate("document.documentElement.dataset.theme = 'dark'")
        reader.wait_until(f"{ink} !== {light!r}")
        reader.close()
    assert reader.faults == []
