"""A replay executes a transaction again where it was, and changes nothing."""

import pytest

from minichain.chain import Chain
from minichain.chain.replay import replay
from tests.chain.contracts import CONTEXT, COUNTER, REVERTS, deploy, order


@pytest.fixture
def chain() -> Chain:
    return Chain.dev(accounts=3, seal="on-demand")


def test_every_transaction_comes_to_its_receipt_again(chain):
    alice, bob, _ = chain.keys
    counter, context = deploy(chain, alice, COUNTER), deploy(chain, alice, CONTEXT)
    reverts = deploy(chain, alice, REVERTS)
    for key in (alice, bob):
        for to in (counter, context, reverts, None):
            chain.send(order(chain, key, to, data=b"\x5f\x5f\xf3"))
    chain.mine()
    root, mark = chain.state.root, chain._state.mark()
    for block in chain.blocks[1:]:
        receipts = chain.receipts(block.hash)
        again = [replay(chain, block.hash, i) for i in range(len(receipts))]
        assert again == list(receipts)
    assert len(receipts) == 8
    assert (chain.state.root, chain._state.mark()) == (root, mark)


def test_a_block_beside_the_chain_can_be_replayed(chain):
    alice = chain.keys[0]
    context = deploy(chain, alice, CONTEXT)
    fork = chain.head.hash
    chain.mine(2)
    side = chain.build([order(chain, alice, context)], parent=fork)
    assert chain.import_block(side).fate == "side"
    assert replay(chain, side.hash, 0) == chain.receipts(side.hash)[0]


def test_its_steps_are_those_of_that_transaction_alone(chain):
    alice = chain.keys[0]
    counter = deploy(chain, alice, COUNTER)
    for _ in range(2):
        chain.send(order(chain, alice, counter))
    block = chain.mine()
    steps = []
    receipt = replay(chain, block.hash, 1, on_step=steps.append)
    assert int.from_bytes(receipt.logs[0].data, "big") == 2
    assert len(steps) == 14
    # The second instruction has read what the first transaction left.
    assert steps[2].stack == (1,)


@pytest.mark.parametrize("index", [-1, 1])
def test_a_transaction_that_is_not_there_is_named(chain, index):
    deploy(chain, chain.keys[0], COUNTER)
    with pytest.raises(LookupError, match=f"transaction {index} of a block of 1"):
        replay(chain, chain.head.hash, index)
