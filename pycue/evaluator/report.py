"""Making, combining and placing errors. Source: internal/core/adt/errors.go for codes and positions."""

from __future__ import annotations

from pycue.evaluator import kind as k
from pycue.evaluator.ir import Decl, Field
from pycue.evaluator.values import EVAL, INCOMPLETE, Bottom, Disjunction, Expr, Message, Src
from pycue.evaluator.vertex import Vertex

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from pycue.evaluator.context import OpContext
    from pycue.evaluator.vertex import CloseInfo
    from pycue.source import Position

__all__ = [
    "add_positions",
    "close_positions",
    "conflict",
    "make_error",
    "merge",
    "positions_of",
    "together",
    "told_again",
    "unresolved",
    "wrap_error",
]


def position_of(src: Any) -> Position | None:
    """Position of a Src, expression or declaration."""
    if src is None:
        return None
    if type(src) is not Src:
        src = getattr(src, "src", None)
        if type(src) is tuple:
            src = src[0] if src else None
        if src is None:
            return None
    position: Position | None = src.position
    return position


def positions_of(x: Any) -> list[Position]:
    """All positions a value stands for: its own, or those of all leaf conjuncts of a vertex."""
    if isinstance(x, Vertex):
        out = []
        for c in x.conjuncts:
            leaf = c.x.value if type(c.x) is Field else c.x
            position = position_of(leaf)
            if position is not None:
                out.append(position)
        if not out and x.src is not None:
            places = x.src if isinstance(x.src, tuple) else (x.src,)
            return [position for place in places if (position := position_of(place)) is not None]
        if not out and x.base is not None and not isinstance(x.base, Vertex):
            return positions_of(x.base)
        return out
    if isinstance(x, (Expr, Decl)):
        position = position_of(x)
        if position is not None:
            return [position]
    return []


def make_error(ctx: OpContext, code: int, src: Any, format: str, args: Sequence[Any], slug: str = "cue.eval") -> Bottom:
    """An error at the vertex being evaluated; value arguments contribute their positions."""
    vertex = ctx.vertex
    aux: list[Position] = []
    for arg in args:
        if isinstance(arg, Expr):
            aux.extend(positions_of(arg))
    path = vertex.path() if vertex is not None else ()
    message = Message(format, args, path, position_of(src), aux, None, slug)
    return Bottom(code, (message,), None, vertex)


def unresolved(ctx: OpContext, src: Any, value: Disjunction) -> Bottom:
    """Error for a disjunction where a concrete value is needed; it has no positions of its own."""
    args = (value, k.kind_string(value.kind))
    bottom = make_error(ctx, INCOMPLETE, src, "unresolved disjunction %s (type %s)", args)
    bottom.messages[0].positions = []
    return bottom


def wrap_error(ctx: OpContext, code: int, src: Any, inner: Bottom, format: str, args: Sequence[Any]) -> Bottom:
    """An error whose text is followed by the text of another, for each of its messages."""
    bottom = make_error(ctx, code, src, format, args)
    message = bottom.messages[0]
    bottom.messages = [message.around(Bottom(inner.code, [cause])) for cause in inner.messages]
    return bottom


def conflict(ctx: OpContext, v1: Expr, v2: Expr, k1: int, k2: int, infos: Iterable[CloseInfo | None]) -> Bottom:
    """``conflicting values v1 and v2``, with kinds where those exclude each other; never a primary position."""
    if k1 == k2:
        bottom = make_error(ctx, EVAL, None, "conflicting values %s and %s", (v1, v2), "cue.conflict")
    else:
        args = (v1, v2, k.kind_string(k1), k.kind_string(k2))
        bottom = make_error(
            ctx, EVAL, None, "conflicting values %s and %s (mismatched types %s and %s)", args, "cue.conflict"
        )
    for info in infos:
        if info is not None:
            add_positions(bottom, close_positions(ctx, info))
    return bottom


def close_positions(ctx: OpContext, info: CloseInfo) -> list[Position]:
    """Positions of the references and scopes through which a conjunct came in."""
    out = []
    seen = set()
    ident = info.id
    while ident and ident not in seen:
        seen.add(ident)
        position = position_of(ctx.id_source[ident])
        if position is not None:
            out.append(position)
        ident = ctx.id_parent[ident]
    link = info.trail
    while link is not None:
        position = position_of(link.x)
        if position is not None:
            out.append(position)
        link = link.next
    return out


def add_positions(bottom: Bottom, positions: Iterable[Position]) -> None:
    """Add auxiliary positions to all messages."""
    extra = list(positions)
    if extra:
        for message in bottom.messages:
            message.positions = [*message.positions, *extra]


def together(a: Bottom, b: Bottom) -> Bottom:
    """The errors of two values in one, which may be the same."""
    if a is not b:
        return merge(a, b) or a
    both = Bottom(a.code, a.messages, a.src, a.node)
    both.value = a.value
    both.child = a.child
    both.recursive = a.recursive
    both.close_check = a.close_check
    both.listed = True
    return both


def told_again(bottom: Bottom) -> Bottom:
    """The same error, but as another one than that of the value it was found at."""
    new = Bottom(bottom.code, [message.around(message.wrapped) for message in bottom.messages], bottom.src, bottom.node)
    new.not_exists = bottom.not_exists
    new.permanent = bottom.permanent
    new.elsewhere = bottom.elsewhere
    new.close_check = bottom.close_check
    new.required = bottom.required
    return new


def merge(a: Bottom | None, b: Bottom | None) -> Bottom | None:
    """Both errors in one; a fatal error hides incomplete ones."""
    if a is None or a is b:
        return b
    if b is None:
        return a
    if a.code != b.code:
        if a.code >= INCOMPLETE or b.code >= INCOMPLETE:
            return a if a.code < b.code else b
    messages = list(a.messages)
    for message in b.messages:
        if message not in messages:
            messages.append(message)
    both = Bottom(min(a.code, b.code), messages, a.src, a.node)
    both.value = a.value
    both.child = a.child
    both.recursive = a.recursive and b.recursive
    both.close_check = a.close_check or b.close_check
    both.not_exists = a.not_exists and b.not_exists
    both.permanent = a.permanent or b.permanent
    both.elsewhere = a.elsewhere and b.elsewhere
    both.listed = True
    return both
