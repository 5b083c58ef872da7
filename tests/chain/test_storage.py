"""A saved chain is whole or refused, whatever happens to it or while it is saved."""

import errno
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minichain.chain import Chain
from minichain.chain.builder import seal_block
from minichain.chain.storage import (
    MAGIC,
    InvalidFile,
    SavedChain,
    SaveFailed,
    WrongHead,
    WrongInventory,
    write_whole,
)
from minichain.errors import ProtocolError

DECODING = {
    "encoding", "size", "transaction-type", "signature-range", "low-s",
    "field", "tip", "intrinsic-gas", "initcode-size", "gas-cost",
}  # fmt: skip
"""Rules of the decoders: the bytes are no block at all."""

SEALED = {"proof-of-work", "parent", "tip", "inventory"}
"""Rules that a header with other bytes breaks: its own work, or that by some luck it
still has enough and is not the block that others name."""


def make_chain() -> Chain:
    """Return a chain with a payment and a side branch: all there is in a file."""
    chain = Chain.dev(accounts=1)
    chain.transfer(chain.keys[0], chain.beneficiary, 5)
    chain.mine()
    side = chain.build((), parent=chain.genesis.hash, extra=b"side")
    chain.import_block(seal_block(side, chain.seal))
    return chain


def save(chain: Chain) -> bytes:
    return SavedChain.of(chain.config, chain.known_blocks, chain.head.hash).encode()


@pytest.fixture(scope="module")
def chain() -> Chain:
    return make_chain()


@pytest.fixture(scope="module")
def data(chain) -> bytes:
    return save(chain)


# There and back


def test_a_chain_is_the_same_after_it_was_saved_and_loaded(chain, tmp_path):
    path = tmp_path / "chain.mini"
    chain.save(path)
    loaded = Chain.load(path)
    assert loaded.blocks == chain.blocks
    assert loaded.known_blocks == chain.known_blocks
    assert loaded.config == chain.config
    assert loaded.total_work == chain.total_work
    assert loaded.state.accounts == chain.state.accounts
    assert save(loaded) == path.read_bytes()


def test_a_loaded_chain_goes_on(chain, data):
    loaded, original = Chain.from_bytes(data), Chain.from_bytes(data)
    loaded.mine(2)
    original.mine(2)
    assert loaded.head == original.head
    assert loaded.head.number == 3


def test_the_first_of_two_equal_branches_is_the_head_again(chain, data):
    assert len(chain.tips) == 2
    assert Chain.from_bytes(data).head == chain.head


def test_a_file_is_laid_out_as_documented(chain, data):
    config = chain.config.encode()
    assert data[:9] == b"minichai\x01"
    assert data[9:13] == len(config).to_bytes(4)
    assert data[13 : 13 + len(config)] == config
    assert data[13 + len(config) :][:4] == (3).to_bytes(4)
    assert data[-64:-32] == chain.head.hash


# Every bit


def make_map(chain: Chain, data: bytes) -> list[tuple[str, set[str]]]:
    """Return, for each byte of a file, what it is and the rules that fit it."""
    fits: list[tuple[str, set[str]]] = [("frame", DECODING | {"file", "config"})] * len(
        data
    )

    def mark(start: int, size: int, name: str, rules: set[str]) -> None:
        fits[start : start + size] = [(name, rules)] * size

    config = chain.config.encode()
    mark(0, 9, "start", {"file"})
    mark(13, len(config), "config", {"genesis", "config", "bits", "encoding"})
    mark(13 + len(config), 4, "count", {"file"})
    for block in chain.known_blocks[1:]:
        start = data.index(block.header.encode())
        mark(start, 4, "version", SEALED)
        mark(start + 4, 32, "parent", {"parent"})
        mark(start + 36, 32, "root", {"proof-of-work", "merkle-root"})
        mark(start + 68, 4, "time", SEALED | {"time"})
        mark(start + 72, 4, "bits", {"bits"})
        mark(start + 76, 4, "nonce", SEALED)
        commitment = block.commitment.encode()
        rules = {"merkle-root", "number", "encoding"}
        mark(data.index(commitment), len(commitment), "commitment", rules)
        for transaction in block.transactions:
            signed = transaction.encode()
            rules = DECODING | {"merkle-root"}
            mark(data.index(signed), len(signed), "transaction", rules)
    first = chain.genesis.encode()
    rules = {"genesis", "encoding", "proof-of-work"}
    mark(data.index(first), len(first), "genesis", rules)
    # By some luck a genesis with another nonce has enough work, but no children.
    nonce = data.index(chain.genesis.header.encode()) + 76
    mark(nonce, 4, "genesis nonce", {"proof-of-work", "parent"})
    mark(len(data) - 64, 32, "head", {"tip"})
    mark(len(data) - 32, 32, "inventory", {"inventory"})
    return fits


def broken_rule(data: bytes) -> str | None:
    try:
        Chain.from_bytes(data)
    except ProtocolError as error:
        return error.rule
    return None


def test_a_change_of_any_bit_is_refused_by_a_rule_that_fits_it(chain, data):
    seen: dict[str, set[str]] = {}
    for place, (name, rules) in enumerate(make_map(chain, data)):
        for bit in range(8):
            changed = bytearray(data)
            changed[place] ^= 1 << bit
            rule = broken_rule(bytes(changed))
            assert rule in rules, f"bit {bit} of byte {place}, {name}: {rule}"
            seen.setdefault(name, set()).add(rule)
    assert seen["parent"] == {"parent"}
    assert seen["bits"] == {"bits"}
    assert seen["head"] == {"tip"}
    assert seen["inventory"] == {"inventory"}
    assert "merkle-root" in seen["transaction"] & seen["commitment"]
    assert "genesis" in seen["config"] & seen["genesis"]


@pytest.mark.slow
def test_a_change_of_a_bit_of_a_longer_chain_is_refused():
    chain = Chain.dev(accounts=5, base_fee_per_gas=1000)
    for block in range(12):
        for sender in range(5):
            chain.transfer(chain.keys[sender], chain.accounts[sender - 1], 1, tip=block)
        chain.mine()
    data, random_bits = save(chain), random.Random(1)
    fits = make_map(chain, data)
    for place in random_bits.sample(range(len(data)), 400):
        changed = bytearray(data)
        changed[place] ^= 1 << random_bits.randrange(8)
        name, rules = fits[place]
        assert broken_rule(bytes(changed)) in rules, (place, name)


def test_a_file_cut_anywhere_is_refused(data):
    for size in range(len(data)):
        with pytest.raises(ProtocolError):
            Chain.from_bytes(data[:size])


def test_bytes_behind_the_end_are_refused(data):
    with pytest.raises(InvalidFile, match="1 bytes follow the end"):
        Chain.from_bytes(data + b"\x00")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "magic of 8 bytes, the file has 0 left"),
        (b"no chain at all", "does not begin as a saved chain"),
        (MAGIC + b"\x02", "format 2, required 1"),
        (MAGIC + b"\x01\xff\xff\xff\xff", "configuration of 4294967295 bytes"),
    ],
)
def test_what_is_no_saved_chain_is_named(content, words):
    with pytest.raises(InvalidFile, match=words) as caught:
        Chain.from_bytes(content)
    assert caught.value.rule == "file"


@given(st.binary(max_size=300), st.booleans())
@settings(max_examples=200)
def test_any_bytes_are_a_chain_or_a_named_error(content, begins):
    with pytest.raises(ProtocolError) as caught:
        Chain.from_bytes((MAGIC + b"\x01" if begins else b"") + content)
    assert caught.value.rule


@given(st.data())
@settings(max_examples=100)
def test_a_file_with_any_part_replaced_is_a_chain_or_a_named_error(data, draw):
    start = draw.draw(st.integers(0, len(data)))
    end = draw.draw(st.integers(start, min(len(data), start + 40)))
    changed = data[:start] + draw.draw(st.binary(max_size=40)) + data[end:]
    assert broken_rule(changed) or changed == data


# What is missing or moved


def test_a_block_left_out_shows_in_the_inventory_or_the_head(chain):
    blocks = chain.known_blocks
    saved = SavedChain.of(chain.config, blocks, chain.head.hash)
    without_side = SavedChain(
        saved.config, blocks[:2], saved.head, saved.inventory
    ).encode()
    with pytest.raises(WrongInventory):
        Chain.from_bytes(without_side)
    without_head = SavedChain(
        saved.config, (blocks[0], blocks[2]), saved.head, saved.inventory
    ).encode()
    with pytest.raises(WrongHead) as caught:
        Chain.from_bytes(without_head)
    assert caught.value.rule == "tip"
    assert caught.value.required == blocks[2].hash


def test_equal_branches_that_were_swapped_lead_to_another_head(chain):
    first, second, third = chain.known_blocks
    swapped = SavedChain.of(chain.config, (first, third, second), chain.head.hash)
    with pytest.raises(WrongHead):
        Chain.from_bytes(swapped.encode())


def test_a_child_before_its_parent_is_an_orphan(chain):
    longer = Chain.from_bytes(save(chain))
    child = longer.mine()
    first, second, third = chain.known_blocks
    saved = SavedChain.of(chain.config, (first, child, second, third), child.hash)
    assert broken_rule(saved.encode()) == "parent"


def test_a_block_that_is_there_twice_is_refused(chain):
    first, second, _ = chain.known_blocks
    for blocks in ((first, second, second), (first, first, second)):
        saved = SavedChain.of(chain.config, blocks, second.hash)
        with pytest.raises(InvalidFile, match="is there twice"):
            Chain.from_bytes(saved.encode())


def test_a_file_without_a_genesis_is_refused(chain):
    saved = SavedChain(chain.config, (), bytes(32), bytes(32))
    with pytest.raises(InvalidFile, match="no genesis"):
        Chain.from_bytes(saved.encode())


# While it is saved


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_save_replaces_what_was_there_and_leaves_nothing_beside(chain, tmp_path):
    path = tmp_path / "chain.mini"
    path.write_text("something older")
    chain.save(str(path))
    assert Chain.load(path).head == chain.head
    assert names(tmp_path) == ["chain.mini"]


def test_a_save_through_a_link_replaces_what_the_link_names(chain, tmp_path):
    target = tmp_path / "target.mini"
    target.write_bytes(b"old")
    link = tmp_path / "link.mini"
    link.symlink_to(target)
    chain.save(link)
    assert link.is_symlink()
    assert Chain.load(target).head == chain.head


def test_two_saves_at_once_do_not_share_a_file(chain, tmp_path):
    path = tmp_path / "chain.mini"
    left = tmp_path / f".chain.mini.{os.getpid()}.0.saving"
    left.write_bytes(b"of a save that was killed")
    chain.save(path)
    assert Chain.load(path).head == chain.head
    assert left.read_bytes() == b"of a save that was killed"


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_full_disk_keeps_the_old_file_and_says_so(chain, tmp_path, monkeypatch, step):
    path = tmp_path / "chain.mini"
    chain.save(path)
    before = path.read_bytes()
    longer = Chain.from_bytes(before)
    longer.mine()

    def fail(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os if step == "fsync" else Path, step, fail)
    with pytest.raises(SaveFailed, match="was not saved") as caught:
        longer.save(path)
    assert caught.value.errno == errno.ENOSPC
    assert "No space left on device" in str(caught.value)
    assert path.read_bytes() == before
    assert names(tmp_path) == ["chain.mini"]


def test_a_file_above_its_limit_keeps_the_old_one(chain, tmp_path):
    resource = pytest.importorskip("resource")
    path = tmp_path / "chain.mini"
    path.write_bytes(b"old")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (300, hard))
    try:
        with pytest.raises(SaveFailed) as caught:
            chain.save(path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert caught.value.errno == errno.EFBIG
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["chain.mini"]


def test_a_folder_that_is_not_there_is_named(chain, tmp_path):
    with pytest.raises(SaveFailed, match="No such file or directory"):
        chain.save(tmp_path / "nowhere" / "chain.mini")
    with pytest.raises(FileNotFoundError):
        Chain.load(tmp_path / "chain.mini")


def test_an_interrupted_save_leaves_nothing_beside(tmp_path, monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    path = tmp_path / "chain.mini"
    path.write_bytes(b"old")
    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_whole(path, b"new")
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["chain.mini"]


SAVER = """
import os, sys
from minichain.chain import Chain

path, first, second = sys.argv[1:]
chains = [Chain.load(first), Chain.load(second)]
for _ in sys.stdin:
    child = os.fork()
    if child == 0:
        while True:
            for chain in chains:
                chain.save(path)
    print(child, flush=True)
    os.waitpid(child, 0)
    print("dead", flush=True)
"""
"""Forks, for each line it reads, a process that saves two chains in turn, for ever."""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_save_killed_at_any_moment_leaves_the_old_file_or_the_new_one(tmp_path):
    chain = Chain.dev(accounts=2)
    paths = [tmp_path / name for name in ("chain.mini", "small", "large")]
    path, small, large = paths
    chain.mine()
    chain.save(small)
    for _ in range(80):
        chain.transfer(chain.keys[0], chain.accounts[1], 1)
    chain.mine()
    begun = time.perf_counter()
    chain.save(large)
    pace = time.perf_counter() - begun
    chain.save(path)
    whole = {small.read_bytes(), large.read_bytes()}
    moments, seen, kills = random.Random(7), set(), 0
    with subprocess.Popen(
        [sys.executable, "-c", SAVER, *map(str, paths)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as saver:
        while kills < 40 or (seen != whole and kills < 400):
            kills += 1
            print("go", file=saver.stdin, flush=True)
            child = int(saver.stdout.readline())
            time.sleep(moments.uniform(0, 3 * pace))
            os.kill(child, signal.SIGKILL)
            assert saver.stdout.readline() == "dead\n"
            content = path.read_bytes()
            assert content in whole
            seen.add(content)
        saver.stdin.close()
    assert Chain.load(path).genesis == chain.genesis
    assert seen == whole
