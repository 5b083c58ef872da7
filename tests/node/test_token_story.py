"""The program that the book shows says what the book says it does."""

import subprocess
import sys

import pytest
from web3 import Web3

from minichain.node import provider
from tasks.environment import ROOT
from tests.node.serving import start_command
from tests.node.token_story import play

pytestmark = pytest.mark.oracle

TOLD = (ROOT / "tests/node/token_story.txt").read_text("utf-8")
"""What the book prints under the program."""


def test_the_story_is_told_in_the_same_process(node):
    assert "\n".join(play(Web3(provider(node)))) == TOLD.strip()


def test_the_story_is_told_over_a_socket_by_the_program_as_a_whole():
    words = [sys.executable, "-m", "tests.node.token_story"]
    with start_command() as (_, address):
        done = subprocess.run(
            [*words, address], cwd=ROOT, capture_output=True, text=True, check=False
        )
    assert (done.stdout, done.stderr) == (TOLD, "")
