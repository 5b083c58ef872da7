"""The block-tree explorer: grow a tree, and see which chain each rule picks from it.

What a learner is to see: all rules read the same tree; the longest chain need not have
the most work; and blocks that lost a race may still speak for the chain they stand on.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal, get_args

from minichain.consensus.tree import BlockTree
from minichain.crypto.hashing import sha256
from minichain.widgets.base import (
    OPEN,
    Action,
    InvalidAction,
    Lesson,
    Picture,
    Prediction,
    Twin,
    Widget,
)
from minichain.widgets.blocktree_view import (
    CHOICES,
    TREES,
    describe_blocktree,
    draw_blocktree,
    draw_question,
    grow,
    summarize_blocktree,
)

RuleName = Literal["longest", "most-work", "ghost"]
"""The rules to switch between."""

BLOCKS_LIMIT = 32
"""Most blocks on top of the first."""

HEIGHT_LIMIT = 14
"""The greatest height of a block."""

WORK_LIMIT = 9
"""Most work of one block."""


@dataclass(frozen=True)
class BlockTreeState:
    """A tree of blocks and a rule to read it by.

    Attributes
    ----------
    parents : tuple of int
        The block that each stands on: the first block is 0, the next to come 1.
    works : tuple of int
        Work of each, 1 to 9.
    rule : str
        The rule whose chain is marked.
    selected : int
        The block that the next one will stand on.
    prediction : Prediction
        Which chain the learner expects one rule to pick.
    """

    parents: tuple[int, ...]
    works: tuple[int, ...]
    rule: RuleName = "longest"
    selected: int = 0
    prediction: Prediction = OPEN

    @property
    def tree(self) -> BlockTree:
        """The tree, its blocks named by the order in which they came."""
        return grow(self.parents, self.works)


class BlockTreeLesson(Lesson[BlockTreeState]):
    """Add blocks where you like, and compare three rules of fork choice."""

    name = "blocktree"
    title = "Block-tree explorer"
    prompt = "Pick a block and build on it. Each rule reads the same tree its own way."
    options: ClassVar[Mapping[str, Any]] = {"tree": "secret", "ask": True}
    state_type = BlockTreeState

    def initial(self, seed: int, options: Mapping[str, Any]) -> BlockTreeState:
        """Return one of the named trees, or one that the seed has grown."""
        tree = options["tree"]
        state = _load(Action.of("tree", tree=tree), ask=options["ask"])
        if seed:
            parents, works = _grow_at_random(seed)
            state = replace(state, parents=parents, works=works, selected=len(parents))
        return state

    def apply(self, state: BlockTreeState, action: Action) -> BlockTreeState:
        """Return the state after a block, a choice or a guess."""
        change = _CHANGES.get(action.type)
        if change is not None:
            return change(state, action)
        guessed = state.prediction.after(action, len(CHOICES) - 1)
        if action.type == "ask-again":
            return _load(Action.of("tree", tree="secret"), ask=True)
        rule: RuleName = state.rule if guessed.is_open else "ghost"
        return replace(state, prediction=guessed, rule=rule)

    def check(self, state: BlockTreeState) -> None:
        """Refuse trees whose blocks hang in the air, and answers shown too early."""
        state.prediction.check(len(CHOICES) - 1)
        count = len(state.parents)
        if len(state.works) != count or count > BLOCKS_LIMIT:
            complaint = f"{count} parents and {len(state.works)} works"
            raise InvalidAction("add", f"{complaint}, at most {BLOCKS_LIMIT}")
        for block, parent in enumerate(state.parents, 1):
            if not 0 <= parent < block:
                raise InvalidAction("add", f"block {block} stands on {parent}")
        for work in state.works:
            if not 1 <= work <= WORK_LIMIT:
                raise InvalidAction("add", f"work {work} is not 1 to {WORK_LIMIT}")
        tree = state.tree
        if (height := tree[tree.highest].height) > HEIGHT_LIMIT:
            raise InvalidAction("add", f"height {height}, at most {HEIGHT_LIMIT}")
        if not 0 <= state.selected <= count:
            raise InvalidAction("select", f"no block {state.selected}")
        if state.prediction.is_open and state.rule == "ghost":
            raise InvalidAction("rule", "the answer is shown before the question")

    def view(self, state: BlockTreeState) -> Picture:
        """Return the tree, its chains, and the block that is picked."""
        return draw_blocktree(state) | {
            "limits": {
                "blocks": BLOCKS_LIMIT,
                "height": HEIGHT_LIMIT,
                "work": WORK_LIMIT,
            },
            "predict": draw_question(state.prediction),
        }

    def describe(self, picture: Picture) -> Twin:
        """Return the chains and the blocks in words and tables."""
        return describe_blocktree(picture)

    def summarize(self, picture: Picture) -> str:
        """Return where each rule's chain ends."""
        return summarize_blocktree(picture)


class BlockTreeExplorer(Widget):
    """The explorer as a widget; options are ``tree`` and ``ask``."""

    lesson = BlockTreeLesson()


def _load(action: Action, *, ask: bool) -> BlockTreeState:
    name = action.choice("tree", tuple(TREES))
    parents, works = TREES[name].parents, TREES[name].works
    prediction = OPEN if ask else Prediction("skipped")
    return BlockTreeState(parents, works, selected=len(parents), prediction=prediction)


def _select(state: BlockTreeState, action: Action) -> BlockTreeState:
    return replace(state, selected=action.integer("block", 0, len(state.parents)))


def _plant(state: BlockTreeState, action: Action) -> BlockTreeState:
    return _load(action, ask=state.prediction.is_open)


def _switch(state: BlockTreeState, action: Action) -> BlockTreeState:
    name = action.choice("rule", get_args(RuleName))
    rule = next(rule for rule in get_args(RuleName) if rule == name)
    prediction = state.prediction
    if rule == "ghost" and prediction.is_open:
        # Whoever asks for the rule the question is about asks to be shown.
        prediction = Prediction("skipped")
    return replace(state, rule=rule, prediction=prediction)


def _add(state: BlockTreeState, action: Action) -> BlockTreeState:
    work = action.integer("work", 1, WORK_LIMIT)
    if len(state.parents) == BLOCKS_LIMIT:
        raise InvalidAction("add", f"at most {BLOCKS_LIMIT} blocks")
    if state.tree[state.selected].height == HEIGHT_LIMIT:
        raise InvalidAction("add", f"at most {HEIGHT_LIMIT} blocks above each other")
    return replace(
        state,
        parents=(*state.parents, state.selected),
        works=(*state.works, work),
        selected=len(state.parents) + 1,
    )


def _cut(state: BlockTreeState, action: Action) -> BlockTreeState:
    """Take the picked block away, and all that stands on it."""
    if state.selected == 0:
        raise InvalidAction("cut", "the first block stays")
    gone = {state.selected}
    names = {0: 0}
    parents, works = [], []
    for block, (parent, work) in enumerate(
        zip(state.parents, state.works, strict=True), 1
    ):
        if block in gone or parent in gone:
            gone.add(block)
            continue
        parents.append(names[parent])
        works.append(work)
        names[block] = len(parents)
    below = state.parents[state.selected - 1]
    return replace(
        state, parents=tuple(parents), works=tuple(works), selected=names[below]
    )


def _grow_at_random(seed: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the parents and works of a bushy tree, the same for the same seed."""
    parents, works = [], []
    for block in range(1, 15):
        back, heavy = sha256(f"block {block} of tree {seed}".encode())[:2]
        parents.append(max(0, block - 1 - (0, 0, 0, 1, 1, 2, 3, 4)[back % 8]))
        works.append(3 if heavy % 8 == 0 else 1)
    return tuple(parents), tuple(works)


_CHANGES = {
    "select": _select,
    "rule": _switch,
    "add": _add,
    "cut": _cut,
    "tree": _plant,
}
