"""CUE packages crypto/md5, crypto/sha1, crypto/sha256 and crypto/sha512."""

from __future__ import annotations

import hashlib

from pycue.std._declare import Package, function

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Callable

    from pycue.evaluator.values import Builtin

__all__ = ["PACKAGES", "digest"]


def digest(algorithm: str) -> Callable[[bytes], bytes]:
    """The function that hashes bytes."""

    def apply(data: bytes) -> bytes:
        return hashlib.new(algorithm, data, usedforsecurity=False).digest()

    return apply


def _sum(name: str, algorithm: str) -> Builtin:
    return function(name, "S", "S", digest(algorithm))


PACKAGES = {
    package.path: package
    for package in (
        Package("crypto/md5", [_sum("Sum", "md5")], {"Size": 16, "BlockSize": 64}),
        Package("crypto/sha1", [_sum("Sum", "sha1")], {"Size": 20, "BlockSize": 64}),
        Package(
            "crypto/sha256",
            [_sum("Sum256", "sha256"), _sum("Sum224", "sha224")],
            {"Size": 32, "Size224": 28, "BlockSize": 64},
        ),
        Package(
            "crypto/sha512",
            [
                _sum("Sum512", "sha512"),
                _sum("Sum384", "sha384"),
                _sum("Sum512_224", "sha512_224"),
                _sum("Sum512_256", "sha512_256"),
            ],
            {"Size": 64, "Size224": 28, "Size256": 32, "Size384": 48, "BlockSize": 128},
        ),
    )
}
