"""Random programs come to the same here and in Rust: output, gas, logs and state.

    python -m tests.evm.fuzz --count 100000 --seed 1

Each difference is printed with its seed; `--show SEED` prints both sides of one.
"""

import argparse
import re
import sys
import time
from typing import Any

from minichain.crypto.hashing import keccak256
from minichain.evm import Environment, Message, execute
from minichain.ledger.gas import compute_intrinsic_gas
from minichain.ledger.state import EMPTY_CODE_HASH, State, Table
from minichain.units import ETHER
from tests.evm.fuzz_programs import Trial, make_trial
from tests.evm.fuzz_values import BENEFICIARY, CONTRACTS, SENDER

BALANCES = dict(zip(CONTRACTS, (0, 10**7, 3, 0), strict=True))
DESTROYED = r"(0x[0-9a-f]{40}): Account \{(?:(?!0x[0-9a-f]{40}:).)*Created \| SelfDestr"
NUMBER, TIME, RANDAO, GAS_LIMIT = 300, 77, 5 << 250, 30_000_000


def make_state(trial: Trial) -> State:
    state = State()
    state.set_balance(SENDER, ETHER)
    for address, code in zip(CONTRACTS, trial.codes, strict=True):
        state.set_code(address, code)
        state.set_nonce(address, 1)
        state.set_balance(address, BALANCES[address])
    state.commit()
    return state


def run_here(
    trial: Trial, runtime: str | None = None, on_step: Any = None
) -> dict[str, Any]:
    """Return what a trial comes to in minichain."""
    state = make_state(trial)
    block = Environment(
        number=NUMBER, time=TIME, beneficiary=BENEFICIARY, prev_randao=RANDAO,
        gas_limit=GAS_LIMIT, block_hash=lambda n: keccak256(str(n).encode()),
    )  # fmt: skip
    fixed = compute_intrinsic_gas(trial.data, creates=trial.creates, access_list=())
    message = Message(
        sender=SENDER, to=None if trial.creates else CONTRACTS[0], value=trial.value,
        data=trial.data, gas=trial.gas - fixed,
    )  # fmt: skip
    outcome = execute(message, state, block, on_step, runtime)
    used = trial.gas - outcome.gas_left
    used -= min(used // 5, outcome.refund)
    has_output = outcome.error == "revert" or (outcome.success and not trial.creates)
    accounts = {
        address: (account.nonce, account.balance, account.code_hash)
        for address, account in state.accounts.items()
        if address != SENDER
    }
    accounts[SENDER] = (0, state.account(SENDER).balance, EMPTY_CODE_HASH)
    return {
        "ends": "revert" if outcome.error == "revert" else bool(outcome.error),
        "gas": used,
        "output": outcome.output if has_output else b"",
        "logs": [(log.address, list(log.topics), log.data) for log in outcome.logs],
        "accounts": accounts,
        "storage": dict(state._tables[Table.STORAGE]),
    }


def _hex(address: bytes) -> str:
    return "0x" + address.hex()


def run_in_rust(trial: Trial, slots: set[tuple[bytes, int]]) -> dict[str, Any]:
    """Return what it comes to in revm, and what is in the slots that are named."""
    import pyrevm

    block = pyrevm.BlockEnv(
        number=NUMBER, timestamp=TIME, coinbase=_hex(BENEFICIARY), basefee=0,
        prevrandao=RANDAO.to_bytes(32, "big"), gas_limit=GAS_LIMIT, excess_blob_gas=0,
    )  # fmt: skip
    settings = pyrevm.CfgEnv(chain_id=1)
    machine = pyrevm.EVM(
        pyrevm.Env(settings, block), gas_limit=GAS_LIMIT, spec_id="CANCUN"
    )
    machine.insert_account_info(_hex(SENDER), pyrevm.AccountInfo(balance=ETHER))
    for address, code in zip(CONTRACTS, trial.codes, strict=True):
        info = pyrevm.AccountInfo(nonce=1, code=code, balance=BALANCES[address])
        machine.insert_account_info(_hex(address), info)
    output = b""
    try:
        words = {"value": trial.value, "gas": trial.gas}
        if trial.creates:
            machine.deploy(_hex(SENDER), trial.data, **words)
        else:
            to = _hex(CONTRACTS[0])
            output = bytes(machine.message_call(_hex(SENDER), to, trial.data, **words))
    except RuntimeError as error:
        # A refusal of the transaction itself is a trial that should not be.
        assert machine.result is not None, error
        if "output: 0x" in str(error):
            output = bytes.fromhex(str(error).partition("output: 0x")[2].rstrip(" }"))
    result = machine.result
    # Until a block is written, what was destroyed is marked and still there.
    gone = set(re.findall(DESTROYED, machine.journal_str))
    found = {
        bytes.fromhex(name[2:]): machine.basic(name)
        for name in machine.db_accounts
        if name.lower() not in gone
    }
    accounts = {
        address: (info.nonce, info.balance, bytes(info.code_hash))
        for address, info in found.items()
        if info.nonce or info.balance or bytes(info.code_hash) != EMPTY_CODE_HASH
    }
    accounts[SENDER] = (0, found[SENDER].balance, EMPTY_CODE_HASH)
    words = {slot: machine.storage(_hex(slot[0]), slot[1]) for slot in slots}
    return {
        "ends": "revert" if result.reason == "Revert" else not result.is_success,
        "gas": result.gas_used,
        "output": output,
        "logs": [_log(log) for log in result.logs] if result.is_success else [],
        "accounts": accounts,
        "storage": {slot: word for slot, word in words.items() if word},
    }


def _log(log: Any) -> tuple[bytes, list[bytes], bytes]:
    topics = [bytes.fromhex(topic[2:]) for topic in log.topics]
    return bytes.fromhex(log.address[2:]), topics, bytes(log.data[1])


def compare(seed: int, runtime: str | None = None) -> dict[str, tuple[Any, Any]]:
    """Return what differs in the trial of a seed: ours, and theirs."""
    trial = make_trial(seed)
    ours = run_here(trial, runtime)
    slots = {(address, slot) for address in ours["accounts"] for slot in range(8)}
    theirs = run_in_rust(trial, slots | set(ours["storage"]))
    return {k: (ours[k], theirs[k]) for k in ours if ours[k] != theirs[k]}


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(description="Compare random programs with revm.")
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1, help="the first of all seeds")
    parser.add_argument("--runtime", default=None)
    parser.add_argument("--show", type=int, default=None)
    options = parser.parse_args(words)
    if options.show is not None:
        for name, (ours, theirs) in compare(options.show, options.runtime).items():
            print(f"{name}\n  here {ours}\n  Rust {theirs}")
        return 0
    differ, began = 0, time.process_time()
    for seed in range(options.seed, options.seed + options.count):
        found = compare(seed, options.runtime)
        if found:
            differ += 1
            print(f"seed {seed}: other {', '.join(found)}", flush=True)
    spent = time.process_time() - began
    print(f"{options.count} programs, {differ} differ, {spent:.0f} s")
    return int(differ > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
