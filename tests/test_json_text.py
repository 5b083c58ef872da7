"""JSON from outside ends in a value or a named error, however deep or broken it is."""

import json
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minichain.json_text import InvalidJson, parse_json

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


def depth(value):
    if isinstance(value, dict):
        return 1 + max(map(depth, value.values()), default=0)
    if isinstance(value, list):
        return 1 + max(map(depth, value), default=0)
    return 0


@given(values)
def test_a_value_is_read_at_its_own_depth_and_refused_below(value):
    text = json.dumps(value)
    assert parse_json(text, depth(value)) == value
    if depth(value):
        with pytest.raises(InvalidJson, match="lists within lists"):
            parse_json(text, depth(value) - 1)


@given(st.text(alphabet='[]{}",:\\ a1'))
def test_any_text_ends_in_a_value_or_the_named_error(text):
    try:
        value = parse_json(text, 8)
    except InvalidJson:
        return
    assert value == json.loads(text)


def test_brackets_inside_strings_do_not_count():
    assert parse_json('["[[[[\\"[[["]', 1) == ['[[[["[[[']


def test_a_raised_recursion_limit_does_not_end_the_process():
    code = (
        "import sys; sys.setrecursionlimit(10**6)\n"
        "from minichain.json_text import InvalidJson, parse_json\n"
        "try: parse_json('[' * 5_000_000, 100)\n"
        "except InvalidJson as error: print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout == "more than 100 lists within lists\n"


@pytest.mark.parametrize("part", ['"\\', '\\"', '"a', "[", '"\\"', "\\"])
def test_time_grows_with_the_text_alone(part):
    with pytest.raises(InvalidJson):
        parse_json(part * 300_000, 10)
