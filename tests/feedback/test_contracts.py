"""A learner's contract that is no contract becomes feedback, with its line."""

import pytest

from minichain import Chain
from minichain.contracts import read_source
from minichain.feedback import Mismatch
from minichain.feedback.contracts import (
    LONGEST_SOURCE,
    attempt,
    compute_digest,
    expect_contract,
    expect_done,
    expect_given,
)

SAFE = read_source("vaults/safe")


@pytest.fixture
def chain() -> Chain:
    return Chain.dev(accounts=2, seal="on-demand")


def test_a_sound_answer_is_deployed(chain):
    functions = ["deposit()", "deposits(address)"]
    owner = chain.keys[0]
    vault = expect_contract(chain, "vault", SAFE, sender=owner, functions=functions)
    vault.deposit(sender=owner, value=3)
    assert vault.deposits(owner.address) == 3


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (SAFE.replace("amount > 0", "amount >"), r"vault, line 42: .*\n.*syntax"),
        (SAFE.replace("> 0", "> nothing"), r"vault, line 42: .*\n.*not been declared"),
        (SAFE.replace("def withdraw", "def drawwith"), r"It lacks withdraw\(\)"),
        (SAFE + "\n\n@deploy\ndef __init__():\n    raise 'no'\n", "deploy vault\n.*no"),
        (SAFE + "\n\n@deploy\ndef __init__(x: uint256):\n    pass\n", "deploy vault"),
        ("#" * (LONGEST_SOURCE + 1), "longer than 20,000 characters"),
        ("", r"It lacks withdraw\(\)"),
        ("# \ud800", "Vyper does not take it: .*surrogates"),
        (SAFE + "\0", "Vyper does not take it: .*null bytes"),
        (None, "Nothing came back"),
        (..., "three dots"),
        (7, "It is of type int"),
    ],
)
def test_what_is_no_such_contract_is_told_and_does_not_crash(chain, source, said):
    with pytest.raises(Mismatch, match=said):
        expect_contract(
            chain, "vault", source, sender=chain.keys[0], functions=["withdraw()"]
        )


def test_a_refusal_that_must_not_be_is_told_with_its_line(chain):
    vault = chain.deploy("vaults/safe", sender=chain.keys[0])
    with pytest.raises(Mismatch, match=r"nothing deposited.*line 42") as caught:
        expect_done("w", lambda: vault.withdraw(sender=chain.keys[0]), "It refuses.")
    assert caught.value.reason == "It refuses."
    assert expect_done("d", lambda: vault.deposits(chain.keys[0].address), "") == 0
    with pytest.raises(Mismatch, match="has no 'steal'"):
        expect_done("s", lambda: vault.steal(sender=chain.keys[0]), "It refuses.")


def test_a_refusal_that_may_be_is_returned(chain):
    key = chain.keys[0]
    vault = chain.deploy("vaults/safe", sender=key)
    assert attempt(lambda: vault.deposit(sender=key, value=1)) is None
    assert attempt(lambda: vault.withdraw(sender=key)) is None
    assert attempt(lambda: vault.withdraw(sender=key)).line == 42


def test_a_given_source_that_was_changed_is_noticed():
    digest = compute_digest(SAFE)
    assert expect_given("SAFE", SAFE, digest) == SAFE
    for other in (SAFE + " ", None, SAFE.encode()):
        with pytest.raises(Mismatch, match="SAFE is not what the lab gave"):
            expect_given("SAFE", other, digest)
