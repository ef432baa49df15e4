"""What an exported value refers to, and how often: the vertices that references in it resolve to, and so on from there.

A reference that is all there is to a field, element, conjunct or disjunct counts once, one inside another expression
twice; those in an evaluated value itself always twice. Source: behaviour of ``cue eval -e`` and ``cue def -e``.
"""

from __future__ import annotations

from pycue.evaluator import ir
from pycue.evaluator.values import Bottom, Disjunction, Expr, Num, String, Value
from pycue.evaluator.vertex import MEMBER, Environment, Vertex
from pycue.export.sharing import UNKNOWN, follow, scope_above
from pycue.export.view import final_value

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from pycue.evaluator.context import OpContext

__all__ = ["Needs"]

_NESTED = 2  # uses that a reference inside an expression counts for


def _is_there(vertex: Vertex) -> bool:
    """Whether a vertex is a field, and all around it are."""
    at: Vertex | None = vertex
    while at is not None and at.arc_type == MEMBER:
        at = at.parent
    return at is None


class Needs:
    """All vertices that the value ``root`` needs, with the number of their uses.

    ``evaluated``: the value is what is written, not its constraints; references lead to where values are shared from.
    ``totals`` has the outermost of these vertices, with the uses from outside of all that they hold. ``seen`` are the
    ``id`` of the references met; those in the lets of structs are not among them.
    """

    __slots__ = ("_ctx", "_evaluated", "_references", "_source", "_vertices", "seen", "totals", "uses")

    def __init__(self, ctx: OpContext, root: Vertex, *, evaluated: bool) -> None:
        self.uses: dict[Vertex, int] = {}
        self._ctx = ctx
        self.seen: set[int] = set()  # ids of resolvers
        self._vertices: set[Vertex] = set()
        self._evaluated = evaluated
        self._source = root  # whose conjuncts are being looked at
        self._references: list[tuple[Vertex, Vertex, int]] = []  # from, to, uses
        self._visit(root, _NESTED if evaluated else 1)
        self.totals: dict[Vertex, int] = {}
        for source, target, count in self._references:
            top = self.top(target)
            if self.top(source) is not top:
                self.totals[top] = self.totals.get(top, 0) + count

    def target(self, env: Environment | None, x: Expr) -> Vertex | None:
        """The vertex that a reference resolves to, if it names one outside of expressions."""
        if isinstance(x, ir.IndexExpr) and isinstance(x.index, ir.Resolver):
            index = follow(env, x.index)
            label = final_value(self._ctx, index) if index is not None else None
            label = label.base if isinstance(label, Vertex) else label
            if not isinstance(label, (String, Num)):
                return None
            x = ir.IndexExpr(x.x, label, x.src)
        found = follow(env, x)
        if found is None or found.parent is None or type(found.parent.base) is Bottom:
            return None
        if not _is_there(found) or _is_variable(env, x):
            return None
        self._ctx.finish(found)
        end = found.deref() if self._evaluated else found
        return end if end.arcs and not isinstance(end.base, Disjunction) else found

    def top(self, vertex: Vertex) -> Vertex:
        """The outermost vertex around one (or itself) that is needed as well."""
        top = vertex
        while vertex.parent is not None:
            if vertex in self.uses:
                top = vertex
            vertex = vertex.parent
        return top

    def _visit(self, vertex: Vertex, weight: int) -> None:
        pending = [vertex]
        while pending:
            vertex = pending.pop()
            if vertex in self._vertices:
                continue
            self._vertices.add(vertex)
            outer, self._source = self._source, vertex
            for conjunct in vertex.conjuncts:
                self._walk(conjunct.env, conjunct.x, weight, vertex)
            self._source = outer
            pending += reversed(vertex.deref().arcs.values())

    def _walk(self, env: Environment | None, x: object, weight: int, vertex: Vertex) -> None:
        """Note the references in an expression or declaration that contributes to ``vertex``."""
        if isinstance(x, ir.Resolver):
            self._refer(env, x, weight, vertex)
        elif isinstance(x, ir.Field):
            if x.label not in vertex.deref().arcs or env is None or env.vertex is UNKNOWN:
                self._walk(env, x.value, weight, UNKNOWN)
        elif isinstance(x, ir.StructLit):
            inner = Environment(env, vertex)
            for decl in x.decls:
                self._walk(inner, decl, weight, vertex)
        elif isinstance(x, ir.ListLit):
            inner = Environment(env, UNKNOWN)
            for elem in x.elems:
                self._walk(inner, elem, weight, UNKNOWN)
        elif isinstance(x, ir.Comprehension):
            self._walk_comprehension(env, x, weight)
        elif isinstance(x, ir.Ellipsis):
            self._walk(env, x.value, weight, UNKNOWN)
        elif isinstance(x, (ir.DynamicField, ir.BulkOptionalField)):
            self._walk(env, x.key if isinstance(x, ir.DynamicField) else x.filter, _NESTED, UNKNOWN)
            self._walk(env, x.value, weight, UNKNOWN)
        elif isinstance(x, ir.DisjunctionExpr):
            for value, _ in x.values:
                self._walk(env, value, weight, UNKNOWN)
        elif isinstance(x, ir.BinaryExpr) and x.op == "&":
            self._walk(env, x.x, weight, vertex)
            self._walk(env, x.y, weight, vertex)
        elif isinstance(x, (list, tuple)):
            for item in x:
                self._walk(env, item, weight, UNKNOWN)
        elif isinstance(x, (Expr, ir.Decl)) and not isinstance(x, (Value, ir.LetField)):
            for slot in type(x).__slots__:
                self._walk(env, getattr(x, slot), _NESTED, UNKNOWN)

    def _walk_comprehension(self, env: Environment | None, x: ir.Comprehension, weight: int) -> None:
        outer = env
        for clause in x.clauses:
            self._walk(env, clause, _NESTED, UNKNOWN)
            if not isinstance(clause, ir.IfClause):
                env = Environment(env, UNKNOWN)
        self._walk(env, x.value, weight, UNKNOWN)
        self._walk(outer, x.fallback, weight, UNKNOWN)

    def _refer(self, env: Environment | None, x: ir.Resolver, weight: int, vertex: Vertex) -> None:
        if isinstance(x, ir.LetReference):
            scope = env
            for _ in range(x.up_count):
                scope = scope.up if scope is not None else None
            if id(x) not in self.seen and scope is not None and scope.up is None:  # else it stays where it is
                self.seen.add(id(x))
                self._walk(scope, x.x, weight, UNKNOWN)
            return
        target = self.target(env, x)
        if target is None:
            if isinstance(x, (ir.SelectorExpr, ir.IndexExpr)):
                self._walk(env, x.x, _NESTED, UNKNOWN)
            if isinstance(x, ir.IndexExpr):
                self._walk(env, x.index, _NESTED, UNKNOWN)
            return
        new = target not in self.uses
        if id(x) not in self.seen:
            self.seen.add(id(x))
            unfinished = isinstance(target.deref().base, Bottom)
            count = _NESTED if unfinished else weight
            self.uses[target] = self.uses.get(target, 0) + count
            self._references.append((self._source, target, count))
        if new:
            self.uses.setdefault(target, weight)
            self._visit(target, 1)


def _is_variable(env: Environment | None, x: Expr) -> bool:
    """Whether a reference starts with a variable of a comprehension."""
    while isinstance(x, (ir.SelectorExpr, ir.IndexExpr)):
        x = x.x
    scope = scope_above(env, x.up_count) if isinstance(x, ir.FieldReference) else None
    return scope is not None and scope.vertex.detached and scope.vertex.label is None
