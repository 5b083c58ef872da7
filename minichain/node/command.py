"""The command serves a chain on this machine: ``python -m minichain node``."""

import argparse
import asyncio
import errno
import math
import os
import signal
import sys
import time
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from minichain.chain import Chain
from minichain.chain.chain import DEV_BALANCE
from minichain.chain.config import SEAL_NAMES
from minichain.crypto.addresses import to_checksum_address
from minichain.errors import ProtocolError
from minichain.evm.trace_lines import FORK
from minichain.node.dispatch import Limits
from minichain.node.failures import Failure
from minichain.node.journal import Journal
from minichain.node.node import Node
from minichain.node.server import LOOPBACK, Server
from minichain.units import ETHER, GWEI, Timestamp, Wei

MAX_PORT = 65_535
"""The last port."""

RATE = 10_000
"""Requests a second that one address may send, unless it is said."""


class CannotListen(OSError):
    """A port that the node does not get."""

    def __init__(self, host: str, port: int, error: OSError) -> None:
        reason = os.strerror(error.errno) if error.errno else str(error)
        if error.errno == errno.EADDRINUSE:
            reason = "it is in use; choose another with --port, or 0 for a free one"
        super().__init__(f"it cannot listen at port {port} of {host}: {reason}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve a node until it is stopped, and return the exit code."""
    given = make_parser().parse_args(arguments)
    journal = None
    try:
        node, journal = open_node(given)
        asyncio.run(_serve(node, given))
    except (ProtocolError, OSError) as error:
        print(f"the node does not start: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:  # before it listened for it
        return 130
    finally:
        if journal is not None:
            journal.close()
    return 0


def make_parser() -> argparse.ArgumentParser:
    """Return what reads the command's words."""
    parser = argparse.ArgumentParser(
        "python -m minichain node",
        description="Serve a chain over JSON-RPC, by HTTP and WebSocket on one port.",
        epilog="Any Ethereum tool can talk to it, such as web3.py: "
        'Web3(HTTPProvider("http://127.0.0.1:8545")).',
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    say = parser.add_argument
    say("--host", default="127.0.0.1", help="address to listen at: this machine alone")
    say("--port", type=_port, default=8545, help="port; 0 takes a free one")
    say("--folder", type=Path, help="where blocks are kept; if none, in memory")
    say("--seed", default="minichain", help="what the accounts' keys are made from")
    say("--accounts", type=_count, default=10, help="accounts that own something")
    say("--balance", type=_count, default=DEV_BALANCE // ETHER, help="ether of each")
    say("--chain-id", type=_count, default=1337, help="what transactions must name")
    say("--seal", choices=SEAL_NAMES, default="on-demand", help="how blocks are sealed")
    say(
        "--block-time", type=_seconds, help="seconds between blocks; if none, on demand"
    )
    say("--rate", type=_count, default=RATE, help="requests a second from one address")
    say("--origin", action="append", default=[], help="web page that may ask, or *")
    say("--name", action="append", default=[], help="name the server has, or *")
    return parser


def _count(text: str) -> int:
    number = int(text)
    if number < 0:
        raise argparse.ArgumentTypeError(f"{number} is below 0")
    return number


def _port(text: str) -> int:
    number = _count(text)
    if number > MAX_PORT:
        raise argparse.ArgumentTypeError(f"{number} is above {MAX_PORT}")
    return number


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 < seconds < math.inf:
        raise argparse.ArgumentTypeError(f"{text} is no time to wait")
    return seconds


def open_node(given: argparse.Namespace) -> tuple[Node, Journal | None]:
    """Return the node that the words describe, and its journal if it has a folder.

    Raises
    ------
    ProtocolError
        The folder is in use, damaged, or holds the chain of other accounts.
    OSError
        The folder cannot be used.
    """
    chain = Chain.dev(
        accounts=given.accounts,
        seed=given.seed,
        balance=given.balance * ETHER,
        chain_id=given.chain_id,
        seal=given.seal,
        base_fee_per_gas=Wei(GWEI),
        time=Timestamp(int(time.time())),
    )
    journal = None
    if given.folder is not None:
        journal = Journal(given.folder)
        try:
            chain = _open_chain(journal, chain)
        except BaseException:
            journal.close()
            raise
    node = Node(chain, clock=time.time, timer=time.monotonic)
    node.automine = given.block_time is None
    if journal is not None:
        node.watcher = journal.append
    return node, journal


def _open_chain(journal: Journal, fresh: Chain) -> Chain:
    if journal.is_new:
        journal.create(fresh)
        return fresh
    chain = journal.load()
    funded = dict(chain.config.allocation)
    keys = tuple(key for key in fresh.keys if key.address in funded)
    if fresh.keys and not keys:
        raise ProtocolError(
            "the folder holds a chain of other accounts: name its --seed"
        )
    chain.keys, chain.beneficiary = keys, fresh.beneficiary
    return chain


async def _serve(node: Node, given: argparse.Namespace) -> None:
    names = frozenset(given.name)
    if given.host not in LOOPBACK and not names:
        names = frozenset({"*"} if given.host in ("0.0.0.0", "::") else {given.host})
    limits = Limits(rate=given.rate)
    server = Server(node, limits, frozenset(given.origin), names)
    try:
        await server.start(given.host, given.port)
    except OSError as error:
        await server.stop()
        raise CannotListen(given.host, given.port, error) from error
    _welcome(node, given, server.port)
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(number, stopped.set)
        except NotImplementedError:  # Windows interrupts the loop itself
            break
    sealing = asyncio.create_task(_seal(server, given.block_time))
    try:
        await stopped.wait()
    finally:
        sealing.cancel()
        await server.stop()
        print(f"stopped at block {node.chain.head.number}", flush=True)


async def _seal(server: Server, block_time: float | None) -> None:
    """Seal a block every so many seconds."""

    def mine() -> str:
        server.node.mine()
        return ""

    while block_time is not None:
        await asyncio.sleep(block_time)
        try:
            await server.work(mine)
        except Failure as failure:
            print(f"no block: {failure}", file=sys.stderr, flush=True)


def _welcome(node: Node, given: argparse.Namespace, port: int) -> None:
    chain = node.chain
    print(f"minichain node {version('minichain')}, rules of {FORK}")
    if node.keys:
        print("\naccounts")
    for number, address in enumerate(node.keys):
        whole, rest = divmod(chain.balance(address), ETHER)
        owned = f"{whole}.{10**4 * rest // ETHER:04d}"
        print(f"({number}) {to_checksum_address(address)}  {owned} ether")
    if node.keys:
        print("\nprivate keys")
    for number, key in enumerate(node.keys.values()):
        print(f"({number}) 0x{key.secret:064x}")
    if node.keys:
        print(
            f"\nEveryone can make these keys, from the seed {given.seed!r}: send them"
        )
        print("nothing of worth. The node signs for them when it is asked to.")
    if given.host not in LOOPBACK:
        print("\nOthers than this machine reach the node, and may do all that you may.")
    head = chain.head
    print(f"\nchain id  {chain.config.chain_id}")
    print(f"head      block {head.number}, 0x{head.header.id}")
    print(f"kept in   {given.folder or 'memory: it is gone when the node ends'}")
    pace = "as soon as there is a transaction"
    if given.block_time is not None:
        pace = f"every {given.block_time:g} s"
    print(f"blocks    {pace}")
    where = f"[{given.host}]" if ":" in given.host else given.host
    print(f"\nlistening at http://{where}:{port} and ws://{where}:{port}", flush=True)
