"""The simulated network: its laws, its chance, what fails in it, and its errors."""

from math import inf, nan

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minichain.consensus.estimate import InvalidShare
from minichain.consensus.fork_choice import RULES, ghost, longest, most_work
from minichain.consensus.network import (
    GENESIS,
    InvalidLatency,
    InvalidNetwork,
    InvalidPartition,
    Network,
    Partition,
    fork_probability,
    simulate,
)


def events_of(*args, blocks=200, **options):
    told = []
    network = Network(*args, on_event=told.append, **options)
    network.run(blocks)
    return told, network


def test_the_fork_rate_measured_in_2012_follows_from_the_delay():
    # Decker and Wattenhofer 2013, section 4: 11.37 s of delay, 633.68 s of interval.
    assert f"{fork_probability(11.37, 633.68):.5f}" == "0.01778"
    assert fork_probability(0) == 0
    assert fork_probability(inf) == 1


@given(st.floats(0, 1e4), st.floats(1, 1e4))
def test_a_longer_way_makes_more_forks(delay, interval):
    assert 0 <= fork_probability(delay, interval) <= 1
    assert fork_probability(delay + 1, interval) >= fork_probability(delay, interval)


@pytest.mark.parametrize(
    ("shares", "latency"),
    [((0.5, 0.5), 12.0), ((0.25,) * 4, 30.0), ((0.05,) * 20, 6.0)],
    ids=["two", "four", "twenty"],
)
def test_the_measured_fork_rate_s_band_holds_the_formula(shares, latency):
    network = Network(shares, latency=latency, seed=3)
    report = network.run(8_000, confidence=0.999)
    expected = sum(share * fork_probability(latency * (1 - share)) for share in shares)
    assert report.expected_fork_rate == pytest.approx(expected)
    # Heights with a fork are a little fewer than blocks with a rival: a height may
    # hold three. The band is wider than that.
    assert expected in report.fork_rate


def test_without_latency_there_are_no_forks():
    report = simulate([0.4, 0.6], 1_000, latency=0.0)
    assert report.fork_rate.value == report.orphan_rate.value == 0
    assert report.found == report.height == 1_000
    assert report.expected_fork_rate == 0


def test_blocks_come_at_the_interval_that_the_power_makes():
    full = simulate([0.5, 0.5], 4_000, interval=10.0, latency=0.0, seed=2)
    half = simulate([0.25, 0.25], 4_000, interval=10.0, latency=0.0, seed=2)
    assert full.seconds / full.found == pytest.approx(10, rel=0.06)
    assert half.seconds / half.found == pytest.approx(20, rel=0.06)


def test_without_latency_each_node_earns_its_share():
    report = simulate([0.1, 0.2, 0.7], 8_000, latency=0.0, seed=4)
    assert report.earned == pytest.approx((0.1, 0.2, 0.7), abs=0.02)
    assert sum(report.earned) == pytest.approx(1)


def test_with_much_latency_the_small_earn_less_than_their_share():
    report = simulate([0.2, 0.2, 0.6], 8_000, latency=600.0, seed=5)
    assert report.earned[0] < 0.18
    assert report.earned[2] > 0.65


def test_the_same_seed_tells_the_same_story_and_another_does_not():
    first, _ = events_of([0.3, 0.7], latency=60.0, loss=0.1, seed=6)
    again, _ = events_of([0.3, 0.7], latency=60.0, loss=0.1, seed=6)
    other, _ = events_of([0.3, 0.7], latency=60.0, loss=0.1, seed=7)
    assert first == again
    assert first != other


@settings(max_examples=25)
@given(
    seed=st.integers(0, 2**32),
    shares=st.lists(st.floats(0.01, 0.2), min_size=1, max_size=5),
    latency=st.floats(0, 2_000),
    loss=st.sampled_from([0.0, 0.3, 1.0]),
    rule=st.sampled_from([longest, most_work, ghost]),
)
def test_every_node_always_works_on_the_head_of_its_rule(
    seed, shares, latency, loss, rule
):
    network = Network(shares, latency=latency, loss=loss, choose=rule, seed=seed)
    time = 0.0
    while len(network.tree) < 25:
        event = network.step()
        assert time <= event.time == network.time
        time = event.time
        for view, head in zip(network.views, network.heads, strict=True):
            chosen = rule(view)
            if rule is ghost:
                assert head == chosen
            else:
                # A block on top of the head is taken before one as high elsewhere.
                assert view[head].total_work == view[chosen].total_work


@settings(max_examples=25)
@given(
    seed=st.integers(0, 2**32),
    shares=st.lists(st.floats(0.01, 0.2), min_size=2, max_size=5),
    latency=st.floats(0, 2_000),
)
def test_after_a_run_without_loss_everybody_has_seen_every_block(seed, shares, latency):
    network = Network(shares, latency=latency, seed=seed)
    report = network.run(30)
    assert {len(view) for view in network.views} == {31} == {len(network.tree)}
    assert network.tree[network.heads[0]].height == report.height
    orphans = round(report.orphan_rate.value * report.found)
    assert report.height + orphans == report.found == 30


def test_a_run_can_be_gone_on_with():
    network = Network([0.5, 0.5], latency=5.0, seed=8)
    first = network.run(50)
    both = network.run(50)
    assert (first.found, both.found) == (50, 100)
    assert both.seconds > first.seconds


def test_who_missed_a_block_asks_for_it_when_the_next_arrives():
    told, network = events_of([0.5, 0.5], loss=0.4, latency=1.0, seed=9)
    asked = [(e.time, e.node, e.block) for e in told if e.kind == "asked"]
    heard = [(e.time, e.node, e.block) for e in told if e.kind == "received"]
    answered = [(time + 2, *of) for time, *of in asked if (time + 2, *of) in heard]
    # The question and the answer take a second each; the answer may get lost too.
    assert 0.4 < len(answered) / len(asked) < 0.8
    for view in network.views:
        for block in view:
            assert block.parent is None or block.parent in view


def test_without_any_message_each_works_on_its_own_blocks_alone():
    told, network = events_of([0.5, 0.5], loss=1.0, blocks=60)
    assert {event.kind for event in told} == {"found", "lost"}
    for node, view in enumerate(network.views):
        assert {block.miner for block in view} == {None, node}
    assert network.report().orphan_rate.value > 0.3


def test_a_partition_makes_two_histories_and_its_end_leaves_one():
    parted = Partition(0.0, 60_000.0, frozenset({0}))
    network = Network([0.3, 0.7], partitions=[parted], latency=1.0, seed=10)
    while network.time < 59_000:
        network.step()
    left, right = network.heads
    assert network.tree.common_ancestor(left, right) == GENESIS
    assert {network.tree[b].miner for b in network.tree.path(right)[1:]} == {1}
    higher = max(network.tree[left].height, network.tree[right].height)
    while network.time < 60_010:
        network.step()
    one, other = network.heads
    assert network.tree.common_ancestor(one, other) in (one, other)
    assert network.tree[one].height >= higher
    assert network.views[0][left].miner == 0
    assert network.report().expected_fork_rate is None


def test_a_partition_that_never_ends_never_heals():
    parted = Partition(0.0, inf, frozenset({0, 1}))
    told, network = events_of([0.2] * 4, partitions=[parted], latency=1.0)
    assert "healed" not in {event.kind for event in told}
    assert network.heads[0] != network.heads[2]


def test_nodes_of_one_side_hear_each_other():
    parted = Partition(0.0, inf, frozenset({0, 1}))
    _, network = events_of([0.2] * 4, partitions=[parted], latency=0.0)
    assert network.heads[0] == network.heads[1]
    assert network.heads[2] == network.heads[3]


def test_a_drawn_latency_is_drawn_for_each_message():
    drawn = []

    def latency(sender, receiver, random):
        drawn.append((sender, receiver))
        return random.uniform(0, 10)

    report = simulate([0.5, 0.3, 0.2], 20, latency=latency)
    assert len(drawn) >= 2 * 20
    assert all(sender != receiver for sender, receiver in drawn)
    assert report.expected_fork_rate is None


@pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))
def test_any_rule_brings_the_nodes_together(rule):
    network = Network([0.25] * 4, latency=60.0, choose=rule, seed=11)
    network.run(300)
    heights = {network.tree[head].height for head in network.heads}
    assert max(heights) - min(heights) <= 1


def test_events_tell_who_found_and_who_heard():
    told, network = events_of([0.5, 0.5], latency=3.0, blocks=5)
    found = [event for event in told if event.kind == "found"]
    assert [event.block for event in found] == [1, 2, 3, 4, 5]
    assert all(event.node == event.sender for event in found)
    assert all(event.head_changed for event in found)
    heard = [event for event in told if event.kind == "received"]
    assert all(event.node != event.sender for event in heard)
    for event in heard:
        made = network.tree[event.block].time
        assert event.time == pytest.approx(made + 3)


@pytest.mark.parametrize(
    ("shares", "message"),
    [
        ([0.6, 0.5], "sum to 1.1, required above 0 and at most 1"),
        ([0.0, 0.0], "sum to 0, required above 0"),
        ([], "sum to 0, required above 0"),
        ([-0.1, 0.5], "not all between 0 and 1"),
        ([1.5], "not all between 0 and 1"),
        ([nan, 0.5], "not all between 0 and 1"),
    ],
)
def test_more_than_all_the_power_or_less_than_none_is_refused(shares, message):
    with pytest.raises(InvalidShare, match=message):
        Network(shares)


@pytest.mark.parametrize("latency", [-1.0, inf, nan, lambda *_: -1.0, lambda *_: nan])
def test_a_message_that_arrives_before_it_was_sent_is_refused(latency):
    with pytest.raises(InvalidLatency, match="s, required 0 or more"):
        simulate([0.5, 0.5], 5, latency=latency)


@pytest.mark.parametrize(
    "options",
    [
        {"interval": 0.0}, {"interval": -600.0}, {"interval": inf}, {"interval": nan},
        {"loss": -0.1}, {"loss": 1.1}, {"loss": nan}, {"blocks": 0}, {"blocks": -3},
    ],
)  # fmt: skip
def test_a_network_that_cannot_be_is_refused(options):
    with pytest.raises(InvalidNetwork):
        simulate([0.5, 0.5], **options)


@pytest.mark.parametrize(
    "partition",
    [
        Partition(5.0, 4.0, frozenset({0})),
        Partition(-1.0, 4.0, frozenset({0})),
        Partition(nan, 4.0, frozenset({0})),
        Partition(0.0, 4.0, frozenset({2})),
        Partition(0.0, 4.0, frozenset({-1})),
    ],
)
def test_a_partition_that_cannot_be_is_refused(partition):
    with pytest.raises(InvalidPartition):
        Network([0.5, 0.5], partitions=[partition])


def test_a_report_before_the_first_block_is_refused():
    with pytest.raises(InvalidNetwork, match="no block has been found"):
        Network([1.0]).report()


@pytest.mark.parametrize(("delay", "interval"), [(-1, 600), (nan, 600)])
def test_a_delay_below_nothing_has_no_fork_rate(delay, interval):
    with pytest.raises(InvalidLatency, match="required 0 or more"):
        fork_probability(delay, interval)


@pytest.mark.parametrize("interval", [0, -600, nan])
def test_blocks_without_an_interval_have_no_fork_rate(interval):
    with pytest.raises(InvalidNetwork, match="required above 0"):
        fork_probability(1, interval)
