"""The widgets on difficulty and double spends, worked in a real browser."""

import re
from typing import Any

import pytest

from minichain.widgets import DoubleSpendRace, RetargetController
from tests.widgets.test_widgets_browser import focused, tab_to

pytestmark = pytest.mark.browser


def test_the_retarget_controller_is_worked_with_keys_alone(stage: Any) -> None:
    page = stage.show(RetargetController)
    tab_to(page, "for one week, then every ten again")
    page.keyboard.press("Enter")
    page.locator(".mc-answered", has_text="after 7.0 days").wait_for()
    tab_to(page, "Mine to the next adjustment")
    page.keyboard.press("Enter")
    page.get_by_text("The adjustment for block 2,016").wait_for()
    page.keyboard.press("Enter")
    page.get_by_text("The adjustment for block 4,032").wait_for()
    assert focused(page) == "Mine to the next adjustment"
    assert stage.session.picture["last"]["ratio"] == pytest.approx(0.5, abs=0.05)
    bits = stage.session.picture["last"]["after"]
    assert page.locator(".rt-table tbody tr").first.inner_text().count(bits) == 1
    page.keyboard.press("Control+z")
    stage.wait_until("document.querySelectorAll('.rt-table tbody tr').length === 1")


def test_a_course_runs_in_slices_and_its_clamp_is_drawn(stage: Any) -> None:
    page = stage.show(RetargetController, scene="rented", ask=False, delay=15)
    page.get_by_role("button", name="To the end").click()
    page.get_by_role("progressbar").wait_for()
    page.get_by_role("button", name="Stop").click()
    stage.wait_until("!document.querySelector('.mc-progress')")
    assert 0 < stage.session.state.mined < 86
    page.get_by_role("button", name="To the end").click()
    stage.wait_until(
        "document.querySelectorAll('.rt-wide .rt-mark').length === 3"
        " && !document.querySelector('.mc-progress')"
    )
    assert stage.session.state.mined == 86
    assert page.locator(".rt-wide .rt-cut").count() == 1
    assert page.locator(".rt-table .rt-held").count() == 1


def test_the_power_s_slider_sends_what_it_shows(stage: Any) -> None:
    page = stage.show(RetargetController, scene="hand", ask=False)
    page.get_by_role("button", name="Double").click()
    page.get_by_text("Power from here on: 200 %").wait_for()
    slider = page.get_by_label("Power from here on")
    slider.focus()
    page.keyboard.press("End")
    page.get_by_text("Power from here on: 1000 %").wait_for()
    page.get_by_role("button", name="Mine a day").click()
    page.get_by_text("quick").first.wait_for()
    assert stage.session.state.powers == (1000,)


def test_the_real_period_shows_its_difficulty_after_the_guess_alone(stage: Any) -> None:
    page = stage.show(RetargetController, scene="real")
    assert "1d00d86a" not in page.content()
    page.get_by_role("button", name="1.18", exact=True).click()
    page.locator(".rt-same", has_text="1.1828995").wait_for()
    slider = page.get_by_label("What if it had taken")
    slider.focus()
    page.keyboard.press("Home")
    page.locator(".rt-held", has_text="cut at the factor of four").wait_for()
    page.get_by_role("button", name="As it really was").click()
    page.locator(".rt-same", has_text="1d00d86a").wait_for()


def test_the_race_is_worked_with_keys_alone(stage: Any) -> None:
    page = stage.show(DoubleSpendRace, share=30, wait=2)
    tab_to(page, "Your guess in figures")
    page.keyboard.type("4")
    page.keyboard.press("Enter")
    page.locator(".mc-answered", has_text="It takes 6").wait_for()
    tab_to(page, "Find a block")
    page.keyboard.press("Enter")
    stage.wait_until("document.querySelectorAll('.rc-finder').length === 1")
    tab_to(page, "To the end of this race")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Another race").wait_for()
    picture = stage.session.picture
    drawn = page.locator(".rc-race.rc-wide").get_attribute("aria-label")
    branches = f"has {picture['honest']} blocks, the attacker's {picture['attacker']}"
    assert branches in drawn


def test_the_measured_share_stands_beside_both_formulas(stage: Any) -> None:
    page = stage.show(DoubleSpendRace, share=30, ask=False, delay=15)
    page.get_by_role("button", name="Run 100,000").click()
    page.get_by_role("progressbar").wait_for()
    page.get_by_text(" of 100,000; band").wait_for()
    stage.wait_until("!document.querySelector('.mc-progress')")
    ways = page.locator(".rc-ways").first.inner_text()
    assert stage.session.picture["trials"] == 100_000
    assert re.search(r"15\.6 %.*in the band", ways, re.DOTALL)
    assert re.search(r"13\.2 %.*outside the band", ways, re.DOTALL)


def test_the_curves_are_not_in_the_page_before_the_guess(stage: Any) -> None:
    page = stage.show(DoubleSpendRace)
    assert page.locator(".rc-exact, .rc-paper, .rc-cross").count() == 0
    assert "0.0591" not in page.content()
    page.get_by_role("button", name="Just show me").click()
    page.locator(".rc-exact").wait_for()
    assert "0.0591" in page.content()


@pytest.mark.parametrize(
    ("widget", "button"),
    [(RetargetController, "A day"), (DoubleSpendRace, "Find a block")],
    ids=["retarget", "race"],
)
def test_a_step_is_answered_within_a_tenth_of_a_second(stage, widget, button) -> None:
    page = stage.show(widget, ask=False)
    measure = """async (name) => {
        const find = () => [...document.querySelectorAll('.mc button')]
            .find((b) => b.textContent === name);
        const said = () => document.querySelector('.mc-summary').textContent;
        const spans = [];
        for (let i = 0; i < 9 && find(); i++) {
            const was = said();
            const start = performance.now();
            find().click();
            while (said() === was && performance.now() - start < 5000)
                await new Promise((done) => setTimeout(done, 1));
            spans.push(performance.now() - start);
        }
        return spans.sort((a, b) => a - b);
    }"""
    # The quicker ones: a busy machine slows the rest.
    assert page.evaluate(measure, button)[2] < 100
