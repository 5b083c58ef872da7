"""The Merkle explorer: a list, the tree over it, and proofs that can be spoiled.

What a learner is to see: one leaf changes one hash on each level and no other; a proof
is the hashes beside that path; and a careless rule lets two lists share a root.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal, get_args

from minichain.crypto.hashing import sha256
from minichain.crypto.merkle import MerkleProof, MerkleTree
from minichain.units import Hash32
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
from minichain.widgets.merkle_view import (
    QUESTION_LEAVES,
    RULES,
    build_tree,
    describe_merkle,
    draw_merkle,
    draw_question,
    summarize_merkle,
)

RuleName = Literal["rfc6962", "bitcoin", "sorted"]
"""The rules to switch between."""

LEAVES_LIMIT = 16
"""Most leaves of a list."""

LEAF_LIMIT = 40
"""Most characters of a leaf."""

Preset = Literal["eight", "duplicate", "odd"]
"""Lists that are worth a look."""

_DUPLICATE = ("1", "2", "3", "4", "5", "6")


@dataclass(frozen=True)
class MerkleState:
    """Two lists under one rule, and a proof of one leaf.

    Attributes
    ----------
    leaves : tuple of str
        The list, 1 to 16 texts.
    kept : tuple of str
        The list to compare with; empty for none.
    rule : str
        How the trees are built.
    selected : int or None
        The leaf whose proof is shown.
    claim : str or None
        What the proof is tried with, where that is not the leaf itself.
    altered : tuple of int
        The proof's hashes, by place, in which a digit was changed.
    step : int
        How many steps of the verification are done.
    prediction : Prediction
        How many hashes the learner expects to change.
    """

    leaves: tuple[str, ...]
    kept: tuple[str, ...] = ()
    rule: RuleName = "rfc6962"
    selected: int | None = None
    claim: str | None = None
    altered: tuple[int, ...] = ()
    step: int = 0
    prediction: Prediction = OPEN

    @property
    def tree(self) -> MerkleTree:
        """The tree over the list."""
        return build_tree(self.leaves, self.rule)

    @property
    def proof(self) -> MerkleProof | None:
        """The selected leaf's proof, its altered hashes altered."""
        if self.selected is None:
            return None
        honest = self.tree.proof(self.selected)
        siblings = tuple(
            _alter(sibling) if place in self.altered else sibling
            for place, sibling in enumerate(honest.siblings)
        )
        return replace(honest, siblings=siblings)


class MerkleLesson(Lesson[MerkleState]):
    """Edit leaves, follow a proof step by step, spoil it, and switch the rule."""

    name = "merkle"
    title = "Merkle explorer"
    prompt = "Edit a leaf and see which hashes follow. Pick one to prove it is there."
    options: ClassVar[Mapping[str, Any]] = {
        "leaves": QUESTION_LEAVES,
        "rule": "rfc6962",
        "ask": True,
    }
    merging = frozenset({"edit", "claim"})
    state_type = MerkleState

    def initial(self, seed: int, options: Mapping[str, Any]) -> MerkleState:
        """Return the options' list, shuffled by the seed, kept to compare with."""
        given = [str(leaf) for leaf in options["leaves"]]
        if seed:  # seed 0 leaves the list as it was given
            given.sort(key=lambda leaf: sha256(f"{seed} {leaf}".encode()))
        leaves = tuple(given)
        state = MerkleState(
            leaves=leaves,
            kept=leaves,
            rule=_read_rule(Action.of("rule", rule=options["rule"])),
            prediction=OPEN if options["ask"] else Prediction("skipped"),
        )
        self.check(state)
        return state

    def apply(self, state: MerkleState, action: Action) -> MerkleState:
        """Return the state after an edit, a choice or a step of the proof."""
        change = _CHANGES.get(action.type)
        if change is not None:
            return change(state, action)
        guessed = state.prediction.after(action, 2 * len(QUESTION_LEAVES) - 1)
        return replace(state, prediction=guessed)

    def check(self, state: MerkleState) -> None:
        """Refuse lists, choices and steps that do not fit each other."""
        state.prediction.check(2 * len(QUESTION_LEAVES) - 1)
        for leaves, least in ((state.leaves, 1), (state.kept, 0)):
            if not least <= len(leaves) <= LEAVES_LIMIT:
                complaint = f"{len(leaves)} leaves, required {least} to {LEAVES_LIMIT}"
                raise InvalidAction("add", complaint)
        claims = () if state.claim is None else (state.claim,)
        for text in (*state.leaves, *state.kept, *claims):
            if len(text) > LEAF_LIMIT:
                raise InvalidAction("edit", f"leaf of {len(text)} characters")
        if state.selected is None:
            if state.claim is not None or state.altered or state.step:
                raise InvalidAction("select", "a proof without a leaf")
            return
        if not 0 <= state.selected < len(state.leaves):
            raise InvalidAction("select", f"no leaf {state.selected}")
        depth = len(state.tree.proof(state.selected).siblings)
        places = state.altered
        if places != tuple(sorted(set(places))) or any(
            not 0 <= place < depth for place in places
        ):
            raise InvalidAction("alter", f"places {places} of {depth} hashes")
        if not 0 <= state.step <= depth:
            raise InvalidAction("step", f"step {state.step} of {depth}")

    def view(self, state: MerkleState) -> Picture:
        """Return the tree, the comparison and the proof."""
        return draw_merkle(state) | {
            "limits": {"leaves": LEAVES_LIMIT, "leaf": LEAF_LIMIT},
            "predict": draw_question(state.prediction),
        }

    def describe(self, picture: Picture) -> Twin:
        """Return the levels, the comparison and the proof in words and tables."""
        return describe_merkle(picture)

    def summarize(self, picture: Picture) -> str:
        """Return what the proof has come to, or how many hashes changed."""
        return summarize_merkle(picture)


class MerkleExplorer(Widget):
    """The explorer as a widget; options are ``leaves``, ``rule`` and ``ask``."""

    lesson = MerkleLesson()


def _alter(digest: Hash32) -> Hash32:
    return Hash32(bytes([digest[0] ^ 0x10]) + digest[1:])


def _without_proof(state: MerkleState, **changes: Any) -> MerkleState:
    return replace(state, selected=None, claim=None, altered=(), step=0, **changes)


def _read_rule(action: Action) -> RuleName:
    name = action.choice("rule", tuple(RULES))
    return next(rule for rule in get_args(RuleName) if rule == name)


def _place(state: MerkleState, action: Action) -> int:
    return action.integer("index", 0, len(state.leaves) - 1)


def _edit(state: MerkleState, action: Action) -> MerkleState:
    place, text = _place(state, action), action.text("text", LEAF_LIMIT)
    leaves = (*state.leaves[:place], text, *state.leaves[place + 1 :])
    return replace(state, leaves=leaves)


def _add(state: MerkleState, action: Action) -> MerkleState:
    if len(state.leaves) == LEAVES_LIMIT:
        raise InvalidAction("add", f"at most {LEAVES_LIMIT} leaves")
    leaves = (*state.leaves, str(len(state.leaves) + 1))
    return _without_proof(state, leaves=leaves)


def _remove(state: MerkleState, action: Action) -> MerkleState:
    if len(state.leaves) == 1:
        raise InvalidAction("remove", "a tree needs at least one leaf")
    place = _place(state, action)
    leaves = state.leaves[:place] + state.leaves[place + 1 :]
    return _without_proof(state, leaves=leaves)


def _switch(state: MerkleState, action: Action) -> MerkleState:
    # Only the rule changes: the same leaf stays selected, its proof starts afresh.
    return replace(state, rule=_read_rule(action), altered=(), step=0)


def _keep(state: MerkleState, action: Action) -> MerkleState:
    return replace(state, kept=state.leaves)


def _select(state: MerkleState, action: Action) -> MerkleState:
    place = _place(state, action)
    fresh = _without_proof(state)
    return fresh if state.selected == place else replace(fresh, selected=place)


def _require_proof(state: MerkleState, action: Action) -> MerkleProof:
    proof = state.proof
    if proof is None:
        raise InvalidAction(action.type, "no leaf is picked")
    return proof


def _claim(state: MerkleState, action: Action) -> MerkleState:
    _require_proof(state, action)
    assert state.selected is not None
    text = action.text("text", LEAF_LIMIT)
    is_leaf = text == state.leaves[state.selected]
    return replace(state, claim=None if is_leaf else text)


def _alter_step(state: MerkleState, action: Action) -> MerkleState:
    depth = len(_require_proof(state, action).siblings)
    place = action.integer("place", 0, depth - 1)
    return replace(state, altered=tuple(sorted(set(state.altered) ^ {place})))


def _step(state: MerkleState, action: Action) -> MerkleState:
    depth = len(_require_proof(state, action).siblings)
    return replace(state, step=action.integer("to", 0, depth))


def _preset(state: MerkleState, action: Action) -> MerkleState:
    name = action.choice("preset", get_args(Preset))
    if name == "duplicate":
        longer = (*_DUPLICATE, *_DUPLICATE[4:])
        return _without_proof(state, leaves=longer, kept=_DUPLICATE, rule="bitcoin")
    count = 8 if name == "eight" else 5
    leaves = QUESTION_LEAVES[:count]
    return _without_proof(state, leaves=leaves, kept=leaves)


_CHANGES = {
    "edit": _edit,
    "add": _add,
    "remove": _remove,
    "rule": _switch,
    "keep": _keep,
    "select": _select,
    "claim": _claim,
    "alter": _alter_step,
    "step": _step,
    "preset": _preset,
}
