"""A page carries the notebook that it was made from, so that its cells can be run.

Each cell that is shown has an id by which the page finds it, and readers can link to
it. The whole notebook stands beside them as data: cells that are not shown may still be
needed by others, and a reader may take the notebook away as a file.
"""

import json
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

ID = "live-cell-{}"
"""Id of a cell's element in the page, by its place in the notebook."""


def carry_notebook(app: Sphinx, tree: nodes.document, page: str) -> None:
    """Name the cells of a page, and add its notebook at the end."""
    path = Path(app.env.doc2path(page))
    if path.suffix != ".ipynb":
        return
    for cell in tree.findall(nodes.container):
        if cell.get("nb_element") == "cell_code":
            cell["ids"].append(ID.format(cell["cell_index"]))
    document = json.loads(path.read_text(encoding="utf-8"))
    tree.append(nodes.raw("", to_script(page, document), format="html"))


def to_script(page: str, document: dict[str, Any]) -> str:
    """Return the element that carries a notebook.

    Parameters
    ----------
    page : str
        Where the notebook lies in the book, without ending.
    document : dict
        The notebook, in the notebook format's form.
    """
    cells = [
        {
            "index": index,
            "id": cell["id"],
            "kind": cell["cell_type"],
            "source": "".join(cell["source"]),
            "tags": cell.get("metadata", {}).get("tags", []),
            "metadata": cell.get("metadata", {}),
        }
        for index, cell in enumerate(document["cells"])
    ]
    metadata = document.get("metadata", {})
    text = json.dumps({"path": page, "metadata": metadata, "cells": cells})
    # A script element ends at the first end tag, whatever it stands in.
    text = text.replace("<", "\\u003c")
    return f'<script type="application/json" class="live-notebook">{text}</script>'
