#pragma version 0.4.3
#pragma evm-version cancun
"""
@title SHA-1
@license BSD-3-Clause
@notice Hashes in the words of FIPS 180-4, section 6.1, turning words by products and
        divisions instead of shifts.
"""


# @dev Bits that a word of this function has.
MASK: constant(uint256) = 2**32 - 1


@external
@pure
def hash_chain(count: uint256, width: uint256) -> uint256:
    """
    @notice Hashes one block `count` times, each time with the digest before in it.
    @param width Is 2**32: a divisor that the compiler does not know.
    """
    digest: uint256[5] = [
        convert(0x67452301, uint256), convert(0xefcdab89, uint256),
        convert(0x98badcfe, uint256), convert(0x10325476, uint256),
        convert(0xc3d2e1f0, uint256),
    ]
    for i: uint256 in range(count, bound=100000):
        digest = self._compress(digest, i, width)
    return (
        digest[0] << 128 | digest[1] << 96 | digest[2] << 64 | digest[3] << 32
        | digest[4]
    )


@internal
@pure
def _compress(before: uint256[5], number: uint256, width: uint256) -> uint256[5]:
    w: uint256[80] = empty(uint256[80])
    for t: uint256 in range(80):
        if t < 16:
            w[t] = (before[t % 5] + number * (t + 1)) & MASK
        else:
            w[t] = self._turned(w[t - 3] ^ w[t - 8] ^ w[t - 14] ^ w[t - 16], 2, width)
    a: uint256 = before[0]
    b: uint256 = before[1]
    c: uint256 = before[2]
    d: uint256 = before[3]
    e: uint256 = before[4]
    for t: uint256 in range(80):
        f: uint256 = b ^ c ^ d
        k: uint256 = convert(0x6ed9eba1, uint256)
        if t < 20:
            f = (b & c) | ((b ^ MASK) & d)
            k = convert(0x5a827999, uint256)
        elif t >= 60:
            k = convert(0xca62c1d6, uint256)
        elif t >= 40:
            f = (b & c) | (b & d) | (c & d)
            k = convert(0x8f1bbcdc, uint256)
        sum: uint256 = (self._turned(a, 32, width) + f + e + k + w[t]) % width
        e = d
        d = c
        c = self._turned(b, 2**30, width)
        b = a
        a = sum
    return [
        (before[0] + a) % width, (before[1] + b) % width, (before[2] + c) % width,
        (before[3] + d) % width, (before[4] + e) % width,
    ]


@internal
@pure
def _turned(word: uint256, power: uint256, width: uint256) -> uint256:
    product: uint256 = word * power
    return product % width + product // width
