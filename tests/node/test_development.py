"""A developer sets time, accounts and senders; the chain goes on from there."""

import pytest
from web3 import Web3

from minichain.chain import Chain
from minichain.node import Node, provider
from minichain.node.changes import MalformedChanges, decode_changes, encode_changes
from minichain.node.failures import NotPossible
from minichain.node.journal import Journal
from minichain.units import ETHER, GWEI
from tests.node.conftest import Refused
from tests.node.contracts import compile_board

SOMEBODY = "0x" + "52" * 20
WORD = "0x" + "00" * 31 + "2a"


@pytest.mark.parametrize("prefix", ["hardhat", "anvil"])
def test_accounts_are_set_by_hand_and_the_next_block_commits_to_it(ask, node, prefix):
    root = node.chain.head.commitment.state_root
    ask(f"{prefix}_setBalance", SOMEBODY, "0x64")
    ask(f"{prefix}_setNonce", SOMEBODY, "0x5")
    ask(f"{prefix}_setCode", SOMEBODY, "0x602a60005260206000f3")
    ask(f"{prefix}_setStorageAt", SOMEBODY, "0x3", WORD)
    assert ask("eth_getBalance", SOMEBODY) == "0x64"
    assert ask("eth_getTransactionCount", SOMEBODY) == "0x5"
    assert ask("eth_getStorageAt", SOMEBODY, "0x3") == WORD
    assert ask("eth_call", {"to": SOMEBODY}) == WORD
    assert ask("eth_blockNumber") == "0x0"
    assert node.chain.head.commitment.state_root == root
    ask("evm_mine")
    assert node.chain.head.commitment.state_root == node.chain.state.root != root


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("setBalance", [SOMEBODY, hex(2**128 + 1)]),
        ("setNonce", [SOMEBODY, hex(2**64 - 1)]),
        ("setStorageAt", [SOMEBODY, "0x0", "0x1"]),
        ("setCode", [SOMEBODY, "0x1"]),
        ("setBalance", ["0x1", "0x1"]),
    ],
)
def test_what_no_account_can_be_is_refused(ask, node, method, params):
    root = node.chain.state.root
    with pytest.raises(Refused) as caught:
        ask(f"hardhat_{method}", *params)
    assert caught.value.code == -32602
    assert node.chain.state.root == root


def test_an_impersonated_account_sends_and_one_that_is_not_does_not(ask, node):
    to = ask("eth_accounts")[0]
    order = {"from": SOMEBODY, "to": to, "value": "0x3"}
    ask("hardhat_setBalance", SOMEBODY, hex(ETHER))
    with pytest.raises(Refused, match="no key"):
        ask("eth_sendTransaction", order)
    assert ask("hardhat_impersonateAccount", SOMEBODY) is True
    sent = ask("eth_sendTransaction", order)
    receipt = ask("eth_getTransactionReceipt", sent)
    assert (receipt["status"], receipt["from"].lower()) == ("0x1", SOMEBODY)
    assert ask("eth_getTransactionByHash", sent)["from"].lower() == SOMEBODY
    assert ask("eth_getTransactionCount", SOMEBODY) == "0x1"
    with pytest.raises(Refused, match="no key"):
        ask("eth_sign", SOMEBODY, "0x00")
    assert ask("hardhat_stopImpersonatingAccount", SOMEBODY) is True
    assert ask("hardhat_stopImpersonatingAccount", SOMEBODY) is False
    with pytest.raises(Refused, match="no key"):
        ask("eth_sendTransaction", order)
    # Sent by its bytes, it comes from nobody.
    raw = ask("eth_getRawTransactionByHash", sent)
    with pytest.raises(Refused):
        ask("eth_sendRawTransaction", raw)


@pytest.mark.oracle
def test_a_contract_is_impersonated_and_others_take_it_for_the_sender(node):
    w3 = Web3(provider(node))
    request = w3.provider.make_request
    artifact = compile_board()
    factory = w3.eth.contract(abi=artifact.interface, bytecode=artifact.initcode)
    addresses = [
        w3.eth.wait_for_transaction_receipt(
            factory.constructor("x").transact({"from": w3.eth.accounts[0]})
        ).contractAddress
        for _ in range(2)
    ]
    boards = [w3.eth.contract(abi=artifact.interface, address=a) for a in addresses]
    request("anvil_setBalance", [addresses[0], hex(ETHER)])
    request("anvil_impersonateAccount", [addresses[0]])
    sent = (
        boards[1].functions.note(8, "from a contract").transact({"from": addresses[0]})
    )
    assert w3.eth.wait_for_transaction_receipt(sent).status == 1
    assert boards[1].functions.notes(addresses[0]).call() == 8


def test_rewards_go_to_whom_a_developer_names(ask, node):
    ask("hardhat_setCoinbase", SOMEBODY)
    ask("evm_mine")
    assert ask("eth_coinbase").lower() == SOMEBODY
    assert int(ask("eth_getBalance", SOMEBODY), 16) == node.chain.config.reward


def test_time_that_is_let_pass_passes_once(ask, node):
    head = node.chain.head.header.time
    spacing = node.chain.config.spacing
    ask("evm_increaseTime", 1_000)
    ask("hardhat_mine", "0x2")
    times = [block.header.time for block in node.chain.blocks[1:]]
    assert times == [head + spacing + 1_000, head + 2 * spacing + 1_000]


def test_the_clock_runs_on_from_where_it_was_set(node):
    now = node.chain.head.header.time + 50
    timed = Node(Chain.dev(accounts=1, seal="on-demand"), clock=lambda: now)
    timed.offset += 7
    timed.mine()
    assert timed.chain.head.header.time == now + 7
    timed.set_next_time(now + 900)
    timed.mine()
    now += 10
    timed.mine()
    assert timed.chain.head.header.time == now + 900


def test_many_blocks_are_mined_in_one_of_two_ways(ask, node):
    ask("evm_mine", {"blocks": 3})
    ask("anvil_mine", "0x2", "0x5")
    assert ask("eth_blockNumber") == "0x5"
    times = [block.header.time for block in node.chain.blocks]
    assert times[5] == times[4] + 5
    for params in (["0x2711"], ["0x1", hex(2**32)]):
        with pytest.raises(Refused):
            ask("hardhat_mine", *params)
    with pytest.raises(Refused):
        ask("evm_mine", {"blocks": 10_001})


def test_a_return_takes_back_what_was_set_by_hand(ask):
    ask("hardhat_setBalance", SOMEBODY, "0x1")
    taken = ask("evm_snapshot")
    ask("hardhat_setBalance", SOMEBODY, "0x2")
    ask("evm_mine")
    ask("hardhat_setBalance", SOMEBODY, "0x3")
    assert ask("evm_revert", taken) is True
    assert ask("eth_getBalance", SOMEBODY) == "0x1"


def change(ask) -> None:
    """Do what only a developer does, before and after blocks, and return half-way."""
    to = ask("eth_accounts")[0]
    ask("hardhat_setBalance", SOMEBODY, hex(ETHER))
    ask("hardhat_setCode", SOMEBODY, "0x00")
    ask("hardhat_impersonateAccount", SOMEBODY)
    ask("eth_sendTransaction", {"from": SOMEBODY, "to": to, "value": "0x3"})
    ask("hardhat_setStorageAt", SOMEBODY, "0x1", WORD)
    taken = ask("evm_snapshot")
    ask("hardhat_setStorageAt", SOMEBODY, "0x1", "0x" + "00" * 32)
    ask("hardhat_setStorageAt", SOMEBODY, "0x2", WORD)
    ask("evm_mine")
    ask("evm_revert", taken)
    ask("evm_mine")
    ask("hardhat_setBalance", to, "0x7")
    ask("hardhat_setCode", SOMEBODY, "0x")


def test_what_a_developer_did_is_there_again_when_the_node_starts_again(
    tmp_path, ask, node
):
    journal = Journal(tmp_path)
    journal.create(node.chain)
    node.watcher = journal.append
    change(ask)
    journal.close()
    again = Journal(tmp_path)
    chain = again.load()
    again.close()
    assert chain.head == node.chain.head
    assert chain.state.accounts == node.chain.state.accounts
    assert chain.state.root == node.chain.state.root
    account = bytes.fromhex(SOMEBODY[2:])
    assert [chain.state.storage(account, slot) for slot in (1, 2)] == [42, 0]
    assert chain.blocks[1].transactions[0].sender == account


def test_what_cannot_be_kept_is_not_done(ask, node):
    def fail(what: str, value: bytes) -> None:
        raise OSError("the disk is full")

    root = node.chain.state.root
    taken = node.snapshot()
    node.watcher = fail
    for method, params in (
        ("hardhat_setBalance", [SOMEBODY, "0x5"]),
        ("evm_mine", []),
        ("evm_revert", [hex(taken)]),
    ):
        with pytest.raises(Refused, match="could not be kept"):
            ask(method, *params)
    assert node.chain.state.root == root
    assert node.chain.head.number == 0
    with pytest.raises(NotPossible):
        node.mine()


def test_changes_are_the_same_after_their_bytes(node):
    chain = node.chain
    account = bytes.fromhex(SOMEBODY[2:])
    with chain.amend() as state:
        mark = state.mark()
        state.set_balance(account, 5)
        state.set_code(account, b"")
        state.set_code(account, b"\x01")
        state.set_storage(account, 2**256 - 1, 2**256 - 1)
        state.set_balance(chain.accounts[0], 0)
        changes = state.changes_since(mark)
    assert len(changes) == 5
    assert decode_changes(encode_changes(changes)) == changes
    for wrong in (b"", b"\xc1", b"\xc1\x80", b"\xc5\xc4\x09\x80\x80\x80", b"\x05"):
        with pytest.raises(MalformedChanges):
            decode_changes(wrong)


def test_gas_is_paid_by_who_is_impersonated(ask):
    ask("anvil_impersonateAccount", SOMEBODY)
    to = ask("eth_accounts")[0]
    order = {"from": SOMEBODY, "to": to, "gas": "0x5208", "gasPrice": hex(GWEI)}
    with pytest.raises(Refused, match="balance 0 wei"):
        ask("eth_sendTransaction", order)
