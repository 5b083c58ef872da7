"""The chain runs contracts: what they keep, log, see and cost, and how it is undone."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minichain.chain import Chain
from minichain.chain.builder import seal_block
from minichain.crypto.hashing import keccak256
from minichain.errors import InvalidBlock
from minichain.evm import Environment, Message, compute_created_address, execute
from minichain.evm.host import Host
from minichain.ledger.log import compute_bloom, may_contain
from minichain.ledger.receipt import compute_receipts_root
from minichain.ledger.state import State
from minichain.ledger.transaction import ACCESS_LIST, LEGACY
from minichain.units import Address, Gas, Hash32, Wei
from tests.chain.contracts import (
    CLEARS,
    CONTEXT,
    COUNTER,
    REVERTS,
    deploy,
    order,
    run,
    wrap,
)


@pytest.fixture
def chain() -> Chain:
    return Chain.dev(accounts=3, seal="on-demand", base_fee_per_gas=Wei(10**9))


@pytest.fixture
def alice(chain):
    return chain.keys[0]


def storage(chain: Chain, address: Address, slot: int = 0) -> int:
    with chain.visit() as state:
        return state.storage(address, slot)


def test_a_transaction_to_nobody_creates_a_contract(chain, alice):
    receipt = run(chain, alice, None, data=wrap(COUNTER), value=7)
    assert receipt.created == compute_created_address(alice.address, 0)
    with chain.visit() as state:
        assert state.code(receipt.created) == wrap(COUNTER)[9:]
        assert state.account(receipt.created).nonce == 1
        assert state.account(receipt.created).balance == 7


def test_a_call_runs_the_contract_keeps_and_logs(chain, alice):
    counter = deploy(chain, alice, COUNTER)
    for count in (1, 2, 3):
        receipt = run(chain, alice, counter)
        assert storage(chain, counter) == count
        (log,) = receipt.logs
        assert (log.address, int.from_bytes(log.data, "big")) == (counter, count)
        assert log.topics == (alice.address.rjust(32, b"\0"),)
        assert may_contain(receipt.bloom, counter)
        assert receipt.bloom == compute_bloom([log])


def test_the_commitment_holds_the_root_of_receipts_with_their_logs(chain, alice):
    counter = deploy(chain, alice, COUNTER)
    receipt = run(chain, alice, counter)
    root = chain.head.commitment.receipts_root
    assert root == compute_receipts_root([receipt])
    silent = replace(receipt, logs=())
    assert root != compute_receipts_root([silent])


def test_a_block_that_lies_about_its_logs_is_refused(chain, alice):
    counter = deploy(chain, alice, COUNTER)
    block = chain.build([order(chain, alice, counter)])
    with chain.visit() as state:
        receipts = chain.receipts(chain.import_block(block).new.hash)
        assert state.storage(counter, 0) == 1
    lie = compute_receipts_root([replace(r, logs=()) for r in receipts])
    commitment = replace(block.commitment, receipts_root=lie)
    forged = replace(block, commitment=commitment)
    forged = replace(
        forged, header=replace(forged.header, merkle_root=forged.tree.root)
    )
    with pytest.raises(InvalidBlock) as caught:
        chain.import_block(forged)
    assert caught.value.rule == "receipts-root"


def test_contracts_see_the_block_they_are_in(chain, alice):
    context = deploy(chain, alice, CONTEXT)
    receipt = run(chain, alice, context, max_priority_fee_per_gas=Wei(3))
    assert receipt.succeeded
    block, parent, before = chain.head, chain.block_at(1), chain.genesis
    said = block.commitment
    seen = [storage(chain, context, slot) for slot in range(10)]
    assert seen == [
        block.header.time,
        2,
        int.from_bytes(chain.beneficiary, "big"),
        int.from_bytes(keccak256(parent.hash), "big"),
        said.base_fee_per_gas,
        1337,
        said.gas_limit,
        int.from_bytes(parent.hash, "big"),
        int.from_bytes(before.hash, "big"),
        said.base_fee_per_gas + 3,
    ]


def test_hashes_are_those_of_the_branch_and_of_256_blocks():
    chain = Chain.dev(accounts=1, seal="on-demand")
    chain.mine(260)
    side = chain.build(parent=chain.genesis.hash, extra=b"side")
    chain.import_block(side)
    own = chain.environment(side.hash)
    assert own.block_hash(1) == side.hash
    assert own.block_hash(0) == chain.genesis.hash
    asks = "5f35 40 5f52 6020 5f f3"
    with chain.visit() as state:
        state.set_code(Address(b"\xaa" * 20), bytes.fromhex(asks.replace(" ", "")))
        known = {}
        for number in (3, 4, 5, 259, 260, 261, 262):
            data = number.to_bytes(32, "big")
            message = Message(chain.accounts[0], Address(b"\xaa" * 20), data=data)
            known[number] = execute(message, state, chain.environment()).output
    nothing = bytes(32)
    hashes = [chain.block_at(n).hash for n in (5, 259, 260)]
    assert list(known.values()) == [nothing, nothing, *hashes, nothing, nothing]


def test_a_revert_pays_for_gas_and_leaves_nothing_but_its_reason(chain, alice):
    address = deploy(chain, alice, REVERTS)
    before = chain.balance(alice.address)
    receipt = run(chain, alice, address, value=5)
    assert (receipt.succeeded, receipt.error) == (False, "revert")
    assert int.from_bytes(receipt.output, "big") == 42
    assert receipt.logs == ()
    assert receipt.created is None
    assert 21_000 < receipt.gas_used < 50_000
    assert storage(chain, address) == 0
    assert chain.balance(address) == 0
    price = chain.head.commitment.base_fee_per_gas
    assert chain.balance(alice.address) == before - receipt.gas_used * price
    assert chain.nonce(alice.address) == 2


def test_a_halt_costs_all_the_gas(chain, alice):
    address = deploy(chain, alice, "fe")
    receipt = run(chain, alice, address, gas_limit=Gas(77_777))
    assert (receipt.error, receipt.gas_used) == ("invalid-opcode", 77_777)
    assert receipt.output == b""


def test_clearing_storage_gives_gas_back(chain, alice):
    address = deploy(chain, alice, CLEARS)
    one = (1).to_bytes(32, "big")
    run(chain, alice, address, data=one)
    spent = 21_000 + 31 * 4 + 16 + 2 + 3 + 2 + 5_000
    kept = run(chain, alice, address, data=(2).to_bytes(32, "big"))
    assert kept.gas_used == spent
    cleared = run(chain, alice, address, data=bytes(32))
    assert cleared.gas_used == spent - 12 - 4_800


@pytest.mark.parametrize("kind", [LEGACY, ACCESS_LIST])
def test_the_older_types_create_and_call(chain, alice, kind):
    fields = {
        "kind": kind,
        "max_fee_per_gas": Wei(2 * 10**9),
        "max_priority_fee_per_gas": Wei(2 * 10**9),
    }
    counter = deploy(chain, alice, COUNTER, **fields)
    assert run(chain, alice, counter, **fields).kind == kind
    assert storage(chain, counter) == 1


def test_an_access_list_warms_what_it_names(chain, alice):
    address = deploy(chain, alice, CLEARS)
    one = (1).to_bytes(32, "big")
    plain = run(chain, alice, address, data=one).gas_used
    listed = run(
        chain, alice, address, data=one, access_list=((address, (Hash32(bytes(32)),)),)
    )
    # The word is there already: a warm read instead of a cold one and a write.
    assert plain == 21_000 + 31 * 4 + 16 + 7 + 22_100
    assert listed.gas_used == 21_000 + 31 * 4 + 16 + 7 + 100 + 2_400 + 1_900


# Undoing


def test_a_reorganisation_takes_code_and_storage_with_it(chain, alice):
    bob = chain.keys[1]
    counter = deploy(chain, alice, COUNTER)
    fork, root = chain.head, chain.state.root
    run(chain, alice, counter)
    other = deploy(chain, bob, CLEARS)
    left = chain.state
    first = chain.build([], parent=fork.hash, extra=b"a")
    chain.import_block(first)
    second = chain.build([], parent=first.hash)
    chain.import_block(second)
    outcome = chain.import_block(chain.build([], parent=second.hash))
    assert outcome.fate == "reorganised"
    with chain.visit() as state:
        assert state.storage(counter, 0) == 0
        assert state.code(other) == b""
    # What left waits again, and comes to the same, in other blocks.
    assert len(chain.mempool) == 2
    chain.mine()
    assert storage(chain, counter) == 1
    with chain.visit() as state:
        assert state.code(other) == left.code(other) != b""
    assert chain.state_at(fork.hash).root == root


def test_a_snapshot_restores_code_and_storage(chain, alice):
    counter = deploy(chain, alice, COUNTER)
    snapshot, root = chain.snapshot(), chain.state.root
    run(chain, alice, counter)
    other = deploy(chain, alice, CLEARS)
    chain.revert(snapshot)
    assert chain.state.root == root
    assert storage(chain, counter) == 0
    with chain.visit() as state:
        assert state.code(other) == b""
    assert deploy(chain, alice, CONTEXT) != counter


def test_a_saved_chain_keeps_contracts(chain, alice, tmp_path):
    counter = deploy(chain, alice, COUNTER)
    run(chain, alice, counter)
    chain.save(tmp_path / "chain")
    loaded = Chain.load(tmp_path / "chain")
    assert loaded.state.root == chain.state.root
    assert loaded.receipts(loaded.head.hash) == chain.receipts(chain.head.hash)
    with loaded.visit() as state:
        assert state.storage(counter, 0) == 1
        assert state.code(counter) == wrap(COUNTER)[9:]


# Filling blocks


def test_a_block_goes_on_with_what_still_fits():
    chain = Chain.dev(accounts=3, seal="on-demand", gas_limit=Gas(200_000))
    alice, bob, carol = chain.keys
    first = chain.send(order(chain, alice, bob.address, gas_limit=Gas(150_000)))
    wide = chain.send(order(chain, bob, carol.address, gas_limit=Gas(180_000)))
    small = chain.send(order(chain, carol, alice.address, gas_limit=Gas(21_000)))
    block = chain.mine()
    # The first used far less than its limit, and so there was room for the wide one
    # only after it: 179,000 are left.
    assert block.transactions == (first, small)
    assert tuple(chain.mempool) == (wide,)
    assert block.commitment.gas_used == 42_000
    assert chain.mine().transactions == (wide,)


def test_of_one_sender_nothing_comes_before_what_did_not_fit():
    chain = Chain.dev(accounts=2, seal="on-demand", gas_limit=Gas(100_000))
    alice, bob = chain.keys
    limits = (60_000, 90_000, 21_000)
    for limit in limits:
        chain.send(order(chain, alice, bob.address, gas_limit=Gas(limit)))
    assert [t.gas_limit for t in chain.mine().transactions] == [60_000]
    assert [t.gas_limit for t in chain.mine().transactions] == [90_000, 21_000]


def test_a_built_block_is_valid_whatever_it_runs(chain, alice):
    bob = chain.keys[1]
    programs = (COUNTER, CONTEXT, REVERTS, CLEARS, "fe")
    for program in programs:
        chain.send(order(chain, alice, None, data=wrap(program)))
    created = [compute_created_address(alice.address, n) for n in range(5)]
    for address in created:
        chain.send(order(chain, bob, address, data=bytes([1] * 32), value=1))
    block = seal_block(chain.build(), chain.seal)
    assert len(block.transactions) == 10
    assert chain.validate(block) is None
    chain.import_block(block)
    gas = [r.gas_used for r in chain.receipts(block.hash)]
    assert block.commitment.gas_used == sum(gas)


# Payments run nothing


@given(
    st.integers(0, 10**18),
    st.integers(0, 10**18),
    st.binary(max_size=40),
    st.booleans(),
)
@settings(max_examples=60, deadline=None)
def test_a_payment_comes_to_what_the_machine_makes_of_it(has, value, data, to_self):
    sender = Address(b"\x51" * 20)
    to = sender if to_self else Address(b"\x52" * 20)
    value = min(has, value)
    states = State(), State()
    for state in states:
        state.set_balance(sender, Wei(has))
        state.set_nonce(sender, 1)
        state.commit()
    message = Message(sender, to, Wei(value), data, gas=Gas(5_000))
    short = execute(message, states[0], Environment())
    whole = Host("plain").run(message, states[1], Environment())
    assert short == whole
    assert states[0].accounts == states[1].accounts
