"""What the block-tree explorer shows of a state, as data and in words."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from minichain.consensus.fork_choice import RULES, ghost
from minichain.consensus.tree import BlockTree
from minichain.widgets.base import Picture, Prediction, Table, Twin

if TYPE_CHECKING:
    from minichain.widgets.blocktree import BlockTreeState

LABELS = {"longest": "Longest chain", "most-work": "Most work", "ghost": "GHOST"}
"""What the rules are called on their buttons."""

NOTES = {
    "longest": "The highest block is the head. Height costs nothing: easy blocks "
    "count like hard ones.",
    "most-work": "The chain that took the most work is the chain: Bitcoin's rule.",
    "ghost": "From the first block on, step to the child that carries the most work, "
    "its own and that of all blocks above it.",
}
"""How each rule chooses."""


@dataclass(frozen=True)
class NamedTree:
    """A tree that is worth a look.

    Attributes
    ----------
    label : str
        What it is called.
    parents, works : tuple of int
        Its blocks, as the state holds them.
    """

    label: str
    parents: tuple[int, ...]
    works: tuple[int, ...]


TREES = {
    "secret": NamedTree(
        "a secret chain",
        (0, 1, 1, 1, 2, 2, 4, 0, 8, 9, 10, 11),
        (1,) * 12,
    ),
    "easy": NamedTree("easy blocks", (0, 1, 2, 3, 0, 5), (1, 1, 1, 1, 3, 3)),
    "tie": NamedTree("a tie", (0, 0, 1, 2), (1,) * 4),
    "chain": NamedTree("one chain", (0, 1, 2), (1,) * 3),
}
"""Trees by name."""

QUESTION = (
    "Blocks 8 to 12 were built in secret, one upon the other: five in a row, the "
    "longest chain and the most work. Honest miners, slow to hear of each other, made "
    "blocks 1 to 7, of which no more than three stand in a row. Which side does GHOST "
    "choose?"
)
"""Asked at the beginning."""

CHOICES = ("the secret chain", "the honest blocks")
"""Answers to pick from."""

SECRET = 8
"""The first block of the secret chain."""


def grow(parents: tuple[int, ...], works: tuple[int, ...]) -> BlockTree:
    """Return the tree of blocks named by the order in which they came."""
    tree = BlockTree(0)
    for block, (parent, work) in enumerate(zip(parents, works, strict=True), 1):
        tree.add(block, parent, work)
    return tree


def draw_question(prediction: Prediction) -> dict[str, Any]:
    """Return the question, and its answer once the learner has guessed."""
    asked = TREES["secret"]
    tree = grow(asked.parents, asked.works)
    is_honest = SECRET not in tree.path(ghost(tree))
    carried = tree.subtree_work
    guess = ""
    if prediction.guess is not None:
        guess = f"You said {CHOICES[prediction.guess]}. "
    return prediction.picture(
        QUESTION,
        high=len(CHOICES) - 1,
        choices=CHOICES,
        answer=int(is_honest),
        verdict=f"{guess}It chooses {CHOICES[is_honest]}: block 1 carries "
        f"{carried[1]} blocks with those above it, block {SECRET} carries "
        f"{carried[SECRET]}. Blocks that lost a race still speak for block 1.",
    )


def draw_blocktree(state: BlockTreeState) -> Picture:
    """Return the picture of a state."""
    tree = state.tree
    is_hidden = state.prediction.is_open
    rules = [rule for rule in LABELS if not (is_hidden and rule == "ghost")]
    heads = [_draw_head(tree, rule) for rule in rules]
    chain = set(tree.path(RULES[state.rule](tree)))
    rows = _rows(tree)
    carried = tree.subtree_work
    blocks = [
        {
            "id": block.id,
            "parent": block.parent,
            "height": block.height,
            "row": rows[block.id],
            "work": block.work,
            "total": block.total_work,
            "carried": None if is_hidden else carried[block.id],
            "on_chain": block.id in chain,
            "heads": [head["rule"] for head in heads if head["head"] == block.id],
        }
        for block in tree
    ]
    return {
        "rule": state.rule,
        "rules": [[name, label] for name, label in LABELS.items()],
        "note": NOTES[state.rule],
        "trees": [[name, tree.label] for name, tree in TREES.items()],
        "blocks": blocks,
        "columns": tree[tree.highest].height + 1,
        "rows": max(rows.values()) + 1,
        "heads": heads,
        "agree": len({head["head"] for head in heads}) == 1,
        "forks": [] if is_hidden else _draw_forks(tree),
        "selected": state.selected,
    }


def _draw_head(tree: BlockTree, rule: str) -> dict[str, Any]:
    head = RULES[rule](tree)
    chain = tree.path(head)
    return {
        "rule": rule,
        "label": LABELS[rule],
        "head": head,
        "length": len(chain) - 1,
        "work": tree[head].total_work,
        "stale": len(tree) - len(chain),
    }


def _draw_forks(tree: BlockTree) -> list[dict[str, Any]]:
    """Return what GHOST compares at each fork on its way."""
    carried = tree.subtree_work
    path = tree.path(ghost(tree))
    return [
        {
            "at": below,
            "taken": taken,
            "children": [
                {"id": child, "carried": carried[child]}
                for child in tree.children(below)
            ],
        }
        for below, taken in pairwise(path)
        if len(tree.children(below)) > 1
    ]


def _rows(tree: BlockTree) -> dict[Any, int]:
    """Return each block's row: a first child stands beside its parent."""
    rows: dict[Any, int] = {}
    waiting = [tree.genesis]
    next_row = 0
    while waiting:
        block = waiting.pop()
        parent = tree[block].parent
        if parent is not None and tree.children(parent)[0] == block:
            rows[block] = rows[parent]
        else:
            rows[block] = next_row
            next_row += 1
        waiting += reversed(tree.children(block))
    return rows


def name_block(block: int) -> str:
    """Return what a block is called in a sentence."""
    return f"block {block}" if block else "the first block"


def summarize_blocktree(picture: Picture) -> str:
    """Return one sentence that says where each rule's chain ends."""
    heads = picture["heads"]
    if picture["agree"]:
        return f"All rules end at {name_block(heads[0]['head'])}."
    ends = [f"{head['label']}: {name_block(head['head'])}" for head in heads]
    return f"The rules differ. {'; '.join(ends)}."


def describe_blocktree(picture: Picture) -> Twin:
    """Return a picture in words and tables."""
    twin: list[str | Table] = [
        f"{LABELS[picture['rule']]}. {picture['note']}",
        summarize_blocktree(picture),
    ]
    head = ("rule", "head", "blocks in a row", "work", "blocks off the chain")
    rows = [
        (h["label"], name_block(h["head"]), *(str(h[k]) for k in COUNTS))
        for h in picture["heads"]
    ]
    twin.append(Table("Where each rule's chain ends", head, tuple(rows)))
    twin += [tell_fork(fork) for fork in picture["forks"]]
    columns = ("block", "stands on", "height", "work", "work of its chain", "marks")
    cells = [
        (
            str(block["id"]),
            "nothing" if block["parent"] is None else str(block["parent"]),
            str(block["height"]),
            str(block["work"]),
            str(block["total"]),
            _marks(block, picture["selected"]),
        )
        for block in picture["blocks"]
    ]
    twin.append(Table("The tree, in order of arrival", columns, tuple(cells)))
    return twin


COUNTS = ("length", "work", "stale")
"""What is counted of each chain."""


def tell_fork(fork: dict[str, Any]) -> str:
    """Return what GHOST compares at one fork."""
    loads = [f"block {c['id']} carries {c['carried']}" for c in fork["children"]]
    start = "At " + name_block(fork["at"])
    return (
        f"{start} GHOST compares: {', '.join(loads)}. It takes block {fork['taken']}."
    )


def _marks(block: dict[str, Any], selected: int) -> str:
    marks = ["on the chain"] * block["on_chain"]
    marks += [f"head by {LABELS[rule]}" for rule in block["heads"]]
    if block["carried"] is not None and block["id"]:
        marks.append(f"carries {block['carried']}")
    marks += ["picked"] * (block["id"] == selected)
    return ", ".join(marks)
