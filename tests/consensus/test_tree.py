"""The block tree keeps every block, and refuses what has no place in it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minichain.consensus.tree import (
    BlockTree,
    DuplicateBlock,
    InvalidWork,
    UnknownBlock,
    UnknownParent,
)

PARENTS = st.lists(st.integers(0, 10**6), max_size=40)
"""Where each block goes: block n on the block with this number modulo n."""


def grow(picks: list[int], works: list[int] | None = None) -> BlockTree:
    tree = BlockTree(0)
    for block, pick in enumerate(picks, 1):
        tree.add(block, pick % block, 1 if works is None else works[block - 1])
    return tree


def forked() -> BlockTree:
    """Return a tree with a fork of two blocks against one."""
    tree = BlockTree("genesis")
    tree.add("a", "genesis", 5, "ann", 1.0)
    tree.add("b", "a", 2, "bob", 2.0)
    tree.add("c", "b", 2, "bob", 3.0)
    tree.add("x", "a", 9, "ann", 4.0)
    return tree


def test_a_block_knows_its_height_and_the_work_below_it():
    tree = forked()
    made = tree["c"]
    assert (made.height, made.work, made.total_work) == (3, 2, 9)
    assert (made.parent, made.miner, made.time) == ("b", "bob", 3.0)
    assert tree["x"].total_work == 14


def test_a_tree_begins_with_one_block_that_is_a_leaf():
    tree = BlockTree("first", work=7)
    assert len(tree) == 1
    assert tree.leaves == ("first",)
    assert tree["first"].parent is None
    assert tree["first"].total_work == 7
    assert tree.path("first") == ("first",)


def test_leaves_and_children_come_in_order_of_arrival():
    tree = forked()
    assert tree.leaves == ("c", "x")
    assert tree.children("a") == ("b", "x")
    assert tree.children("c") == ()
    assert [block.id for block in tree] == ["genesis", "a", "b", "c", "x"]
    assert "x" in tree
    assert "y" not in tree


def test_paths_of_a_fork_share_their_ancestor():
    tree = forked()
    assert tree.path("c") == ("genesis", "a", "b", "c")
    assert tree.common_ancestor("c", "x") == "a"
    assert tree.common_ancestor("x", "c") == "a"
    assert tree.common_ancestor("b", "c") == "b"
    assert tree.is_ancestor("b", "c")
    assert tree.is_ancestor("c", "c")
    assert not tree.is_ancestor("c", "b")
    assert not tree.is_ancestor("x", "c")


def test_an_unknown_parent_is_named_and_leaves_no_trace():
    tree = forked()
    with pytest.raises(UnknownParent, match="'d' names the unknown parent 'z'") as it:
        tree.add("d", "z")
    assert (it.value.rule, it.value.parent) == ("parent", "z")
    assert "d" not in tree
    assert len(tree) == 5
    tree.add("d", "x")


def test_a_block_comes_once():
    tree = forked()
    with pytest.raises(DuplicateBlock, match="in the tree already") as it:
        tree.add("b", "genesis")
    assert it.value.rule == "duplicate"
    assert tree["b"].parent == "a"
    assert tree.children("genesis") == ("a",)


def test_work_below_zero_is_refused_and_none_is_not():
    with pytest.raises(InvalidWork, match="work -1, required 0"):
        BlockTree(work=-1)
    tree = forked()
    with pytest.raises(InvalidWork, match="work -3, required 0") as it:
        tree.add("d", "c", -3)
    assert it.value.rule == "work"
    assert tree.leaves == ("c", "x")
    assert tree.add("d", "c", 0).total_work == tree["c"].total_work


@pytest.mark.parametrize(
    "ask",
    [
        lambda tree: tree["z"],
        lambda tree: tree.children("z"),
        lambda tree: tree.path("z"),
        lambda tree: tree.common_ancestor("a", "z"),
        lambda tree: tree.common_ancestor("z", "a"),
        lambda tree: tree.is_ancestor("z", "a"),
    ],
)
def test_a_block_that_is_not_there_is_named(ask):
    with pytest.raises(UnknownBlock, match="block 'z' is not in the tree"):
        ask(forked())


@given(PARENTS)
def test_leaves_are_the_blocks_without_children(picks):
    tree = grow(picks)
    named = {block.parent for block in tree}
    assert tree.leaves == tuple(b.id for b in tree if b.id not in named)
    assert len(tree) == len(picks) + 1


@given(PARENTS)
def test_a_path_has_a_block_of_every_height(picks):
    tree = grow(picks)
    for block in tree:
        path = tree.path(block.id)
        assert [tree[name].height for name in path] == list(range(block.height + 1))
        assert sum(tree[name].work for name in path) == block.total_work


WORKS = st.lists(st.integers(0, 5), min_size=40, max_size=40)


@given(PARENTS, WORKS, st.lists(st.booleans(), min_size=40, max_size=40))
def test_a_subtree_s_work_is_right_whenever_it_is_asked(picks, works, asks):
    tree = BlockTree(0)
    for block, pick in enumerate(picks, 1):
        tree.add(block, pick % block, works[block - 1])
        if asks[block - 1]:
            assert tree.subtree_work[pick % block] >= 0
    for block in tree:
        above = [other for other in tree if block.id in tree.path(other.id)]
        assert tree.subtree_work[block.id] == sum(other.work for other in above)


@given(PARENTS, WORKS)
def test_the_highest_and_the_heaviest_are_the_first_leaves_that_are(picks, works):
    tree = grow(picks, works)
    leaves = [tree[leaf] for leaf in tree.leaves]
    top = max(leaf.height for leaf in leaves)
    assert tree.highest == next(leaf.id for leaf in leaves if leaf.height == top)
    most = max(leaf.total_work for leaf in leaves)
    assert tree[tree.heaviest].total_work == most
    assert tree.heaviest in tree.leaves
    if all(works):
        assert tree.heaviest == next(
            leaf.id for leaf in leaves if leaf.total_work == most
        )


@given(PARENTS, st.integers(0, 10**6), st.integers(0, 10**6))
def test_the_common_ancestor_is_the_end_of_the_paths_common_part(picks, left, right):
    tree = grow(picks)
    left, right = left % len(tree), right % len(tree)
    pairs = zip(tree.path(left), tree.path(right), strict=False)
    shared = [a for a, b in pairs if a == b]
    assert tree.common_ancestor(left, right) == shared[-1]
    assert tree.is_ancestor(left, right) == (left in tree.path(right))


@given(PARENTS, PARENTS, PARENTS)
def test_a_copy_goes_on_by_itself(before, here, there):
    def describe(tree: BlockTree) -> tuple:
        blocks, work = list(tree), dict(tree.subtree_work)
        ends = (tree.leaves, tree.highest, tree.heaviest)
        return blocks, work, ends, [tree.children(block.id) for block in blocks]

    tree = grow(before)
    other = tree.copy()
    assert describe(other) == describe(tree)
    for name, picks, grown in (("h", here, tree), ("t", there, other)):
        for block, pick in enumerate(picks):
            grown.add(f"{name}{block}", list(grown)[pick % len(grown)].id)
    for name, picks, grown in (("h", here, tree), ("t", there, other)):
        alone = grow(before)
        for block, pick in enumerate(picks):
            alone.add(f"{name}{block}", list(alone)[pick % len(alone)].id)
        assert describe(grown) == describe(alone)
