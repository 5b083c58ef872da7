"""In the page Vyper compiles, and contracts are deployed, called and explained."""

import sys

import pytest

from minichain import Chain
from minichain.contracts import Reverted, compile_contract, list_contracts, read_source
from minichain.crypto.hashing import keccak256

TOKEN = "5f44b142ae88663d3a2da1b0887fb7a0c6e11c2159b4b543b4cf645a7b4303dc"
"""Keccak-256 of the token's code, as Vyper 0.4.3 compiles it under CPython."""


def test_nothing_compiled_for_another_machine_is_needed():
    Chain.dev(seal="on-demand").deploy("basics/counter", 1, sender=Chain.dev().keys[0])
    assert not {"numpy", "numba", "coincurve"} & set(sys.modules)


@pytest.mark.parametrize("name", list_contracts())
def test_every_contract_of_the_library_compiles(name):
    artifact = compile_contract(name)
    assert artifact.runtime in artifact.initcode


def test_the_code_is_what_compiles_outside_the_page():
    code = compile_contract("tokens/erc20").initcode
    assert keccak256(code).hex() == TOKEN


def test_a_token_is_deployed_and_moved():
    chain = Chain.dev(seal="on-demand")
    alice, bob = chain.keys[:2]
    token = chain.deploy("tokens/erc20", "Gold", "GLD", 1000, sender=alice)
    result = token.transfer(bob.address, 5, sender=alice)
    assert (token.balanceOf(bob), result.events[0]["value"]) == (5, 5)
    with pytest.raises(Reverted, match="erc20: insufficient balance") as caught:
        token.transfer(alice, 6, sender=bob)
    assert caught.value.text.startswith("assert balance >= amount")


def test_a_source_that_a_reader_edits_is_deployed():
    chain = Chain.dev(seal="on-demand")
    alice = chain.keys[0]
    source = read_source("basics/counter").replace("+= 1", "+= 2")
    counter = chain.deploy(source, 40, sender=alice)
    counter.increment(sender=alice)
    assert counter.count() == 42


def test_the_reentrant_vault_is_emptied():
    chain = Chain.dev(seal="on-demand")
    alice, mallory = chain.keys[:2]
    vault = chain.deploy("vaults/vulnerable", sender=alice)
    vault.deposit(sender=alice, value=10)
    attacker = chain.deploy("vaults/attacker", sender=mallory)
    attacker.attack(vault, sender=mallory, value=2)
    assert chain.balance(vault.address) == 0


def test_a_saved_chain_of_contracts_is_loaded(tmp_path):
    chain = Chain.dev(seal="on-demand")
    chain.deploy("basics/counter", 7, sender=chain.keys[0])
    chain.save(tmp_path / "chain")
    assert Chain.load(tmp_path / "chain").state.root == chain.state.root
