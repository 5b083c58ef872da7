"""The vaults: one can be emptied by who is paid, the other cannot."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minichain import Chain
from minichain.contracts import Reverted
from minichain.units import ETHER, Wei

BOTH = ["vaults/vulnerable", "vaults/safe"]


def make_chain() -> Chain:
    return Chain.dev(accounts=4, seal="on-demand", reward=Wei(0))


@pytest.fixture
def chain() -> Chain:
    return make_chain()


@pytest.mark.parametrize("name", BOTH)
def test_a_vault_pays_back_what_was_deposited(chain, name):
    alice, bob, *_ = chain.keys
    vault = chain.deploy(name, sender=alice)
    vault.deposit(sender=alice, value=10)
    event = vault.deposit(sender=bob, value=5).events[0]
    assert event.values == {"account": bob.address, "amount": 5}
    vault.deposit(sender=alice, value=3)
    before = chain.balance(alice.address)
    event = vault.withdraw(sender=alice).events[0]
    assert event.values == {"account": alice.address, "amount": 13}
    assert chain.balance(alice.address) == before + 13
    assert (vault.deposits(alice), vault.deposits(bob)) == (0, 5)
    with pytest.raises(Reverted, match="vault: nothing deposited"):
        vault.withdraw(sender=alice)


@pytest.mark.parametrize("stake", [1, 2, 5])
def test_the_vulnerable_vault_is_emptied_by_who_calls_back(chain, stake):
    alice, mallory = chain.keys[:2]
    vault = chain.deploy("vaults/vulnerable", sender=alice)
    vault.deposit(sender=alice, value=10 * ETHER)
    attacker = chain.deploy("vaults/attacker", sender=mallory)
    before = chain.balance(mallory.address)
    attacker.attack(vault, sender=mallory, value=stake * ETHER)
    assert chain.balance(mallory.address) == before + 10 * ETHER
    assert chain.balance(vault.address) == 0
    assert attacker.entries() == 10 // stake + 1
    # The vault still believes that it has what it owes.
    assert vault.deposits(alice) == 10 * ETHER
    with pytest.raises(Reverted):
        vault.withdraw(sender=alice)


def test_the_safe_vault_refuses_to_be_entered_twice(chain):
    alice, mallory = chain.keys[:2]
    vault = chain.deploy("vaults/safe", sender=alice)
    vault.deposit(sender=alice, value=10 * ETHER)
    attacker = chain.deploy("vaults/attacker", sender=mallory)
    before = chain.balance(mallory.address)
    with pytest.raises(Reverted, match="entered again") as caught:
        attacker.attack(vault, sender=mallory, value=ETHER)
    assert [place.name for place in caught.value.places] == [
        "vaults/attacker", "vaults/safe", "vaults/attacker", "vaults/safe",
    ]  # fmt: skip
    assert chain.balance(mallory.address) == before
    assert chain.balance(vault.address) == 10 * ETHER


def test_nobody_attacks_with_another_s_attacker(chain):
    alice, mallory = chain.keys[:2]
    attacker = chain.deploy("vaults/attacker", sender=mallory)
    with pytest.raises(Reverted, match="attacker: caller is not the owner"):
        attacker.attack(attacker, sender=alice)


@pytest.mark.parametrize("name", BOTH)
@given(
    st.lists(st.tuples(st.integers(0, 3), st.none() | st.integers(0, 100)), max_size=12)
)
@settings(max_examples=12, deadline=None)
def test_without_callbacks_a_vault_has_what_it_owes(name, moves):
    chain = make_chain()
    vault = chain.deploy(name, sender=chain.keys[0])
    owed = dict.fromkeys(chain.accounts, 0)
    supply = chain.state.supply
    for who, amount in moves:
        key = chain.keys[who]
        if amount is not None:
            vault.deposit(sender=key, value=amount)
            owed[key.address] += amount
        elif owed[key.address]:
            vault.withdraw(sender=key)
            owed[key.address] = 0
        else:
            with pytest.raises(Reverted, match="vault: nothing deposited"):
                vault.withdraw(sender=key)
    assert chain.balance(vault.address) == sum(owed.values())
    assert {a: vault.deposits(a) for a in owed} == owed
    assert chain.state.supply == supply
