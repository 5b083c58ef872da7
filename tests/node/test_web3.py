"""Unmodified web3.py and eth-account talk to a node in the same process."""

import pytest
from eth_account import Account
from web3 import Web3
from web3.exceptions import BlockNotFound, TransactionNotFound, Web3RPCError

from minichain.crypto.keys import Key
from minichain.crypto.signature import CURVE_ORDER
from minichain.node import provider
from minichain.units import ETHER, GWEI

pytestmark = pytest.mark.oracle


@pytest.fixture
def w3(node) -> Web3:
    return Web3(provider(node))


@pytest.fixture
def account(w3):
    account = Account.from_key(b"\7" * 32)
    funder = w3.eth.accounts[0]
    w3.eth.send_transaction({"from": funder, "to": account.address, "value": 5 * ETHER})
    return account


def payment(w3, **fields) -> dict:
    return {
        "to": w3.eth.accounts[1], "value": 7, "gas": 21_000, "nonce": 0,
        "maxFeePerGas": 3 * GWEI, "maxPriorityFeePerGas": GWEI, "chainId": 1337,
        **fields,
    }  # fmt: skip


def without_tip(fields: dict) -> dict:
    fields.pop("maxFeePerGas")
    fields.pop("maxPriorityFeePerGas")
    return {**fields, "gasPrice": 2 * GWEI}


def test_the_node_says_who_it_is(w3):
    assert w3.is_connected()
    assert w3.client_version.startswith("minichain/")
    assert (w3.eth.chain_id, w3.net.version) == (1337, "1337")
    assert w3.eth.syncing is False


def test_a_payment_is_sealed_at_once(w3, node):
    alice, bob = w3.eth.accounts[:2]
    before = w3.eth.get_balance(bob)
    sent = w3.eth.send_transaction({"from": alice, "to": bob, "value": 5})
    receipt = w3.eth.wait_for_transaction_receipt(sent)
    assert (receipt.status, receipt.blockNumber, receipt.gasUsed) == (1, 1, 21_000)
    assert w3.eth.get_balance(bob) == before + 5
    assert w3.eth.get_balance(bob, 0) == before
    assert w3.eth.get_transaction_count(alice) == 1
    assert bytes(sent) == node.chain.head.transactions[0].hash


@pytest.mark.parametrize(
    "make",
    [
        payment,
        lambda w3: without_tip(payment(w3)),
        lambda w3: without_tip(
            payment(w3, gas=30_000, type=1, accessList=[
                {"address": "0x" + "11" * 20, "storageKeys": ["0x" + "22" * 32]}
            ])
        ),
    ],
    ids=["type 2", "type 0", "type 1"],
)  # fmt: skip
def test_what_eth_account_signs_is_accepted_and_shown_as_it_was(w3, account, make):
    signed = account.sign_transaction(make(w3))
    sent = w3.eth.send_raw_transaction(signed.raw_transaction)
    assert sent == signed.hash
    shown = w3.eth.get_transaction(sent)
    assert shown["from"] == account.address
    assert (shown.v, int(shown.r.hex(), 16), int(shown.s.hex(), 16)) == (
        signed.v, signed.r, signed.s,
    )  # fmt: skip
    assert w3.eth.get_raw_transaction(sent) == signed.raw_transaction
    assert w3.eth.get_transaction_receipt(sent).status == 1


@pytest.mark.parametrize(
    ("rule", "fields"),
    [
        ("chain-id", {"chainId": 1}),
        ("nonce", {"nonce": 0, "value": 8}),
        ("balance", {"nonce": 1, "value": 5 * ETHER}),
        ("gas", {"nonce": 1, "gas": 20_999}),
        ("gas-limit", {"nonce": 1, "gas": 30_000_001}),
        ("tip", {"nonce": 1, "maxPriorityFeePerGas": 4 * GWEI}),
    ],
)
def test_a_transaction_that_breaks_a_rule_is_refused_by_its_name(
    w3, account, rule, fields
):
    w3.eth.send_raw_transaction(account.sign_transaction(payment(w3)).raw_transaction)
    signed = account.sign_transaction(payment(w3, **fields))
    with pytest.raises(Web3RPCError) as caught:
        w3.eth.send_raw_transaction(signed.raw_transaction)
    error = caught.value.rpc_response["error"]
    assert error["code"] == -32003
    assert rule in error["data"]["rule"]
    assert w3.eth.block_number == 2


def test_a_malleated_signature_is_refused(w3, account):
    from minichain.ledger.transaction import Transaction

    signed = account.sign_transaction(payment(w3))
    whole = Transaction.decode(bytes(signed.raw_transaction))
    twin = bytearray(signed.raw_transaction)
    high = (CURVE_ORDER - whole.signature.s).to_bytes(32, "big")
    twin[-32:] = high
    twin[-67] = 0x80 if whole.signature.y_parity else 1
    with pytest.raises(Web3RPCError, match="low-s"):
        w3.eth.send_raw_transaction(bytes(twin))


def test_a_message_signed_by_the_node_is_one_that_eth_account_knows(w3):
    from eth_account.messages import encode_defunct

    alice = w3.eth.accounts[0]
    signature = w3.eth.sign(alice, text="hello")
    message = encode_defunct(text="hello")
    assert Account.recover_message(message, signature=signature) == alice


def test_the_node_signs_for_nobody_else(w3):
    stranger = Account.from_key(b"\3" * 32).address
    with pytest.raises(Web3RPCError, match="no key"):
        w3.eth.send_transaction({"from": stranger, "to": stranger, "value": 0})


def test_what_is_not_there_is_not_found(w3):
    with pytest.raises(BlockNotFound):
        w3.eth.get_block(1)
    with pytest.raises(BlockNotFound):
        w3.eth.get_block(b"\1" * 32)
    with pytest.raises(TransactionNotFound):
        w3.eth.get_transaction(b"\1" * 32)
    with pytest.raises(TransactionNotFound):
        w3.eth.get_transaction_receipt(b"\1" * 32)


def test_blocks_are_shown_with_hashes_that_name_them(w3, node, account):
    block = w3.eth.get_block("latest", full_transactions=True)
    assert block.hash.hex() == node.chain.head.header.id
    assert w3.eth.get_block(block.hash) == w3.eth.get_block(1)
    assert block.parentHash == w3.eth.get_block(0).hash
    assert block.transactions[0].to == account.address
    assert w3.eth.get_block_transaction_count(1) == 1
    assert w3.eth.get_transaction_by_block(1, 0) == block.transactions[0]
    assert w3.eth.get_block_receipts(1)[0].blockHash == block.hash
    assert bytes(block.stateRoot) == node.chain.head.commitment.state_root


def test_filters_tell_what_is_new_and_only_once(w3):
    alice, bob = w3.eth.accounts[:2]
    blocks, pending = w3.eth.filter("latest"), w3.eth.filter("pending")
    assert blocks.get_new_entries() == []
    sent = w3.eth.send_transaction({"from": alice, "to": bob, "value": 5})
    assert blocks.get_new_entries() == [w3.eth.get_block("latest").hash]
    assert pending.get_new_entries() == [sent]
    assert blocks.get_new_entries() == pending.get_new_entries() == []
    assert w3.eth.uninstall_filter(blocks.filter_id)
    assert not w3.eth.uninstall_filter(blocks.filter_id)


def test_a_history_of_fees_follows_the_base_fee(w3):
    alice, bob = w3.eth.accounts[:2]
    for tip in (1, 3):
        w3.eth.send_transaction(
            {
                "from": alice,
                "to": bob,
                "maxPriorityFeePerGas": tip,
                "maxFeePerGas": GWEI,
            }
        )
    history = w3.eth.fee_history(3, "latest", [0, 50, 100])
    assert history.oldestBlock == 0
    assert history.baseFeePerGas[:2] == [GWEI, 875_000_000]
    assert len(history.baseFeePerGas) == 4
    assert history.reward == [[0, 0, 0], [1, 1, 1], [3, 3, 3]]
    assert history.gasUsedRatio[0] == 0
    assert w3.eth.max_priority_fee == GWEI
    assert w3.eth.gas_price > GWEI


def test_time_and_blocks_are_what_a_developer_says(w3):
    request = w3.provider.make_request
    head = w3.eth.get_block("latest").timestamp
    request("evm_setNextBlockTimestamp", [head + 1_000])
    request("evm_mine", [])
    assert w3.eth.get_block("latest").timestamp == head + 1_000
    assert "error" in request("evm_setNextBlockTimestamp", [head + 1_000])
    request("hardhat_mine", ["0x3", "0x5"])
    assert w3.eth.get_block("latest").timestamp >= head + 1_010
    assert w3.eth.block_number == 4


def test_a_snapshot_brings_balances_blocks_and_transactions_back(w3):
    alice, bob = w3.eth.accounts[:2]
    request = w3.provider.make_request
    number = request("evm_snapshot", [])["result"]
    before = w3.eth.get_balance(bob)
    sent = w3.eth.send_transaction({"from": alice, "to": bob, "value": 5})
    assert request("evm_revert", [number])["result"] is True
    assert (w3.eth.block_number, w3.eth.get_balance(bob)) == (0, before)
    with pytest.raises(TransactionNotFound):
        w3.eth.get_transaction(sent)
    assert request("evm_revert", [number])["result"] is False


def test_without_automining_transactions_wait(w3):
    alice, bob = w3.eth.accounts[:2]
    w3.provider.make_request("evm_setAutomine", [False])
    sent = w3.eth.send_transaction({"from": alice, "to": bob, "value": 5})
    assert w3.eth.get_transaction(sent).blockNumber is None
    with pytest.raises(TransactionNotFound):
        w3.eth.get_transaction_receipt(sent)
    assert w3.eth.get_transaction_count(alice, "pending") == 1
    assert w3.eth.get_transaction_count(alice) == 0
    w3.provider.make_request("evm_mine", [])
    assert w3.eth.get_transaction_receipt(sent).status == 1


def test_a_key_of_ours_is_the_account_of_eth_account(w3, node):
    key = node.chain.keys[0]
    assert isinstance(key, Key)
    secret = (
        key.secret if isinstance(key.secret, bytes) else key.secret.to_bytes(32, "big")
    )
    assert Account.from_key(secret).address == w3.eth.accounts[0]
