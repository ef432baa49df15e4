"""CUE package crypto/hmac."""

from __future__ import annotations

import hmac

from pycue.std._declare import Package, function

__all__ = ["PACKAGE"]

_ALGORITHMS = {
    "MD5": "md5",
    "SHA1": "sha1",
    "SHA224": "sha224",
    "SHA256": "sha256",
    "SHA384": "sha384",
    "SHA512": "sha512",
    "SHA512_224": "sha512_224",
    "SHA512_256": "sha512_256",
}


def _sign(name: str, key: bytes, data: bytes) -> bytes:
    algorithm = _ALGORITHMS.get(name)
    if algorithm is None:
        raise ValueError("unsupported hash function")
    return hmac.new(key, data, algorithm).digest()


PACKAGE = Package("crypto/hmac", [function("Sign", "s S S", "S", _sign)], {name: name for name in _ALGORITHMS})
