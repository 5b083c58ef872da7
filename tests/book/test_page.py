"""A finished page says where it loads from, and lists the scripts that it holds."""

import base64
import hashlib

import pytest
from live.page import finish, inline_scripts, policy

PAGE = (
    '<html><head><meta charset="utf-8" />'
    "<script>let a = 1;</script>"
    '<script type="application/json">{"a": 1}</script>'
    '<script src="a.js"></script></head>'
    '<body><button onclick="window.print()">print</button></body></html>'
)


def test_only_scripts_that_run_and_stand_in_the_page_are_listed():
    assert inline_scripts(PAGE) == ["let a = 1;"]


def test_the_policy_lists_a_script_by_its_digest():
    digest = base64.b64encode(hashlib.sha256(b"let a = 1;").digest()).decode()
    assert f"'sha256-{digest}'" in policy(["let a = 1;"])
    assert f"'sha256-{digest}'" not in policy(["let a = 2;"])


@pytest.mark.parametrize("word", ["'unsafe-eval'", "http", "*"])
def test_the_policy_allows_no_text_as_code_and_no_other_origin(word):
    assert word not in policy(["let a = 1;"])


def test_scripts_run_inline_only_when_listed():
    scripts = next(p for p in policy([]).split("; ") if p.startswith("script-src"))
    assert "unsafe-inline" not in scripts


def test_the_policy_comes_before_anything_it_governs():
    page = finish(PAGE)
    assert page.index("Content-Security-Policy") < page.index("<script")


def test_no_attribute_of_a_finished_page_holds_a_script():
    page = finish(PAGE)
    assert "onclick" not in page
    assert "<button data-print>" in page


def test_the_megabyte_of_icons_is_left_out():
    icons = '<script defer src="_static/scripts/fontawesome.js?digest=1"></script>'
    assert "fontawesome" not in finish(PAGE.replace("</head>", icons + "</head>"))
