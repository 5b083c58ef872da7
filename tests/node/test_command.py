"""The command serves a chain that outlives it, however it ends."""

import http.client
import json
import signal
import subprocess
import sys
import time
from urllib.parse import urlsplit

import pytest

from minichain.node.command import make_parser, open_node
from minichain.node.journal import FolderInUse
from tasks.environment import ROOT
from tests.node.serving import start_command


def ask(address: str, method: str, *params: object) -> object:
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=30)
    request = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
    headers = {"Content-Type": "application/json"}
    connection.request("POST", "/", json.dumps(request), headers)
    answer = json.loads(connection.getresponse().read())
    connection.close()
    return answer["result"]


def kill_between_blocks(folder, times: int) -> None:
    """Kill the node again and again while it mines; no block it told of may be lost."""
    acknowledged = 0
    for round_ in range(times):
        with start_command("--folder", str(folder)) as (process, address):
            assert int(ask(address, "eth_blockNumber"), 16) >= acknowledged
            accounts = ask(address, "eth_accounts")
            order = {"from": accounts[0], "to": accounts[1], "value": "0x1"}
            deadline = time.monotonic() + 0.05 + 0.037 * (round_ % 5)
            while time.monotonic() < deadline:
                ask(address, "eth_sendTransaction", order)
                acknowledged = int(ask(address, "eth_blockNumber"), 16)
            process.send_signal(signal.SIGKILL)
            process.wait(20)
    assert acknowledged >= times


def test_no_acknowledged_block_is_lost_when_the_node_is_killed(tmp_path):
    kill_between_blocks(tmp_path, 3)


@pytest.mark.slow
def test_no_acknowledged_block_is_lost_in_a_hundred_kills(tmp_path):
    kill_between_blocks(tmp_path, 100)


def test_the_node_ends_in_order_when_it_is_asked_to(tmp_path):
    with start_command("--folder", str(tmp_path), "--accounts", "2") as (node, address):
        assert len(ask(address, "eth_accounts")) == 2
        node.send_signal(signal.SIGTERM)
        assert node.wait(20) == 0


def test_blocks_come_by_themselves_when_a_time_is_given():
    with start_command("--block-time", "0.1") as (_, address):
        deadline = time.monotonic() + 20
        while int(ask(address, "eth_blockNumber"), 16) < 3:
            assert time.monotonic() < deadline
            time.sleep(0.05)


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "minichain", *words],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip


def test_the_command_says_what_it_can_do():
    assert "python -m minichain node" in run().stdout
    assert "--folder" in run("node", "--help").stdout
    assert run("nothing").returncode == 2


def open_at(folder, *words: str):
    return open_node(make_parser().parse_args(["--folder", str(folder), *words]))


def test_a_folder_of_other_accounts_is_refused(tmp_path):
    node, journal = open_at(tmp_path, "--seed", "one")
    head = node.mine()[0]
    journal.close()
    with pytest.raises(Exception, match="other accounts"):
        open_at(tmp_path, "--seed", "two")
    again, journal = open_at(tmp_path, "--seed", "one")
    assert again.chain.head == head
    assert again.keys == node.keys
    with pytest.raises(FolderInUse):
        open_at(tmp_path, "--seed", "one")
    journal.close()


def test_a_damaged_folder_is_an_error_in_words(tmp_path):
    (tmp_path / "blocks.journal").write_bytes(b"rubbish")
    done = run("node", "--port", "0", "--folder", str(tmp_path))
    assert done.returncode == 1
    assert "the node does not start: record at byte 0" in done.stderr


def test_a_port_in_use_is_an_error_in_words():
    with start_command() as (_, address):
        done = run("node", "--port", str(urlsplit(address).port))
    assert done.returncode == 1
    assert "cannot listen" in done.stderr


def test_the_server_listens_on_this_machine_alone_unless_told():
    assert make_parser().parse_args([]).host == "127.0.0.1"
