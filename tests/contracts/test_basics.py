"""The counter and the proxy: who may do what, and whose storage is used."""

import pytest

from minichain import Chain
from minichain.contracts import Reverted


@pytest.fixture
def chain() -> Chain:
    return Chain.dev(accounts=3, seal="on-demand")


@pytest.fixture
def alice(chain):
    return chain.keys[0]


@pytest.fixture
def bob(chain):
    return chain.keys[1]


def test_anyone_counts_and_the_owner_sets(chain, alice, bob):
    counter = chain.deploy("basics/counter", 5, sender=alice)
    event = counter.increment(sender=bob).events[0]
    assert event.values == {"account": bob.address, "count": 6}
    assert counter.owner() == alice.address
    assert counter.set_count(40, sender=alice).events[0]["count"] == 40
    with pytest.raises(Reverted, match="counter: caller is not the owner"):
        counter.set_count(50, sender=bob)
    assert counter.count() == 40


def test_a_counter_at_the_end_of_its_numbers_stops(chain, alice):
    counter = chain.deploy("basics/counter", 2**256 - 1, sender=alice)
    with pytest.raises(Reverted, match="above the type's largest"):
        counter.increment(sender=alice)
    assert counter.count() == 2**256 - 1


class TestProxy:
    @pytest.fixture
    def box(self, chain, alice):
        return chain.deploy("proxies/box", sender=alice)

    @pytest.fixture
    def proxy(self, chain, alice, box):
        return chain.deploy("proxies/proxy", box, sender=alice)

    def test_the_code_is_lent_and_the_storage_is_the_proxy_s(self, alice, box, proxy):
        behind = box.at(proxy.address)
        behind.store(7, sender=alice)
        assert (behind.number(), box.number()) == (7, 0)
        assert behind.storage("number") == 7

    def test_an_upgrade_exchanges_the_code_and_keeps_the_storage(
        self, chain, alice, box, proxy
    ):
        behind = box.at(proxy.address)
        behind.store(7, sender=alice)
        new = chain.deploy("proxies/growing_box", sender=alice)
        event = proxy.upgrade_to(new, sender=alice).events[0]
        assert event["implementation"] == new.address
        assert (behind.version(), behind.number()) == (2, 7)
        with pytest.raises(Reverted, match="number does not grow"):
            behind.store(6, sender=alice)

    def test_only_the_admin_upgrades_and_only_to_code(self, chain, alice, bob, proxy):
        with pytest.raises(Reverted, match="proxy: caller is not the admin"):
            proxy.upgrade_to(proxy, sender=bob)
        with pytest.raises(Reverted, match="proxy: there is no code"):
            proxy.upgrade_to(bob.address, sender=alice)
        with pytest.raises(Reverted, match="proxy: there is no code"):
            chain.deploy("proxies/proxy", bob.address, sender=alice)

    def test_what_was_renounced_cannot_be_taken_back(self, alice, bob, box, proxy):
        with pytest.raises(Reverted, match="not the admin"):
            proxy.renounce(sender=bob)
        proxy.renounce(sender=alice)
        assert proxy.admin() == bytes(20)
        with pytest.raises(Reverted, match="not the admin"):
            proxy.upgrade_to(box, sender=alice)
        box.at(proxy.address).store(9, sender=bob)
        assert box.at(proxy.address).number() == 9

    def test_a_call_that_the_code_lacks_is_refused(self, chain, alice, proxy):
        counter = chain.contract("basics/counter", proxy.address)
        with pytest.raises(Reverted):
            counter.increment(sender=alice)
