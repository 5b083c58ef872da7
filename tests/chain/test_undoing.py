"""Whatever contracts do: a built block is valid, undone, redone and reloaded."""

from hypothesis import given, settings
from hypothesis import strategies as st

from minichain.chain import Chain
from minichain.chain.builder import seal_block
from minichain.chain.storage import SavedChain
from minichain.evm import compute_created_address
from minichain.units import Gas, Wei
from tests.chain.contracts import (
    CLEARS,
    CONTEXT,
    COUNTER,
    FORWARDS,
    RECURSES,
    REVERTS,
    order,
    wrap,
)

PROGRAMS = (COUNTER, CONTEXT, REVERTS, CLEARS, FORWARDS, RECURSES, "fe", "")

actions = st.lists(
    st.tuples(
        st.sampled_from(["create", "call", "call", "mine"]),
        st.integers(0, 2),
        st.integers(0, 7),
        st.sampled_from([b"", bytes(32), (7).to_bytes(32)]),
        st.sampled_from([60_000, 200_000]),
    ),
    max_size=12,
)


def play(chain: Chain, steps) -> None:
    maker = chain.keys[0]
    for kind, who, place, data, gas in steps:
        if kind == "mine":
            block = seal_block(chain.build(), chain.seal)
            assert chain.validate(block) is None
            chain.import_block(block)
            continue
        to = None if kind == "create" else compute_created_address(maker.address, place)
        code = wrap(PROGRAMS[place]) if kind == "create" else data
        key = maker if kind == "create" else chain.keys[who]
        fields = {"data": code, "gas_limit": Gas(gas), "value": Wei(place % 2)}
        chain.send(order(chain, key, to, **fields))
    chain.import_block(seal_block(chain.build(), chain.seal))


@given(actions, actions)
@settings(max_examples=15, deadline=None)
def test_all_that_contracts_do_is_undone_redone_and_reloaded(before, after):
    chain = Chain.dev(accounts=3, seal="on-demand", base_fee_per_gas=Wei(7))
    supply = chain.state.supply
    # All programs are there from the start, and more of them come.
    play(chain, [("create", 0, place, b"", 200_000) for place in range(len(PROGRAMS))])
    play(chain, before)
    start, snapshot = chain.state, chain.snapshot()
    play(chain, after)
    end, blocks, known = chain.state, chain.blocks, chain.known_blocks
    receipts = [chain.receipts(block.hash) for block in blocks]

    saved = SavedChain.of(chain.config, known, chain.head.hash).encode()
    loaded = Chain.from_bytes(saved)
    assert loaded.state._tables == end._tables
    assert [loaded.receipts(block.hash) for block in blocks] == receipts

    chain.revert(snapshot)
    assert chain.state.root == start.root
    assert chain.state._tables == start._tables
    for block in blocks[len(chain) :]:
        chain.import_block(block)
    assert chain.state.root == end.root
    assert chain.state._tables == end._tables

    # Nothing but rewards makes wei, and nothing but the base fee burns them.
    rewards = chain.config.reward * chain.head.number
    burnt = sum(
        block.commitment.gas_used * block.commitment.base_fee_per_gas
        for block in blocks
    )
    assert end.supply == supply + rewards - burnt
