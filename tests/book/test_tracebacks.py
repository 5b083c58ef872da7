"""A page shows of a traceback the cell's lines and the error, and no file."""

from types import SimpleNamespace

import pytest
from docutils import nodes
from live.tracebacks import shorten_traceback, shorten_tracebacks

RULE = "-" * 75

SHORT = """\
ZeroDivisionError                         Traceback (most recent call last)
Cell In[2], line 1
----> 1 divide(1, 0)

ZeroDivisionError: division by zero"""

DEEP = f"""{RULE}
ZeroDivisionError                         Traceback (most recent call last)
Cell In[2], line 1
----> 1 divide(1, 0)

File ~/somewhere/package.py:3, in divide(a, b)
      2 def divide(a, b):
----> 3     return a / b

ZeroDivisionError: division by zero"""

CHAINED = f"""{RULE}
KeyError                                  Traceback (most recent call last)
File /somewhere/package.py:7, in look_up(table, name)
      6 try:
----> 7     return table[name]
      8 except KeyError as error:

KeyError: 'b'

The above exception was the direct cause of the following exception:

LookupError                               Traceback (most recent call last)
Cell In[5], line 2
      1 table = {{}}
----> 2 look_up(table, "b")

File /somewhere/package.py:9, in look_up(table, name)
      8 except KeyError as error:
----> 9     raise LookupError("no b") from error

LookupError: no b"""


def test_frames_of_files_are_left_out():
    assert shorten_traceback(DEEP) == SHORT


def test_of_errors_that_led_to_each_other_the_last_is_shown():
    assert shorten_traceback(CHAINED).split("\n") == [
        "LookupError                               Traceback (most recent call last)",
        "Cell In[5], line 2",
        "      1 table = {}",
        '----> 2 look_up(table, "b")',
        "",
        "LookupError: no b",
    ]
    during = CHAINED.replace(
        "The above exception was the direct cause of the following exception",
        "During handling of the above exception, another exception occurred",
    )
    assert shorten_traceback(during) == shorten_traceback(CHAINED)


@pytest.mark.parametrize("text", [SHORT, "Stopped: a\n\nmessage of three parts\n\nand"])
def test_what_is_short_stays_as_it_is(text):
    assert shorten_traceback(text) == text


def test_in_a_page_only_tracebacks_are_shortened():
    error = nodes.literal_block(DEEP, DEEP, classes=["output", "traceback"])
    stream = nodes.literal_block(DEEP, DEEP, classes=["output", "stream"])
    tree = nodes.Element("", error, stream)
    shorten_tracebacks(SimpleNamespace(), tree, "a/page")
    assert (error.astext(), error.rawsource) == (SHORT, SHORT)
    assert stream.astext() == DEEP
