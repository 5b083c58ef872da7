"""Unmodified web3.py deploys a Vyper contract, calls it, and reads what it did."""

import pytest
import rlp
from eth_account import Account
from hypothesis import given, settings
from hypothesis import strategies as st
from web3 import Web3
from web3.exceptions import (
    ContractCustomError,
    ContractLogicError,
    Web3RPCError,
)

from minichain.chain import Chain
from minichain.ledger.block import Commitment
from minichain.node import Node, provider
from minichain.units import ETHER, GWEI
from tests.node.contracts import compile_board
from tests.node.proving import look_up

pytestmark = pytest.mark.oracle


@pytest.fixture
def w3(node) -> Web3:
    return Web3(provider(node))


@pytest.fixture
def board(w3):
    return deploy(w3)


def deploy(w3):
    artifact = compile_board()
    factory = w3.eth.contract(abi=artifact.interface, bytecode=artifact.initcode)
    sent = factory.constructor("hello").transact({"from": w3.eth.accounts[0]})
    receipt = w3.eth.wait_for_transaction_receipt(sent)
    assert receipt.status == 1
    return w3.eth.contract(abi=artifact.interface, address=receipt.contractAddress)


def test_a_contract_is_deployed_called_and_changed(w3, board):
    alice, bob = w3.eth.accounts[:2]
    assert board.functions.text().call() == "hello"
    assert board.functions.owner().call() == alice
    artifact = compile_board()
    assert w3.eth.get_code(board.address).startswith(artifact.runtime)
    sent = board.functions.note(7, "seven").transact({"from": bob, "value": 3})
    receipt = w3.eth.wait_for_transaction_receipt(sent)
    assert board.functions.notes(bob).call() == 7
    assert w3.eth.get_balance(board.address) == 3
    noted = board.events.Noted().process_receipt(receipt)
    assert [dict(one.args) for one in noted] == [
        {"account": bob, "number": 7, "words": "seven"}
    ]
    word = w3.eth.get_storage_at(board.address, artifact.slots["count"])
    assert int.from_bytes(word) == 1
    at_first = board.functions.notes(bob).call(block_identifier=receipt.blockNumber - 1)
    assert at_first == 0
    assert w3.eth.get_code(board.address, 0) == b""


def test_what_eth_account_signs_deploys_and_calls(w3):
    account = Account.from_key(b"\7" * 32)
    w3.eth.send_transaction(
        {"from": w3.eth.accounts[0], "to": account.address, "value": ETHER}
    )
    artifact = compile_board()
    factory = w3.eth.contract(abi=artifact.interface, bytecode=artifact.initcode)

    def send(call):
        nonce = w3.eth.get_transaction_count(account.address)
        order = call.build_transaction({"from": account.address, "nonce": nonce})
        raw = account.sign_transaction(order).raw_transaction
        return w3.eth.wait_for_transaction_receipt(w3.eth.send_raw_transaction(raw))

    made = send(factory.constructor("raw"))
    board = w3.eth.contract(abi=artifact.interface, address=made.contractAddress)
    assert board.functions.owner().call() == account.address
    assert send(board.functions.note(4, "four")).status == 1
    assert board.functions.notes(account.address).call() == 4


def test_a_refusal_says_why_in_calls_estimates_and_sendings(w3, board):
    bob = w3.eth.accounts[1]
    note = board.functions.note(13, "no")
    for ask in (note.call, note.estimate_gas, note.transact):
        with pytest.raises(ContractLogicError, match="board: thirteen") as caught:
            ask({"from": bob})
        assert caught.value.data.startswith("0x08c379a0")
    with pytest.raises(ContractCustomError) as caught:
        board.functions.own(5).call({"from": bob})
    selector = Web3.keccak(text="NotOwner(address,uint256)")[:4]
    values = w3.codec.decode(
        ["address", "uint256"], bytes.fromhex(caught.value.data[10:])
    )
    assert caught.value.data[2:10] == selector.hex()
    assert values == (bob.lower(), 5)
    with pytest.raises(ContractLogicError, match="execution reverted"):
        board.functions.divide(1, 0).call()
    with pytest.raises(Web3RPCError, match="out-of-gas"):
        board.functions.spin().call({"gas": 100_000})
    assert w3.eth.block_number == 1


def test_a_refusal_with_gas_given_is_in_a_block_and_undone(w3, board):
    bob = w3.eth.accounts[1]
    sent = board.functions.note(13, "no").transact({"from": bob, "gas": 90_000})
    receipt = w3.eth.wait_for_transaction_receipt(sent)
    assert (receipt.status, list(receipt.logs)) == (0, [])
    assert receipt.gasUsed < 90_000
    assert board.functions.count().call() == 0


def test_an_estimate_is_enough_and_one_less_is_not(w3, board):
    bob = w3.eth.accounts[1]
    for call in (
        board.functions.note(5, "five"),
        board.functions.note_twice(deploy(w3).address, 5),
    ):
        least = call.estimate_gas({"from": bob})
        for gas, status in ((least - 1, 0), (least, 1)):
            sent = call.transact({"from": bob, "gas": gas})
            assert w3.eth.wait_for_transaction_receipt(sent).status == status


def test_a_call_sees_the_block_that_it_names_or_the_next(w3, board, node):
    head = w3.eth.get_block("latest")
    where = board.functions.where()
    assert where.call() == [head.number, head.timestamp, head.baseFeePerGas]
    pending = w3.eth.get_block("pending")
    assert where.call(block_identifier="pending") == [
        pending.number, pending.timestamp, pending.baseFeePerGas,
    ]  # fmt: skip
    assert (pending.number, pending.hash) == (head.number + 1, None)
    w3.provider.make_request("evm_setNextBlockTimestamp", [head.timestamp + 999])
    assert where.call(block_identifier="pending")[1] == head.timestamp + 999
    # The next block is what was pending.
    node.mine()
    assert where.call()[1] == head.timestamp + 999


def test_what_waits_is_seen_as_pending_and_not_as_latest(w3, board):
    bob = w3.eth.accounts[1]
    w3.provider.make_request("evm_setAutomine", [False])
    board.functions.note(6, "six").transact({"from": bob})
    sent = board.functions.note(7, "seven").transact({"from": bob})
    notes = board.functions.notes(bob)
    assert notes.call(block_identifier="pending") == 7
    assert notes.call() == 0
    pending = w3.eth.get_block("pending", full_transactions=True)
    assert [one.nonce for one in pending.transactions] == [0, 1]
    assert pending.transactions[1].hash == sent
    assert w3.eth.get_balance(bob, "pending") < w3.eth.get_balance(bob)
    w3.provider.make_request("evm_mine", [])
    assert notes.call() == 7


def test_logs_are_found_by_topic_contract_and_range(w3, board):
    alice, bob = w3.eth.accounts[:2]
    other = deploy(w3)
    for sender, to, number in (
        (alice, board, 1), (bob, board, 2), (alice, other, 1), (bob, other, 3),
    ):  # fmt: skip
        to.functions.note(number, f"words {number}").transact({"from": sender})
    first = w3.eth.block_number - 3
    noted = Web3.to_hex(Web3.keccak(text="Noted(address,uint256,string)"))

    def find(**criteria) -> list[tuple[str, int]]:
        logs = w3.eth.get_logs({"fromBlock": 0, **criteria})
        return [
            (log.address, int.from_bytes(log.topics[2])) for log in logs
        ]  # fmt: skip

    def word(number: int) -> str:
        return f"0x{number:064x}"

    def pad(address: str) -> str:
        return f"0x{'00' * 12}{address[2:].lower()}"

    one, two = board.address, other.address
    assert find() == [(one, 1), (one, 2), (two, 1), (two, 3)]
    assert find(address=two) == [(two, 1), (two, 3)]
    assert find(address=[one, two], topics=[noted, pad(bob)]) == [(one, 2), (two, 3)]
    assert find(topics=[None, None, word(1)]) == [(one, 1), (two, 1)]
    assert find(topics=[None, None, [word(2), word(3)]]) == [(one, 2), (two, 3)]
    assert find(topics=[word(9)]) == []
    assert find(fromBlock=first + 1, toBlock=first + 2) == [(one, 2), (two, 1)]
    block = w3.eth.get_block(first)
    assert [
        log.topics[2] for log in w3.eth.get_logs({"blockHash": block.hash})
    ] == [bytes.fromhex(word(1)[2:])]  # fmt: skip
    by_event = board.events.Noted().get_logs(
        from_block=0, argument_filters={"account": bob}
    )
    assert [(log.args.number, log.args.words) for log in by_event] == [(2, "words 2")]


def test_a_filter_of_events_tells_each_once(w3, board):
    bob = w3.eth.accounts[1]
    every = board.events.Noted.create_filter(from_block="latest")
    ninth = board.events.Noted.create_filter(
        from_block="latest", argument_filters={"number": 9}
    )
    for number in (8, 9):
        board.functions.note(number, "x").transact({"from": bob})
    assert [log.args.number for log in every.get_new_entries()] == [8, 9]
    assert [log.args.number for log in ninth.get_new_entries()] == [9]
    assert every.get_new_entries() == ninth.get_new_entries() == []
    assert [log.args.number for log in ninth.get_all_entries()] == [9]


def test_a_list_of_touches_is_complete_and_makes_what_it_names_warm(w3, board):
    other = deploy(w3)
    bob = w3.eth.accounts[1]
    order = board.functions.note_twice(other.address, 5).build_transaction(
        {"from": bob, "gas": 200_000}
    )
    found = w3.eth.create_access_list(order)
    touched = {entry.address: len(entry.storageKeys) for entry in found.accessList}
    assert touched == {board.address: 1, other.address: 2}
    sent = w3.eth.send_transaction({**order, "accessList": found.accessList})
    receipt = w3.eth.wait_for_transaction_receipt(sent)
    assert (receipt.status, receipt.gasUsed) == (1, found.gasUsed)
    assert w3.eth.get_transaction(sent).accessList == found.accessList


def test_a_call_can_find_other_accounts_than_there_are(w3, board):
    nobody = Web3.to_checksum_address("0x" + "77" * 20)
    count = compile_board().slots["count"]
    slot, word = f"0x{count:064x}", f"0x{55:064x}"
    call = board.functions.count()
    assert call.call(state_override={board.address: {"stateDiff": {slot: word}}}) == 55
    assert call.call(state_override={board.address: {"state": {slot: word}}}) == 55
    assert board.functions.text().call(
        state_override={board.address: {"state": {}}}
    ) == ""  # fmt: skip
    code = w3.eth.get_code(board.address)
    copy = w3.eth.contract(abi=compile_board().interface, address=nobody)
    assert copy.functions.count().call(state_override={nobody: {"code": code}}) == 0
    rich = {"from": nobody, "to": board.address, "value": 5}
    with pytest.raises(Web3RPCError, match="balance"):
        w3.eth.call(rich)
    note = board.functions.note(1, "x")
    note.call({"from": nobody, "value": 5}, state_override={nobody: {"balance": 5}})
    assert call.call() == 0
    assert w3.eth.get_balance(nobody) == 0


def test_accounts_and_slots_are_proven_against_the_sealed_commitment(w3, board, node):
    alice, bob = w3.eth.accounts[:2]
    for number in range(1, 6):
        board.functions.note(number, "x" * number).transact({"from": bob})
    nobody = Web3.to_checksum_address("0x" + "99" * 20)
    count = compile_board().slots["count"]
    mine = int.from_bytes(
        Web3.keccak(
            compile_board().slots["notes"].to_bytes(32) + bytes(12)
            + bytes.fromhex(bob[2:])
        )
    )  # fmt: skip
    for number in (3, "latest"):
        block = w3.eth.get_block(number)
        # The header of 80 bytes reaches the root through the commitment.
        chain_block = node.chain.block_at(block.number)
        proven = chain_block.prove_commitment()
        commitment = chain_block.commitment.encode()
        assert proven.verify(chain_block.header.merkle_root, commitment)
        root = Commitment.decode(commitment).state_root
        assert root == block.stateRoot
        for address in (alice, board.address, nobody):
            found = w3.eth.get_proof(address, [count, mine, 10**9], number)
            shown = [
                found.nonce, found.balance, bytes(found.storageHash),
                bytes(found.codeHash),
            ]  # fmt: skip
            held = look_up(root, bytes.fromhex(address[2:]), found.accountProof)
            assert held == (b"" if address == nobody else rlp.encode(shown))
            for slot in found.storageProof:
                key = int.from_bytes(slot.key).to_bytes(32)
                value = int.from_bytes(slot.value)
                held = look_up(found.storageHash, key, slot.proof)
                assert held == (rlp.encode(value) if value else b"")
                assert w3.eth.get_storage_at(address, slot.key, number) == (
                    value.to_bytes(32)
                )
        values = w3.eth.get_proof(board.address, [count], number).storageProof
        assert int.from_bytes(values[0].value) == block.number - 1
    changed = list(found.accountProof)
    changed[0] = bytes(changed[0][:-1]) + b"\x81"
    assert look_up(root, bytes.fromhex(nobody[2:]), changed) is None


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 2**256 - 1)), max_size=40))
@settings(max_examples=25, deadline=None)
def test_any_storage_is_proven_whatever_is_there_and_what_is_not(pairs):
    chain = Chain.dev(accounts=1, seal="on-demand", base_fee_per_gas=GWEI)
    somebody = Web3.to_checksum_address("0x" + "31" * 20)
    with chain.amend() as state:
        state.set_balance(bytes.fromhex(somebody[2:]), 1)
        for slot, word in pairs:
            state.set_storage(bytes.fromhex(somebody[2:]), slot, word)
    w3 = Web3(provider(Node(chain)))
    chain.mine()
    written = dict(pairs)
    found = w3.eth.get_proof(somebody, list(range(42)))
    for slot in found.storageProof:
        key = int.from_bytes(slot.key)
        word = written.get(key, 0)
        assert int.from_bytes(slot.value) == word
        held = look_up(found.storageHash, key.to_bytes(32), slot.proof)
        assert held == (rlp.encode(word) if word else b"")
