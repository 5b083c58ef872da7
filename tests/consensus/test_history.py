"""A history takes time to make, and is checked hash by hash or in slices."""

from dataclasses import replace
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minichain.consensus.history import (
    NOTHING,
    Clock,
    InvalidHashes,
    InvalidHistory,
    follow,
    verify,
    verify_slices,
)

STORIES = st.lists(
    st.one_of(st.integers(1, 40), st.binary(max_size=8)), min_size=1, max_size=20
)
CHECKS = [verify, verify_slices]


def tell(story) -> Clock:
    clock = Clock(b"seed", hashes_per_tick=5)
    for part in story:
        if isinstance(part, int):
            clock.wait(part)
        else:
            clock.record(part)
    return clock


@pytest.mark.oracle
def test_a_hash_follows_from_the_one_before_and_what_is_mixed_in():
    first = sha256(bytes(64)).digest()
    assert follow(NOTHING, 1) == first
    assert follow(NOTHING, 2, b"e" * 32) == sha256(first + b"e" * 32).digest()


@given(STORIES)
def test_both_checks_accept_what_the_clock_wrote(story):
    clock = tell(story)
    for check in CHECKS:
        check(clock.start, clock.entries)
    assert clock.hashes == sum(entry.count for entry in clock.entries)


@given(STORIES, st.data())
def test_both_checks_name_the_first_wrong_entry(story, data):
    clock = tell(story)
    wrong = data.draw(st.integers(0, len(story) - 1))
    what = data.draw(st.sampled_from(["count", "event", "hash"]))
    entry = clock.entries[wrong]
    value = entry.count + 1 if what == "count" else b"\xff" * 32
    clock.entries[wrong] = replace(entry, **{what: value})
    for check in CHECKS:
        with pytest.raises(InvalidHistory, match=f"entry {wrong} ") as caught:
            check(clock.start, clock.entries)
        assert caught.value.entry == wrong
        assert caught.value.rule == "history"


@pytest.mark.parametrize("check", CHECKS)
def test_events_cannot_change_places(check):
    clock = tell([3, b"first", b"second", 2])
    entries = clock.entries
    entries[1], entries[2] = entries[2], entries[1]
    with pytest.raises(InvalidHistory, match="entry 1"):
        check(clock.start, entries)


@pytest.mark.parametrize("check", CHECKS)
def test_an_event_cannot_be_left_out(check):
    clock = tell([3, b"first", 2])
    del clock.entries[1]
    with pytest.raises(InvalidHistory, match="entry 1"):
        check(clock.start, clock.entries)


@pytest.mark.parametrize("check", CHECKS)
def test_an_entry_takes_time(check):
    clock = tell([3, 4])
    clock.entries[1] = replace(clock.entries[1], count=0)
    with pytest.raises(InvalidHistory, match="entry 1 takes 0 hashes"):
        check(clock.start, clock.entries)


@pytest.mark.parametrize("check", CHECKS)
def test_no_entries_are_in_order(check):
    check(NOTHING, [])


def test_a_tick_is_so_many_hashes():
    seen = []
    clock = Clock(b"seed", hashes_per_tick=7, on_step=seen.append)
    assert clock.tick().count == 7
    assert clock.tick().event == NOTHING
    assert seen == clock.entries
    assert clock.hashes == 14


def test_no_time_is_refused():
    with pytest.raises(InvalidHashes, match="0 hashes a tick, required 1"):
        Clock(b"seed", hashes_per_tick=0)
    with pytest.raises(InvalidHashes, match="-1 hashes, required 1"):
        Clock(b"seed").wait(-1)
