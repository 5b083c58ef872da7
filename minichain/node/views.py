"""A view is a block, a transaction, a receipt or a log as JSON-RPC shows it.

A block's hash is shown as everywhere in this project, the way Bitcoin does: read as a
number, it is what proof of work makes small. So its zeros come first.

References
----------
.. [1] Ethereum execution API specification: objects of ``eth``.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import rlp

from minichain.chain import Chain
from minichain.crypto.addresses import to_checksum_address
from minichain.crypto.hashing import keccak256
from minichain.evm.order import compute_gas_price
from minichain.ledger.block import Block
from minichain.ledger.gas import AccessList
from minichain.ledger.log import Log, compute_bloom
from minichain.ledger.receipt import Receipt
from minichain.ledger.state import State
from minichain.ledger.transaction import ACCESS_LIST, DYNAMIC_FEE, LEGACY, Transaction
from minichain.node.hexadecimal import data, quantity
from minichain.units import Address, Hash32

NO_UNCLES = "0x" + keccak256(b"\xc0").hex()
"""Hash of an empty list of uncles, which this chain has none of."""

View = dict[str, Any]
"""A JSON object."""


def show_hash(block: Block) -> str:
    """Return a block's hash, its zeros first."""
    return "0x" + block.header.id


def read_block_hash(shown: bytes) -> Hash32:
    """Return the hash that was shown, in the order of the hash function."""
    return Hash32(shown[::-1])


def show_address(address: Address) -> str:
    """Return an address with its checksum."""
    return to_checksum_address(address)


def show_block(chain: Chain, block: Block, *, full: bool = False) -> View:
    """Return a block, with its transactions whole or by their hashes."""
    logs = [log for receipt in chain.receipts(block.hash) for log in receipt.logs]
    return {
        **_show_contents(chain, block),
        "hash": show_hash(block),
        "nonce": data(block.header.nonce.to_bytes(8, "big")),
        "logsBloom": data(compute_bloom(logs)),
        "totalDifficulty": quantity(chain.work_of(block.hash)),
        "transactions": [
            show_transaction(one, block, place) if full else data(one.hash)
            for place, one in enumerate(block.transactions)
        ],
    }


def show_draft(chain: Chain, block: Block, *, full: bool = False) -> View:
    """Return a block that nobody has sealed: it has no hash and no nonce yet."""
    return {
        **_show_contents(chain, block),
        "hash": None,
        "nonce": None,
        "logsBloom": None,
        "totalDifficulty": None,
        "transactions": [
            show_transaction(one) if full else data(one.hash)
            for one in block.transactions
        ],
    }


def _show_contents(chain: Chain, block: Block) -> View:
    header, commitment = block.header, block.commitment
    parent = data(header.parent_hash[::-1])
    return {
        "number": quantity(block.number),
        "parentHash": parent,
        "mixHash": parent,
        "sha3Uncles": NO_UNCLES,
        "transactionsRoot": data(header.merkle_root),
        "stateRoot": data(commitment.state_root),
        "receiptsRoot": data(commitment.receipts_root),
        "miner": show_address(commitment.beneficiary),
        "difficulty": quantity(chain.seal.compute_weight(header)),
        "extraData": data(commitment.extra),
        "size": quantity(len(block.encode())),
        "gasLimit": quantity(commitment.gas_limit),
        "gasUsed": quantity(commitment.gas_used),
        "baseFeePerGas": quantity(commitment.base_fee_per_gas),
        "timestamp": quantity(header.time),
        "uncles": [],
    }


def show_transaction(
    transaction: Transaction, block: Block | None = None, place: int | None = None
) -> View:
    """Return a transaction, and where it is if a block has it."""
    signature = transaction.signature
    assert signature is not None, "a chain holds what is signed"
    kind, chain_id = transaction.kind, transaction.chain_id
    price = transaction.max_fee_per_gas
    if block is not None:
        price = compute_gas_price(transaction, block.commitment.base_fee_per_gas)
    v = signature.y_parity
    if kind == LEGACY:
        v += 27 if chain_id is None else 35 + 2 * chain_id
    view: View = {
        "blockHash": None if block is None else show_hash(block),
        "blockNumber": None if block is None else quantity(block.number),
        "transactionIndex": None if place is None else quantity(place),
        "hash": data(transaction.hash),
        "type": quantity(kind),
        "from": show_address(transaction.sender),
        "to": None if transaction.to is None else show_address(transaction.to),
        "nonce": quantity(transaction.nonce),
        "value": quantity(transaction.value),
        "gas": quantity(transaction.gas_limit),
        "gasPrice": quantity(price),
        "input": data(transaction.data),
        "v": quantity(v),
        "r": quantity(signature.r),
        "s": quantity(signature.s),
    }
    if chain_id is not None:
        view["chainId"] = quantity(chain_id)
    if kind >= ACCESS_LIST:
        view["yParity"] = quantity(signature.y_parity)
        view["accessList"] = show_access_list(transaction.access_list)
    if kind >= DYNAMIC_FEE:
        view["maxFeePerGas"] = quantity(transaction.max_fee_per_gas)
        view["maxPriorityFeePerGas"] = quantity(transaction.max_priority_fee_per_gas)
    return view


def show_access_list(access_list: AccessList) -> list[View]:
    """Return what a transaction announces to touch."""
    return [
        {"address": show_address(address), "storageKeys": [data(s) for s in slots]}
        for address, slots in access_list
    ]


def show_proof(state: State, address: Address, slots: Sequence[int]) -> View:
    """Return an account and slots of it, with the tries' nodes on the way there."""
    account = state.account(address)
    return {
        "address": show_address(address),
        "accountProof": [data(node) for node in state.prove(address)],
        "balance": quantity(account.balance),
        "nonce": quantity(account.nonce),
        "codeHash": data(account.code_hash),
        "storageHash": data(state.storage_root(address)),
        "storageProof": [
            {
                "key": quantity(slot),
                "value": quantity(state.storage(address, slot)),
                "proof": [data(node) for node in state.prove(address, slot)],
            }
            for slot in slots
        ],
    }


def show_receipt(block: Block, place: int, receipts: Sequence[Receipt]) -> View:
    """Return what the transaction at ``place`` of a block came to."""
    transaction, receipt = block.transactions[place], receipts[place]
    created = compute_contract_address(transaction) if transaction.to is None else None
    logs = [
        v for v in show_logs(block, receipts) if v["transactionIndex"] == hex(place)
    ]
    base_fee = block.commitment.base_fee_per_gas
    return {
        "transactionHash": data(transaction.hash),
        "transactionIndex": quantity(place),
        "blockHash": show_hash(block),
        "blockNumber": quantity(block.number),
        "type": quantity(receipt.kind),
        "from": show_address(transaction.sender),
        "to": None if transaction.to is None else show_address(transaction.to),
        "contractAddress": None if created is None else show_address(created),
        "status": quantity(int(receipt.succeeded)),
        "gasUsed": quantity(receipt.gas_used),
        "cumulativeGasUsed": quantity(receipt.cumulative_gas_used),
        "effectiveGasPrice": quantity(compute_gas_price(transaction, base_fee)),
        "logs": logs,
        "logsBloom": data(receipt.bloom),
    }


def show_logs(
    block: Block, receipts: Sequence[Receipt], *, removed: bool = False
) -> Iterator[View]:
    """Yield all logs of a block, in order."""
    count = 0
    for place, receipt in enumerate(receipts):
        for log in receipt.logs:
            yield _show_log(block, place, count, log, removed)
            count += 1


def _show_log(block: Block, place: int, count: int, log: Log, removed: bool) -> View:
    return {
        "address": show_address(log.address),
        "topics": [data(topic) for topic in log.topics],
        "data": data(log.data),
        "blockNumber": quantity(block.number),
        "blockHash": show_hash(block),
        "blockTimestamp": quantity(block.header.time),
        "transactionHash": data(block.transactions[place].hash),
        "transactionIndex": quantity(place),
        "logIndex": quantity(count),
        "removed": removed,
    }


def compute_contract_address(transaction: Transaction) -> Address:
    """Return where a creating transaction puts its contract."""
    named = rlp.encode([transaction.sender, transaction.nonce])
    return Address(keccak256(named)[12:])
