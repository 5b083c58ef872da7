"""The widgets on stake, sampling and energy, worked in a real browser."""

from typing import Any

import pytest

from minichain.widgets import EnergyEstimate, SnowballVoting, StakeBoard
from tests.widgets.test_widgets_browser import focused, tab_to

pytestmark = pytest.mark.browser


def press(page: Any, words: str, times: int = 1) -> None:
    for _ in range(times):
        page.get_by_role("button", name=words, exact=True).click()


def test_the_board_is_worked_with_keys_alone(stage: Any) -> None:
    page = stage.show(StakeBoard, epochs=3)
    tab_to(page, "The chain stops")
    page.keyboard.press("Enter")
    page.locator(".mc-answered", has_text="finality stops, and comes back").wait_for()
    tab_to(page, "Validator 0")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    assert focused(page).startswith("Validator 1")
    page.keyboard.press("Space")
    page.locator(".mc-body").get_by_text("2 marked: 6.2 % of the stake").wait_for()
    # The same chip still has the focus after the picture has changed.
    assert focused(page).startswith("Validator 1")
    tab_to(page, "Take offline")
    page.keyboard.press("Enter")
    stage.wait_until("document.querySelectorAll('.sb-offline').length === 2")
    page.keyboard.press("Control+z")
    stage.wait_until("document.querySelectorAll('.sb-offline').length === 0")
    assert stage.session.state.marked == (0, 1)


def test_the_board_waits_in_slices_until_the_leak_is_over(stage: Any) -> None:
    page = stage.show(StakeBoard, epochs=5, ask=False, delay=15)
    page.get_by_label("Mark the first").fill("11")
    page.locator(".mc-body").get_by_text(
        "more than a third", exact=False
    ).first.wait_for()
    press(page, "Take offline")
    press(page, "Next epoch", 4)
    press(page, "Until epoch 9 is final")
    page.get_by_role("progressbar").wait_for()
    page.locator(".mc-body").get_by_text("the leak is on").wait_for()
    stage.wait_until("!document.querySelector('.mc-progress')")
    assert stage.session.picture["sides"][0]["final_epoch"] >= 9
    assert page.locator(".sb-left").count() == 1


def test_a_false_vote_shows_both_votes_and_a_missing_one_its_rule(stage: Any) -> None:
    page = stage.show(StakeBoard, epochs=2, ask=False)
    page.locator(".sb-chip").nth(7).click()
    press(page, "Vote around")
    page.locator(".mc-notice .mc-rule", has_text="evidence").wait_for()
    press(page, "Vote twice")
    proof = page.locator(".sb-proof")
    proof.get_by_text("only one is allowed").wait_for()
    assert proof.locator("li").count() == 2
    press(page, "Next slot")
    proof.get_by_text("Slashed in block 17").wait_for()
    assert "slashed" in page.locator(".sb-chip").nth(7).inner_text()


def test_a_cut_network_shows_two_sides_and_heals(stage: Any) -> None:
    page = stage.show(StakeBoard, epochs=3, ask=False)
    page.get_by_label("Mark the first").fill("16")
    press(page, "Cut off from the others")
    page.get_by_role("radio", name="Side 2: 16 members").click()
    stage.wait_until("document.querySelectorAll('.sb-cut-off').length === 16")
    press(page, "Next epoch", 2)
    press(page, "Mend the network")
    page.get_by_role("radio").first.wait_for(state="detached")
    assert stage.session.picture["agreed"] is True


def test_the_real_numbers_are_not_in_the_page_before_the_guess(stage: Any) -> None:
    page = stage.show(StakeBoard)
    assert "4,685" not in page.content()
    page.get_by_role("button", name="Just show me").click()
    page.locator(".mc-body").get_by_text(
        "epoch 4,685 of the leak, 20.8 days"
    ).wait_for()


def test_a_vote_is_followed_and_judged_with_keys_alone(stage: Any) -> None:
    page = stage.show(SnowballVoting)
    assert page.locator(".sw-curve").count() == 0
    tab_to(page, "Your guess in figures")
    page.keyboard.type("60")
    page.keyboard.press("Enter")
    page.locator(".mc-answered", has_text="In 12.6").wait_for()
    assert page.locator(".sw-curve").count() == 1
    tab_to(page, "Small steps")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert focused(page) == "α too small"
    page.keyboard.press("Enter")
    tab_to(page, "One poll")
    page.keyboard.press("Enter")
    stage.wait_until("document.querySelectorAll('.sw-answer').length === 5")
    tab_to(page, "To the end")
    page.keyboard.press("Enter")
    page.locator(".mc-body").get_by_text("What broke is the quorum").wait_for()
    assert page.locator(".sw-done").count() == 60


def test_many_votes_run_in_slices_and_stop(stage: Any) -> None:
    page = stage.show(SnowballVoting, preset="mainnet", ask=False, delay=15)
    page.get_by_role("button", name="Run 60 votes").click()
    page.get_by_role("progressbar").wait_for()
    page.locator(".mc-body").get_by_text("Split 0.0 %").wait_for()
    page.get_by_role("button", name="Stop").click()
    stage.wait_until("!document.querySelector('.mc-progress')")
    assert 1 < len(stage.session.state.runs) < 60


def test_better_machines_save_nothing_once_miners_have_come(stage: Any) -> None:
    page = stage.show(EnergyEstimate, ask=False)
    press(page, "Let miners come and go")
    page.locator(".mc-body").get_by_text("The two estimates of mining agree").wait_for()
    press(page, "Machines twice as good")
    page.locator(".mc-body").get_by_text("more machines will come").wait_for()
    press(page, "Let miners come and go")
    page.locator(".mc-body").get_by_text("The two estimates of mining agree").wait_for()
    figures = page.locator(".mc-figure")
    assert figures.nth(0).inner_text() == figures.nth(1).inner_text() == "139"
    page.get_by_label("Price of power").fill("100")
    page.locator(".mc-body").get_by_text("switch machines off").wait_for()
