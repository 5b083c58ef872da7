"""A figure's specification and the table of its numbers stand in the page."""

import json
import re
from types import SimpleNamespace

from live.figures import MOST_ROWS, PLOTLY, PlotlyRenderer, register_figures, to_html
from myst_nb.core import render

FIGURE = {
    "data": [{"name": "odds <1>", "x": [1, 2], "y": [0.5, 0.25]}],
    "layout": {"title": {"text": "Odds </script>"}},
}


def test_the_specification_comes_out_of_the_page_as_it_went_in():
    text = re.search(
        rf'<script type="{re.escape(PLOTLY)}">(.*?)</script>', to_html(FIGURE)
    )
    assert json.loads(text[1]) == FIGURE


def test_the_table_says_the_numbers_and_escapes_the_names():
    page = to_html(FIGURE)
    assert "<caption>odds &lt;1&gt;</caption>" in page
    assert "<tr><td>2</td><td>0.25</td></tr>" in page


def test_a_long_trace_is_thinned_and_keeps_its_ends():
    page = to_html({"data": [{"x": list(range(1000)), "y": list(range(1000))}]})
    assert page.count("<tr>") == MOST_ROWS + 1
    assert "<td>0</td>" in page
    assert "<td>999</td>" in page


def test_other_outputs_are_left_to_their_own_renderers():
    data = SimpleNamespace(mime_type="text/html", content="")
    assert PlotlyRenderer.handle_mime(None, data, inline=False) is None


def test_the_renderer_is_known_once_however_often_it_is_registered():
    register_figures()
    register_figures()
    assert render.load_mime_renders().count(PlotlyRenderer) == 1
