"""References that leave the exported value: ``eval -e x`` shows ``x`` alone, so what it refers to comes along.

Concrete scalars and empty structs replace the reference; anything else becomes a let at the end of the file, with the
path it was found at as a comment. Source: behaviour of ``cue eval -e``.
"""

from __future__ import annotations

import re

from pycue.evaluator import ir
from pycue.evaluator.values import Bool, Bytes, Expr, Null, Num, String, StructMarker, Value
from pycue.evaluator.vertex import CLOSED_RECURSIVE, MEMBER, Vertex
from pycue.export.expressions import is_constant
from pycue.export.nodes import field_label, ident
from pycue.export.view import final_value
from pycue.labels import Label
from pycue.syntax import ast, token
from pycue.syntax.literal import is_valid_ident, quote_label

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from pycue.evaluator.context import OpContext
    from pycue.evaluator.vertex import Environment
    from pycue.export.state import State
    from pycue.labels import AnyLabel

__all__ = ["Pivot"]

_SCALARS = (Null, Bool, Num, String, Bytes)


class Pivot:
    """What the value ``root`` needs from outside.

    ``hoisted`` are the vertices that become lets, in order, with their names.
    """

    __slots__ = ("_needed", "ctx", "hoisted", "root")

    def __init__(self, ctx: OpContext, root: Vertex) -> None:
        self.ctx = ctx
        self.root = root
        self.hoisted: dict[Vertex, str] = {}
        self._needed: set[Vertex] | None = None

    def reference(self, state: State, x: Expr) -> ast.Expr | None:
        """What stands for a reference; None where it is to be written as it is, or is made of others."""
        target = self._target(state.env, x)
        if target is None:
            return None
        head = x
        while isinstance(head, (ir.SelectorExpr, ir.IndexExpr)):
            head = head.x
        start = self._target(state.env, head)
        if start is None or self._path_to(start):
            return None
        labels = self._path_to(target)
        if labels is not None:
            return _written(labels)
        around, rest = self._needed_around(target)
        if around is not None:
            result = self._name(state, around)
            for label in rest:
                result = ast.SelectorExpr(result, 0, field_label(label))
            return result
        return self._inline(state, target) or self._name(state, target)

    def _inline(self, state: State, target: Vertex) -> ast.Expr | None:
        """A concrete scalar or an empty struct, which needs no let."""
        value = final_value(self.ctx, target)
        base = value.base if isinstance(value, Vertex) else value
        if isinstance(base, _SCALARS) and not (isinstance(value, Vertex) and value.arcs):
            declared = [conjunct.x for conjunct in target.conjuncts]
            if len(declared) == 1 and isinstance(declared[0], ir.Field) and is_constant(declared[0].value):
                return state.expr(declared[0].value)
            return state.value(base)
        if isinstance(base, StructMarker) and isinstance(value, Vertex) and not value.arcs and not value.patterns:
            return ast.StructLit(0, [], 0)
        return None

    def _name(self, state: State, target: Vertex) -> ast.Expr:
        """Name of the let that a vertex becomes."""
        name = self.hoisted.get(target)
        if name is None:
            letters = re.sub(r"\W", "", str(target.label)).lstrip("_").upper()
            name = self.hoisted[target] = state.unique(letters if is_valid_ident(letters) else "X")
        if _is_definition(target):
            return ast.SelectorExpr(ident(name), 0, ident("#x"))
        return ident(name)

    def _needed_around(self, target: Vertex) -> tuple[Vertex | None, list[AnyLabel]]:
        """A vertex around ``target`` that is referred to as well, and the labels that lead on from there."""
        if self._needed is None:
            self._needed = set()
            self._collect(self._needed)
        labels: list[AnyLabel] = []
        vertex = target
        while vertex.parent is not None and vertex.label is not None and vertex.parent.parent is not None:
            labels.append(vertex.label)
            vertex = vertex.parent
            if vertex in self._needed and self._path_to(vertex) is None:
                return vertex, labels[::-1]
        return None, labels

    def _collect(self, needed: set[Vertex]) -> None:
        """Find all vertices outside that the value refers to."""
        pending = [self.root]
        seen: set[Vertex] = set()
        while pending:
            vertex = pending.pop()
            if vertex in seen:
                continue
            seen.add(vertex)
            pending += vertex.deref().arcs.values()
            for conjunct in vertex.conjuncts:
                self._collect_from(conjunct.env, conjunct.x, needed)

    def _collect_from(self, env: Environment | None, x: object, needed: set[Vertex]) -> None:
        expressions = [x.value if isinstance(x, ir.Field) else x]
        while expressions:
            x = expressions.pop()
            if isinstance(x, ir.Resolver):
                target = self._target(env, x)
                if target is not None:
                    if self._path_to(target) is None:
                        needed.add(target)
                    continue
            if isinstance(x, (list, tuple)):
                expressions += x
            elif isinstance(x, Expr) and not isinstance(x, (Value, ir.StructLit, ir.ListLit, ir.LetReference)):
                expressions += [getattr(x, slot) for slot in type(x).__slots__]

    def lets(self, state: State) -> list[ast.Decl]:
        """Clauses for all that was hoisted, and for what those need in turn."""
        clauses: list[ast.Decl] = []
        done = 0
        while done < len(self.hoisted):
            target, name = list(self.hoisted.items())[done]
            done += 1
            value = state.expr(target)
            if _is_definition(target):
                value = ast.StructLit(0, [ast.Field(ident("#x"), 0, value)], 0)
            clause = ast.LetClause(token.NEWLINE, ident(name), 0, value)
            comment = ast.Comment(token.NEW_SECTION, f"//cue:path: {_path(target)}")
            clause.comments = [ast.CommentGroup([comment], doc=True)]
            clauses.append(clause)
        return clauses

    def _target(self, env: Environment | None, x: Expr) -> Vertex | None:
        """The vertex that a reference made of names alone leads to, if it is known."""
        if isinstance(x, ir.FieldReference):
            for _ in range(x.up_count):
                env = env.up if env is not None else None
            return _field(env.vertex, x.label) if env is not None else None
        if isinstance(x, ir.SelectorExpr):
            parent = self._target(env, x.x)
            return _field(parent, x.label) if parent is not None else None
        if isinstance(x, ir.IndexExpr) and isinstance(x.index, String):
            parent = self._target(env, x.x)
            return _field(parent, x.index.value) if parent is not None else None
        return None

    def _path_to(self, target: Vertex) -> list[AnyLabel] | None:
        """Labels that lead from the root to a vertex below it; None if it is elsewhere."""
        labels: list[AnyLabel] = []
        vertex: Vertex | None = target
        while vertex is not None and vertex is not self.root:
            labels.append(vertex.label)  # type: ignore[arg-type]
            vertex = vertex.parent
        return None if vertex is None else labels[::-1]


def _written(labels: list[AnyLabel]) -> ast.Expr | None:
    """A path as a reference, if it can be one."""
    if not labels or any(type(label) is int for label in labels):
        return None
    result: ast.Expr = field_label(labels[0])
    if not isinstance(result, ast.Ident):
        return None
    for label in labels[1:]:
        result = ast.SelectorExpr(result, 0, field_label(label))
    return result


def _field(vertex: Value, label: object) -> Vertex | None:
    if not isinstance(vertex, Vertex):
        return None
    arc = vertex.deref().arcs.get(label)  # type: ignore[call-overload]
    return arc if arc is not None and arc.arc_type == MEMBER else None


def _is_definition(vertex: Vertex) -> bool:
    """Whether a value is closed as definitions are, so that its let must be one."""
    if isinstance(vertex.label, Label) and vertex.label.is_definition:
        return True
    return bool(vertex.deref().closed & CLOSED_RECURSIVE)


def _path(vertex: Vertex) -> str:
    names: list[str] = []
    at: Vertex | None = vertex
    while at is not None and at.label is not None:
        names.append(quote_label(at.label) if isinstance(at.label, str) else str(at.label))
        at = at.parent
    return ".".join(reversed(names))
