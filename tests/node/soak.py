"""Kills a node again and again while it works, and sees that nothing it said is lost.

``python -m tests.node.soak 100`` kills it a hundred times. Each time several clients
pay, deploy and set balances until the process is gone, at a moment that nobody chose.
Then it starts again, and everything that a client got an answer to has to be there.
"""

import http.client
import json
import random
import signal
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from tests.node.contracts import compile_board
from tests.node.serving import start_command

CLIENTS = 3
"""Clients that send transactions at once."""

LONGEST = 0.4
"""Seconds from the first request to the kill, at most."""

KEPT = "0x" + "53" * 20
"""The account whose balance is set by hand."""


def ask(address: str, method: str, *params: object) -> object:
    """Return the result of one request over HTTP."""
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=60)
    request = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
    headers = {"Content-Type": "application/json"}
    try:
        connection.request("POST", "/", json.dumps(request), headers)
        answer = json.loads(connection.getresponse().read())
    finally:
        connection.close()
    return answer["result"]


@dataclass
class Promises:
    """What the node has answered.

    Attributes
    ----------
    sealed : dict of str to str
        Hash of the block that each transaction is in, by the transaction's.
    head : int
        The largest number of a block that was named.
    balance, asked : int
        What was last set by hand and acknowledged, and what was last asked to be set.
    """

    sealed: dict[str, str] = field(default_factory=dict)
    head: int = 0
    balance: int = 0
    asked: int = 0

    def check(self, address: str, newest: int | None = None) -> None:
        """See that a node still says the same, of all or of the newest transactions."""
        assert int(ask(address, "eth_blockNumber"), 16) >= self.head
        for sent, block in list(self.sealed.items())[-(newest or 0) :]:
            receipt = ask(address, "eth_getTransactionReceipt", sent)
            assert receipt is not None, f"{sent} is lost"
            assert receipt["blockHash"] == block
        # What was asked for and not answered may have been done, or not.
        assert self.balance <= int(ask(address, "eth_getBalance", KEPT), 16)
        assert int(ask(address, "eth_getBalance", KEPT), 16) <= self.asked


def kill_while_it_works(folder: object, kills: int, seed: int = 1) -> Promises:
    """Kill a node that keeps its chain in a folder; return all that it promised."""
    chance, promises = random.Random(seed), Promises()
    before = 0
    for _ in range(kills):
        with start_command("--folder", str(folder)) as (process, address):
            promises.check(address, len(promises.sealed) - before)
            before = len(promises.sealed)
            clients = [
                threading.Thread(target=_send, args=(address, number, promises))
                for number in range(CLIENTS)
            ]
            for client in clients:
                client.start()
            _wait_for_more(promises, before)
            time.sleep(chance.uniform(0, LONGEST))
            process.send_signal(signal.SIGKILL)
            process.wait(20)
            for client in clients:
                client.join(60)
    with start_command("--folder", str(folder)) as (_, address):
        promises.check(address)
    return promises


def _wait_for_more(promises: Promises, before: int) -> None:
    deadline = time.monotonic() + 10
    while len(promises.sealed) == before:
        assert time.monotonic() < deadline, "nobody was answered"
        time.sleep(0.002)


def _send(address: str, number: int, promises: Promises) -> None:
    """Send one thing after another until nobody answers."""
    artifact = compile_board()
    create = artifact.initcode + artifact.constructor.encode_arguments("soak")
    try:
        account, to = ask(address, "eth_accounts")[number : number + 2]
        for turn in range(1_000_000):
            if number == 0:
                promises.asked += 1
                ask(address, "anvil_setBalance", KEPT, hex(promises.asked))
                promises.balance = promises.asked
            order = {"from": account, "to": to, "value": "0x1"}
            if turn % 4 == number:
                order = {"from": account, "data": f"0x{create.hex()}"}
            sent = ask(address, "eth_sendTransaction", order)
            receipt = ask(address, "eth_getTransactionReceipt", sent)
            promises.sealed[sent] = receipt["blockHash"]
            promises.head = max(promises.head, int(receipt["blockNumber"], 16))
    except (OSError, http.client.HTTPException):
        return


def main() -> None:
    """Kill a node as often as the first word says, and tell what was kept."""
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        promises = kill_while_it_works(folder, kills)
    print(
        f"{kills} kills in {time.monotonic() - began:.0f} s: {len(promises.sealed)} "
        f"acknowledged transactions up to block {promises.head}, none lost"
    )


if __name__ == "__main__":
    main()
