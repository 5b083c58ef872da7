"""The time machine in a browser: keys alone, edits, breakpoints, and long runs."""

from typing import Any

import pytest

from minichain.widgets import TimeTravel
from tests.widgets.test_widgets_browser import HOSTILE, SCREENS, name_of, tab_to

pytestmark = pytest.mark.browser


def wait_for(page: Any, words: str) -> None:
    """Wait until the moment is called so."""
    page.locator(".tt-moment", has_text=words).wait_for()


def test_it_is_worked_with_keys_alone(stage: Any) -> None:
    page = stage.show(TimeTravel)
    tab_to(page, "100 gas")
    page.keyboard.press("Enter")
    page.locator(".mc-answered").wait_for()
    page.get_by_label("Moment").focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    wait_for(page, "Step 4 of 9")
    page.keyboard.press("ArrowLeft")
    wait_for(page, "Step 3 of 9")
    assert page.locator(".tt-op").inner_text() == "SSTORE"
    page.keyboard.press("End")
    wait_for(page, "All 9 steps are done")
    tab_to(page, "slot 0")
    page.keyboard.press("Enter")
    wait_for(page, "Step 6 of 9")


def test_a_program_is_written_refused_mended_and_run(stage: Any) -> None:
    page = stage.show(TimeTravel, ask=False)
    page.get_by_role("button", name="Edit").click()
    editor = page.get_by_label("Program of Program")
    editor.fill("PUSH1 6\nPUSH1 7\nMULL")
    page.get_by_role("button", name="Run what was changed").click()
    page.locator(".mc-notice .mc-rule").wait_for()
    assert "line 3" in page.locator(".mc-notice").inner_text()
    assert editor.input_value().endswith("MULL")
    editor.fill("PUSH1 6\nPUSH1 7\nMUL")
    page.get_by_role("button", name="Run what was changed").click()
    wait_for(page, "Step 1 of 4")
    page.get_by_label("Moment").fill("3")
    page.locator(".tt-word", has_text="42").wait_for()


def test_a_breakpoint_is_set_with_a_click_and_stops_the_way(stage: Any) -> None:
    page = stage.show(TimeTravel, ask=False)
    page.get_by_role("button", name="Breakpoint at line 8").click()
    stage.wait_until("document.querySelector('.tt-gutter[aria-pressed=true]')")
    page.get_by_role("button", name="To the next breakpoint").click()
    wait_for(page, "Step 6 of 9")
    assert stage.session.state.stops == (("Program", 8),)


def test_text_of_a_program_never_becomes_markup(stage: Any) -> None:
    page = stage.show(TimeTravel, text=f"; {HOSTILE}\nSTOP")
    for summary in page.locator("summary").all():
        summary.click()
    assert page.locator(".mc img, .mc script").count() == 0
    assert HOSTILE in page.locator(".tt-lines").inner_text()


@pytest.mark.parametrize("stage", SCREENS, ids=name_of, indirect=True)
def test_a_deep_run_fits_and_has_no_violation(stage: Any) -> None:
    page = stage.show(TimeTravel, scene="vault", ask=False)
    page.get_by_label("Moment").fill("430")
    wait_for(page, "Step 431 of 780")
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    assert stage.find_violations() == []


def test_a_long_run_is_stepped_without_waiting(stage: Any) -> None:
    text = "PUSH 2000 :l JUMPDEST PUSH 1 SWAP1 SUB DUP1 PUSH @l JUMPI"
    page = stage.show(TimeTravel, text=text)
    page.get_by_label("Moment").fill("9000")
    wait_for(page, "Step 9,001")
    measure = """async () => {
        const button = document.querySelector('[aria-label="One step on"]');
        const shown = () => document.querySelector('.tt-moment').textContent;
        const spans = [];
        for (let i = 0; i < 9; i++) {
            const was = shown();
            const start = performance.now();
            button.click();
            while (shown() === was) await new Promise((done) => setTimeout(done, 1));
            spans.push(performance.now() - start);
        }
        return spans.sort((a, b) => a - b);
    }"""
    # The quicker ones: a busy machine slows the rest.
    assert page.evaluate(measure)[2] < 100
