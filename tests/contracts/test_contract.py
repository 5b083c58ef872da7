"""A contract is called by name: answers, results, events, and why it refused."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minichain import Chain
from minichain.contracts import (
    Halted,
    Reverted,
    compile_contract,
    compile_source,
    descent,
)
from minichain.contracts.abi import InvalidArguments
from minichain.contracts.contract import NotMined, UnknownFunction
from minichain.contracts.descent import Descent
from minichain.contracts.library import UnknownContract
from minichain.ledger.inclusion_errors import BalanceTooLow
from minichain.units import ETHER, Gas

SOURCE = """\
#pragma version 0.4.3
#pragma evm-version cancun

interface Other:
    def check(x: uint256) -> uint256: nonpayable

total: public(uint256)
items: DynArray[uint256, 5]
nested: HashMap[address, HashMap[uint256, uint256]]

event Told:
    text: String[20]
    who: indexed(address)

@deploy
def __init__(total: uint256):
    assert total < 100
    self.total = total

@external
def check(x: uint256) -> uint256:
    assert x > 3
    self.total += x
    return x * 2

@external
def lessen(x: uint256):
    self.total -= x

@external
def say(x: uint256):
    assert x > 3, "test: too small"
    log Told(text="hello", who=msg.sender)

@external
def refuse():
    raise

@external
def item(x: uint256) -> uint256:
    return self.items[x]

@external
def pay(x: uint256):
    raw_call(msg.sender, b"", value=x)

@external
def never(x: uint256):
    assert x > 3, UNREACHABLE

@external
def pass_on(other: Other, x: uint256) -> uint256:
    return extcall other.check(x)

@external
def try_other(other: address, x: uint256):
    ok: bool = raw_call(
        other, abi_encode(x, method_id=method_id("check(uint256)")),
        revert_on_failure=False,
    )
    assert self.total > 1000

@external
def own(code: uint256):
    who: address = msg.sender
    raw_revert(abi_encode(code, who, method_id=method_id("Own(uint256,address)")))

@external
def keep(who: address, key: uint256, word: uint256):
    self.nested[who][key] = word

@external
@view
def ask(x: uint256) -> (uint256, address):
    assert x > 0, "test: nothing asked"
    return x, msg.sender
"""

LINES = {line.strip(): n for n, line in enumerate(SOURCE.splitlines(), start=1)}


@pytest.fixture
def chain() -> Chain:
    return Chain.dev(accounts=3, seal="on-demand")


@pytest.fixture
def alice(chain):
    return chain.keys[0]


@pytest.fixture
def bob(chain):
    return chain.keys[1]


@pytest.fixture
def sample(chain, alice):
    return chain.deploy(SOURCE, 10, sender=alice)


# Deploying and calling


def test_a_contract_of_the_library_is_deployed_by_name(chain, alice, bob):
    token = chain.deploy("tokens/erc20", "Gold", "GLD", 1000, sender=alice)
    assert (token.name(), token.symbol(), token.decimals()) == ("Gold", "GLD", 18)
    result = token.transfer(bob.address, 5, sender=alice)
    assert token.balanceOf(bob.address) == 5
    assert token.balanceOf(alice) == 995
    assert (result.succeeded, result.value) == (True, True)
    assert result.block_number == chain.head.number == 2
    assert result.receipt == chain.receipts(chain.head.hash)[0]
    (event,) = result.events
    assert (event.name, event.address) == ("Transfer", token.address)
    assert event.values == {
        "sender": alice.address, "receiver": bob.address, "value": 5,
    }  # fmt: skip


def test_a_source_is_compiled_and_deployed(chain, alice, sample):
    with chain.visit() as state:
        assert state.code(sample.address).startswith(sample.artifact.runtime)
    assert sample.total() == 10
    assert sample.creation in chain.head.transactions


def test_an_artifact_is_deployed_as_it_is(chain, alice):
    artifact = compile_contract("basics/counter")
    assert chain.deploy(artifact, 3, sender=alice).count() == 3


def test_a_name_that_is_not_in_the_library_is_said(chain, alice):
    with pytest.raises(UnknownContract, match="tokens/erc20"):
        chain.deploy("tokens/erc21", sender=alice)


def test_a_deployment_takes_value_gas_and_tip(chain, alice, bob):
    arbiter = chain.accounts[2]
    escrow = chain.deploy(
        "trade/escrow", bob, arbiter, 60, sender=alice, value=7, gas=900_000, tip=3
    )
    assert chain.balance(escrow.address) == 7
    assert escrow.creation.gas_limit == 900_000
    assert escrow.creation.max_priority_fee_per_gas == 3


def test_what_only_reads_answers_and_mines_nothing(chain, alice, sample):
    head = chain.head
    assert sample.ask(3, sender=alice) == (3, alice.address)
    assert sample.ask(3) == (3, bytes(20))
    assert chain.head == head


def test_what_changes_can_be_tried_without_a_block(chain, alice, sample):
    head = chain.head
    assert sample.check.call(5, sender=alice) == 10
    assert (chain.head, sample.total()) == (head, 10)
    assert sample.check(5, sender=alice).value == 10
    assert sample.total() == 15


def test_the_estimate_is_the_least_gas(chain, alice, sample):
    least = sample.check.estimate_gas(5, sender=alice)
    with pytest.raises(Halted) as caught:
        sample.check(5, sender=alice, gas=least - 1)
    assert caught.value.error == "out-of-gas"
    assert sample.check(5, sender=alice, gas=least).succeeded


def test_a_transaction_can_wait(chain, alice, bob, sample):
    sent = sample.check.send(5, sender=alice)
    with pytest.raises(NotMined):
        sample.find_result(sent)
    assert sample.total() == 10
    sample.check.send(6, sender=bob)
    chain.mine()
    assert sample.total() == 21
    assert sample.find_result(sent).value == 10


def test_the_next_nonce_counts_what_waits(chain, alice, sample):
    sent = [sample.check.send(5, sender=alice) for _ in range(3)]
    assert [t.nonce for t in sent] == [1, 2, 3]
    chain.mine()
    assert sample.total() == 25


def test_a_change_needs_a_key(chain, alice, sample):
    for sender in ({}, {"sender": alice.address}):
        with pytest.raises(InvalidArguments, match="a key must sign"):
            sample.check(5, **sender)


def test_who_cannot_pay_is_told_so(chain, alice):
    escrow = compile_contract("trade/escrow")
    bob, carol = chain.accounts[1:]
    with pytest.raises(BalanceTooLow):
        chain.deploy(escrow, bob, carol, 1, sender=alice, value=10_001 * ETHER)


@pytest.mark.parametrize("given", [(), (1, 2), ("one",), (-1,), (2**256,)])
def test_arguments_that_do_not_fit_are_refused(chain, alice, sample, given):
    head = chain.head
    with pytest.raises(InvalidArguments, match=r"check\(uint256\)"):
        sample.check(*given, sender=alice)
    assert chain.head == head


def test_a_function_that_is_not_there_is_named_with_those_that_are(sample):
    with pytest.raises(UnknownFunction, match=r"'mint'; it has check, lessen"):
        _ = sample.mint
    with pytest.raises(UnknownFunction):
        _ = sample["mint()"]
    assert {"check", "total", "at"} <= set(dir(sample))
    assert sample["check(uint256)"].function == sample.check.function
    assert repr(sample.ask) == "<ask(uint256) -> uint256, address, view>"
    assert not hasattr(sample, "_repr_html_")


def test_the_same_names_serve_at_another_address(chain, alice, sample):
    other = chain.deploy(SOURCE, 20, sender=alice)
    assert sample.at(other.address).total() == 20
    assert chain.contract(SOURCE, other.address).total() == 20


def test_storage_is_read_by_the_variable_s_name(chain, alice, bob, sample):
    sample.keep(bob.address, 7, 99, sender=alice)
    assert sample.storage("total") == 10
    assert sample.storage("nested", bob.address, 7) == 99
    assert sample.storage("nested", bob.address, 8) == 0
    with pytest.raises(LookupError, match="sum"):
        sample.storage("sum")


def test_storage_and_getter_of_a_mapping_agree(chain, alice, bob):
    token = chain.deploy("tokens/erc20", "Gold", "GLD", 1000, sender=alice)
    token.approve(bob, 44, sender=alice)
    allowed = token.storage("allowance", alice.address, bob.address)
    assert allowed == token.allowance(alice, bob) == 44


# Events


def test_events_are_found_by_name_and_block(chain, alice, bob):
    token = chain.deploy("tokens/erc20", "Gold", "GLD", 1000, sender=alice)
    other = chain.deploy("tokens/erc20", "Iron", "IRN", 1000, sender=alice)
    token.transfer(bob, 1, sender=alice)
    token.approve(bob, 2, sender=alice)
    other.transfer(bob, 3, sender=alice)
    assert [e["value"] for e in token.events("Transfer")] == [1000, 1]
    assert [e["value"] for e in token.events()] == [1000, 1, 2]
    assert [e["value"] for e in token.events("Transfer", since=2)] == [1]
    assert [e["value"] for e in other.events()] == [1000, 3]


def test_an_event_reads_as_a_line(chain, alice, sample):
    (event,) = sample.say(4, sender=alice).events
    assert str(event) == f"Told(text='hello', who=0x{alice.address.hex()})"


def test_events_of_all_contracts_called_are_read(chain, alice, bob):
    token = chain.deploy("tokens/erc20", "Gold", "GLD", 10**20, sender=alice)
    oracle = chain.deploy("composition/oracle", ETHER, sender=alice)
    shop = chain.deploy("composition/shop", token, oracle, sender=alice)
    token.approve(shop, 10**20, sender=alice)
    names = [e.name for e in shop.buy(0, sender=bob, value=10**9).events]
    assert names == ["Sold", "Transfer"]


# Failing


@pytest.mark.parametrize(
    ("name", "given", "line", "reason"),
    [
        ("check", 3, "assert x > 3", "the assertion does not hold"),
        ("lessen", 11, "self.total -= x", "below the type's smallest"),
        ("check", 2**255, "return x * 2", "above the type's largest"),
        ("check", 2**256 - 1, "self.total += x", "sum is above the type's largest"),
        ("say", 3, 'assert x > 3, "test: too small"', "test: too small"),
        ("item", 0, "return self.items[x]", "bounds check"),
        ("pay", 1, 'raw_call(msg.sender, b"", value=x)', "another contract failed"),
    ],
)
def test_a_revert_says_why_and_where(chain, alice, sample, name, given, line, reason):
    head, total = chain.head, sample.total()
    for call in (sample[name], sample[name].call, sample[name].estimate_gas):
        with pytest.raises(Reverted, match=reason) as caught:
            call(given, sender=alice)
        error = caught.value
        assert (error.text, error.line) == (line, LINES[line])
        assert error.function == f"contract.{name}"
        assert str(error.line) in str(error)
        assert error.receipt is None
    assert (chain.head, sample.total()) == (head, total)


def test_a_revert_in_a_block_has_its_receipt(chain, alice, sample):
    with pytest.raises(Reverted, match="test: too small") as caught:
        sample.say(3, sender=alice, gas=100_000)
    receipt = chain.receipts(chain.head.hash)[0]
    assert caught.value.receipt == receipt
    assert not receipt.succeeded
    assert caught.value.line == LINES['assert x > 3, "test: too small"']


def test_a_failure_in_a_block_is_explained_by_what_came_before_it(chain, alice, bob):
    sample = chain.deploy(SOURCE, 10, sender=alice)
    first = sample.lessen.send(10, sender=alice)
    second = sample.lessen.send(10, sender=bob)
    block = chain.mine()
    assert block.transactions == (first, second)
    assert sample.find_result(first).succeeded
    with pytest.raises(Reverted, match="smallest") as caught:
        sample.find_result(second)
    assert caught.value.line == LINES["self.total -= x"]
    assert sample.total() == 0


def test_a_halt_says_where_the_gas_went(chain, alice, sample):
    with pytest.raises(Halted, match="out of gas") as caught:
        sample.check(5, sender=alice, gas=22_500)
    assert caught.value.receipt.gas_used == 22_500
    with pytest.raises(Halted, match="unreachable") as caught:
        sample.never(3, sender=alice)
    assert caught.value.text == "assert x > 3, UNREACHABLE"


def test_a_constructor_that_fails_says_why_and_creates_nothing(chain, alice):
    head = chain.head
    with pytest.raises(Reverted, match="does not hold") as caught:
        chain.deploy(SOURCE, 100, sender=alice)
    assert caught.value.text == "assert total < 100"
    assert caught.value.function == "contract.__init__"
    assert chain.head == head
    with pytest.raises(Reverted, match="does not hold") as caught:
        chain.deploy(SOURCE, 100, sender=alice, gas=2_000_000)
    assert caught.value.receipt.created is None


def test_a_failure_is_followed_down_through_the_calls(chain, alice, sample):
    other = chain.deploy(SOURCE, 20, sender=alice)
    with pytest.raises(Reverted, match="does not hold") as caught:
        sample.pass_on(other, 3, sender=alice)
    texts = [place.text for place in caught.value.places]
    assert texts == ["return extcall other.check(x)", "assert x > 3"]
    assert sample.pass_on(other, 4, sender=alice).value == 8
    assert other.total() == 24


def test_a_failure_that_was_dealt_with_is_not_the_reason(chain, alice, sample):
    other = chain.deploy(SOURCE, 20, sender=alice)
    with pytest.raises(Reverted) as caught:
        sample.try_other(other.address, 3, sender=alice)
    assert [p.text for p in caught.value.places] == ["assert self.total > 1000"]


def test_a_failure_behind_a_proxy_is_in_the_code_that_it_lends(chain, alice):
    box = chain.deploy("proxies/growing_box", sender=alice)
    proxy = chain.deploy("proxies/proxy", box, sender=alice)
    behind = box.at(proxy.address)
    assert behind.store(7, sender=alice).events[0]["number"] == 7
    with pytest.raises(Reverted, match="number does not grow") as caught:
        behind.store(7, sender=alice)
    names = [place.name for place in caught.value.places]
    assert names == ["proxies/proxy", "proxies/growing_box"]


def test_a_custom_error_is_named_with_its_values(chain, alice):
    artifact = compile_source(SOURCE)
    entry = {
        "type": "error",
        "name": "Own",
        "inputs": [
            {"name": "code", "type": "uint256"},
            {"name": "who", "type": "address"},
        ],
    }
    known = replace(artifact, interface=(*artifact.interface, entry))
    sample = chain.deploy(known, 1, sender=alice)
    shown = f"Own\\(42, 0x{alice.address.hex()}\\)"
    with pytest.raises(Reverted, match=shown) as caught:
        sample.own(42, sender=alice)
    assert (caught.value.custom, caught.value.values) == ("Own", (42, alice.address))
    assert caught.value.text.startswith("raw_revert(")


def test_an_error_that_nobody_explains_is_shown_as_it_is(chain, alice, sample):
    with pytest.raises(Reverted, match="an unknown error, 0x") as caught:
        sample.own(42, sender=alice)
    assert caught.value.custom == ""
    assert len(caught.value.output) == 68


def test_what_takes_no_payment_says_so(chain, alice, sample):
    with pytest.raises(Reverted, match="takes no payment") as caught:
        sample.refuse(sender=alice, value=1)
    assert caught.value.line is None


def test_a_block_without_room_leaves_the_transaction_waiting(alice):
    chain = Chain.dev(accounts=2, seal="on-demand", gas_limit=Gas(1_500_000))
    alice, bob = chain.keys
    sample = chain.deploy(SOURCE, 10, sender=alice)
    sample.check.send(5, sender=bob, gas=1_500_000, tip=9)
    sent = sample.check.sign(5, sender=alice, gas=1_500_000)
    chain.send(sent)
    chain.mine()
    with pytest.raises(NotMined):
        sample.find_result(sent)


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2), st.integers(0, 1200))))
@settings(max_examples=15, deadline=None)
def test_tokens_are_moved_and_never_made(moves):
    chain = Chain.dev(accounts=3, seal="on-demand")
    token = chain.deploy("tokens/erc20", "Gold", "GLD", 1000, sender=chain.keys[0])
    owned = dict.fromkeys(chain.accounts, 0) | {chain.accounts[0]: 1000}
    for sender, to, amount in moves:
        key, receiver = chain.keys[sender], chain.accounts[to]
        if amount <= owned[key.address]:
            token.transfer(receiver, amount, sender=key)
            owned[key.address] -= amount
            owned[receiver] += amount
        else:
            with pytest.raises(Reverted, match="erc20: insufficient balance"):
                token.transfer(receiver, amount, sender=key)
    assert {a: token.balanceOf(a) for a in owned} == owned
    assert sum(owned.values()) == token.totalSupply() == 1000


ENDLESS = """
#pragma version 0.4.3
@external
def turn():
    for i: uint256 in range(10_000_000):
        pass
"""


def test_a_failure_that_takes_too_long_to_follow_is_told_without_its_line(chain, alice):
    endless = chain.deploy(ENDLESS, sender=alice)
    with pytest.raises(Halted) as caught:
        endless.turn(sender=alice, gas=100_000)
    assert caught.value.line == 5
    with pytest.raises(Halted) as caught:
        endless.turn(sender=alice, gas=20_000_000)
    assert (caught.value.error, caught.value.places) == ("out-of-gas", ())
    assert chain.receipts(chain.head.hash)[0].gas_used == 20_000_000


def test_a_descent_ends_the_run_that_it_follows_no_longer(monkeypatch, chain, alice):
    seen = []
    follow = Descent.__call__
    monkeypatch.setattr(
        Descent, "__call__", lambda self, step: seen.append(step) or follow(self, step)
    )
    monkeypatch.setattr(descent, "MOST_STEPS", 50)
    endless = chain.deploy(ENDLESS, sender=alice)
    before = chain.state.root
    with pytest.raises(Halted):
        endless.turn.call(sender=alice, gas=100_000)
    assert len(seen) == 51
    assert chain.state.root == before
