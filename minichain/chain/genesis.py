"""A genesis is the first block: it has no parent, and everybody makes it alone.

It is a block like others. Its state is what the configuration allots, and the extra
bytes of its commitment are the configuration's hash.
"""

from dataclasses import replace

from minichain.chain.config import Config
from minichain.chain.seal import make_seal
from minichain.consensus.pow import NONCES
from minichain.crypto.hashing import keccak256
from minichain.errors import InvalidBlock
from minichain.ledger.block import Block, Commitment
from minichain.ledger.header import Header
from minichain.ledger.state import EMPTY_ROOT, State
from minichain.units import Address, BlockNumber, Gas, Hash32

NO_PARENT = Hash32(bytes(32))
"""What a genesis names as its parent."""

NOBODY = Address(bytes(20))
"""The beneficiary of a genesis, which has no reward."""


class InvalidGenesis(InvalidBlock):
    """A first block that is not the one its configuration makes."""

    rule = "genesis"


def make_genesis_state(config: Config) -> State:
    """Return the state before the first transaction: what was allotted."""
    state = State()
    for address, balance in config.allocation:
        state.set_balance(address, balance)
    state.commit()
    return state


def make_genesis(config: Config) -> Block:
    """Return the sealed genesis of a chain with these rules.

    Raises
    ------
    InvalidConfig
        No chain can follow the rules, or no nonce seals their genesis.
    """
    config.check()
    block = _make_unsealed(config)
    header = make_seal(config).search(block.header, 0, NONCES)
    if header is None:
        raise InvalidGenesis(f"no nonce seals a genesis with bits {config.bits:#x}")
    return replace(block, header=header)


def check_genesis(block: Block, config: Config) -> None:
    """Check that a block is the genesis of a chain with these rules.

    Raises
    ------
    InvalidConfig
        No chain can follow the rules.
    InvalidGenesis
        The block differs from the one the rules make, whose hash is named.
    InvalidHeader
        The block is not sealed.
    """
    config.check()
    made = _make_unsealed(config)
    required = replace(made, header=replace(made.header, nonce=block.header.nonce))
    if block != required:
        raise InvalidGenesis(
            f"block {block.header.id} is not what the configuration makes, "
            f"{required.header.id}"
        )
    make_seal(config).check(block.header)


def _make_unsealed(config: Config) -> Block:
    commitment = Commitment(
        number=BlockNumber(0),
        beneficiary=NOBODY,
        state_root=make_genesis_state(config).root,
        receipts_root=EMPTY_ROOT,
        gas_limit=config.gas_limit,
        gas_used=Gas(0),
        base_fee_per_gas=config.base_fee_per_gas,
        extra=keccak256(config.encode()),
    )
    header = Header(1, NO_PARENT, NO_PARENT, config.time, config.bits, 0)
    block = Block(header, commitment)
    return replace(block, header=replace(header, merkle_root=block.tree.root))
