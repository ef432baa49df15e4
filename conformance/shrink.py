"""Makes a program that shows a difference as small as it can be while it still shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from pycue.errors import CueSyntaxError
from pycue.source import Source
from pycue.syntax import ast
from pycue.syntax.format import format_node
from pycue.syntax.parser import parse_file
from pycue.syntax.walk import children

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


def _cuts(tree: ast.File) -> Iterator[Callable[[], object]]:
    """Every cut that can be made in a tree, as a function that makes it."""
    pending: list[ast.Node] = [tree]
    while pending:
        node = pending.pop(0)
        yield from _cuts_at(node)
        pending += children(node)


def _cuts_at(node: ast.Node) -> Iterator[Callable[[], object]]:
    for holder in ("decls", "elts", "args", "clauses"):
        items = getattr(node, holder, None)
        if isinstance(items, list) and (len(items) > 1 or holder in ("decls", "elts")):
            yield from (partial(items.pop, index) for index in range(len(items)))
    for slot in type(node).__slots__:
        child = getattr(node, slot, None)
        if isinstance(child, ast.BinaryExpr):
            yield partial(setattr, node, slot, child.x)
            yield partial(setattr, node, slot, child.y)
        elif isinstance(child, ast.ParenExpr | ast.UnaryExpr):
            yield partial(setattr, node, slot, child.x)
    if isinstance(node, ast.Field) and isinstance(node.value, ast.StructLit | ast.ListLit | ast.CallExpr):
        yield partial(setattr, node, "value", ast.Ident(0, "_"))
