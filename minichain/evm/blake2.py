"""BLAKE2b's compression is a round function, run as often as the caller pays for.

References
----------
.. [1] RFC 7693, sections 2.6 to 3.2; EIP-152, the contract.
"""

import struct

INITIAL = (
    0x6A09E667F3BCC908, 0xBB67AE8584CAA73B, 0x3C6EF372FE94F82B, 0xA54FF53A5F1D36F1,
    0x510E527FADE682D1, 0x9B05688C2B3E6C1F, 0x1F83D9ABFB41BD6B, 0x5BE0CD19137E2179,
)  # fmt: skip
"""The initialisation vector: the fractions of the first eight primes' roots."""

_ORDERS = (
    "0123456789abcdef", "ea489fd61c02b753", "b8c052fdae367194", "7931dcbe265a40f8",
    "905724afe1bc683d", "2c6a0b834d75fe19", "c51fed4a0763928b", "db7ec13950f4862a",
    "6fe9b308c2d714a5", "a2847615fb9e3cd0",
)  # fmt: skip

SIGMA = tuple(tuple(int(digit, 16) for digit in order) for order in _ORDERS)
"""The order in which each of ten rounds takes the message's words."""

_LINES = (
    (0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15),
    (0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14),
)  # fmt: skip
# Columns, then diagonals, of the square of sixteen words.

MASK64 = 2**64 - 1
"""All bits of a word."""


def _turn(value: int, count: int) -> int:
    return (value >> count | value << (64 - count)) & MASK64


def _mix(v: list[int], line: tuple[int, int, int, int], x: int, y: int) -> None:
    a, b, c, d = line
    v[a] = (v[a] + v[b] + x) & MASK64
    v[d] = _turn(v[d] ^ v[a], 32)
    v[c] = (v[c] + v[d]) & MASK64
    v[b] = _turn(v[b] ^ v[c], 24)
    v[a] = (v[a] + v[b] + y) & MASK64
    v[d] = _turn(v[d] ^ v[a], 16)
    v[c] = (v[c] + v[d]) & MASK64
    v[b] = _turn(v[b] ^ v[c], 63)


def compress(data: bytes) -> bytes:
    """Return the eight words of state after the rounds.

    Parameters
    ----------
    data : bytes
        213 bytes: rounds, 8 words of state, 16 of message, 2 of count, whether last.
    """
    (rounds,) = struct.unpack(">I", data[:4])
    words = struct.unpack("<26Q", data[4:212])
    state, message, counts = words[:8], words[8:24], words[24:]
    v = [*state, *INITIAL]
    v[12] ^= counts[0]
    v[13] ^= counts[1]
    if data[212]:
        v[14] ^= MASK64
    for turn in range(rounds):
        order = SIGMA[turn % 10]
        for i, line in enumerate(_LINES):
            _mix(v, line, message[order[2 * i]], message[order[2 * i + 1]])
    after = [h ^ v[i] ^ v[i + 8] for i, h in enumerate(state)]
    return struct.pack("<8Q", *after)
