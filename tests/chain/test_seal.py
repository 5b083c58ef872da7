"""A seal is work at a target that follows the hash power, or nothing at all."""

from dataclasses import replace

import pytest

from minichain.chain import Chain, Config, Fate
from minichain.chain.builder import seal_block
from minichain.consensus.difficulty import retarget
from minichain.ledger.target import bits_from_target, target_from_bits

EASY = 0x207FFFFF


def mine_at(chain: Chain, gap: int) -> int:
    """Mine a block ``gap`` seconds after the head, and return its bits."""
    return chain.mine(time=chain.head.header.time + gap).header.bits


def test_the_target_stays_within_an_interval_and_moves_after_it():
    chain = Chain(Config(bits=EASY, retarget_interval=4, spacing=600))
    bits = [mine_at(chain, 300) for _ in range(8)]
    # Blocks 4 and 8 open an interval: 3 gaps of 300 s are compared with 4 of 600 s.
    first = bits_from_target(target_from_bits(EASY) * 900 // 2400)
    second = bits_from_target(target_from_bits(first) * 900 // 2400)
    assert bits == [EASY] * 3 + [first] * 4 + [second]


def test_a_target_moves_by_a_factor_of_four_at_most_and_never_above_the_first():
    chain = Chain(Config(bits=EASY, retarget_interval=2, spacing=600))
    assert [mine_at(chain, 1) for _ in range(2)] == [EASY, 0x201FFFFF]
    assert [mine_at(chain, 100_000) for _ in range(4)][-1] == EASY
    assert bits_from_target(target_from_bits(EASY) // 4) == 0x201FFFFF


def test_a_chain_with_bitcoins_numbers_follows_bitcoins_rule():
    # Blocks 30240 and 32255 of Bitcoin, and the target of 32256.
    timespan = 2016 * 600
    assert retarget(1261130161, 1262152739, 0x1D00FFFF, timespan=timespan) == 0x1D00D86A


def test_a_branch_of_another_pace_needs_its_own_bits():
    chain = Chain(Config(bits=EASY, retarget_interval=2, spacing=600))
    mine_at(chain, 1)
    mine_at(chain, 1)
    assert chain.head.header.bits == 0x201FFFFF
    slow = seal_block(
        chain.build((), parent=chain.genesis.hash, time=chain.config.time + 9000),
        chain.seal,
    )
    chain.import_block(slow)
    child = chain.build((), parent=slow.hash)
    assert child.header.bits == EASY
    cheat = replace(child, header=replace(child.header, bits=0x201FFFFF))
    assert chain.validate(seal_block(cheat, chain.seal)).rule == "bits"


def test_work_is_what_the_headers_targets_say():
    chain = Chain(Config(bits=EASY, retarget_interval=2))
    mine_at(chain, 1)
    mine_at(chain, 1)
    assert chain.total_work == 2 + 2 + 8


def test_a_chain_on_demand_needs_no_work_and_follows_the_longest_branch():
    chain = Chain.dev(seal="on-demand")
    chain.transfer(chain.keys[0], chain.accounts[1], 5)
    chain.mine(3)
    assert [block.header.nonce for block in chain.blocks] == [0] * 4
    assert chain.total_work == 4
    twin = Chain(chain.config)
    for block in chain.blocks[1:]:
        assert twin.import_block(block).fate is Fate.EXTENDED


def test_a_nonce_on_a_chain_without_work_is_refused():
    chain = Chain.dev(seal="on-demand")
    block = chain.build()
    for nonce in (1, 2**32 - 1):
        worked = replace(block, header=replace(block.header, nonce=nonce))
        error = chain.validate(worked)
        assert (error.rule, error.nonce) == ("seal", nonce)
    assert chain.validate(block) is None


@pytest.mark.parametrize("seal", ["proof-of-work", "on-demand"])
def test_a_search_can_go_on_where_it_ended(seal):
    chain = Chain.dev(seal=seal)
    header = chain.build().header
    start, found = 0, None
    while found is None:
        found = chain.seal.search(header, start, 3)
        start += 3
    assert found == chain.seal.search(header, 0, 2**32)
    assert chain.seal.check(found)
