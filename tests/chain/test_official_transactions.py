"""Signed transactions leave the state that Ethereum's own tests demand, or are refused.

Here the official cases go the way of a chain: from the transaction's bytes, through
every rule, to the receipt. Those with blobs are of a type that the chain refuses.
"""

import pytest
import rlp

from minichain.chain.execution import apply_transaction
from minichain.chain.transaction_rules import check_transaction
from minichain.crypto.hashing import keccak256
from minichain.errors import ProtocolError
from minichain.ledger.transaction import Transaction
from minichain.units import Gas
from tests.conformance.state_tests import (
    data,
    make_environment,
    make_state,
    read_cases,
)
from tests.vectors import vector_files

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

FOLDERS = (
    "stTransactionTest", "stSStoreTest", "stCreate2", "stRevertTest", "stWalletTest",
    "stInitCodeTest", "stRefundTest", "stEIP158Specific", "stEIP3607",
)  # fmt: skip
"""Cases that are executed here; all others go through the machine alone."""


def cases(folders=("**",)):
    for folder in folders:
        files = vector_files(f"ethereum-tests/GeneralStateTests/{folder}/*.json")
        for path in sorted(files):
            yield from read_cases(path)


@pytest.mark.oracle
def test_official_transactions_leave_the_official_state_and_logs():
    executed = 0
    for case in cases(FOLDERS):
        signed = data(case.post["txbytes"])
        if "expectException" in case.post or signed[:1] == BLOB_TYPE:
            continue
        state, block = make_state(case.test["pre"]), make_environment(case.test["env"])
        transaction = Transaction.decode(signed)
        check_transaction(state, transaction, block, block.gas_limit)
        receipt = apply_transaction(state, transaction, block, Gas(0))
        assert state.root == data(case.post["hash"]), case.name
        logs = [[log.address, log.topics, log.data] for log in receipt.logs]
        assert keccak256(rlp.encode(logs)) == data(case.post["logs"]), case.name
        executed += 1
    assert executed >= 1_000


@pytest.mark.oracle
def test_official_refusals_are_refusals_by_the_same_rule():
    refused = 0
    for case in cases():
        signed = data(case.post["txbytes"])
        if "expectException" not in case.post or signed[:1] == BLOB_TYPE:
            continue
        expected = set()
        for reason in case.post["expectException"].split("|"):
            expected |= RULES[reason.removeprefix("TransactionException.")]
        state, block = make_state(case.test["pre"]), make_environment(case.test["env"])
        accounts = state.accounts
        with pytest.raises(ProtocolError) as caught:
            check_transaction(state, Transaction.decode(signed), block, block.gas_limit)
        assert caught.value.rule in expected, case.name
        assert state.accounts == accounts
        refused += 1
    assert refused >= 100
