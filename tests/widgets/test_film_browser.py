"""The reentrancy film in a browser: gone through with keys alone, drawn everywhere."""

from typing import Any

import pytest

from minichain.widgets import ReentrancyFilm
from tests.widgets.test_widgets_browser import SCREENS, name_of, tab_to

pytestmark = pytest.mark.browser


def test_it_is_gone_through_with_keys_alone(stage: Any) -> None:
    page = stage.show(ReentrancyFilm)
    assert page.locator(".rf-frame").count() == 0
    tab_to(page, "again and again, until the vault cannot pay")
    page.keyboard.press("Enter")
    page.locator(".mc-answered", has_text="Right. The thief is paid 4 times").wait_for()
    tab_to(page, "Where books and money part")
    page.keyboard.press("Enter")
    page.locator(".rf-told", has_text="owes 4 ether and holds 3").wait_for()
    tab_to(page, "Thief → His contract")
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    page.locator(".rf-end").wait_for()
    assert stage.session.state.shot == 14
    # The strip follows the picture that is shown.
    strip, now = page.locator(".rf-strip"), page.locator(".rf-now")
    box, edge = now.bounding_box(), strip.bounding_box()
    assert edge["x"] <= box["x"] + 4
    assert box["x"] + box["width"] <= edge["x"] + edge["width"] + 4


def test_the_strip_follows_the_steps(stage: Any) -> None:
    page = stage.show(ReentrancyFilm, ask=False)
    for place in range(9):
        page.get_by_role("button", name="Next picture").click()
        page.get_by_text(f"Picture {place + 2} of 15", exact=True).wait_for()
    assert page.locator(".rf-strip").evaluate("e => e.scrollLeft") > 300
    page.get_by_role("button", name="Back", exact=True).click()
    page.get_by_text("Picture 9 of 15", exact=True).wait_for()


@pytest.mark.parametrize("stage", SCREENS, ids=name_of, indirect=True)
def test_a_film_that_ends_badly_has_no_violation(stage: Any) -> None:
    page = stage.show(ReentrancyFilm, ask=False, vault="locked")
    page.locator(".rf-frame.rf-bad").first.click()
    page.locator(".rf-told", has_text="the vault is locked").wait_for()
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    assert stage.find_violations() == []
