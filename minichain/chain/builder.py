"""A builder puts transactions under a header, ready to be sealed.

It executes what it includes, because the commitment names the state that comes out.
"""

from collections.abc import Iterable
from dataclasses import replace

from minichain.chain.config import Config
from minichain.chain.execution import (
    apply_transaction,
    compute_base_fee,
    make_environment,
)
from minichain.chain.seal import Headers, Seal
from minichain.chain.transaction_rules import check_transaction
from minichain.crypto.keys import Key
from minichain.errors import ProtocolError
from minichain.evm.message import Environment
from minichain.ledger.block import MAX_BLOCK_SIZE, Block, Commitment
from minichain.ledger.gas import BASE_GAS
from minichain.ledger.header import Header
from minichain.ledger.receipt import Receipt, compute_receipts_root
from minichain.ledger.state import State
from minichain.ledger.transaction import Transaction
from minichain.units import Address, BlockNumber, Gas, Hash32, Timestamp

VERSION = 1
"""What the headers made here say as their version; no rule looks at it."""

FRAME_SIZE = 1024
"""Bytes kept free for what is in a block besides transactions."""

NONCES_AT_ONCE = 2**32
"""Nonces tried before a header needs another time."""


def draft_block(
    parent: Block,
    headers: Headers,
    config: Config,
    seal: Seal,
    time: Timestamp,
    beneficiary: Address,
    extra: bytes = b"",
) -> Block:
    """Return the block after ``parent`` before anything is in it: without roots.

    Parameters
    ----------
    parent : Block
        The block before.
    headers : callable
        From a count to that many headers back from the parent.
    config, seal : Config, Seal
        The chain's rules.
    time : Timestamp
        The block's time.
    beneficiary : Address
        Who gets the reward and the tips.
    extra : bytes, at most 32
        Whatever the miner likes.
    """
    nothing = Hash32(bytes(32))
    commitment = Commitment(
        number=BlockNumber(parent.number + 1),
        beneficiary=beneficiary,
        state_root=nothing,
        receipts_root=nothing,
        gas_limit=config.gas_limit,
        gas_used=Gas(0),
        base_fee_per_gas=compute_base_fee(parent.commitment),
        extra=extra,
    )
    bits = seal.compute_bits(commitment.number, headers)
    return Block(Header(VERSION, parent.hash, nothing, time, bits, 0), commitment)


def execute(
    state: State,
    transactions: Iterable[Transaction],
    environment: Environment,
    *,
    skip_invalid: bool,
) -> tuple[tuple[Transaction, ...], tuple[Receipt, ...]]:
    """Change the state by as many transactions as fit, and return them.

    Parameters
    ----------
    state : State
        Changed in place; left as it was if a rule is broken.
    transactions : iterable of Transaction
        In the order in which they are tried.
    environment : Environment
        The block that they go into.
    skip_invalid : bool
        Whether one that breaks a rule is left out; else its error is raised.

    Returns
    -------
    tuple of Transaction, tuple of Receipt
        What went in, and what it came to.

    Raises
    ------
    InvalidTransaction, InvalidSignature
        A transaction breaks a rule and is not to be skipped.
    """
    included: list[Transaction] = []
    receipts: list[Receipt] = []
    used, room = Gas(0), MAX_BLOCK_SIZE - FRAME_SIZE
    with state.checkpoint():
        for transaction in transactions:
            left = Gas(environment.gas_limit - used)
            if skip_invalid and left < BASE_GAS:
                break
            size = len(transaction.encode()) + 8
            try:
                check_transaction(state, transaction, environment, left)
            except ProtocolError:
                if not skip_invalid:
                    raise
                continue
            if skip_invalid and size > room:
                continue
            receipt = apply_transaction(state, transaction, environment, used)
            used, room = receipt.cumulative_gas_used, room - size
            included.append(transaction)
            receipts.append(receipt)
    return tuple(included), tuple(receipts)


def fill_block(
    state: State,
    draft: Block,
    transactions: Iterable[Transaction],
    *,
    headers: Headers,
    config: Config,
    skip_invalid: bool = False,
) -> Block:
    """Return a draft with transactions and all roots, not sealed yet.

    Parameters
    ----------
    state : State
        The state that the parent left; changed to the one that the block leaves.
    draft : Block
        What `draft_block` made.
    transactions : iterable of Transaction
        In the order in which they are tried.
    headers : callable
        From a count to that many headers back from the parent.
    config : Config
        The chain's rules.
    skip_invalid : bool
        Whether a transaction that breaks a rule is left out; else it is raised.

    Raises
    ------
    InvalidTransaction, InvalidSignature
        A transaction breaks a rule and is not to be skipped.
    """
    environment = make_environment(draft, headers, config)
    included, receipts = execute(
        state, transactions, environment, skip_invalid=skip_invalid
    )
    state.add_balance(environment.beneficiary, config.reward)
    commitment = replace(
        draft.commitment,
        state_root=state.root,
        receipts_root=compute_receipts_root(receipts),
        gas_used=receipts[-1].cumulative_gas_used if receipts else Gas(0),
    )
    block = Block(draft.header, commitment, included)
    return replace(block, header=replace(block.header, merkle_root=block.tree.root))


def seal_block(block: Block, seal: Seal, keys: Iterable[Key] = ()) -> Block:
    """Return the block sealed, with a later time if no nonce seals it at its own.

    The contents stay, and so does the Merkle root: only time and nonce change. Where a
    committee seals, ``keys`` vote.
    """
    header = block.header
    while True:
        sealed = seal.search(header, 0, NONCES_AT_ONCE)
        if sealed is not None:
            return replace(block, header=sealed, votes=seal.vote(sealed, keys))
        header = replace(header, time=Timestamp(header.time + 1))
