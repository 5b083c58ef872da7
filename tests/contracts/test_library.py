"""Every contract of the library compiles for the right rules and explains itself."""

import re

import pytest

from minichain.contracts import compile_contract, list_contracts, read_source
from minichain.contracts.cache import Cache
from minichain.contracts.library import UnknownContract

each_contract = pytest.mark.parametrize("name", list_contracts())

TAUGHT = {
    "basics/counter", "trade/escrow", "trade/auction", "vaults/vulnerable",
    "vaults/safe", "vaults/attacker", "proxies/proxy", "proxies/box",
    "proxies/growing_box", "composition/oracle", "composition/shop", "tokens/erc20",
    "trade/pool", "trade/sealed_pool", "trade/riddle", "trade/sealed_riddle",
}  # fmt: skip


def test_the_contracts_of_the_chapter_are_there():
    assert set(list_contracts()) >= TAUGHT


@each_contract
def test_a_contract_compiles_from_its_source(name):
    artifact = compile_contract(name, Cache())
    assert artifact.name == name
    assert artifact.runtime in artifact.initcode
    assert artifact.functions


@each_contract
def test_a_contract_names_its_compiler_and_its_rules(name):
    first, second, *_ = read_source(name).splitlines()
    assert first == "#pragma version 0.4.3"
    assert second == "#pragma evm-version cancun"


@each_contract
def test_every_function_says_what_it_does_in_one_notice(name):
    source = read_source(name)
    public = re.findall(r"^@(?:external|deploy)\n(?:@\w+\n)*def ", source, re.M)
    assert len(public) <= source.count("@notice") - 1


@each_contract
def test_a_reason_begins_with_the_domain_it_comes_from(name):
    reasons = re.findall(r'assert [^\n]*, "([^"]*)"', read_source(name))
    assert [r for r in reasons if not re.fullmatch(r"[a-z0-9]+: [a-z' ]+", r)] == []


def test_a_contract_that_is_not_there_is_named_with_those_that_are():
    with pytest.raises(UnknownContract, match="basics/counter") as caught:
        read_source("../../etc/passwd")
    assert caught.value.rule == "contract-name"
