"""A journal loses nothing that was acknowledged, and believes nothing that changed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minichain.chain import Chain
from minichain.errors import ProtocolError
from minichain.node import Node
from minichain.node.failures import NotPossible
from minichain.node.journal import DamagedJournal, FolderInUse, Journal
from minichain.units import GWEI


def make_chain() -> Chain:
    return Chain.dev(accounts=2, seal="on-demand", base_fee_per_gas=GWEI)


def make_node(folder) -> tuple[Node, Journal]:
    journal = Journal(folder)
    if journal.is_new:
        chain = make_chain()
        journal.create(chain)
    else:
        chain = journal.load()
        chain.keys = make_chain().keys
    node = Node(chain)
    node.watcher = journal.append
    return node, journal


def pay(node: Node, value: int) -> None:
    chain = node.chain
    payment = chain.transfer(chain.keys[0], chain.keys[1].address, value, tip=GWEI)
    assert payment in node.mine()[0].transactions


@pytest.fixture(scope="module")
def written(tmp_path_factory) -> tuple[bytes, list[bytes], list[int]]:
    """Return a journal's bytes, the heads it went through, and its sizes then."""
    node, journal = make_node(tmp_path_factory.mktemp("chain"))
    heads, sizes = [node.chain.head.hash], [journal.path.stat().st_size]
    for value in range(1, 5):
        pay(node, value)
        heads.append(node.chain.head.hash)
        sizes.append(journal.path.stat().st_size)
    journal.close()
    return journal.path.read_bytes(), heads, sizes


def reload(folder, data: bytes) -> tuple[bytes, Journal]:
    folder.mkdir(exist_ok=True)
    journal = Journal(folder)
    journal.path.write_bytes(data)
    try:
        return journal.load().head.hash, journal
    finally:
        journal.close()


def test_what_was_mined_is_there_again(tmp_path):
    node, journal = make_node(tmp_path)
    pay(node, 5)
    node.mine(3)
    journal.close()
    again, journal = make_node(tmp_path)
    assert again.chain.head == node.chain.head
    assert again.chain.state.root == node.chain.state.root
    pay(again, 6)
    journal.close()
    third, journal = make_node(tmp_path)
    assert third.chain.head == again.chain.head
    journal.close()


def test_branches_and_returns_are_there_again(tmp_path):
    node, journal = make_node(tmp_path)
    snapshot = node.snapshot()
    pay(node, 5)
    assert node.revert(snapshot)
    pay(node, 6)
    side = node.chain.build([], parent=node.chain.genesis.hash, extra=b"side")
    assert node.import_block(side.encode()) == "side"
    top = node.chain.build([], parent=side.hash)
    assert node.import_block(top.encode()) == "reorganised"
    journal.close()
    again, journal = make_node(tmp_path)
    assert again.chain.known_blocks == node.chain.known_blocks
    assert again.chain.head == top
    journal.close()


def test_a_file_cut_off_anywhere_keeps_every_whole_record(tmp_path, written):
    data, heads, sizes = written
    for cut in range(sizes[0], len(data), 97):
        whole = sum(size <= cut for size in sizes)
        head, journal = reload(tmp_path, data[:cut])
        assert head == heads[whole - 1]
        assert journal.path.stat().st_size == sizes[whole - 1]


def test_zeros_behind_the_last_record_are_dropped(tmp_path, written):
    data, heads, _ = written
    head, journal = reload(tmp_path, data + bytes(500))
    assert head == heads[-1]
    assert journal.path.read_bytes() == data


@given(place=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
@settings(max_examples=60)
def test_a_changed_bit_is_refused(tmp_path_factory, written, place, bit):
    data = bytearray(written[0])
    data[int(place * len(data))] ^= 1 << bit
    with pytest.raises(ProtocolError) as caught:
        reload(tmp_path_factory.mktemp("bad"), bytes(data))
    assert caught.value.rule == "journal"


def test_records_that_are_moved_or_missing_are_refused(tmp_path, written):
    data, _, sizes = written
    first, second = data[sizes[0] : sizes[1]], data[sizes[1] : sizes[2]]
    for records in (second, second + first, first + first, first + data[sizes[2] :]):
        with pytest.raises(DamagedJournal):
            reload(tmp_path, data[: sizes[0]] + records)


def test_a_journal_of_nothing_is_refused(tmp_path):
    for data in (b"", b"minichain journal 2\n", b"minichain journal 1\n"):
        with pytest.raises(DamagedJournal):
            reload(tmp_path, data)


def test_a_folder_is_in_use_by_one_at_a_time(tmp_path):
    _, journal = make_node(tmp_path)
    with pytest.raises(FolderInUse) as caught:
        Journal(tmp_path)
    assert caught.value.rule == "folder"
    journal.close()
    Journal(tmp_path).close()


def test_a_block_that_cannot_be_kept_is_not_taken(tmp_path, monkeypatch):
    node, journal = make_node(tmp_path)
    pay(node, 1)
    head, size = node.chain.head, journal.path.stat().st_size

    def fail(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("minichain.node.journal.os.fsync", fail)
        with pytest.raises(NotPossible, match="No space left"):
            node.mine()
        side = node.chain.build([], parent=node.chain.genesis.hash)
        with pytest.raises(NotPossible, match="No space left"):
            node.import_block(side.encode())
        number = node.snapshot()
        with pytest.raises(NotPossible, match="No space left"):
            node.revert(number)
    assert node.chain.head == head
    assert side.hash not in node.chain
    assert journal.path.stat().st_size == size
    pay(node, 2)
    journal.close()
    again, journal = make_node(tmp_path)
    assert again.chain.head == node.chain.head
    journal.close()
