"""Small contracts for the tests of the chain, and how they are sent there."""

from minichain.chain import Chain
from minichain.crypto.keys import Key
from minichain.ledger.receipt import Receipt
from minichain.ledger.transaction import Transaction
from minichain.units import Address, Gas, Wei


def wrap(runtime: str) -> bytes:
    """Return initialising code that leaves ``runtime`` at the address."""
    code = bytes.fromhex(runtime.replace(" ", ""))
    return bytes.fromhex(f"60{len(code):02x} 80 6009 5f 39 5f f3") + code


COUNTER = "5f54 6001 01 80 5f55 5f52 33 6020 5f a1"
"""Adds one to slot 0 and logs it, with the caller as topic."""

CONTEXT = "".join(
    f"{op} 60{slot:02x} 55"
    for slot, op in enumerate(
        ("42", "43", "41", "44", "48", "46", "45", "600143 03 40", "600243 03 40", "3a")
    )
)
"""Keeps time, number, beneficiary, word of chance, base fee, chain, gas limit, two
blocks' hashes and the gas price in slots from 0 on."""

REVERTS = "6007 5f55 602a 5f52 6020 5f fd"
"""Writes a slot, and takes it back with the word 42 as the reason."""

CLEARS = "5f35 5f55"
"""Keeps the word that it is given in slot 0."""

FORWARDS = "5f5f5f5f 3460c0 5a f1 6001 55"
"""Calls the address 0xc0 with the value it got, and keeps in slot 1 whether it ran."""

RECURSES = "5f5f5f5f5f 30 5a f1 50"
"""Calls itself with all the gas it may, until there is none."""


def order(chain: Chain, key: Key, to: Address | None, **fields) -> Transaction:
    """Return a signed transaction, the next of its sender."""
    usual = {
        "nonce": chain.mempool.get_next_nonce(key.address, chain.state),
        "gas_limit": Gas(1_000_000),
        "max_fee_per_gas": Wei(2 * chain.base_fee),
        "chain_id": chain.config.chain_id,
    }
    return Transaction(to=to, **{**usual, **fields}).sign(key)


def run(chain: Chain, key: Key, to: Address | None, **fields) -> Receipt:
    """Send a transaction, mine it, and return its receipt."""
    sent = chain.send(order(chain, key, to, **fields))
    block = chain.mine()
    return chain.receipts(block.hash)[block.transactions.index(sent)]


def deploy(chain: Chain, key: Key, runtime: str, **fields) -> Address:
    receipt = run(chain, key, None, data=wrap(runtime), **fields)
    assert receipt.succeeded, receipt.error
    assert receipt.created is not None
    return receipt.created
