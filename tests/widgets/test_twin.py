"""Text twins: plain text aligned, HTML escaped."""

from minichain.widgets.twin import Table, to_html, to_json, to_text

TWIN = ["A & B", Table("Sums", ("of", "is"), (("1 + 1", "2"), ("<b>", '<i>x"</i>')))]


def test_text_is_aligned() -> None:
    assert to_text(TWIN).splitlines() == [
        "A & B",
        "",
        "Sums",
        "of     is",
        "-----  ---------",
        "1 + 1  2",
        '<b>    <i>x"</i>',
    ]


def test_html_is_escaped_and_its_rows_are_named() -> None:
    html = to_html(TWIN)
    assert "<p>A &amp; B</p>" in html
    assert '<th scope="row">&lt;b&gt;</th>' in html
    assert "<td>&lt;i&gt;x&quot;&lt;/i&gt;</td>" in html
    assert "<b>" not in html
    assert "<i>" not in html
    assert "<caption>Sums</caption>" in html


def test_json_keeps_order_and_cells() -> None:
    assert to_json(TWIN) == [
        "A & B",
        {
            "caption": "Sums",
            "head": ["of", "is"],
            "rows": [["1 + 1", "2"], ["<b>", '<i>x"</i>']],
        },
    ]


def test_a_table_without_rows_keeps_its_head() -> None:
    assert to_text([Table("None", ("a", "b"), ())]) == "None\na  b\n-  -"
