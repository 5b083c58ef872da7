"""A program deploys a token, pays with it and watches, by web3.py and eth-account.

``python -m tests.node.token_story`` plays it on a node at http://127.0.0.1:8545, or at
the address that is given.
"""

import sys
from collections.abc import Iterator

from eth_account import Account
from web3 import HTTPProvider, Web3
from web3.exceptions import ContractLogicError

from minichain.contracts import compile_contract


def play(w3: Web3) -> Iterator[str]:
    """Yield a line for each thing that happens."""
    gold = compile_contract("tokens/erc20")
    ann, bob = w3.eth.accounts[0], Account.from_key(b"\7" * 32)
    w3.eth.send_transaction({"from": ann, "to": bob.address, "value": 10**18})

    # The node has Ann's key: it is asked to sign, as only a developer's node should be.
    factory = w3.eth.contract(abi=gold.interface, bytecode=gold.initcode)
    sent = factory.constructor("Gold", "GLD", 1_000).transact({"from": ann})
    receipt = w3.eth.wait_for_transaction_receipt(sent)
    token = w3.eth.contract(abi=gold.interface, address=receipt.contractAddress)
    yield f"{token.functions.symbol().call()} in block {receipt.blockNumber}"

    paid = token.events.Transfer.create_filter(from_block=receipt.blockNumber + 1)
    token.functions.transfer(bob.address, 40).transact({"from": ann})

    # Bob's key never leaves this program.
    order = token.functions.transfer(ann, 15).build_transaction(
        {"from": bob.address, "nonce": w3.eth.get_transaction_count(bob.address)}
    )
    signed = bob.sign_transaction(order)
    receipt = w3.eth.wait_for_transaction_receipt(
        w3.eth.send_raw_transaction(signed.raw_transaction)
    )
    assert receipt.transactionHash == signed.hash
    yield f"Bob's payment: status {receipt.status}, {receipt.gasUsed} gas"

    for event in paid.get_new_entries():
        yield f"block {event.blockNumber}: {event.event} of {event.args.value}"
    try:
        token.functions.transfer(ann, 26).call({"from": bob.address})
    except ContractLogicError as error:
        yield str(error.message)


if __name__ == "__main__":
    [address] = sys.argv[1:] or ["http://127.0.0.1:8545"]
    for line in play(Web3(HTTPProvider(address))):
        print(line)
