"""Regular expressions that cost nothing at import.

The module ``re`` takes as long to import as a small file takes to evaluate. So the scanner's expression comes compiled
(:mod:`pycue.syntax._lexer`, see :func:`stored`), and all others are compiled when they are first used.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

__all__ = ["Lazy", "stored"]


class Lazy:
    """A regular expression that is compiled when it is first used."""

    __slots__ = ("_pattern", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self._pattern: re.Pattern[str] | None = None

    @property
    def pattern(self) -> re.Pattern[str]:
        """The compiled expression."""
        if self._pattern is None:
            import re

            self._pattern = re.compile(self.text)
        return self._pattern

    def match(self, text: str, at: int = 0) -> re.Match[str] | None:
        """As the method of :class:`re.Pattern`."""
        return self.pattern.match(text, at)

    def search(self, text: str) -> re.Match[str] | None:
        """As the method of :class:`re.Pattern`."""
        return self.pattern.search(text)

    def finditer(self, text: str, start: int, end: int) -> Iterator[re.Match[str]]:
        """As the method of :class:`re.Pattern`."""
        return self.pattern.finditer(text, start, end)


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
            code = list(map(int, _lexer.CODE.split()))
            pattern: re.Pattern[str] = _sre.compile(
                text, _lexer.FLAGS, code, _lexer.GROUPS, {}, (None,) * (_lexer.GROUPS + 1)
            )
            return pattern
    except (ImportError, AttributeError, RuntimeError, TypeError):
        pass  # another implementation, or code that it does not take
    import re

    return re.compile(text, re.VERBOSE)
