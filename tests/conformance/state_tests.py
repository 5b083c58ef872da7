"""The official state tests: a state, a transaction, and what must be there after.

    python -m tests.conformance.state_tests [FOLDER] [--runtime plain] [--only WORDS]

The folder is any in the upstream layout, however deep; without one, it is looked for
where `MINICHAIN_VECTORS` says. Each failure is named, and counted at the end.
"""

import argparse
import hashlib
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import rlp

from minichain.crypto.hashing import keccak256
from minichain.crypto.keys import Key
from minichain.errors import ProtocolError
from minichain.evm import Environment, Order, apply_order, check_order
from minichain.ledger.state import State
from tests.vectors import vectors_folder

FORK = "Cancun"
ENDLESS = "CALLBlake2f_MaxRounds"  # 2**32 rounds: an hour of work for one case


@dataclass(frozen=True)
class Case:
    """One transaction of a file, and what it must come to."""

    name: str
    test: dict[str, Any]
    post: dict[str, Any]


def read_cases(path: Path) -> Iterator[Case]:
    """Yield the cases of a file that are meant for the fork."""
    tests = json.loads(path.read_text(encoding="utf-8"))
    for name, test in tests.items() if isinstance(tests, dict) else ():
        if not isinstance(test, dict):
            continue
        for number, post in enumerate(test.get("post", {}).get(FORK, ())):
            yield Case(f"{path.stem}:{name}:{number}", test, post)


def find_folder(root: Path) -> Path:
    """Return where the state tests are in or below a folder of official suites."""
    for inside in ("ethereum-tests/GeneralStateTests", "GeneralStateTests"):
        if (root / inside).is_dir():
            return root / inside
    return root


def find_files(folder: Path) -> list[Path]:
    return sorted(p for p in folder.rglob("*.json") if ENDLESS not in p.stem)


def choose(cases: list[Case], share: float, least: int) -> list[Case]:
    """Return a share of the cases, at least so many: always the same ones."""
    cases = sorted(cases, key=lambda case: hashlib.sha256(case.name.encode()).digest())
    return cases[: max(least, round(share * len(cases)))]


def number(text: str) -> int:
    return int(text.removeprefix("0x:bigint ") or "0", 16) if text != "0x" else 0


def data(text: str) -> bytes:
    return bytes.fromhex(text.removeprefix("0x"))


def blob_price(excess: int) -> int:
    """Wei for a unit of blob gas: e to the excess over 3338477, by its series."""
    total, term, i = 0, 3338477, 1
    while term:
        total += term
        term = term * excess // (3338477 * i)
        i += 1
    return total // 3338477


def make_state(accounts: dict[str, Any]) -> State:
    state = State()
    for text, account in accounts.items():
        address = data(text)
        state.set_balance(address, number(account["balance"]))
        state.set_nonce(address, number(account["nonce"]))
        if code := data(account["code"]):
            state.set_code(address, code)
        for slot, word in account["storage"].items():
            state.set_storage(address, number(slot), number(word))
    state.commit()
    return state


def make_environment(env: dict[str, str]) -> Environment:
    def find(name: str) -> int:
        return number(env.get(name, "0x0"))

    return Environment(
        chain_id=1,
        number=find("currentNumber"),
        time=find("currentTimestamp"),
        beneficiary=data(env["currentCoinbase"]),
        gas_limit=find("currentGasLimit"),
        base_fee_per_gas=find("currentBaseFee"),
        prev_randao=find("currentRandom"),
        blob_base_fee=blob_price(find("currentExcessBlobGas")),
        block_hash=lambda block: keccak256(str(block).encode()),
    )


def make_order(transaction: dict[str, Any], indexes: dict[str, int]) -> Order:
    price = transaction.get("gasPrice")
    lists = transaction.get("accessLists") or []
    access = lists[indexes["data"]] if lists else None
    blobs = transaction.get("blobVersionedHashes")
    return Order(
        sender=find_sender(transaction),
        nonce=number(transaction["nonce"]),
        gas_limit=number(transaction["gasLimit"][indexes["gas"]]),
        to=data(transaction["to"]) or None,
        value=number(transaction["value"][indexes["value"]]),
        data=data(transaction["data"][indexes["data"]]),
        max_fee_per_gas=number(price or transaction["maxFeePerGas"]),
        max_priority_fee_per_gas=number(price or transaction["maxPriorityFeePerGas"]),
        access_list=tuple(
            (data(e["address"]), tuple(map(slot_key, e["storageKeys"])))
            for e in access or ()
        ),
        blob_hashes=None if blobs is None else tuple(map(data, blobs)),
        max_fee_per_blob_gas=number(transaction.get("maxFeePerBlobGas", "0x0")),
    )


def find_sender(transaction: dict[str, Any]) -> bytes:
    if "sender" in transaction:
        return data(transaction["sender"])
    return Key(data(transaction["secretKey"])).address


def slot_key(text: str) -> bytes:
    return number(text).to_bytes(32, "big")


def run_case(case: Case, runtime: str | None = None) -> str:
    """Return what went wrong, nothing if all is as it must be."""
    state = make_state(case.test["pre"])
    environment = make_environment(case.test["env"])
    expected = case.post.get("expectException")
    logs: tuple = ()
    try:
        order = make_order(case.test["transaction"], case.post["indexes"])
        check_order(state, order, environment)
    except (ProtocolError, ValueError) as error:
        if not expected:
            return f"refused: {error}"
    else:
        if expected:
            return f"not refused, though {expected}"
        logs = apply_order(state, order, environment, runtime=runtime).outcome.logs
    encoded = rlp.encode([[log.address, log.topics, log.data] for log in logs])
    if keccak256(encoded) != data(case.post["logs"]):
        return f"other logs: {len(logs)}"
    root = state.root
    if root != data(case.post["hash"]):
        return f"other root: {root.hex()}"
    return ""


def judge(case: Case, runtime: str | None) -> str:
    """Return what went wrong; an error of ours is a failure of the case alone."""
    try:
        return run_case(case, runtime)
    except Exception as error:
        return f"raised {error!r}"


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(description="Run official state tests.")
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--runtime", default=None)
    parser.add_argument("--only", default="")
    options = parser.parse_args(words)
    folder = options.folder or vectors_folder()
    passed, failed = 0, 0
    began = time.process_time()
    for path in find_files(find_folder(folder)):
        for case in read_cases(path):
            if options.only not in f"{path.parent.name}/{case.name}":
                continue
            wrong = judge(case, options.runtime)
            passed, failed = passed + (not wrong), failed + bool(wrong)
            if wrong:
                print(f"{path.parent.name}/{case.name}: {wrong}", flush=True)
    print(f"{passed} passed, {failed} failed, {time.process_time() - began:.1f} s")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
