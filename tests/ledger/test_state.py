"""A state's root is Ethereum's, and its journal restores it exactly."""

import json

import pytest
import rlp
from hypothesis import given, settings
from hypothesis import strategies as st

from minichain.ledger.state import (
    EMPTY_ACCOUNT,
    EMPTY_CODE_HASH,
    EMPTY_ROOT,
    Account,
    Change,
    State,
    Table,
)
from minichain.units import Address, Hash32, Wei
from tests.ledger.reference_trie import compute_root, keccak256
from tests.vectors import vector_file

ALICE = Address(bytes.fromhex("cd2a3d9f938e13cd947ec05abc7fe734df8dd826"))
BOB = Address(bytes.fromhex("13978aee95f38490e9769c39b2773ed763d9cd5f"))


def reference_root(state: State) -> bytes:
    """Return the root as the Yellow Paper defines it."""
    return compute_root(
        {
            keccak256(address): rlp.encode(
                [a.nonce, a.balance, a.storage_root, a.code_hash]
            )
            for address, a in state.accounts.items()
        }
    )


# Published roots


def test_the_empty_roots_are_hashes_of_nothing():
    assert keccak256(rlp.encode(b"")) == EMPTY_ROOT == State().root
    assert keccak256(b"") == EMPTY_CODE_HASH


def test_the_genesis_of_a_public_network_has_its_root():
    # Rinkeby, block 0: one wei for each address below 256, the rest for its faucet.
    state = State()
    for number in range(256):
        state.set_balance(Address(number.to_bytes(20)), Wei(1))
    faucet = Address(bytes.fromhex("31b98d14007bdee637298086988a0bbd31184523"))
    state.set_balance(faucet, Wei(1 << 249))
    assert state.root.hex() == (
        "53580584816f617295ea26c0e17641e0120cab2f0a8ffb53a866fd53aa8e8c2d"
    )
    state.add_balance(faucet, Wei(-1))
    assert state.root.hex()[:8] != "53580584"


def test_official_tries_of_accounts_are_states():
    path = vector_file("ethereum-tests/TrieTests/hex_encoded_securetrie_test.json")
    tested = 0
    for case in json.loads(path.read_text()).values():
        state = State()
        for key, value in case["in"].items():
            nonce, balance, storage, code = rlp.decode(bytes.fromhex(value[2:]))
            account = Account(
                int.from_bytes(nonce), int.from_bytes(balance), storage, code
            )
            if account.is_empty:
                break  # older than EIP-161
            state.set_account(Address(bytes.fromhex(key[2:])), account)
        else:
            assert state.root.hex() == case["root"][2:]
            tested += 1
    assert tested >= 1


# Accounts


def test_an_address_never_used_has_the_empty_account():
    assert State().account(ALICE) == EMPTY_ACCOUNT
    assert EMPTY_ACCOUNT.is_empty


@pytest.mark.parametrize(
    "account",
    [
        Account(nonce=1),
        Account(balance=Wei(1)),
        Account(code_hash=Hash32(bytes(32))),
    ],
)
def test_one_field_that_matters_makes_an_account(account):
    state = State()
    state.set_account(ALICE, account)
    assert not account.is_empty
    assert state.accounts == {ALICE: account}
    assert state.root != EMPTY_ROOT


def test_an_account_emptied_leaves_the_state():
    state = State()
    state.set_balance(ALICE, Wei(7))
    assert state.root != EMPTY_ROOT
    state.add_balance(ALICE, Wei(-7))
    assert state.accounts == {}
    assert state.root == EMPTY_ROOT


def test_a_balance_below_zero_is_a_bug_and_not_a_value():
    state = State()
    state.set_balance(ALICE, Wei(1))
    with pytest.raises(AssertionError):
        state.add_balance(ALICE, Wei(-2))
    assert state.account(ALICE).balance == 1


def test_the_accounts_shown_are_a_copy():
    state = State()
    state.accounts[ALICE] = Account(1)
    assert state.account(ALICE) == EMPTY_ACCOUNT


# The journal


def pay(state: State, amount: int) -> None:
    """Move wei from Alice to Bob, or nothing at all."""
    with state.checkpoint():
        state.add_balance(BOB, Wei(amount))
        state.add_balance(ALICE, Wei(-amount))


def test_a_checkpoint_that_raises_undoes_its_writes():
    state = State()
    state.set_balance(ALICE, Wei(5))
    root = state.root
    with pytest.raises(AssertionError):
        pay(state, 6)
    assert (state.account(ALICE).balance, state.account(BOB).balance) == (5, 0)
    assert state.root == root


def test_a_checkpoint_that_ends_well_keeps_its_writes():
    state = State()
    with state.checkpoint():
        state.set_balance(ALICE, Wei(5))
    assert state.account(ALICE).balance == 5


def test_an_inner_checkpoint_is_undone_alone():
    state = State()
    with state.checkpoint():
        state.set_nonce(ALICE, 1)
        state.set_balance(ALICE, Wei(5))
        with pytest.raises(AssertionError):
            pay(state, 6)
    assert state.accounts == {ALICE: Account(1, Wei(5))}


def test_what_is_committed_stays():
    state = State()
    state.set_balance(ALICE, Wei(5))
    state.commit()
    state.rollback(0)
    assert state.account(ALICE).balance == 5


def test_changes_tell_before_and_after_once_an_entry():
    state = State()
    state.set_balance(ALICE, Wei(5))
    mark = state.mark()
    state.add_balance(ALICE, Wei(1))
    state.add_balance(ALICE, Wei(1))
    state.set_nonce(BOB, 1)
    state.set_nonce(BOB, 0)
    assert state.changes_since(mark) == (
        Change(Table.ACCOUNTS, ALICE, Account(balance=5), Account(balance=7)),
    )


def test_a_copy_lives_its_own_life():
    state = State()
    state.set_balance(ALICE, Wei(5))
    root = state.root
    twin = state.copy()
    twin.set_balance(ALICE, Wei(6))
    assert state.account(ALICE).balance == 5
    assert twin.root != root
    assert state.root == root == reference_root(state)
    assert twin.root == reference_root(twin)
    state.set_balance(BOB, Wei(1))
    state.set_balance(ALICE, Wei(0))
    assert state.root == reference_root(state)
    assert twin.root == reference_root(twin)


ADDRESSES = st.integers(0, 5).map(lambda n: Address(n.to_bytes(20)))
WRITES = st.one_of(
    st.tuples(st.just("set_balance"), ADDRESSES, st.integers(0, 2)),
    st.tuples(st.just("set_nonce"), ADDRESSES, st.integers(0, 2)),
    st.tuples(
        st.just("set_account"),
        ADDRESSES,
        st.builds(Account, st.integers(0, 1), st.just(3), st.binary(min_size=32)),
    ),
)


def write(state: State, writes) -> None:
    for name, address, value in writes:
        getattr(state, name)(address, value)


@given(st.lists(WRITES), st.lists(WRITES), st.booleans())
@settings(max_examples=150)
def test_a_rollback_restores_every_account_and_the_root(first, second, look):
    state = State()
    write(state, first)
    accounts, root = state.accounts, state.root
    mark = state.mark()
    write(state, second)
    if look:
        assert state.root == reference_root(state)
    state.rollback(mark)
    assert state.accounts == accounts
    assert state.root == root == reference_root(state)


@given(st.lists(WRITES), st.lists(WRITES))
@settings(max_examples=100)
def test_changes_lead_there_and_back(first, second):
    state = State()
    write(state, first)
    state.commit()
    before = state.accounts
    write(state, second)
    after = state.accounts
    changes = state.changes_since(0)
    state.commit()
    state.undo(changes)
    assert state.accounts == before
    assert state.root == reference_root(state)
    state.redo(changes)
    assert state.accounts == after
    state.rollback(0)
    assert state.accounts == after
    assert state.root == reference_root(state)
