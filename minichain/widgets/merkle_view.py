"""What the Merkle explorer shows of a state, as data and in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minichain.crypto.hashing import sha256d
from minichain.crypto.merkle import (
    BITCOIN,
    RFC6962,
    SORTED_KECCAK,
    MerkleTree,
    is_mutated,
)
from minichain.widgets.base import Picture, Prediction, Table, Twin

if TYPE_CHECKING:
    from minichain.widgets.merkle import MerkleState

QUESTION_LEAVES = ("Ada", "Ben", "Cleo", "Dan", "Eve", "Finn", "Gus", "Hana")
"""The list that the question is about: eight leaves, fifteen hashes."""

QUESTION = (
    "Over eight leaves stand fifteen hashes. One leaf is edited. How many of the "
    "fifteen change?"
)
"""Asked at the beginning."""

RULES = {"rfc6962": RFC6962, "bitcoin": BITCOIN, "sorted": SORTED_KECCAK}
"""Each rule by its name."""

LABELS = {"rfc6962": "RFC 6962", "bitcoin": "Bitcoin", "sorted": "Airdrop"}
"""What the rules are called on their buttons."""

NOTES = {
    "rfc6962": "Leaf: SHA-256(00 leaf). Node: SHA-256(01 left right). A node without "
    "a partner moves up as it is.",
    "bitcoin": "Leaf: the text's double SHA-256. Node: SHA-256 twice over left right. "
    "A node without a partner is paired with itself.",
    "sorted": "Leaf: Keccak-256 twice. Node: Keccak-256 over the smaller, then the "
    "larger hash. A node without a partner moves up as it is.",
}
"""How each rule hashes."""


def hash_leaf(text: str, rule: str) -> bytes:
    """Return the bytes that a rule takes as the leaf for a text.

    Bitcoin's rule takes hashes of transactions, so the text is hashed as one is.
    """
    return sha256d(text.encode()) if rule == "bitcoin" else text.encode()


def build_tree(leaves: tuple[str, ...], rule: str) -> MerkleTree:
    """Return the tree over texts under one of `RULES`."""
    return MerkleTree([hash_leaf(text, rule) for text in leaves], RULES[rule])


def draw_question(prediction: Prediction) -> dict[str, Any]:
    """Return the question, and its answer once the learner has guessed."""
    before = build_tree(QUESTION_LEAVES, "rfc6962").levels
    after = build_tree(("Ada!", *QUESTION_LEAVES[1:]), "rfc6962").levels
    pairs = [zip(b, a, strict=True) for b, a in zip(before, after, strict=True)]
    changed = sum(old != new for pair in pairs for old, new in pair)
    guess = "" if prediction.guess is None else f"You said {prediction.guess}. "
    return prediction.picture(
        QUESTION,
        high=2 * len(QUESTION_LEAVES) - 1,
        unit="of 15 hashes",
        answer=changed,
        verdict=f"{guess}It is {changed}: the leaf's own and one on each level above, "
        "up to the root. Edit a leaf below and see them. Over a million leaves it "
        "would be 21.",
    )


def draw_merkle(state: MerkleState) -> Picture:
    """Return the picture of a state."""
    tree = state.tree
    kept = build_tree(state.kept, state.rule) if state.kept else None
    levels = _draw_levels(state, tree, kept)
    nodes = [node for level in levels for node in level if node["kind"] != "moved"]
    leaves = [hash_leaf(text, state.rule) for text in state.leaves]
    return {
        "rule": state.rule,
        "rules": [[name, label] for name, label in LABELS.items()],
        "note": NOTES[state.rule],
        "leaves": list(state.leaves),
        "levels": levels,
        "root": tree.root.hex(),
        "hashes": len(nodes),
        "selected": state.selected,
        "mutated": state.rule == "bitcoin" and is_mutated(leaves),
        "kept": kept
        and {
            "leaves": list(state.kept),
            "root": kept.root.hex(),
            "same_list": state.kept == state.leaves,
            "same_root": kept.root == tree.root,
            "comparable": kept.count == tree.count,
            "changed": sum(node["changed"] for node in nodes),
        },
        "proof": _draw_proof(state),
    }


def _draw_levels(
    state: MerkleState, tree: MerkleTree, kept: MerkleTree | None
) -> list[list[dict[str, Any]]]:
    chosen = state.selected
    levels = []
    for height, level in enumerate(tree.levels):
        below = tree.levels[height - 1] if height else ()
        on_path = None if chosen is None else chosen >> height
        drawn = []
        for place, digest in enumerate(level):
            kind = "node"
            if height and 2 * place + 1 == len(below):
                kind = "twice" if tree.rule.repeats_odd else "moved"
            role = ""
            if on_path == place:
                role = "path"
            elif on_path is not None and on_path ^ 1 == place:
                role = "sibling"
            changed = (
                kept is not None
                and kept.count == tree.count
                and kept.levels[height][place] != digest
            )
            drawn.append(
                {
                    "hash": digest.hex(),
                    "first": place << height,
                    "last": min((place + 1) << height, tree.count) - 1,
                    "kind": kind,
                    "role": role,
                    "changed": changed,
                }
            )
        levels.append(drawn)
    return levels


def _draw_proof(state: MerkleState) -> dict[str, Any] | None:
    proof = state.proof
    if proof is None or state.selected is None:
        return None
    tree, leaf = state.tree, state.leaves[state.selected]
    claim = leaf if state.claim is None else state.claim
    honest = tree.proof(state.selected)
    true_leaf, claimed = hash_leaf(leaf, state.rule), hash_leaf(claim, state.rule)
    true_steps = list(honest.steps(true_leaf))
    sides = tree.rule.sides(state.selected, tree.count)
    steps = []
    for place, (step, true) in enumerate(
        zip(proof.steps(claimed), true_steps, strict=True)
    ):
        left, right, node = step
        steps.append(
            {
                "left": left.hex(),
                "right": right.hex(),
                "node": node.hex(),
                "true_node": true[2].hex(),
                "sibling_is_left": sides[place],
                "altered": place in state.altered,
                "on_tree": node == true[2],
            }
        )
    start = tree.rule.hash_leaf(claimed)
    on_tree = [start == tree.levels[0][state.selected], *(s["on_tree"] for s in steps)]
    result = proof.root_from(claimed)
    is_done = state.step == len(steps)
    return {
        "index": state.selected,
        "count": tree.count,
        "claim": claim,
        "leaf": leaf,
        "start": start.hex(),
        "true_start": tree.levels[0][state.selected].hex(),
        "size": 32 * len(steps),
        "depth": len(steps),
        "siblings": [
            {"hash": sibling.hex(), "altered": place in state.altered}
            for place, sibling in enumerate(proof.siblings)
        ],
        "step": state.step,
        "steps": steps[: state.step],
        "done": is_done,
        "verified": proof.verify(tree.root, claimed) if is_done else None,
        "result": result.hex() if is_done else None,
        "left_at": on_tree.index(False) if is_done and False in on_tree else None,
    }


def tell_comparison(picture: Picture) -> str:
    """Return how the list compares with the kept one."""
    kept = picture["kept"]
    if kept is None:
        return ""
    if kept["same_list"]:
        return "The list is the one that was kept."
    if kept["same_root"]:
        return (
            "Two different lists, one root: the rule pairs an odd node with itself, "
            "and the longer list writes out what the rule repeats (CVE-2012-2459)."
        )
    if not kept["comparable"]:
        return "The list differs from the one kept, and so does the root."
    return (
        f"{kept['changed']} of {picture['hashes']} hashes differ from those over the "
        "list that was kept."
    )


def tell_proof(proof: dict[str, Any]) -> str:
    """Return what the verification has come to."""
    if not proof["done"]:
        return (
            f"Proof of leaf {proof['index'] + 1}: {proof['step']} of {proof['depth']} "
            "steps done."
        )
    if proof["verified"]:
        return "The last hash is the root: the leaf is in the list."
    place = proof["left_at"]
    where = "at the leaf itself" if place == 0 else f"at step {place}"
    return (
        "The last hash is not the root: refused by the rule merkle-proof. The verifier "
        f"learns no more. Beside the tree you see it went astray {where}."
    )


def describe_merkle(picture: Picture) -> Twin:
    """Return a picture in words and tables."""
    twin: list[str | Table] = [f"{LABELS[picture['rule']]}. {picture['note']}"]
    if comparison := tell_comparison(picture):
        twin.append(comparison)
    if picture["mutated"]:
        twin.append("The list repeats itself as CVE-2012-2459 does: a node refuses it.")
    rows = [
        (
            f"{height}.{place + 1}",
            ", ".join(picture["leaves"][node["first"] : node["last"] + 1]),
            node["hash"],
            _mark_node(node),
        )
        for height, level in enumerate(picture["levels"])
        for place, node in enumerate(level)
    ]
    head = ("node", "over", "hash", "marks")
    twin.append(Table("The tree, leaves first", head, tuple(rows)))
    if proof := picture["proof"]:
        twin.append(tell_proof(proof))
        twin.append(_tabulate_proof(proof))
    return twin


def summarize_merkle(picture: Picture) -> str:
    """Return one sentence on the proof, or on the comparison."""
    if picture["proof"]:
        return tell_proof(picture["proof"])
    return tell_comparison(picture) or f"Root {picture['root'][:8]}."


def _mark_node(node: dict[str, Any]) -> str:
    marks = {
        "on the path": node["role"] == "path",
        "in the proof": node["role"] == "sibling",
        "moved up": node["kind"] == "moved",
        "paired with itself": node["kind"] == "twice",
        "changed": node["changed"],
    }
    return ", ".join(words for words, holds in marks.items() if holds)


def _tabulate_proof(proof: dict[str, Any]) -> Table:
    rows = [("leaf", proof["claim"], "", proof["start"])]
    rows += [
        (f"{place}", step["left"], step["right"], step["node"])
        for place, step in enumerate(proof["steps"], 1)
    ]
    return Table("The proof", ("step", "left", "right", "hash"), tuple(rows))
