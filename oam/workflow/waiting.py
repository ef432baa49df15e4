"""What a step that waits is waiting for, told from the condition in its template."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from oam.definition.trees import label_name
from oam.render.objects import plain
from pycue.errors import CueError
from pycue.syntax import ast
from pycue.syntax.format import format_node

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pycue import Context, Value

__all__ = ["waiting_for"]

_MISSING = object()
_COMPARISONS = ("==", "!=", "<", "<=", ">", ">=")


def waiting_for(tree: ast.File, path: Sequence[str], value: Value, context: Context) -> str:
    """What the condition of a wait lacks: ``waiting: readyReplicas 0 of 2``; empty where that cannot be told.

    Args:
        tree: the template.
        path: of the action, by labels.
        value: the template as it is evaluated.
        context: evaluates parts of the condition.
    """
    found = [
        condition
        for node in _at(tree.decls, path)
        for labels in (("continue",), ("$params", "continue"))
        for condition in _at(_decls(node), labels)
    ]
    for condition in found:
        for part in _conjuncts(condition):
            if not isinstance(part, ast.BasicLit) and (text := _lack(part, value, context)):
                return f"waiting: {text}"
    return ""


def _at(decls: Sequence[ast.Decl], path: Sequence[str]) -> Iterator[ast.Expr]:
    """The values of fields at a path, also of those that stand under a condition."""
    for decl in decls:
        if isinstance(decl, ast.Field) and label_name(decl) == path[0]:
            if len(path) == 1:
                yield decl.value
            else:
                yield from _at(_decls(decl.value), path[1:])
        elif isinstance(decl, ast.Comprehension):
            yield from _at(_decls(decl.value), path)


def _decls(expr: ast.Expr) -> Sequence[ast.Decl]:
    """The declarations of a struct, or of all structs of a unification."""
    if isinstance(expr, ast.StructLit):
        return expr.elts
    if isinstance(expr, ast.BinaryExpr) and expr.op == "&":
        return [*_decls(expr.x), *_decls(expr.y)]
    return _decls(expr.x) if isinstance(expr, ast.ParenExpr) else ()


def _conjuncts(expr: ast.Expr) -> Iterator[ast.Expr]:
    if isinstance(expr, ast.ParenExpr):
        yield from _conjuncts(expr.x)
    elif isinstance(expr, ast.BinaryExpr) and expr.op == "&&":
        yield from _conjuncts(expr.x)
        yield from _conjuncts(expr.y)
    else:
        yield expr


def _lack(part: ast.Expr, value: Value, context: Context) -> str:
    """Why a part of a condition is not true; empty if it is."""
    if _read(part, value, context) is True:
        return ""
    if not isinstance(part, ast.BinaryExpr) or part.op not in _COMPARISONS:
        name = _name(part)
        return f"{name} is not true" if name else _text(part)
    left, right = part.x, part.y
    if not _name(left):
        left, right = right, left
    name, is_now, wanted = _name(left), _read(left, value, context), _read(right, value, context)
    if not name:
        return _text(part)
    if wanted is _MISSING and ".status." in _text(right):  # what will be counted there is asked for in the spec
        wanted = _evaluate(_text(right).replace(".status.", ".spec.", 1), value, context)
    if wanted is _MISSING:
        return f"{_name(right) or _text(right)} is not there yet"
    if type(wanted) is int and part.op in ("==", ">=", "<="):
        if is_now is _MISSING or type(is_now) is int:  # a count of nothing is left out by Kubernetes
            return f"{name} {0 if is_now is _MISSING else is_now} of {wanted}"
    if is_now is _MISSING:
        return f"{name} is not there yet"
    return f"{name} is {json.dumps(is_now)}, wanted {part.op if part.op != '==' else ''}{json.dumps(wanted)}"


def _read(expr: ast.Expr, value: Value, context: Context) -> Any:
    return _evaluate(_text(expr), value, context)


def _evaluate(text: str, value: Value, context: Context) -> Any:
    try:
        return plain(context.compile_expression(text, filename="continue", scope=value).decode())
    except CueError:
        return _MISSING


def _name(expr: ast.Expr) -> str:
    """The last label of a reference."""
    if isinstance(expr, ast.ParenExpr):
        return _name(expr.x)
    label = expr.sel if isinstance(expr, ast.SelectorExpr) else expr.index if isinstance(expr, ast.IndexExpr) else expr
    if isinstance(label, ast.Ident):
        return label.name
    return label.value.strip('"') if isinstance(label, ast.BasicLit) and label is not expr else ""


def _text(expr: ast.Expr) -> str:
    return format_node(expr).strip()
