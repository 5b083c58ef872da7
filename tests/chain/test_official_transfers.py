"""Transfers leave the state that Ethereum's own tests demand, or break the same rule.

The official state tests are about contracts, but some of their transactions reach no
code, and hundreds must be refused: these need no machine.
"""

import json

import pytest
import rlp

from minichain.chain.execution import apply_transaction
from minichain.chain.transaction_rules import Environment, check_transaction
from minichain.errors import ProtocolError
from minichain.ledger.state import Account, State
from minichain.ledger.transaction import Transaction
from minichain.units import Address, BlockNumber, Gas, Hash32, Timestamp, Wei
from tests.ledger.reference_trie import compute_root, keccak256
from tests.vectors import vector_files

PRECOMPILES = range(1, 11)
"""Addresses that answer calls without having code."""

BLOB_TYPE = b"\x03"
"""First byte of a transaction that carries blobs, which this chain refuses."""

RULES = {
    "INSUFFICIENT_ACCOUNT_FUNDS": {"balance"},
    "INTRINSIC_GAS_TOO_LOW": {"intrinsic-gas"},
    "GASLIMIT_PRICE_PRODUCT_OVERFLOW": {"gas-cost"},
    "RLP_INVALID_VALUE": {"encoding"},
    "INSUFFICIENT_MAX_FEE_PER_GAS": {"base-fee"},
    "INITCODE_SIZE_EXCEEDED": {"initcode-size"},
    "SENDER_NOT_EOA": {"sender"},
}
"""The official names of refusals, and the rules that stand for them here."""


def number(text: str) -> int:
    return int(text.removeprefix("0x:bigint "), 16)


def data(text: str) -> bytes:
    return bytes.fromhex(text[2:])


def make_state(accounts: dict) -> State:
    state = State()
    for address, account in accounts.items():
        slots = {
            keccak256(number(slot).to_bytes(32)): rlp.encode(number(value))
            for slot, value in account["storage"].items()
        }
        state.set_account(
            Address(data(address)),
            Account(
                number(account["nonce"]),
                Wei(number(account["balance"])),
                Hash32(compute_root(slots)),
                Hash32(keccak256(data(account["code"]))),
            ),
        )
    state.commit()
    return state


def make_environment(env: dict) -> Environment:
    return Environment(
        chain_id=1,
        number=BlockNumber(number(env["currentNumber"])),
        time=Timestamp(number(env["currentTimestamp"])),
        beneficiary=Address(data(env["currentCoinbase"])),
        base_fee_per_gas=Wei(number(env["currentBaseFee"])),
        gas_limit=Gas(number(env["currentGasLimit"])),
    )


def cases():
    """Yield label, state, environment and outcome of each Cancun case."""
    for path in vector_files("ethereum-tests/GeneralStateTests/**/*.json"):
        for name, test in json.loads(path.read_text()).items():
            for index, post in enumerate(test.get("post", {}).get("Cancun", [])):
                yield f"{path.name} {name} {index}", test, post


def reaches_code(test: dict) -> bool:
    receiver = test["transaction"]["to"].lower()
    if receiver == "" or int(receiver, 16) in PRECOMPILES:
        return True
    accounts = {address.lower(): account for address, account in test["pre"].items()}
    return accounts.get(receiver, {"code": "0x"})["code"] != "0x"


@pytest.mark.oracle
def test_official_transfers_leave_the_official_state():
    executed = 0
    for label, test, post in cases():
        signed = data(post["txbytes"])
        if "expectException" in post or reaches_code(test) or signed[:1] == BLOB_TYPE:
            continue
        state, block = make_state(test["pre"]), make_environment(test["env"])
        transaction = Transaction.decode(signed)
        check_transaction(state, transaction, block, block.gas_limit)
        apply_transaction(state, transaction, block, Gas(0))
        assert state.root == data(post["hash"]), label
        executed += 1
    assert executed >= 15


@pytest.mark.oracle
def test_official_refusals_are_refusals_by_the_same_rule():
    refused = 0
    for label, test, post in cases():
        signed = data(post["txbytes"])
        if "expectException" not in post or signed[:1] == BLOB_TYPE:
            continue
        expected = set()
        for reason in post["expectException"].split("|"):
            expected |= RULES[reason.removeprefix("TransactionException.")]
        state, block = make_state(test["pre"]), make_environment(test["env"])
        accounts = state.accounts
        with pytest.raises(ProtocolError) as caught:
            check_transaction(state, Transaction.decode(signed), block, block.gas_limit)
        assert caught.value.rule in expected, label
        assert state.accounts == accounts
        refused += 1
    assert refused >= 100
