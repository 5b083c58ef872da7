"""Three rules for the head, each told apart from the others, and from an oracle."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minichain.consensus.fork_choice import (
    RULES,
    ghost,
    longest,
    most_work,
    subtree_weights,
)
from minichain.consensus.tree import BlockTree
from tests.consensus.test_tree import grow

TREES = st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 5)), max_size=30).map(
    lambda pairs: grow([p for p, _ in pairs], [w for _, w in pairs])
)


def three_ways() -> BlockTree:
    """Return a tree on which every rule has its own head.

    The chain of ``l`` is the longest, the one of ``w`` took the most work, and the
    siblings on top of ``g`` are together the heaviest.
    """
    tree = BlockTree("genesis")
    for block, parent, work in [
        ("l1", "genesis", 1), ("l2", "l1", 1), ("l3", "l2", 1), ("l4", "l3", 1),
        ("w1", "genesis", 4), ("w2", "w1", 4),
        ("g1", "genesis", 1), ("g2", "g1", 3), ("g3", "g1", 3), ("g4", "g1", 4),
    ]:  # fmt: skip
        tree.add(block, parent, work)
    return tree


def test_each_rule_has_its_own_head():
    tree = three_ways()
    assert longest(tree) == "l4"
    assert most_work(tree) == "w2"
    assert ghost(tree) == "g4"
    assert {rule(tree) for rule in RULES.values()} == {"l4", "w2", "g4"}


def test_a_subtree_weighs_what_all_of_it_weighs():
    weights = subtree_weights(three_ways())
    assert weights["genesis"] == 4 + 8 + 11
    assert (weights["l1"], weights["w1"], weights["g1"]) == (4, 8, 11)
    assert (weights["l4"], weights["g4"]) == (1, 4)


def test_votes_move_the_heaviest_subtree():
    tree = three_ways()
    assert ghost(tree, {"l4": 3, "w2": 2, "g2": 1}) == "l4"
    assert ghost(tree, {"l4": 3, "w2": 2, "g2": 1, "g3": 3}) == "g3"
    assert subtree_weights(tree, {"l4": 3, "l1": 1})["l1"] == 4


def test_a_vote_for_a_block_that_is_not_there_counts_for_nothing():
    tree = three_ways()
    assert ghost(tree, {"nowhere": 100, "w1": 1}) == "w2"


@pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))
def test_of_equal_candidates_the_first_to_arrive_is_kept(rule):
    tree = BlockTree()
    tree.add("early", "genesis")
    tree.add("late", "genesis")
    assert rule(tree) == "early"
    tree.add("later", "late")
    assert rule(tree) == "later"


@pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))
def test_a_tree_of_one_block_has_that_head(rule):
    assert rule(BlockTree("alone")) == "alone"


@given(TREES)
def test_every_head_is_a_leaf(tree):
    for rule in RULES.values():
        assert rule(tree) in tree.leaves


@given(TREES)
def test_no_leaf_is_higher_or_took_more_work_than_its_rules_head(tree):
    assert tree[longest(tree)].height == max(b.height for b in tree)
    assert tree[most_work(tree)].total_work == max(b.total_work for b in tree)


@pytest.mark.oracle
@given(TREES)
def test_the_heaviest_subtree_is_that_of_a_recursive_definition(tree):
    def weight(block):
        return tree[block].work + sum(weight(above) for above in tree.children(block))

    def head(block):
        above = tree.children(block)
        if not above:
            return block
        heaviest = max(weight(child) for child in above)
        return head(next(child for child in above if weight(child) == heaviest))

    assert ghost(tree) == head(0)
    assert subtree_weights(tree) == {block.id: weight(block.id) for block in tree}


@given(st.lists(st.integers(1, 9), min_size=1, max_size=20))
def test_on_a_single_chain_all_rules_agree(works):
    tree = grow(list(range(len(works))), works)
    assert {rule(tree) for rule in RULES.values()} == {len(works)}
