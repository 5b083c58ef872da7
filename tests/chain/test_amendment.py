"""What a developer changes by hand stays, goes with its block, and is no secret."""

import pytest

from minichain.chain import Chain
from minichain.chain.archive import AmendedChain
from minichain.chain.impersonation import Impersonation, impersonate
from minichain.errors import ProtocolError
from minichain.ledger.block import Block
from minichain.ledger.inclusion_errors import SenderHasCode
from minichain.ledger.transaction import Transaction
from minichain.units import ETHER, Address, Gas

SOMEBODY = Address(b"\x51" * 20)
"""An account that nobody has the key of."""


@pytest.fixture
def chain() -> Chain:
    return Chain.dev(accounts=2, seal="on-demand")


def amend(chain: Chain, word: int, balance: int = 0) -> None:
    with chain.amend() as state:
        state.set_storage(SOMEBODY, 1, word)
        state.set_balance(SOMEBODY, balance)


def read(chain: Chain, block: Block | None = None) -> tuple[int, int]:
    with chain.visit(None if block is None else block.hash) as state:
        return state.storage(SOMEBODY, 1), state.account(SOMEBODY).balance


def test_a_change_is_there_at_once_and_the_next_block_commits_to_it(chain):
    before = chain.state.root
    amend(chain, 5, 7)
    assert read(chain) == (5, 7)
    assert chain.state.root != before == chain.head.commitment.state_root
    chain.mine()
    assert chain.head.commitment.state_root == chain.state.root
    assert read(chain) == read(chain, chain.genesis) == (5, 7)


def test_each_block_keeps_the_changes_made_after_it(chain):
    for number in range(1, 4):
        amend(chain, 10 * number)
        amend(chain, 10 * number + 1, number)
        chain.mine()
    found = [read(chain, block) for block in chain.blocks]
    assert found == [(11, 1), (21, 2), (31, 3), (31, 3)]


def test_a_return_undoes_changes_made_since_and_keeps_those_before(chain):
    amend(chain, 1)
    snapshot = chain.snapshot()
    root = chain.state.root
    amend(chain, 2, 9)
    chain.mine()
    amend(chain, 3)
    chain.revert(snapshot)
    assert read(chain) == (1, 0)
    assert chain.state.root == root
    chain.mine()
    assert read(chain) == (1, 0)


def test_a_change_that_fails_leaves_nothing(chain):
    amend(chain, 1)
    with pytest.raises(AssertionError), chain.amend() as state:
        _change_then_fail(state)
    assert read(chain) == (1, 0)
    chain.mine()
    assert read(chain, chain.genesis) == (1, 0)


def _change_then_fail(state) -> None:
    state.set_storage(SOMEBODY, 1, 2)
    state.set_balance(SOMEBODY, -1)


def test_a_reorganisation_takes_changes_away_with_their_block(chain):
    base = chain.mine()
    chain.mine()
    amend(chain, 4)
    side = chain.build([], parent=base.hash, extra=b"side")
    chain.import_block(side)
    top = chain.build([], parent=side.hash)
    chain.import_block(top)
    assert chain.head == top
    assert read(chain) == (0, 0)


def test_no_other_chain_follows_and_no_file_is_written(chain, tmp_path):
    other = Chain.dev(accounts=2, seal="on-demand")
    amend(chain, 5, 7)
    block = chain.mine()
    error = other.validate(block)
    assert error is not None
    assert error.rule == "state-root"
    with pytest.raises(AmendedChain):
        chain.save(tmp_path / "chain")


def order(chain: Chain, nonce: int = 0) -> Transaction:
    return Transaction(
        nonce, Gas(21_000), chain.accounts[0], value=3, chain_id=chain.config.chain_id
    )


def test_an_impersonated_account_acts_even_if_it_is_a_contract(chain, tmp_path):
    with chain.amend() as state:
        state.set_balance(SOMEBODY, ETHER)
        state.set_code(SOMEBODY, b"\x00")
    before = chain.balance(chain.accounts[0])
    sent = chain.send(impersonate(order(chain), SOMEBODY))
    assert sent.sender == SOMEBODY
    block = chain.mine()
    assert block.transactions == (sent,)
    assert chain.receipts(block.hash)[0].succeeded
    assert chain.balance(chain.accounts[0]) == before + 3
    assert chain.nonce(SOMEBODY) == 1


def test_an_impersonation_keeps_all_other_rules(chain):
    for wrong in (order(chain, 1), order(chain)):
        with pytest.raises(ProtocolError) as caught:
            chain.build([impersonate(wrong, SOMEBODY)])
        assert caught.value.rule == ("nonce" if wrong.nonce else "balance")
    with chain.amend() as state:
        state.set_code(chain.accounts[1], b"\x00")
    with pytest.raises(SenderHasCode):
        chain.send(order(chain).sign(chain.keys[1]))


def test_the_same_order_of_two_accounts_is_two_transactions(chain):
    one, two = (impersonate(order(chain), a) for a in (SOMEBODY, chain.accounts[1]))
    assert isinstance(one, Impersonation)
    assert one.hash != two.hash


def test_an_impersonation_means_nothing_to_whoever_decodes_it(chain, tmp_path):
    with chain.amend() as state:
        state.set_balance(SOMEBODY, ETHER)
    chain.send(impersonate(order(chain), SOMEBODY))
    block = chain.mine()
    decoded = Block.decode(block.encode())
    assert decoded.hash == block.hash
    other = Chain.dev(accounts=2, seal="on-demand")
    with other.amend() as state:
        state.set_balance(SOMEBODY, ETHER)
    error = other.validate(decoded)
    assert error is not None
    assert error.rule in ("signature", "balance")
    with pytest.raises(AmendedChain):
        chain.save(tmp_path / "chain")
