"""Nodes of the output graph and what hangs on them. Source: internal/core/adt/composite.go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pycue.evaluator import kind as k
from pycue.evaluator.values import Value

if TYPE_CHECKING:
    from pycue.evaluator.values import Expr
    from pycue.labels import AnyLabel

__all__ = [
    "EVALUATING",
    "FINALIZED",
    "MEMBER",
    "NOT_PRESENT",
    "OPTIONAL",
    "PENDING",
    "REQUIRED",
    "UNPROCESSED",
    "CloseInfo",
    "Conjunct",
    "Environment",
    "Vertex",
]

# Arc types, strongest first: combining two takes the smaller.
MEMBER = 0
REQUIRED = 1
OPTIONAL = 2
PENDING = 3
NOT_PRESENT = 4

# Status of a vertex.
UNPROCESSED = 0
EVALUATING = 1
FINALIZED = 2


class Environment:
    """One lexical frame: a struct literal (or comprehension clause) being evaluated at ``vertex``.

    ``dynamic_label`` is the label matched by a pattern or computed for a dynamic field, for label aliases.
    """

    __slots__ = ("dynamic_label", "lets", "up", "vertex")

    def __init__(self, up: Environment | None, vertex: Vertex, dynamic_label: AnyLabel | None = None) -> None:
        self.up = up
        self.vertex = vertex
        self.dynamic_label = dynamic_label
        self.lets: dict[object, Vertex] | None = None  # cache of let values per environment


class CloseInfo:
    """Provenance of a conjunct, for closedness and cycle detection. The evaluator core defines its further fields."""

    __slots__ = ("cycle", "embed", "from_def", "from_embed", "id", "outer", "refs")


class Conjunct:
    """An expression to evaluate in an environment; ``x`` is an Expr or a declaration such as a Field."""

    __slots__ = ("close", "env", "x")

    def __init__(self, env: Environment | None, x: Expr, close: CloseInfo | None = None) -> None:
        self.env = env
        self.x = x
        self.close = close


class Vertex(Value):
    """One node of the output: a field, list element, file root, or a detached value.

    ``base`` is a scalar, constraint, Disjunction, StructMarker, ListMarker, Bottom, another Vertex (shared, or the
    single surviving disjunct), or None while unknown. ``arcs`` keeps insertion order.
    """

    __slots__ = ("arc_type", "arcs", "base", "conjuncts", "label", "parent", "state", "status")
    concrete = True  # at its own level; see pycue.evaluator.context for the exact test

    def __init__(self, parent: Vertex | None = None, label: AnyLabel | None = None) -> None:
        self.src = None
        self.parent = parent
        self.label = label
        self.arc_type = MEMBER
        self.arcs: dict[AnyLabel, Vertex] = {}
        self.conjuncts: list[Conjunct] = []
        self.base: Value | None = None
        self.status = UNPROCESSED
        self.state: object | None = None

    @property
    def kind(self) -> int:  # type: ignore[override]
        return self.base.kind if self.base is not None else k.TOP
