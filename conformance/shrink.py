"""Makes a program that shows a difference as small as it can be while it still shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pycue.errors import CueSyntaxError
from pycue.source import Source
from pycue.syntax import ast
from pycue.syntax.format import format_node
from pycue.syntax.parser import parse_file

__all__ = ["shrink"]


def shrink(text: str, differs: Callable[[str], bool], budget: int = 400) -> str:
    """Smallest variant found of ``text`` for which ``differs`` holds; at most ``budget`` calls of it."""
    again = True
    while again:
        again = False
        for smaller in _variants(text):
            if len(smaller) >= len(text):
                continue
            budget -= 1
            if budget <= 0:
                return text
            if differs(smaller):
                text, again = smaller, True
                break
    return text


def _variants(text: str) -> Iterator[str]:
    """The program with one thing less, the largest cuts first."""
    count = len(list(_cuts(_parse(text))))
    for index in range(count):
        tree = _parse(text)
        list(_cuts(tree))[index]()
        try:
            candidate = format_node(tree)
            _parse(candidate)
        except (CueSyntaxError, ValueError):
            continue
        yield candidate


def _parse(text: str) -> ast.File:
    return parse_file(Source("in.cue", text))


def _cuts(node: object) -> Iterator[Callable[[], None]]:
    """Every cut that can be made at or below a node, as a function that makes it."""
    for holder in ("decls", "elts", "args", "clauses"):
        items = getattr(node, holder, None)
        if isinstance(items, list) and (len(items) > 1 or holder in ("decls", "elts")):
            for index in range(len(items)):
                yield lambda items=items, index=index: items.pop(index)  # type: ignore[misc]
    for slot in _slots(node):
        child = getattr(node, slot, None)
        if isinstance(child, ast.BinaryExpr):
            yield lambda node=node, slot=slot, x=child.x: setattr(node, slot, x)  # type: ignore[misc]
            yield lambda node=node, slot=slot, y=child.y: setattr(node, slot, y)  # type: ignore[misc]
        elif isinstance(child, ast.ParenExpr | ast.UnaryExpr):
            yield lambda node=node, slot=slot, x=child.x: setattr(node, slot, x)  # type: ignore[misc]
    if isinstance(node, ast.Field) and isinstance(node.value, ast.StructLit | ast.ListLit | ast.CallExpr):
        yield lambda node=node: setattr(node, "value", ast.Ident(0, "_"))  # type: ignore[misc]
    for slot in _slots(node):
        child = getattr(node, slot, None)
        for item in child if isinstance(child, list) else [child]:
            if isinstance(item, ast.Node):
                yield from _cuts(item)


def _slots(node: object) -> Iterator[str]:
    for cls in type(node).__mro__:
        yield from getattr(cls, "__slots__", ())
