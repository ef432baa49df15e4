"""CUE package regexp. Source: Go's package regexp, and pkg/regexp/manual.go for what differs."""

from __future__ import annotations

from pycue._go.re2 import compile_regexp, quote_meta
from pycue.std._declare import Package, function, raw_function

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    import re
    from typing import TypeAlias

    from pycue._go.linear import Found
    from pycue.evaluator.calls import CallContext

    Match: TypeAlias = "re.Match[str] | Found"

__all__ = ["PACKAGE"]


def _matches(pattern: str, text: str, limit: int) -> list[Match]:
    """The first ``limit`` matches (all if negative)."""
    found: list[Match] = []
    for match in compile_regexp(pattern).find_all(text):
        if 0 <= limit <= len(found):
            break
        found.append(match)
    if not found:
        raise ValueError("no match")
    return found


def _groups(match: Match) -> list[str]:
    return [match[0], *(group or "" for group in match.groups())]


def _named(match: Match) -> dict[str, str]:
    return {name: match[index] or "" for name, index in sorted(match.re.groupindex.items())}


def _expand(template: str, match: Match) -> str:
    """Put groups for ``$1``, ``$name``, ``${name}``; unknown ones are empty."""
    out = []
    at = 0
    while (dollar := template.find("$", at)) >= 0:
        out.append(template[at:dollar])
        at = dollar + 1
        if template[at : at + 1] == "$":
            out.append("$")
            at += 1
            continue
        braces = template[at : at + 1] == "{"
        start = end = at + braces
        while end < len(template) and (template[end] == "_" or template[end].isalnum()):
            end += 1
        if start == end or (braces and template[end : end + 1] != "}"):
            out.append("$")  # malformed: stands for itself
            continue
        out.append(_group(template[start:end], match))
        at = end + braces
    out.append(template[at:])
    return "".join(out)


def _group(name: str, match: Match) -> str:
    if name.isdecimal():
        number = int(name)
        return (match[number] or "") if number <= match.re.groups else ""
    return (match[name] or "") if name in match.re.groupindex else ""


def _replace_all(call: CallContext, literal: bool) -> str:
    pattern, text, template = (call.string(i) for i in range(3))
    out: list[str] = []
    at = size = 0
    for match in compile_regexp(pattern).find_all(text):
        out.append(text[at : match.start()])
        out.append(template if literal else _expand(template, match))
        size += len(out[-1])
        call.ctx.check_size(size)
        at = match.end()
    return "".join(out) + text[at:]


def _valid(pattern: str) -> bool:
    compile_regexp(pattern)
    return True


PACKAGE = Package(
    "regexp",
    [
        function("Find", "s s", "s", lambda pattern, s: _matches(pattern, s, 1)[0][0]),
        function("FindAll", "s s i", "l", lambda pattern, s, n: [m[0] for m in _matches(pattern, s, n)]),
        function(
            "FindAllNamedSubmatch", "s s i", "l", lambda pattern, s, n: [_named(m) for m in _matches(pattern, s, n)]
        ),
        function("FindAllSubmatch", "s s i", "l", lambda pattern, s, n: [_groups(m) for m in _matches(pattern, s, n)]),
        function("FindNamedSubmatch", "s s", "t", lambda pattern, s: _named(_matches(pattern, s, 1)[0])),
        function("FindSubmatch", "s s", "l", lambda pattern, s: _groups(_matches(pattern, s, 1)[0])),
        raw_function("ReplaceAll", "s s s", "s", lambda call: _replace_all(call, False)),
        raw_function("ReplaceAllLiteral", "s s s", "s", lambda call: _replace_all(call, True)),
        function("Valid", "s", "b", _valid),
        function("Match", "s s", "b", lambda pattern, s: compile_regexp(pattern).matches(s)),
        function("QuoteMeta", "s", "s", quote_meta),
    ],
)
