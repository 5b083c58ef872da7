"""A committee seals with the votes of two thirds of its stake, over the same block."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minichain.chain import Chain, Config, Fate
from minichain.chain import committee as module
from minichain.chain.builder import seal_block
from minichain.chain.committee import (
    compute_digest,
    find_double_voters,
    read_voters,
)
from minichain.chain.config import InvalidConfig, order_allocation
from minichain.crypto.keys import Key
from minichain.errors import InvalidBlock
from minichain.ledger.block import Block
from tests.chain.forging import forge, snapshot

STRANGER = Key.from_seed("a stranger without money")


def make_chain(*stakes: int) -> Chain:
    """Return a chain whose accounts have these stakes, in order."""
    keys = tuple(Key.from_seed(f"member {n}") for n in range(len(stakes)))
    owned = ((key.address, stake) for key, stake in zip(keys, stakes, strict=True))
    chain = Chain(Config(seal="committee", allocation=order_allocation(owned)))
    chain.keys = keys
    return chain


def sign(chain: Chain, block: Block, *keys: Key) -> Block:
    digest = compute_digest(block.header)
    return replace(block, votes=tuple(key.sign(digest).encode() for key in keys))


def test_a_development_chain_votes_for_its_blocks():
    chain = Chain.dev(accounts=4, seal="committee")
    chain.transfer(chain.keys[0], chain.accounts[1], 5)
    block = chain.mine()
    assert len(block.votes) == 4
    assert set(read_voters(block.header, block.votes)) == set(chain.accounts)
    assert chain.balance(chain.accounts[1]) - chain.balance(chain.accounts[2]) == 5
    details = [check.detail for check in chain.check(block)]
    assert f"{4 * 10**22} of {4 * 10**22} wei of stake voted" in details


def test_the_same_block_is_sealed_by_work_by_votes_and_on_demand():
    roots, bits = set(), {"bits": 0x207FFFFF}
    for seal in ("proof-of-work", "on-demand", "committee"):
        chain = Chain.dev(accounts=3, seal=seal, **bits)
        chain.transfer(chain.keys[0], chain.accounts[1], 5)
        block = chain.mine()
        assert block.tree.root == block.header.merkle_root
        roots.add((block.header.merkle_root, block.commitment))
    assert len(roots) == 1


def test_another_node_takes_the_block_with_its_votes():
    chain = Chain.dev(accounts=3, seal="committee")
    block = chain.mine()
    peer = Chain(chain.config)
    assert peer.import_block(block.encode()).fate is Fate.EXTENDED
    assert peer.head.votes == block.votes
    assert Block.decode(block.encode()).votes == block.votes


def test_a_saved_chain_keeps_the_votes(tmp_path):
    chain = Chain.dev(accounts=3, seal="committee")
    chain.mine(2)
    chain.save(tmp_path / "chain")
    loaded = Chain.load(tmp_path / "chain")
    assert loaded.head == chain.head
    assert [b.votes for b in loaded.blocks] == [b.votes for b in chain.blocks]
    loaded.keys = chain.keys
    assert loaded.mine().number == 3


@pytest.mark.parametrize(
    ("stakes", "voters", "enough"),
    [
        ((1, 1, 1), (0, 1), True),
        ((1, 1, 1), (0,), False),
        ((1, 1, 1, 1), (0, 1), False),
        ((1, 1, 1, 1), (0, 1, 2), True),
        ((2, 1), (0,), True),
        ((2, 1), (1,), False),
        ((67, 34), (0,), False),
        ((5,), (0,), True),
        ((5,), (), False),
    ],
)
def test_two_thirds_of_the_stake_are_enough(stakes, voters, enough):
    chain = make_chain(*stakes)
    block = sign(chain, chain.build(), *(chain.keys[v] for v in voters))
    if enough:
        assert chain.import_block(block).fate is Fate.EXTENDED
        return
    before = snapshot(chain)
    with pytest.raises(InvalidBlock) as caught:
        chain.import_block(block)
    assert caught.value.rule == "votes"
    error = caught.value.check.error
    assert (error.found, error.total) == (sum(stakes[v] for v in voters), sum(stakes))
    assert snapshot(chain) == before


def test_a_vote_counts_once():
    chain = make_chain(1, 1, 1)
    block = sign(chain, chain.build(), *[chain.keys[0]] * 3)
    assert chain.validate(block).rule == "committee"
    assert "votes twice" in str(chain.validate(block))


def test_nobody_else_votes():
    chain = make_chain(1, 1, 1)
    block = sign(chain, chain.build(), *chain.keys, STRANGER)
    assert chain.validate(block).voter == STRANGER.address
    assert chain.validate(sign(chain, block, *chain.keys)) is None


def test_votes_for_another_header_do_not_count():
    chain = make_chain(1, 1, 1)
    block = sign(chain, chain.build(), *chain.keys)
    other = forge(chain, block, commitment={"extra": b"other"}, seal=False)
    assert other.votes == block.votes
    assert chain.validate(other).rule == "committee"


@pytest.mark.parametrize("vote", [bytes(65), b"\x01" * 65, b"\xff" * 65])
def test_what_is_no_signature_is_refused(vote):
    chain = make_chain(1, 1, 1)
    block = replace(sign(chain, chain.build(), *chain.keys), votes=(vote,))
    before = snapshot(chain)
    with pytest.raises(InvalidBlock):
        chain.import_block(block)
    assert snapshot(chain) == before


@pytest.mark.parametrize("seal", ["proof-of-work", "on-demand"])
def test_votes_are_no_part_of_a_chain_without_a_committee(seal):
    chain = Chain.dev(accounts=2, seal=seal)
    block = seal_block(chain.build(), chain.seal)
    voted = sign(chain, block, *chain.keys)
    assert chain.validate(voted).count == 2
    assert chain.validate(block) is None


def test_a_committee_needs_no_work():
    chain = make_chain(1)
    block = chain.build()
    block = replace(block, header=replace(block.header, nonce=1))
    assert chain.validate(sign(chain, block, *chain.keys)).nonce == 1


def test_a_committee_of_nobody_is_no_committee():
    with pytest.raises(InvalidConfig, match="committee of nobody"):
        Chain(Config(seal="committee"))


def test_a_large_crowd_is_sampled_anew_for_each_block(monkeypatch):
    monkeypatch.setattr(module, "SIZE", 3)
    chain = make_chain(*[1] * 9)
    drawn = set()
    for _ in range(4):
        members = chain.seal.draw(chain.head.hash)
        assert len(members) == 3
        drawn.add(tuple(sorted(members)))
        assert set(read_voters(chain.mine().header, chain.head.votes)) == set(members)
    assert len(drawn) > 1
    members = chain.seal.draw(chain.head.hash)
    outsider = next(key for key in chain.keys if key.address not in members)
    refused = chain.validate(sign(chain, chain.build(), outsider))
    assert refused.voter == outsider.address


@given(st.data())
@settings(max_examples=30, deadline=None)
def test_two_sealed_blocks_on_one_parent_name_a_third_of_the_stake(data):
    stakes = data.draw(st.lists(st.integers(1, 50), min_size=1, max_size=6))
    chain = make_chain(*stakes)
    blocks = [chain.build(extra=extra) for extra in (b"a", b"b")]
    sealed = []
    for block in blocks:
        voters = data.draw(st.sets(st.sampled_from(chain.keys)))
        sealed.append(sign(chain, block, *voters))
    if any(chain.validate(block) is not None for block in sealed):
        return
    guilty = find_double_voters(*sealed)
    owned = dict(chain.config.allocation)
    assert 3 * sum(owned[voter] for voter in guilty) >= sum(stakes)
    assert find_double_voters(sealed[0], sealed[0]) == ()
