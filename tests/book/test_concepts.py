"""A map of concepts introduces nothing before what it rests on."""

import pytest
import yaml
from live.concepts import InvalidMap, read_map

from tasks.environment import ROOT

MAP = """
- floor: Ground
  concepts:
    - {id: hash, name: Hash, says: a fingerprint, page: hashing}
- floor: Above
  concepts:
    - {id: tree, name: Tree, says: many in one, needs: [hash]}
"""


def test_a_map_is_read_floor_by_floor():
    ground, above = read_map(MAP)
    assert ground.concepts[0].page == "hashing"
    assert above.concepts[0].needs == ("hash",)
    assert above.concepts[0].page is None


def test_a_concept_that_rests_on_a_later_one_is_refused():
    floors = yaml.safe_load(MAP)
    with pytest.raises(InvalidMap, match="'tree' needs 'hash', unknown so far"):
        read_map(yaml.safe_dump(floors[::-1]))


def test_a_concept_that_comes_twice_is_refused():
    floors = yaml.safe_load(MAP)
    with pytest.raises(InvalidMap, match="'hash' is introduced twice"):
        read_map(yaml.safe_dump([floors[0], floors[0]]))


def test_the_books_own_map_can_be_read():
    text = (ROOT / "book" / "map.md").read_text("utf-8")
    content = text.split("```{concepts}\n")[1].split("```")[0]
    names = [concept.name for floor in read_map(content) for concept in floor.concepts]
    assert {"Hash function", "Block", "Chain"} <= set(names)
