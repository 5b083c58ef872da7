"""Whatever comes in whatever order, money is conserved and the heaviest branch wins."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from minichain.chain import Chain, Fate
from minichain.chain.builder import seal_block
from minichain.chain.storage import SavedChain
from minichain.errors import InvalidBlock, ProtocolError
from minichain.ledger.block import Block
from minichain.ledger.transaction import Transaction
from minichain.units import Wei
from tests.chain.forging import forge, snapshot
from tests.ledger.reference_trie import keccak256

BASE_FEE = 1000

REWARD = 10**15

BALANCE = 10**12

payments = st.lists(
    st.tuples(
        st.integers(0, 2), st.integers(0, 2), st.integers(0, 10**6), st.integers(0, 9)
    ),
    max_size=3,
)
"""Sender, receiver, value and tip."""


class Ledger:
    """What a chain should know, in the plainest way: two mappings, copied a block."""

    def __init__(self, balances: dict[bytes, int], nonces: dict[bytes, int]) -> None:
        self.balances, self.nonces = dict(balances), dict(nonces)
        self.burnt = 0
        self.rewards = 0

    def after(self, block: Block) -> "Ledger":
        following = Ledger(self.balances, self.nonces)
        following.burnt, following.rewards = self.burnt, self.rewards + REWARD
        balances, nonces = following.balances, following.nonces
        miner, fee = block.commitment.beneficiary, block.commitment.base_fee_per_gas
        for t in block.transactions:
            assert t.nonce == nonces.get(t.sender, 0)
            price = min(t.max_fee_per_gas, fee + t.max_priority_fee_per_gas)
            nonces[t.sender] = t.nonce + 1
            balances[t.sender] -= t.value + 21_000 * price
            balances[t.to] = balances.get(t.to, 0) + t.value
            balances[miner] = balances.get(miner, 0) + 21_000 * (price - fee)
            following.burnt += 21_000 * fee
        balances[miner] = balances.get(miner, 0) + REWARD
        return following


class Peers(RuleBasedStateMachine):
    """A chain that gets blocks on any parent, forgeries, payments and restarts."""

    known = Bundle("known")

    @initialize(target=known)
    def begin(self):
        self.chain = Chain.dev(
            accounts=3,
            balance=BALANCE,
            bits=0x207FFFFF,
            reward=Wei(REWARD),
            base_fee_per_gas=Wei(BASE_FEE),
        )
        self.keys = self.chain.keys
        self.genesis = self.chain.genesis
        balances = dict.fromkeys(self.chain.accounts, BALANCE)
        self.ledgers = {self.genesis.hash: Ledger(balances, {})}
        self.expected_head = self.genesis
        self.mined = 0
        return self.genesis

    def make(self, parent: Block, wanted) -> Block:
        ledger = self.ledgers[parent.hash]
        nonces = dict(ledger.nonces)
        transactions = []
        for sender, receiver, value, tip in wanted:
            key = self.keys[sender]
            nonce = nonces.get(key.address, 0)
            nonces[key.address] = nonce + 1
            payment = Transaction.transfer(
                self.keys[receiver].address,
                value,
                nonce,
                self.chain.config.chain_id,
                max_fee_per_gas=2 * BASE_FEE,
                max_priority_fee_per_gas=tip,
            )
            transactions.append(payment.sign(key))
        self.mined += 1
        block = self.chain.build(
            transactions,
            parent=parent.hash,
            beneficiary=keccak256(b"miner %d" % (self.mined % 2))[:20],
            extra=b"%d" % self.mined,
        )
        return seal_block(block, self.chain.seal)

    @rule(target=known, parent=known, wanted=payments)
    def mine_on_any_block(self, parent, wanted):
        block = self.make(parent, wanted)
        outcome = self.chain.import_block(block.encode())
        self.ledgers[block.hash] = self.ledgers[parent.hash].after(block)
        if self.chain.work_of(block.hash) > self.chain.work_of(self.expected_head.hash):
            extends = block.header.parent_hash == self.expected_head.hash
            assert outcome.fate == (Fate.EXTENDED if extends else Fate.REORGANISED)
            self.expected_head = block
        else:
            assert outcome.fate is Fate.SIDE
        return block

    @rule(block=known)
    def import_again(self, block):
        assert self.chain.import_block(block).fate is Fate.KNOWN

    @rule(
        parent=known,
        wanted=payments,
        field=st.sampled_from(
            ["number", "gas_used", "state_root", "receipts_root", "gas_limit"]
        ),
    )
    def forge(self, parent, wanted, field):
        block = self.make(parent, wanted)
        value = getattr(block.commitment, field)
        wrong = bytes(32) if isinstance(value, bytes) else value + 1
        before = snapshot(self.chain)
        try:
            self.chain.import_block(forge(self.chain, block, commitment={field: wrong}))
        except InvalidBlock as error:
            assert error.rule.endswith(field.replace("_", "-"))
        else:
            raise AssertionError(field)
        assert snapshot(self.chain) == before

    @rule(
        sender=st.integers(0, 2), receiver=st.integers(0, 2), value=st.integers(0, 99)
    )
    def send(self, sender, receiver, value):
        self.chain.transfer(self.keys[sender], self.keys[receiver].address, value)

    @precondition(lambda self: len(self.chain.mempool) > 0)
    @rule(target=known)
    def mine_what_waits(self):
        parent = self.chain.head
        block = self.chain.mine()
        assert block.header.parent_hash == parent.hash
        self.ledgers[block.hash] = self.ledgers[parent.hash].after(block)
        self.expected_head = block
        return block

    @rule()
    def restart(self):
        chain = self.chain
        saved = SavedChain.of(chain.config, chain.known_blocks, chain.head.hash)
        self.chain = Chain.from_bytes(saved.encode())
        self.chain.keys = self.keys
        self.chain.beneficiary = chain.beneficiary

    @invariant()
    def the_head_is_the_first_of_the_heaviest(self):
        assert self.chain.head == self.expected_head
        works = [self.chain.work_of(b.hash) for b in self.chain.known_blocks]
        assert self.chain.total_work == max(works)

    @invariant()
    def balances_and_nonces_are_those_of_the_plain_ledger(self):
        ledger = self.ledgers[self.chain.head.hash]
        accounts = self.chain.state.accounts
        for address in {*ledger.balances, *accounts}:
            account = accounts.get(address)
            assert (account.balance if account else 0) == ledger.balances[address]
            assert (account.nonce if account else 0) == ledger.nonces.get(address, 0)

    @invariant()
    def money_is_conserved(self):
        ledger = self.ledgers[self.chain.head.hash]
        expected = 3 * BALANCE + ledger.rewards - ledger.burnt
        assert self.chain.state.supply == expected
        assert ledger.rewards == REWARD * self.chain.head.number

    @invariant()
    def the_state_is_the_one_that_the_head_names(self):
        assert self.chain.state.root == self.chain.head.commitment.state_root

    @invariant()
    def what_waits_could_still_come(self):
        for transaction in self.chain.mempool:
            assert transaction.nonce >= self.chain.nonce(transaction.sender)

    @invariant()
    def a_branch_alone_gives_the_same_chain(self):
        if self.mined % 5 == 4:
            alone = Chain(self.chain.config, self.genesis)
            for block in self.chain.blocks[1:]:
                assert alone.import_block(block).fate is Fate.EXTENDED
            assert alone.state.accounts == self.chain.state.accounts
            assert alone.total_work == self.chain.total_work


TestPeers = Peers.TestCase
TestPeers.settings = settings(max_examples=30, stateful_step_count=25)


def make_tree(shape: list[int], heavier: int) -> list[Block]:
    """Return the blocks of a tree; one of its leaves is made the only heaviest."""
    chain = Chain.dev(accounts=2, bits=0x207FFFFF)
    blocks = [chain.genesis]

    def grow(parent: Block) -> None:
        nonce = chain.state_at(parent.hash).account(chain.accounts[0]).nonce
        payment = Transaction.transfer(
            chain.accounts[1], len(blocks), nonce, chain.config.chain_id
        )
        block = chain.build(
            [payment.sign(chain.keys[0])], parent=parent.hash, extra=b"%d" % len(blocks)
        )
        blocks.append(seal_block(block, chain.seal))
        chain.import_block(blocks[-1])

    for choice in shape:
        grow(blocks[choice % len(blocks)])
    grow(blocks[heavier % len(blocks)])
    highest = max(chain.work_of(block.hash) for block in blocks)
    while chain.work_of(blocks[-1].hash) <= highest:
        grow(blocks[-1])
    return blocks


@given(
    shape=st.lists(st.integers(0, 20), min_size=1, max_size=7),
    heavier=st.integers(0, 20),
    shuffled=st.randoms(use_true_random=False),
)
@settings(max_examples=30)
def test_any_order_of_arrival_ends_at_the_same_head(shape, heavier, shuffled):
    genesis, *blocks = make_tree(shape, heavier)
    winner = blocks[-1]
    chain = Chain(Chain.dev(accounts=2, bits=0x207FFFFF).config, genesis)
    shuffled.shuffle(blocks)
    waiting = list(blocks)
    while waiting:
        before = len(waiting)
        for block in list(waiting):
            try:
                chain.import_block(block)
            except InvalidBlock as error:
                assert error.rule == "parent"
            else:
                waiting.remove(block)
        assert len(waiting) < before
    assert chain.head == winner
    assert chain.state.root == winner.commitment.state_root
    assert {block.hash for block in chain.known_blocks} == {
        genesis.hash,
        *(block.hash for block in blocks),
    }


@given(st.data())
@settings(max_examples=60)
def test_any_bit_of_a_block_that_is_changed_makes_it_another_or_none(draw):
    chain = Chain.dev(accounts=2)
    chain.transfer(chain.keys[0], chain.accounts[1], 5)
    block = seal_block(chain.build(), chain.seal)
    data = bytearray(block.encode())
    bit = draw.draw(st.integers(0, 8 * len(data) - 1))
    data[bit // 8] ^= 1 << bit % 8
    before = snapshot(chain)
    try:
        outcome = chain.import_block(bytes(data))
    except InvalidBlock as error:
        assert error.rule != "block"
        assert snapshot(chain) == before
    else:
        # One header in sixteen with other bytes has enough work: it is a block of
        # its own, with another name, and the same contents.
        assert outcome.new.hash != block.hash
        assert outcome.new.transactions == block.transactions


@given(st.binary(max_size=300))
@settings(max_examples=100)
def test_any_bytes_are_refused_by_a_name_and_leave_no_trace(data):
    chain = Chain.dev(accounts=1)
    before = snapshot(chain)
    for attempt in (chain.import_block, chain.check):
        try:
            result = attempt(data)
        except ProtocolError as error:
            assert error.rule
        else:
            assert result[0].error.rule
    assert snapshot(chain) == before


def test_a_block_with_another_version_is_as_good():
    chain = Chain.dev(accounts=1)
    block = chain.build()
    other = replace(block, header=replace(block.header, version=-5))
    assert chain.import_block(seal_block(other, chain.seal)).fate is Fate.EXTENDED
