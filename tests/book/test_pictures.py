"""Pictures stand in the page, and what the cover shows is true."""

import re

import pytest
from live.pictures import to_inline

from minichain.ledger.mainnet import load_block
from tasks.environment import ROOT

PICTURES = sorted((ROOT / "book" / "_static").glob("*.svg"))
COVERS = [path for path in PICTURES if path.stem.startswith("cover")]


def test_a_picture_takes_its_words_for_those_who_do_not_see_it():
    made = to_inline('<?xml version="1.0"?><svg viewBox="0 0 1 1"></svg>', 'a "b" & c')
    assert made.startswith('<svg role="img" aria-label="a &quot;b&quot; &amp; c"')


def test_no_blank_line_ends_the_raw_html_of_a_picture():
    assert "\n" not in to_inline("<svg>\n\n  <g/>\n\n</svg>", "words")


def test_text_without_a_drawing_is_refused():
    with pytest.raises(ValueError, match="svg element"):
        to_inline("<p>no drawing</p>", "words")


@pytest.mark.parametrize("path", COVERS, ids=lambda path: path.stem)
def test_the_cover_shows_the_hashes_of_block_100000(path):
    block = load_block(100_000)
    transactions = [transaction.id for transaction in block.transactions]
    said = re.findall(r">\s*(?:(\w+)\s+)?([0-9a-f]{8,12})…?<", path.read_text())
    assert {value for name, value in said if not name} >= {t[:8] for t in transactions}
    root = block.header.merkle_root[::-1].hex()
    parents = {block.header.parent_hash[::-1].hex()[8:], block.header.id[8:]}
    named = [(name, value) for name, value in said if name]
    assert named
    for name, value in named:
        if name == "root":
            assert root.startswith(value)
        else:
            assert any(parent.startswith(value) for parent in parents), (name, value)
