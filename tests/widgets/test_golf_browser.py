"""Gas golf in a browser: written with keys alone, judged, and drawn everywhere."""

from typing import Any

import pytest

from minichain.widgets import GasGolf
from tests.widgets.test_golf import TRICK
from tests.widgets.test_widgets_browser import HOSTILE, SCREENS, name_of, tab_to

pytestmark = pytest.mark.browser


def test_it_is_worked_with_keys_alone(stage: Any) -> None:
    page = stage.show(GasGolf)
    tab_to(page, "5 calls")
    page.keyboard.press("Enter")
    page.locator(".mc-answered", has_text="Right. It is 5").wait_for()
    tab_to(page, "Program for The greater")
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(TRICK)
    page.keyboard.press("Control+Enter")
    page.locator(".gg-good", has_text="Right on 22 inputs").wait_for()
    assert stage.session.state.board[0].text == TRICK


def test_a_wrong_program_shows_its_input(stage: Any) -> None:
    page = stage.show(GasGolf, ask=False)
    page.get_by_label("Program for The greater").fill(f"; {HOSTILE}\nSTOP")
    page.get_by_role("button", name="Hand it in").click()
    page.locator(".gg-bad").wait_for()
    assert "0 bytes returned, required 32" in page.locator(".gg-bad").inner_text()
    page.get_by_text("Look at this run").click()
    trace = page.get_by_label("Share string for the time machine").input_value()
    assert trace.startswith("timetravel.1.")
    assert page.locator(".mc img, .mc script").count() == 0


@pytest.mark.parametrize("stage", SCREENS, ids=name_of, indirect=True)
def test_a_board_fits_and_has_no_violation(stage: Any) -> None:
    page = stage.show(GasGolf, ask=False)
    page.get_by_role("button", name="Hand it in").click()
    page.locator(".gg-good").wait_for()
    page.get_by_role("button", name="I give up").click()
    page.locator(".gg-reference").wait_for()
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    assert stage.find_violations() == []
    page.get_by_label("Program for The greater").fill("STOP")
    page.get_by_role("button", name="Hand it in").click()
    page.locator(".gg-bad").wait_for()
    assert stage.find_violations() == []
