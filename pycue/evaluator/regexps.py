"""Compiled regular expressions, kept for the next use."""

from __future__ import annotations

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from pycue._go.re2 import Regexp

__all__ = ["compile_regexp"]

_LIMIT = 512
_compiled: dict[str, Regexp | str] = {}


def compile_regexp(text: str) -> Regexp | str:
    """The pattern, or the official text of what is wrong with it."""
    found = _compiled.get(text)
    if found is None:
        from pycue._go.re2 import RegexpError
        from pycue._go.re2 import compile_regexp as translate

        try:
            found = translate(text)
        except RegexpError as fault:
            found = str(fault)
        if len(_compiled) >= _LIMIT:
            _compiled.clear()
        _compiled[text] = found
    return found
