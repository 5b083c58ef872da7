"""Stands in for hypothesis in the page, where its compiled part is not: examples are
drawn at random from a fixed seed, and none is made smaller."""

import functools
import inspect
import random

from hypothesis import strategies

__all__ = ["given", "settings", "strategies"]

EXAMPLES = 30
"""Examples of a test that names no number."""


def given(*positional, **named):
    """Run a test on drawn examples."""

    def wrap(test):
        names = list(inspect.signature(test).parameters)
        drawn = {**dict(zip(names[::-1], positional[::-1], strict=False)), **named}

        @functools.wraps(test)
        def run(**others):
            source = random.Random(test.__qualname__)
            for _ in range(getattr(run, "examples", EXAMPLES)):
                values = {name: s.draw(source) for name, s in drawn.items()}
                test(**others, **values)

        left = [p for n, p in inspect.signature(test).parameters.items()]
        left = [parameter for parameter in left if parameter.name not in drawn]
        run.__signature__ = inspect.Signature(left)
        del run.__wrapped__
        return run

    return wrap


def settings(max_examples=EXAMPLES, **_):
    """Say how many examples are drawn."""

    def wrap(test):
        test.examples = min(max_examples, EXAMPLES)
        return test

    return wrap
