"""Regular expressions that cost nothing at import.

The module ``re`` takes as long to import as a small file takes to evaluate. So the scanner's expression comes compiled
(:mod:`pycue.syntax._lexer`, see :func:`stored`), and all others are compiled when they are first used.
"""

from __future__ import annotations

from sys import byteorder

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterator
    from typing import Any

__all__ = ["Lazy", "numbers", "stored"]


class Lazy:
    """A regular expression, compiled when it is first used, with methods of :class:`re.Pattern`."""

    __slots__ = ("findall", "finditer", "match", "search", "sub", "text")
    if TYPE_CHECKING:
        findall: Callable[..., list[Any]]
        finditer: Callable[..., Iterator[re.Match[str]]]
        match: Callable[..., re.Match[str] | None]
        search: Callable[..., re.Match[str] | None]
        sub: Callable[..., str]

    def __init__(self, text: str) -> None:
        self.text = text

    def __getattr__(self, name: str) -> Any:
        """Called while the methods are not there: put them there."""
        import re

        pattern = re.compile(self.text)
        for method in ("findall", "finditer", "match", "search", "sub"):
            setattr(self, method, getattr(pattern, method))
        return getattr(pattern, name)


def numbers(text: str, form: str) -> list[int]:
    """Numbers from hexadecimal, the low byte first; ``form`` is ``"h"`` (16 bits, signed), ``"i"`` (32) or ``"I"``."""
    data = bytearray.fromhex(text)
    if byteorder == "big":
        width = 2 if form == "h" else 4
        columns = [data[at::width] for at in range(width)]
        for at in range(width):
            data[at::width] = columns[width - 1 - at]
    found: list[int] = memoryview(data).cast(form).tolist()  # type: ignore[call-overload]
    return found


def stored(text: str) -> re.Pattern[str]:
    """The scanner's expression (verbose), from stored code where this Python can run it, else compiled now.

    The code belongs to one version of CPython's engine, which has a number for that.
    """
    try:
        import _sre  # type: ignore[import-not-found]
        import sys
        from binascii import crc32

        from pycue.syntax import _lexer

        engine = (sys.implementation.name, _sre.MAGIC, _sre.CODESIZE)
        if engine == _lexer.ENGINE and crc32(text.encode()) == _lexer.CHECKSUM:
            code = numbers(_lexer.CODE, "I")
            pattern: re.Pattern[str] = _sre.compile(
                text, _lexer.FLAGS, code, _lexer.GROUPS, {}, (None,) * (_lexer.GROUPS + 1)
            )
            return pattern
    except (ImportError, AttributeError, RuntimeError, TypeError):
        pass  # another implementation, or code that it does not take
    import re

    return re.compile(text, re.VERBOSE)
