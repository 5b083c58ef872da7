"""A channel carries plain values unchanged, calls both ways, and survives nonsense."""

import queue
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.grade_channel import LENGTH, Gone, Peer, Remote

plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.binary()
    | st.floats(allow_nan=False) | st.binary().map(bytearray),
    lambda inner: st.lists(inner)
    | st.lists(inner).map(tuple)
    | st.sets(st.integers() | st.text() | st.binary())
    | st.frozensets(st.integers() | st.binary())
    | st.dictionaries(st.text() | st.integers() | st.binary(), inner),
    max_leaves=20,
)  # fmt: skip


class Open(Peer):
    """The confined side, with names to ask for."""

    names: dict

    def answer(self, kind, rest):
        return self.names[rest[0]] if kind == "name" else super().answer(kind, rest)


@pytest.fixture
def pair():
    there, here = queue.Queue(), queue.Queue()

    def take(source):
        frame = source.get(timeout=10)
        if frame is None:
            raise Gone
        return frame[LENGTH.size :]

    grader = Peer(lambda: take(here), there.put)
    notebook = Open(lambda: take(there), here.put, is_open=True)
    notebook.names = {}

    def serve():
        try:
            while True:
                kind, *rest = notebook.receive()
                notebook.serve(kind, rest)
        except Gone:
            pass

    thread = threading.Thread(target=serve)
    thread.start()
    yield grader, notebook
    there.put(None)
    thread.join()


def deaf() -> Peer:
    return Peer(lambda: b"", lambda data: None)


@given(plain)
def test_a_plain_value_arrives_as_it_was(value):
    peer = deaf()
    arrived = peer.decode(peer.encode(value))
    assert arrived == value
    assert type(arrived) is type(value)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda x: st.lists(x) | st.dictionaries(st.text(), x),
        max_leaves=10,
    )
)
def test_any_json_at_all_decodes_or_ends_the_channel(data):
    try:
        deaf().decode(data)
    except Gone:
        pass


@given(st.binary())
def test_any_bytes_at_all_are_a_message_or_end_the_channel(data):
    peer = Peer(lambda: data, lambda data: None)
    try:
        message = peer.receive()
    except Gone:
        return
    assert isinstance(message[0], str)


def test_a_value_that_pretends_to_equal_all_arrives_as_plain():
    class Sly(int):
        def __eq__(self, other):
            return True

        __hash__ = int.__hash__

    peer = deaf()
    assert type(peer.decode(peer.encode(Sly(7)))) is int


def test_functions_are_called_where_they_are_and_may_call_back(pair):
    grader, notebook = pair
    notebook.names["twice"] = lambda f, x: f(f(x))
    twice = grader.request("name", "twice")
    assert isinstance(twice, Remote)
    assert twice(lambda x: x + 3, 1) == 7


def test_calls_nest_as_deep_as_a_receiver_that_calls_back(pair):
    grader, notebook = pair
    notebook.names["down"] = lambda n, f: n if n == 0 else f(n - 1)
    down = grader.request("name", "down")

    def again(n):
        return down(n, again)

    assert down(5, again) == 0


def test_an_error_keeps_its_kind_its_text_and_its_name(pair):
    grader, notebook = pair

    class Refused(ValueError):
        pass

    def refuse():
        raise Refused("claim 7 was paid already")

    notebook.names["refuse"] = refuse
    with pytest.raises(ValueError, match="claim 7 was paid already") as caught:
        grader.request("name", "refuse")()
    assert type(caught.value).__name__ == "Refused"


def test_leaving_the_program_is_an_error_of_the_answer_only(pair):
    grader, notebook = pair

    def leave():
        raise SystemExit(0)

    notebook.names["leave"] = leave
    with pytest.raises(Exception, match="0"):
        grader.request("name", "leave")()


def test_the_other_side_may_call_only_what_it_was_given():
    peer = deaf()
    for request in (["call", 0, [], []], ["part", 0, "x"], ["run", [], []], ["x"]):
        with pytest.raises(Gone):
            peer.answer(request[0], request[1:])


def test_a_function_that_was_given_cannot_be_looked_into():
    peer = deaf()
    peer.encode(len)
    with pytest.raises(Gone):
        peer.answer("part", [0, "__globals__"])
    assert peer.answer("call", [0, [{"bytes": "0102"}], []]) == 2


def test_a_test_passes_data_and_functions_and_nothing_else():
    with pytest.raises(TypeError, match="which is no data"):
        deaf().encode(object())


def test_endless_objects_are_refused():
    peer = Peer(lambda: b"", lambda data: None, is_open=True)
    with pytest.raises(ValueError, match="objects have been passed"):
        peer.encode([object() for _ in range(10_001)])
