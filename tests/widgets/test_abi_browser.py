"""The ABI explorer in a browser: worked with keys alone, drawn everywhere."""

from typing import Any

import pytest

from minichain.widgets import AbiExplorer
from tests.widgets.test_widgets_browser import HOSTILE, SCREENS, name_of, tab_to

pytestmark = pytest.mark.browser


def test_it_is_worked_with_keys_alone(stage: Any) -> None:
    page = stage.show(AbiExplorer)
    tab_to(page, "it pays 5 to the address")
    page.keyboard.press("Enter")
    page.locator(".mc-answered", has_text="Right. The call succeeds.").wait_for()
    tab_to(page, "Flip byte 1")
    page.keyboard.press("Enter")
    page.locator(".ab-deed.ab-bad").wait_for()
    page.keyboard.press("Enter")
    page.locator(".ab-deed.ab-good").wait_for()
    tab_to(page, "Hunt for a pair")
    page.keyboard.press("Enter")
    page.locator(".ab-pair").first.wait_for()
    assert stage.session.state.found


def test_what_is_typed_is_written_and_never_markup(stage: Any) -> None:
    page = stage.show(AbiExplorer, ask=False)
    page.get_by_label("Name and types").fill("sam(string,uint256[])")
    page.get_by_text("4 bytes, which follow", exact=False).first.wait_for()
    page.get_by_label("Arguments (").fill(f'"{HOSTILE}", [1, 2]')
    page.locator(".ab-value", has_text=HOSTILE).wait_for()
    assert page.locator(".mc img, .mc script").count() == 0
    page.get_by_label("Name and types").fill("sam(string")
    page.locator(".mc-notice", has_text="signature").wait_for()


@pytest.mark.parametrize("stage", SCREENS, ids=name_of, indirect=True)
def test_an_offset_and_a_revert_have_no_violation(stage: Any) -> None:
    page = stage.show(AbiExplorer, ask=False, contract="trade/sealed_riddle")
    page.locator(".ab-row").nth(1).click()
    page.locator(".ab-target").wait_for()
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    assert stage.find_violations() == []
    page.locator(".ab-byte").last.click()
    page.locator(".ab-fault").wait_for()
    assert stage.find_violations() == []
