"""References that leave the exported value: ``eval -e x`` shows ``x`` alone, so what it refers to comes along.

Concrete scalars and empty structs replace the reference; anything else becomes a let at the end of the file, with the
path it was found at as a comment. Source: behaviour of ``cue eval -e``.
"""

from __future__ import annotations

import re

from pycue.evaluator import ir
from pycue.evaluator.values import Bool, Bytes, Null, Num, String, StructMarker
from pycue.evaluator.vertex import Vertex
from pycue.export.needs import Needs
from pycue.export.nodes import field_label, ident
from pycue.export.sharing import is_closed
from pycue.labels import Label
from pycue.syntax import ast, token
from pycue.syntax.literal import is_valid_ident, quote_label

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from pycue.evaluator.context import OpContext
    from pycue.evaluator.values import Expr
    from pycue.export.state import State
    from pycue.labels import AnyLabel

__all__ = ["Pivot", "is_definition"]

_SCALARS = (Null, Bool, Num, String, Bytes)


class Pivot:
    """What the value ``root`` needs from outside.

    ``hoisted`` are the vertices that become lets, in order; ``names`` those that are named at all.
    """

    __slots__ = ("_evaluated", "_needs", "closes", "ctx", "hoisted", "names", "root", "writing_lets")

    def __init__(self, ctx: OpContext, root: Vertex, *, evaluated: bool) -> None:
        self.ctx = ctx
        self.root = root
        self.hoisted: list[Vertex] = []
        self.names: dict[Vertex, str] = {}
        self._evaluated = evaluated
        self._needs: Needs | None = None
        self.closes = is_definition(root.deref())
        self.writing_lets = False

    @property
    def needs(self) -> Needs:
        """What is needed; found out when the first reference is to be written, as most values have none."""
        if self._needs is None:
            self._needs = Needs(self.ctx, self.root, evaluated=self._evaluated)
        return self._needs

    def reference(self, state: State, x: Expr) -> ast.Expr | None:
        """What stands for a reference; None where it is to be written as it is, or is made of others."""
        target = self.needs.target(state.env, x) if id(x) in self.needs.seen else None
        if target is None:
            return None
        head = x
        while isinstance(head, (ir.SelectorExpr, ir.IndexExpr)):
            head = head.x
        start = self.needs.target(state.env, head)
        if start is not None and self._path_to(start):
            return None
        labels = self._path_to(target)
        if labels is not None:
            return _written(labels)
        around = [frame.vertex for frame in state.frames if frame.vertex is not None]
        if target in around or (start is not None and any(start.parent is vertex.deref() for vertex in around)):
            return None  # it stands in what it refers to
        top = self.needs.top(target)
        closed = is_definition(top)
        once = self.needs.totals.get(top, 0) == 1
        if (once and self._in_definition(state)) if closed else (once or self._is_plain(target, top)):
            return state.expr(target)
        return self._named(state, target, top, closed=closed)

    def _in_definition(self, state: State) -> bool:
        """Whether what is being written will be closed anyway."""
        if self.closes and not self.writing_lets:
            return True
        labels = [frame.vertex.label for frame in state.frames[1:] if frame.vertex is not None]
        return any(isinstance(label, Label) and label.is_definition for label in labels)

    def _is_plain(self, target: Vertex, top: Vertex) -> bool:
        """Whether a vertex that nothing around is needed of is concrete and has no fields."""
        if target is not top or target.deref().arcs:
            return False
        base = target.deref().base
        return isinstance(base, (*_SCALARS, StructMarker))

    def _named(self, state: State, target: Vertex, top: Vertex, *, closed: bool) -> ast.Expr:
        """Reference by way of the let that the vertex ``top`` becomes."""
        name = self.names.get(top)
        if name is None:
            letters = re.sub(r"\W", "", str(top.label)).lstrip("_").upper()
            if isinstance(top.label, int):
                letters = f"Index{top.label}"
            name = self.names[top] = state.unique(letters if is_valid_ident(letters) else "X")
        if target is top and top not in self.hoisted:
            self.hoisted.append(top)  # a let that is only selected from is left out, as officially
        result: ast.Expr = ident(name)
        if closed:
            result = ast.SelectorExpr(result, 0, ident("#x"))
        labels: list[AnyLabel] = []
        while target is not top and target.parent is not None:
            labels.append(target.label)  # type: ignore[arg-type]
            target = target.parent
        for label in reversed(labels):
            if isinstance(label, int):
                result = ast.IndexExpr(result, 0, ast.BasicLit(0, "INT", str(label)), 0)
            else:
                result = ast.SelectorExpr(result, 0, field_label(label))
        return result

    def lets(self, state: State) -> list[ast.Decl]:
        """Clauses for all that was hoisted, and for what those need in turn."""
        clauses: dict[Vertex, ast.Decl] = {}
        self.writing_lets = True
        for target in self.hoisted:  # which may grow meanwhile
            value = state.expr(target)
            if is_definition(target):
                value = ast.StructLit(0, [ast.Field(ident("#x"), 0, value)], 0)
            clause = ast.LetClause(token.NEWLINE, ident(self.names[target]), 0, value)
            comment = ast.Comment(token.NEW_SECTION, f"//cue:path: {_path(target)}")
            clause.comments = [ast.CommentGroup([comment], doc=True)]
            clauses[target] = clause
        return [clauses[target] for target in self.needs.uses if target in clauses] if clauses else []

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


def is_definition(vertex: Vertex) -> bool:
    """Whether a value is closed as definitions are, by itself or by what is around it."""
    at: Vertex | None = vertex
    while at is not None:
        if is_closed(at):
            return True
        at = at.parent
    return False


def _path(vertex: Vertex) -> str:
    names: list[str] = []
    at: Vertex | None = vertex
    while at is not None and at.label is not None:
        names.append(quote_label(at.label) if isinstance(at.label, str) else str(at.label))
        at = at.parent
    return ".".join(reversed(names))
