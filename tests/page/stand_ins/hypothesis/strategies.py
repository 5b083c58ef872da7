"""Ways to draw values, as far as the tests that run in the page use them."""


class Strategy:
    """Draws a value from a source of randomness."""

    def __init__(self, draw):
        self.draw = draw


class Data:
    """Draws within a test."""

    def __init__(self, source):
        self._source = source

    def draw(self, strategy):
        """Return a value."""
        return strategy.draw(self._source)


def integers(low, high):
    """Draw an integer, its bounds more often than their share."""
    return Strategy(lambda s: s.choice((low, high, *(s.randint(low, high),) * 4)))


def floats(low, high):
    """Draw a number, its bounds more often than their share."""
    return Strategy(lambda s: s.choice((low, high, *(s.uniform(low, high),) * 4)))


def lists(strategy, min_size=0, max_size=20):
    """Draw several values."""

    def draw(source):
        size = source.randint(min_size, max_size)
        return [strategy.draw(source) for _ in range(size)]

    return Strategy(draw)


def binary(min_size=0, max_size=40):
    """Draw bytes."""
    return Strategy(lambda s: s.randbytes(s.randint(min_size, max_size)))


def just(value):
    """Draw one value."""
    return Strategy(lambda _: value)


def sampled_from(values):
    """Draw one of some values."""
    return Strategy(lambda s: s.choice(list(values)))


def one_of(*strategies):
    """Draw by one of some ways."""
    return Strategy(lambda s: s.choice(strategies).draw(s))


def data():
    """Draw within the test."""
    return Strategy(Data)
