"""A chain goes back to a snapshot as if nothing had happened since."""

import pytest

from minichain.chain import Chain


@pytest.fixture
def chain() -> Chain:
    chain = Chain.dev(accounts=3, seal="on-demand")
    chain.transfer(chain.keys[0], chain.accounts[1], 5)
    chain.mine()
    return chain


def pay(chain: Chain, value: int) -> None:
    chain.transfer(chain.keys[0], chain.accounts[1], value)


def test_what_came_after_a_snapshot_is_forgotten(chain):
    root, head, snapshot = chain.state.root, chain.head, chain.snapshot()
    pay(chain, 7)
    mined = chain.mine(3)
    chain.revert(snapshot)
    assert (chain.head, chain.state.root, len(chain)) == (head, root, 2)
    assert mined.hash not in chain
    assert len(chain.mempool) == 0


def test_what_waited_waits_again(chain):
    pay(chain, 7)
    snapshot = chain.snapshot()
    chain.mine()
    pay(chain, 8)
    chain.revert(snapshot)
    assert [t.value for t in chain.mempool] == [7]
    assert chain.mine().transactions[0].value == 7


def test_a_snapshot_serves_more_than_once_and_the_same_blocks_come_again(chain):
    snapshot = chain.snapshot()
    mined = []
    for _ in range(2):
        pay(chain, 7)
        mined.append(chain.mine(2).hash)
        chain.revert(snapshot)
    assert mined[0] == mined[1]


def test_a_later_snapshot_is_gone_with_what_it_was_of(chain):
    first = chain.snapshot()
    chain.mine()
    second = chain.snapshot()
    chain.revert(first)
    chain.mine(time=chain.next_time + 1)
    with pytest.raises(LookupError):
        chain.revert(second)


def test_a_branch_that_was_left_after_the_snapshot_leads_again(chain):
    head, snapshot = chain.head, chain.snapshot()
    branch = chain.build(parent=chain.genesis.hash, extra=b"other")
    chain.import_block(branch)
    longer = chain.build(parent=branch.hash)
    chain.import_block(longer)
    assert chain.head == longer
    chain.revert(snapshot)
    assert chain.head == head
    assert branch.hash not in chain


def test_a_lent_state_is_returned_as_it_was(chain):
    root = chain.state.root
    with chain.visit(chain.genesis.hash) as state:
        assert state.account(chain.accounts[1]).balance == 10_000 * 10**18
        state.set_balance(chain.accounts[1], 0)
    assert chain.state.root == root
    assert chain.balance(chain.accounts[1]) == 10_000 * 10**18 + 5
