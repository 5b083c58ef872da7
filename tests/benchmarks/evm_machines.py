"""Machines run messages one after the other: ours, and two independent ones.

Each is filled with the same state, and answers with success, output and gas.
"""

from collections.abc import Mapping
from typing import Any, Protocol

from minichain.evm import Environment, Message, execute
from minichain.kernels.runtime import Runtime
from minichain.ledger.state import State, Table
from minichain.units import Address
from tests.benchmarks.evm_workloads import ALICE, MOST_GAS

Answer = tuple[bool, bytes, int]
"""Success, output, and gas used; revm counts what a transaction costs as well."""


class Machine(Protocol):
    """Something that runs messages of Alice's."""

    def call(self, to: Address, data: bytes) -> Answer:
        """Run one message; what it changes stays."""

    def settle(self) -> None:
        """Do what is done when a block of messages is over."""


def storage_of(state: State) -> Mapping[tuple[Address, int], int]:
    return state._tables[Table.STORAGE]


class Minichain:
    """The machine under test."""

    def __init__(self, state: State, runtime: Runtime | None = None) -> None:
        self.state, self.runtime = state.copy(), runtime
        self.block = Environment()

    def call(self, to: Address, data: bytes) -> Answer:
        message = Message(sender=ALICE, to=to, data=data, gas=MOST_GAS)
        outcome = execute(message, self.state, self.block, runtime=self.runtime)
        return outcome.success, outcome.output, MOST_GAS - outcome.gas_left

    def settle(self) -> None:
        self.state.commit()


def to_hex(address: bytes) -> str:
    return "0x" + address.hex()


class Rust:
    """revm, through pyrevm."""

    def __init__(self, state: State) -> None:
        import pyrevm

        self.evm = pyrevm.EVM(gas_limit=2**63, spec_id="CANCUN")
        for address, account in state.accounts.items():
            info = pyrevm.AccountInfo(
                nonce=account.nonce, balance=account.balance, code=state.code(address)
            )
            self.evm.insert_account_info(to_hex(address), info)
        for (address, slot), word in storage_of(state).items():
            self.evm.insert_account_storage(to_hex(address), slot, word)
        self.caller = to_hex(ALICE)
        self.gas = MOST_GAS
        self.names: dict[Address, str] = {}

    def call(self, to: Address, data: bytes) -> Answer:
        name = self.names.get(to) or self.names.setdefault(to, to_hex(to))
        output = self.evm.message_call(self.caller, name, data, gas=self.gas)
        result = self.evm.result
        return result.is_success, bytes(output), result.gas_used

    def settle(self) -> None:
        """Leave all as it is: what was touched stays in its journal."""


class PyEvm:
    """The Ethereum Foundation's machine in Python."""

    def __init__(self, state: State) -> None:
        from eth.constants import BLANK_ROOT_HASH
        from eth.db.atomic import AtomicDB
        from eth.vm.execution_context import ExecutionContext
        from eth.vm.forks.cancun.state import CancunState

        block = ExecutionContext(
            coinbase=bytes(20), timestamp=0, block_number=0, difficulty=0,
            mix_hash=bytes(32), gas_limit=30_000_000, prev_hashes=[], chain_id=1,
            base_fee_per_gas=0, excess_blob_gas=0,
        )  # fmt: skip
        self.state: Any = CancunState(AtomicDB(), block, BLANK_ROOT_HASH)
        for address, account in state.accounts.items():
            self.state.set_balance(address, account.balance)
            self.state.set_nonce(address, account.nonce)
            self.state.set_code(address, state.code(address))
        for (address, slot), word in storage_of(state).items():
            self.state.set_storage(address, slot, word)
        self.state.persist()
        maker = self.state.get_transaction_context_class()
        self.context = maker(gas_price=0, origin=ALICE)

    def call(self, to: Address, data: bytes) -> Answer:
        from eth.vm.message import Message as ForeignMessage

        message = ForeignMessage(
            gas=MOST_GAS, to=to, sender=ALICE, value=0, data=data,
            code=self.state.get_code(to),
        )  # fmt: skip
        self.state.lock_changes()
        for address in (ALICE, to):
            self.state.mark_address_warm(address)
        made = self.state.computation_class.apply_message(
            self.state, message, self.context
        )
        return made.is_success, made.output, made.get_gas_used()

    def settle(self) -> None:
        """Leave all as it is."""
