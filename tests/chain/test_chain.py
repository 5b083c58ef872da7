"""A chain follows the branch with most work, and keeps its state in step."""

from dataclasses import replace

import pytest

import minichain
from minichain.chain import Chain, Config, Fate
from minichain.chain.builder import seal_block
from minichain.chain.chain import DEV_BALANCE
from minichain.crypto.keys import Key
from minichain.errors import InvalidBlock, InvalidTransaction
from minichain.ledger.block import Block, is_included
from minichain.ledger.header import Header
from minichain.ledger.transaction import Transaction
from minichain.units import ETHER, Wei
from tests.chain.forging import forge, snapshot


def mine_on(chain: Chain, parent: bytes, *payments: Transaction, **fields) -> Block:
    """Return a sealed block on any known block, not imported."""
    return seal_block(chain.build(payments, parent=parent, **fields), chain.seal)


def import_branch(chain: Chain, parent: Block, length: int, **fields) -> list:
    """Mine and import empty blocks one on the other, and return the outcomes."""
    outcomes = []
    for _ in range(length):
        parent = mine_on(chain, parent.hash, **fields)
        outcomes.append(chain.import_block(parent))
    return outcomes


# Developing


def test_a_development_chain_is_the_same_every_time():
    first, second = Chain.dev(), Chain.dev()
    first.mine(3)
    second.mine(3)
    assert first.blocks == second.blocks
    assert first.keys == second.keys
    assert len(set(first.accounts)) == 10
    assert Chain.dev(seed="other").genesis != first.genesis


def test_a_development_chain_funds_its_accounts():
    chain = Chain.dev(accounts=3, balance=7)
    assert [chain.balance(address) for address in chain.accounts] == [7, 7, 7]
    assert Chain.dev().balance(Chain.dev().accounts[0]) == DEV_BALANCE


def test_the_chain_is_a_public_name():
    assert minichain.Chain is Chain
    assert minichain.Block is Block


def test_a_payment_waits_until_a_block_is_mined():
    chain = Chain.dev()
    alice, bob = chain.keys[:2]
    payment = chain.transfer(alice, bob.address, 5)
    assert list(chain.mempool) == [payment]
    assert chain.balance(bob.address) == DEV_BALANCE
    block = chain.mine()
    assert block.transactions == (payment,)
    assert chain.balance(bob.address) == DEV_BALANCE + 5
    assert chain.balance(alice.address) == DEV_BALANCE - 5
    assert chain.nonce(alice.address) == 1
    assert len(chain.mempool) == 0


def test_mined_blocks_follow_one_spacing_apart_and_reward_the_miner():
    chain = Chain.dev()
    head = chain.mine(3, time=chain.config.time + 1)
    assert head == chain.head == chain.blocks[3] == chain.block_at(3)
    times = [block.header.time - chain.config.time for block in chain.blocks]
    assert times == [0, 1, 601, 1201]
    assert chain.balance(chain.beneficiary) == 3 * 2 * ETHER
    assert len(chain) == 4
    assert chain.total_work == 4 * 16


def test_a_header_of_the_chain_is_a_bitcoin_header_that_proves_a_payment():
    chain = Chain.dev()
    payment = chain.transfer(chain.keys[0], chain.accounts[1], 5)
    block = chain.mine()
    header = Header.decode(block.header.encode())
    assert int(header.id, 16) <= header.target
    assert is_included(header, block.prove(0), payment)


def test_a_block_that_is_not_there_is_a_lookup_error():
    chain = Chain.dev()
    for number in (-1, 1):
        with pytest.raises(LookupError, match=f"block {number} of a chain up to 0"):
            chain.block_at(number)
    with pytest.raises(LookupError, match="is not known"):
        chain.block(bytes(32))
    with pytest.raises(LookupError, match="is not known"):
        chain.build(parent=bytes(32))
    assert bytes(32) not in chain
    assert chain.genesis.hash in chain


def test_the_state_handed_out_is_a_copy():
    chain = Chain.dev()
    state = chain.state
    state.set_balance(chain.accounts[0], Wei(0))
    assert chain.balance(chain.accounts[0]) == DEV_BALANCE


def test_an_invalid_payment_is_named_when_a_block_is_built_of_it():
    chain = Chain.dev()
    before = snapshot(chain)
    stranger = Transaction.transfer(chain.accounts[0], 1, 0, chain_id=1337)
    with pytest.raises(InvalidTransaction) as caught:
        chain.build([stranger.sign(Key.from_seed("stranger"))])
    assert caught.value.rule == "balance"
    assert snapshot(chain) == before


def test_a_payment_offers_twice_the_base_fee_and_the_tip():
    chain = Chain.dev(base_fee_per_gas=Wei(1000))
    payment = chain.transfer(chain.keys[0], chain.accounts[1], 1, tip=3)
    assert chain.base_fee == 875
    assert payment.max_fee_per_gas == 2 * 875 + 3
    assert payment.max_priority_fee_per_gas == 3
    chain.mine()
    assert chain.balance(chain.beneficiary) == 2 * ETHER + 3 * 21_000
    burnt = 875 * 21_000
    assert chain.state.supply == 10 * DEV_BALANCE + 2 * ETHER - burnt


def test_a_chain_that_burns_nothing_goes_on_so_with_full_blocks():
    chain = Chain.dev(gas_limit=42_000)
    for _ in range(6):
        chain.transfer(chain.keys[0], chain.accounts[1], 1)
    for _ in range(3):
        assert len(chain.mine().transactions) == 2
        assert chain.base_fee == 0


# Branches


def test_a_block_on_the_head_extends_the_chain():
    chain = Chain.dev()
    block = mine_on(chain, chain.head.hash)
    outcome = chain.import_block(block.encode())
    assert outcome.fate is Fate.EXTENDED
    assert (outcome.old, outcome.new) == (chain.genesis, block)
    assert (outcome.removed, outcome.added) == ((), (block,))


def test_a_block_that_is_there_is_known():
    chain = Chain.dev()
    chain.mine(2)
    for block in chain.blocks:
        before = snapshot(chain)
        assert chain.import_block(block).fate is Fate.KNOWN
        assert snapshot(chain) == before


def test_of_two_equal_branches_the_first_one_stays():
    chain = Chain.dev()
    first = chain.mine()
    second = mine_on(chain, chain.genesis.hash, extra=b"second")
    outcome = chain.import_block(second)
    assert outcome.fate is Fate.SIDE
    assert (outcome.old, outcome.new) == (first, first)
    assert chain.head == first
    assert chain.tips == (first, second)
    assert chain.is_active(first.hash)
    assert not chain.is_active(second.hash)
    assert chain.block(second.hash) == second
    assert chain.work_of(second.hash) == chain.total_work == 32


def test_the_heavier_branch_takes_over_with_its_state():
    chain = Chain.dev()
    alice, bob, carol = chain.keys[:3]
    chain.transfer(alice, bob.address, 5)
    first = chain.mine()
    payment = Transaction.transfer(carol.address, 7, 0, chain_id=1337).sign(alice)
    second = mine_on(chain, chain.genesis.hash, payment)
    assert chain.import_block(second).fate is Fate.SIDE
    assert chain.balance(bob.address) == DEV_BALANCE + 5
    third = mine_on(chain, second.hash)
    outcome = chain.import_block(third)
    assert outcome.fate is Fate.REORGANISED
    assert (outcome.old, outcome.new) == (first, third)
    assert outcome.removed == (first,)
    assert outcome.added == (second, third)
    assert chain.blocks == (chain.genesis, second, third)
    assert chain.balance(bob.address) == DEV_BALANCE
    assert chain.balance(carol.address) == DEV_BALANCE + 7
    assert chain.state.root == third.commitment.state_root


def test_a_reorganised_chain_is_as_if_only_the_winner_had_come():
    chain = Chain.dev()
    alice, bob = chain.keys[:2]
    for amount in (1, 2, 3):
        chain.transfer(alice, bob.address, amount)
        chain.mine()
    import_branch(chain, chain.block_at(1), 4, extra=b"other")
    alone = Chain(chain.config)
    for block in chain.blocks[1:]:
        assert alone.import_block(block).fate is Fate.EXTENDED
    assert alone.head == chain.head
    assert alone.state.accounts == chain.state.accounts
    assert alone.state.root == chain.state.root
    assert alone.total_work == chain.total_work


def test_more_work_wins_over_more_blocks():
    config = Config(bits=0x207FFFFF, retarget_interval=4, spacing=600)
    chain = Chain(config)
    start = chain.genesis.header.time
    # Four blocks in a few seconds: the next ones need four times the work.
    fast = chain.genesis
    for step in range(1, 5):
        fast = mine_on(chain, fast.hash, time=start + step)
        chain.import_block(fast)
    assert fast.header.bits == 0x201FFFFF
    slow = chain.genesis
    for step in range(1, 6):
        slow = mine_on(chain, slow.hash, time=start + 1200 * step)
        assert chain.import_block(slow).fate is Fate.SIDE
    assert slow.number > chain.head.number
    assert chain.work_of(slow.hash) < chain.total_work
    assert chain.head == fast


def test_transactions_of_a_branch_that_lost_wait_again():
    chain = Chain.dev()
    alice, bob = chain.keys[:2]
    lost = [chain.transfer(alice, bob.address, n) for n in (1, 2)]
    chain.mine()
    both = mine_on(chain, chain.genesis.hash, lost[0])
    chain.import_block(both)
    outcome = chain.import_block(mine_on(chain, both.hash))
    assert outcome.fate is Fate.REORGANISED
    assert list(chain.mempool) == [lost[1]]
    assert chain.mine().transactions == (lost[1],)


def test_a_branch_may_hold_the_same_payment_as_another():
    chain = Chain.dev()
    payment = chain.transfer(chain.keys[0], chain.accounts[1], 5)
    chain.mine()
    twin = mine_on(chain, chain.genesis.hash, payment, extra=b"twin")
    assert chain.import_block(twin).fate is Fate.SIDE
    again = mine_on(chain, chain.genesis.hash, payment, extra=b"again")
    with pytest.raises(InvalidTransaction) as caught:
        mine_on(chain, chain.head.hash, payment)
    assert caught.value.rule == "nonce"
    assert chain.import_block(again).fate is Fate.SIDE


def test_a_side_block_is_validated_as_strictly_as_any():
    chain = Chain.dev()
    chain.mine(2)
    side = mine_on(chain, chain.genesis.hash, extra=b"side")
    forged = forge(chain, side, commitment={"state_root": bytes(32)})
    before = snapshot(chain)
    with pytest.raises(InvalidBlock) as caught:
        chain.import_block(forged)
    assert caught.value.rule == "state-root"
    assert snapshot(chain) == before
    with pytest.raises(InvalidBlock) as caught:
        chain.import_block(replace_parent(chain, forged))
    assert caught.value.rule == "parent"


def replace_parent(chain: Chain, forged: Block) -> Block:
    """Return a child of a block that was refused."""
    return forge(chain, chain.head, header={"parent_hash": forged.hash})


def test_an_interruption_while_a_block_is_examined_leaves_no_trace(monkeypatch):
    chain = Chain.dev()
    chain.transfer(chain.keys[0], chain.accounts[1], 5)
    chain.mine(3)
    side = mine_on(chain, chain.genesis.hash, extra=b"side")
    before = snapshot(chain)

    def interrupt(header):
        raise KeyboardInterrupt

    monkeypatch.setattr(chain.seal, "compute_weight", interrupt)
    with pytest.raises(KeyboardInterrupt):
        chain.import_block(side)
    assert snapshot(chain) == before


def test_the_state_of_every_known_block_can_be_had():
    chain = Chain.dev()
    alice, bob = chain.keys[:2]
    for amount in (1, 10):
        chain.transfer(alice, bob.address, amount)
        chain.mine()
    import_branch(chain, chain.genesis, 1, extra=b"side")
    before = snapshot(chain)
    gained = []
    for block in chain.known_blocks:
        state = chain.state_at(block.hash)
        assert state.root == block.commitment.state_root
        gained.append(state.account(bob.address).balance - DEV_BALANCE)
    assert gained == [0, 1, 11, 0]
    assert snapshot(chain) == before


def test_a_block_of_the_past_can_still_be_explained():
    chain = Chain.dev()
    chain.transfer(chain.keys[0], chain.accounts[1], 1)
    chain.mine(5)
    before = snapshot(chain)
    for block in chain.blocks[1:]:
        assert chain.validate(block) is None
    past = chain.block_at(1)
    forged = replace(past, transactions=(replace(past.transactions[0], value=2),))
    assert chain.validate(forged).rule == "merkle-root"
    assert snapshot(chain) == before


def test_work_that_needs_another_time_gets_it():
    chain = Chain.dev()
    block = chain.build()

    class Picky:
        """Seals nothing before a certain second."""

        def search(self, header, start, count):
            return header if header.time >= block.header.time + 3 else None

        def vote(self, header, keys):
            return ()

    sealed = seal_block(block, Picky())
    assert sealed.header.time == block.header.time + 3
    assert sealed.header.merkle_root == block.header.merkle_root
