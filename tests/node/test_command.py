"""The command serves a chain that outlives it, however it ends."""

import re
import signal
import subprocess
import sys
import time
from urllib.parse import urlsplit

import pytest

from minichain.node.command import main, make_parser, open_node
from minichain.node.journal import FolderInUse
from tasks.environment import ROOT
from tests.node.serving import start_command
from tests.node.soak import ask, kill_while_it_works


def test_nothing_acknowledged_is_lost_when_the_node_is_killed(tmp_path):
    assert len(kill_while_it_works(tmp_path, 2).sealed) >= 2


@pytest.mark.slow
def test_nothing_acknowledged_is_lost_in_many_kills(tmp_path):
    # A hundred: python -m tests.node.soak 100
    assert len(kill_while_it_works(tmp_path, 5, seed=2).sealed) >= 5


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_node_ends_in_order_when_it_is_asked_to(tmp_path, number):
    with start_command("--folder", str(tmp_path), "--accounts", "2") as (node, address):
        assert len(ask(address, "eth_accounts")) == 2
        ask(address, "evm_mine")
        node.send_signal(number)
        said = node.stdout.read()
        assert node.wait(20) == 0
    assert said == "stopped at block 1\n"


@pytest.mark.oracle
def test_what_the_node_says_at_its_start_is_enough_to_use_it(tmp_path):
    from eth_account import Account

    said: list[str] = []
    words = ("--accounts", "3", "--balance", "25", "--folder", str(tmp_path))
    with start_command(*words, said=said) as (_, address):
        served = ask(address, "eth_accounts")
    text = "".join(said)
    shown = re.findall(r"^\(\d\) (0x\w{40})  25\.0000 ether$", text, re.M)
    keys = re.findall(r"^\(\d\) (0x\w{64})$", text, re.M)
    assert shown == served == [Account.from_key(key).address for key in keys]
    assert len(keys) == 3
    assert "'minichain'" in text
    assert f"{tmp_path}" in text
    assert "Others than this machine" not in text
    assert f"listening at {address} and ws{address.removeprefix('http')}" in text


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
    said = run("node", "--help").stdout
    for name in vars(make_parser().parse_args([])):
        assert f"--{name.replace('_', '-')} " in said
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
    assert f"port {urlsplit(address).port} of 127.0.0.1: it is in use" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "words",
    [("--port", "65536"), ("--port", "-1"), ("--accounts", "-1"), ("--seal", "wax"),
     ("--block-time", "0"), ("--block-time", "nan"), ("--rate", "x")],
)  # fmt: skip
def test_words_that_make_no_sense_are_refused(words, capsys):
    with pytest.raises(SystemExit) as caught:
        make_parser().parse_args(words)
    assert caught.value.code == 2
    assert words[0] in capsys.readouterr().err


def test_a_chain_that_cannot_be_is_refused_in_words(capsys):
    assert main(["--port", "0", "--balance", str(10**30)]) == 1
    assert "the node does not start: allocation of" in capsys.readouterr().err
    assert main(["--port", "0", "--chain-id", "0"]) == 1
    assert "chain_id 0" in capsys.readouterr().err


def test_the_server_listens_on_this_machine_alone_unless_told():
    assert make_parser().parse_args([]).host == "127.0.0.1"
