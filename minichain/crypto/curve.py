"""The curve secp256k1 is the set of points on which keys are made and checked.

Bitcoin chose it and Ethereum kept it: y² = x³ + 7, modulo a prime. Its arithmetic is
done by `eth_keys`: in C where ``coincurve`` is installed, else in plain Python. Both
give the same verdict on every signature.

References
----------
.. [1] Certicom Research, SEC 2, section 2.4.1; SEC 1 version 2.0, section 4.1.4.
"""

from eth_keys.backends.base import BaseECCBackend
from eth_keys.backends.coincurve import CoinCurveECCBackend, is_coincurve_available
from eth_keys.backends.native.ecdsa import ecdsa_raw_verify
from eth_keys.backends.native.main import NativeECCBackend
from eth_keys.datatypes import BaseSignature, PublicKey

from minichain.crypto.signature import CURVE_ORDER

FIELD_PRIME = 2**256 - 2**32 - 977
"""The prime whose remainders are the curve's coordinates."""


class PlainCurve(NativeECCBackend):
    """The curve in plain Python, exact where the library's own check is not."""

    def ecdsa_verify(
        self, msg_hash: bytes, signature: BaseSignature, public_key: PublicKey
    ) -> bool:
        """Return whether a signature's numbers fit a digest and a key."""
        r, s = signature.rs
        # SEC 1, section 4.1.4: r is a coordinate modulo the order. Coordinates reach
        # a little further, so the smallest values of r stand for two of them.
        coordinates = (r, r + CURVE_ORDER) if r + CURVE_ORDER < FIELD_PRIME else (r,)
        point = public_key.to_bytes()
        return any(ecdsa_raw_verify(msg_hash, (x, s), point) for x in coordinates)


CURVE: BaseECCBackend = (
    CoinCurveECCBackend() if is_coincurve_available() else PlainCurve()
)
"""The arithmetic in use: C if it is there, else plain Python."""
