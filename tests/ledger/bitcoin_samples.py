"""Real transactions from files, and blocks made to order with hardly any work."""

from dataclasses import replace
from pathlib import Path

from hypothesis import strategies as st

from minichain.consensus.pow import search
from minichain.ledger.bitcoin import BitcoinBlock, witness_commitment
from minichain.ledger.bitcoin_transaction import (
    NULL_OUTPOINT,
    BitcoinTransaction,
    Input,
    Outpoint,
    Output,
)
from minichain.ledger.header import Header
from minichain.ledger.target import EASIEST_BITS, target_from_bits

EASIEST = target_from_bits(EASIEST_BITS)


def read_sample(name):
    path = Path(__file__).parents[1] / "data" / "bitcoin" / f"{name}.hex"
    return bytes.fromhex(path.read_text("ascii"))


def coinbase(value=50 * 10**8, script=b"\x01\x01", **fields):
    outputs = (Output(value, b"\x51"),)
    return BitcoinTransaction((Input(NULL_OUTPOINT, script),), outputs, **fields)


def payment(outpoint, *values, **fields):
    outputs = tuple(Output(value, b"\x51") for value in values)
    return BitcoinTransaction((Input(outpoint, b""),), outputs, **fields)


def somewhere(number=0):
    return Outpoint(bytes([7]) * 32, number)


def mine(*transactions, version=4, bits=EASIEST_BITS, time=1_500_000_000, root=None):
    block = BitcoinBlock(Header(version, bytes(32), bytes(32), time, bits, 0), ())
    block = replace(block, transactions=transactions)
    found = root or (block.merkle_root if transactions else bytes(32))
    header = replace(block.header, merkle_root=found)
    nonce = search(header.encode(), target_from_bits(bits))
    return replace(block, header=replace(header, nonce=nonce))


def with_commitment(base, *payments, reserved=bytes(32)):
    """Return the transactions, the coinbase committing to their witnesses."""
    entry = replace(base.inputs[0], witness=(reserved,))
    base = replace(base, inputs=(entry,))
    block = BitcoinBlock(None, (base, *payments))
    script = bytes.fromhex("6a24aa21a9ed") + witness_commitment(block)
    return (replace(base, outputs=(*base.outputs, Output(0, script))), *payments)


INPUTS = st.builds(
    Input,
    st.builds(Outpoint, st.binary(min_size=32, max_size=32), st.integers(0, 2**32 - 1)),
    st.binary(max_size=300),
    st.integers(0, 2**32 - 1),
    st.lists(st.binary(max_size=80), max_size=3).map(tuple),
)

OUTPUTS = st.builds(Output, st.integers(-(2**63), 2**63 - 1), st.binary(max_size=60))

TRANSACTIONS = st.builds(
    BitcoinTransaction,
    st.lists(INPUTS, min_size=1, max_size=4).map(tuple),
    st.lists(OUTPUTS, max_size=4).map(tuple),
    st.integers(-(2**31), 2**31 - 1),
    st.integers(0, 2**32 - 1),
)
