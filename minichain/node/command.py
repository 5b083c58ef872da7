"""The command serves a chain on this machine: ``python -m minichain node``."""

import argparse
import asyncio
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from minichain.chain import Chain
from minichain.chain.chain import DEV_BALANCE
from minichain.chain.config import SEAL_NAMES
from minichain.crypto.addresses import to_checksum_address
from minichain.errors import ProtocolError
from minichain.node.dispatch import Limits
from minichain.node.failures import Failure
from minichain.node.journal import Journal
from minichain.node.node import Node
from minichain.node.server import LOOPBACK, Server
from minichain.units import ETHER, GWEI, Timestamp, Wei

RATE = 10_000
"""Requests a second that one address may send, unless it is said."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve a node until it is stopped, and return the exit code."""
    given = make_parser().parse_args(arguments)
    try:
        node, journal = open_node(given)
    except (ProtocolError, OSError) as error:
        print(f"the node does not start: {error}", file=sys.stderr)
        return 1
    try:
        asyncio.run(_serve(node, given))
    except OSError as error:
        print(f"the node cannot listen: {error}", file=sys.stderr)
        return 1
    finally:
        if journal is not None:
            journal.close()
    return 0


def make_parser() -> argparse.ArgumentParser:
    """Return what reads the command's words."""
    parser = argparse.ArgumentParser(
        "python -m minichain node", description="Serve a chain over JSON-RPC."
    )
    say = parser.add_argument
    say("--host", default="127.0.0.1", help="address to listen at: this machine alone")
    say("--port", type=int, default=8545, help="port; 0 takes a free one")
    say("--folder", type=Path, help="where blocks are kept; without it in memory")
    say("--seed", default="minichain", help="what the accounts' keys are made from")
    say("--accounts", type=int, default=10, help="accounts with money in the beginning")
    say("--balance", type=int, default=DEV_BALANCE // ETHER, help="ether of each")
    say("--chain-id", type=int, default=1337)
    say("--seal", choices=SEAL_NAMES, default="on-demand")
    say("--block-time", type=float, help="seconds from block to block; else on demand")
    say("--rate", type=float, default=RATE, help="requests a second from one address")
    say("--origin", action="append", default=[], help="web page that may ask, or *")
    say("--name", action="append", default=[], help="name the server has, or *")
    return parser


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
    await server.start(given.host, given.port)
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
    where = f"[{given.host}]" if ":" in given.host else given.host
    for number, address in enumerate(node.keys):
        print(f"account {number}  {to_checksum_address(address)}")
    print(f"keys are made from the seed {given.seed!r}: everyone has them")
    head = node.chain.head
    print(f"chain {node.chain.config.chain_id}, head {head.number} {head.header.id}")
    print(f"listening at http://{where}:{port} and ws://{where}:{port}", flush=True)
