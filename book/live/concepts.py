"""A concept map shows which idea rests on which, as a ladder of linked cards.

The directive's content is YAML: floors from the ground up, each with its concepts.

    ```{concepts}
    - floor: Fingerprints
      concepts:
        - {id: hash, name: Hash function, says: any data in 32 bytes out, page: hashing}
        - {id: tree, name: Merkle tree, says: many in one, page: trees, needs: [hash]}
    ```

A concept without a page is one the book has not reached. Without JavaScript the map is
a list in which each concept names what it rests on; the front end draws the lines.
"""

import html
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml
from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.util.docutils import SphinxDirective


@dataclass(frozen=True)
class Concept:
    """One idea of the book."""

    id: str
    name: str
    says: str
    page: str | None = None
    needs: tuple[str, ...] = field(default=())


@dataclass(frozen=True)
class Floor:
    """Concepts that need nothing of each other's neighbours above."""

    name: str
    concepts: tuple[Concept, ...]


class InvalidMap(ValueError):
    """A concept map names what it has not introduced; the text says which."""


def read_map(text: str) -> tuple[Floor, ...]:
    """Return the floors that YAML text describes.

    Raises
    ------
    InvalidMap
        A concept needs one that no line before it introduces, or a name comes twice.
    """
    floors = tuple(_read_floors(yaml.safe_load(text) or []))
    seen: set[str] = set()
    for floor in floors:
        for concept in floor.concepts:
            if concept.id in seen:
                raise InvalidMap(f"{concept.id!r} is introduced twice")
            missing = [need for need in concept.needs if need not in seen]
            if missing:
                raise InvalidMap(f"{concept.id!r} needs {missing[0]!r}, unknown so far")
            seen.add(concept.id)
    return floors


def _read_floors(floors: list[dict[str, Any]]) -> Iterator[Floor]:
    for floor in floors:
        concepts = (
            Concept(**{**entry, "needs": tuple(entry.get("needs", ()))})
            for entry in floor["concepts"]
        )
        yield Floor(floor["floor"], tuple(concepts))


class Concepts(SphinxDirective):
    """Turns YAML into a map."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        """Return the map."""
        try:
            floors = read_map("\n".join(self.content))
        except (InvalidMap, KeyError, TypeError, yaml.YAMLError) as error:
            raise self.error(f"the concept map cannot be read: {error}") from error
        names = {c.id: c.name for floor in floors for c in floor.concepts}
        made: list[nodes.Node] = [_raw('<div class="concepts">')]
        for floor in floors:
            name = html.escape(floor.name)
            made += [
                _raw('<div class="concepts-floor">'),
                _raw(f'<p class="concepts-floor-name">{name}</p>'),
                _raw('<ul class="concepts-row">'),
            ]
            for concept in floor.concepts:
                made += self._card(concept, names)
            made.append(_raw("</ul></div>"))
        return [*made, _raw("</div>")]

    def _card(self, concept: Concept, names: dict[str, str]) -> list[nodes.Node]:
        state = "" if concept.page else " concepts-to-come"
        needs = " ".join(concept.needs)
        rests = ", ".join(names[need] for need in concept.needs)
        start = (
            f'<li class="concepts-card{state}" id="concept-{html.escape(concept.id)}"'
            f' data-needs="{html.escape(needs)}">'
        )
        tail = f'<span class="concepts-says">{html.escape(concept.says)}</span>'
        if rests:
            tail += f'<span class="concepts-needs">rests on {html.escape(rests)}</span>'
        if not concept.page:
            tail += '<span class="concepts-needs">to come</span>'
        return [_raw(start), self._name(concept), _raw(tail + "</li>")]

    def _name(self, concept: Concept) -> nodes.Node:
        line = nodes.paragraph(classes=["concepts-name"])
        name = nodes.inline("", concept.name)
        if concept.page:
            line += pending_xref(
                "",
                name,
                refdomain="std",
                reftype="doc",
                reftarget=concept.page,
                refdoc=self.env.docname,
                refexplicit=True,
                refwarn=True,
            )
        else:
            line += name
        return line


def _raw(text: str) -> nodes.raw:
    return nodes.raw("", text, format="html")
