"""Nodes of the output graph and what hangs on them. Source: internal/core/adt/composite.go."""

from __future__ import annotations

from types import MappingProxyType

from pycue.evaluator import kind as k
from pycue.evaluator.values import ListMarker, StructMarker, Value
from pycue.labels import LET, Label

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from typing import Any

    from pycue.evaluator.ir import Decl, StructLit
    from pycue.evaluator.values import Bottom, Expr
    from pycue.labels import AnyLabel

__all__ = [
    "CLOSED_ONCE",
    "CLOSED_RECURSIVE",
    "CYCLE_NONE",
    "CYCLE_OPTIONAL",
    "EVALUATING",
    "FINALIZED",
    "IN_DEFINITION",
    "IN_EXPRESSION",
    "IS_CYCLIC",
    "MAYBE_CYCLIC",
    "MEMBER",
    "NOT_PRESENT",
    "OPTIONAL",
    "PENDING",
    "REQUIRED",
    "SAME_PATH",
    "UNPROCESSED",
    "WITHIN_DEFINITION",
    "Chosen",
    "CloseInfo",
    "Conjunct",
    "Environment",
    "Evidence",
    "Pattern",
    "RefNode",
    "Requirement",
    "StructInfo",
    "Trail",
    "Vertex",
    "scalar_vertex",
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

# Closedness of a vertex: by close(), and by being (part of) a definition.
CLOSED_ONCE = 1
CLOSED_RECURSIVE = 2

# What a vertex is part of: a definition, a value written in an expression; a definition beyond such values too.
IN_DEFINITION = 1
IN_EXPRESSION = 2
WITHIN_DEFINITION = 4

# Cycle flags of a conjunct.
CYCLE_NONE = 0
CYCLE_OPTIONAL = 1
MAYBE_CYCLIC = 2
IS_CYCLIC = 3


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


class RefNode:
    """One link of a conjunct's chain of references: ``ref`` resolved to ``target`` while evaluating ``node``."""

    __slots__ = ("next", "node", "ref", "target")

    def __init__(self, ref: Any, target: Vertex, node: Vertex, next: RefNode | None) -> None:
        self.ref = ref
        self.target = target
        self.node = node
        self.next = next


class Trail:
    """One reference or comprehension ``x`` that a conjunct came through at ``node``; ``next`` is the one before."""

    __slots__ = ("next", "node", "x")

    def __init__(self, x: Any, node: Vertex, next: Trail | None) -> None:
        self.x = x
        self.node = node
        self.next = next


class CloseInfo:
    """Provenance of a conjunct, for closedness (ids, see closedness.py) and for cycle detection (see cycle.py).

    Immutable once attached to a conjunct: derive with :meth:`copy`, then set. ``refs`` is the chain of references that
    a cycle is looked for in, ``trail`` all references and comprehensions that led here, for the positions of conflicts.
    """

    __slots__ = ("cycle", "embed", "from_def", "from_embed", "id", "opened", "outer", "refs", "trail")

    def __init__(self) -> None:
        self.id = 0
        self.embed = 0
        self.outer = 0
        self.from_def = False
        self.from_embed = False
        self.opened = False  # came through ``x...``: nothing in it closes the node
        self.cycle = CYCLE_NONE
        self.refs: RefNode | None = None
        self.trail: Trail | None = None

    def copy(self) -> CloseInfo:
        """A copy to be changed."""
        new = CloseInfo.__new__(CloseInfo)
        new.id = self.id
        new.embed = self.embed
        new.outer = self.outer
        new.from_def = self.from_def
        new.from_embed = self.from_embed
        new.opened = self.opened
        new.cycle = self.cycle
        new.refs = self.refs
        new.trail = self.trail
        return new


class Conjunct:
    """An expression to evaluate in an environment; ``x`` is an Expr or a declaration such as a Field."""

    __slots__ = ("close", "env", "x")

    def __init__(self, env: Environment | None, x: Expr | Decl, close: CloseInfo) -> None:
        self.env = env
        self.x = x
        self.close = close


class Chosen(Conjunct):
    """In a clone for a disjunct: the alternative that took the place of a disjunction."""

    __slots__ = ()


class Pattern:
    """``[value]: conjunct`` of a vertex; ``value`` is evaluated."""

    __slots__ = ("conjunct", "value")

    def __init__(self, value: Value, conjunct: Conjunct) -> None:
        self.value = value
        self.conjunct = conjunct


class StructInfo:
    """A struct literal that contributed to a vertex; ``times`` counts how often (comprehensions)."""

    __slots__ = ("close", "env", "lit")

    def __init__(self, lit: StructLit, env: Environment | None, close: CloseInfo) -> None:
        self.lit = lit
        self.env = env
        self.close = close


class Requirement:
    """A referenced closed vertex, embedding scope or struct scope that fields must be covered by (closedness.py)."""

    __slots__ = ("embed", "id", "ignored", "kind", "outer", "recursive", "vertex")

    def __init__(
        self, vertex: Vertex | None, id: int, outer: int, embed: int, kind: int, ignored: bool, recursive: bool
    ) -> None:
        self.vertex = vertex
        self.id = id
        self.outer = outer
        self.embed = embed
        self.kind = kind
        self.ignored = ignored
        self.recursive = recursive

    def copy(self) -> Requirement:
        """A copy, for the clone of a node."""
        return Requirement(self.vertex, self.id, self.outer, self.embed, self.kind, self.ignored, self.recursive)


class Evidence:
    """Closedness bookkeeping of one vertex: requirements by id, aliases of ids, and which ids contributed what.

    ``references`` has the first requirement of each vertex that was referred to.
    """

    __slots__ = ("aliases", "infos", "references", "reqs")

    def __init__(self) -> None:
        self.reqs: dict[int, Requirement] = {}
        self.references: dict[Vertex, Requirement] = {}
        self.aliases: list[tuple[int, int]] = []
        self.infos: dict[int, list[int]] = {}  # id -> [embed, flags]

    def copy(self) -> Evidence:
        """A deep enough copy, for the clone of a node."""
        new = Evidence()
        new.reqs = {ident: r.copy() for ident, r in self.reqs.items()}
        new.references = {v: new.reqs[r.id] for v, r in self.references.items()}
        new.aliases = self.aliases[:]
        new.infos = {i: info[:] for i, info in self.infos.items()}
        return new


STRUCT = StructMarker()
_NO_ARCS: dict[AnyLabel, Vertex] = MappingProxyType({})  # type: ignore[assignment]
SAME_PATH = Label(0, "", "")  # label of a trial of the value above it: errors in it are errors there


class Vertex(Value):
    """One node of the output: a field, list element, file root, or a detached value.

    ``base`` is a scalar, constraint, Disjunction, StructMarker, ListMarker, Bottom, another Vertex (shared, or the
    single surviving disjunct), or None while unknown. ``arcs`` keeps insertion order.

    ``closed`` is a mask of CLOSED_*, ``open`` tells of an ellipsis. ``detached`` vertices are no part of the output
    (lets, inline values, loop variables); ``shared`` ones have the vertex they stand for as base. ``child_error`` is
    the fatal, ``child_incomplete`` an incomplete error of a descendant. ``depth`` is the evaluation depth while it is
    being evaluated, else 0. ``around`` is a mask of what the vertices above make it part of.
    """

    __slots__ = (
        "arc_type",
        "arcs",
        "around",
        "base",
        "child_error",
        "child_incomplete",
        "closed",
        "conjuncts",
        "copy",
        "depth",
        "detached",
        "evidence",
        "label",
        "notify",
        "open",
        "parent",
        "patterns",
        "shared",
        "state",
        "status",
        "structs",
    )
    concrete = True  # at its own level; see pycue.evaluator.context for the exact test

    def __init__(self, parent: Vertex | None = None, label: AnyLabel | None = None) -> None:
        self.src = None
        self.parent = parent
        self.around = 0 if parent is None else parent.inside()
        self.label = label
        self.arc_type = MEMBER
        self.arcs: dict[AnyLabel, Vertex] = {}
        self.conjuncts: list[Conjunct] = []
        self.base: Value | None = None
        self.status = UNPROCESSED
        self.state: Any = None  # NodeState while being evaluated
        self.closed = 0
        self.open = False
        self.detached = False
        self.shared = False
        self.depth = 0
        self.copy: Vertex | None = None  # the clone that stands for it while a disjunct is evaluated
        self.patterns: list[Pattern] | None = None
        self.structs: list[StructInfo] | None = None
        self.child_error: Bottom | None = None
        self.child_incomplete: Bottom | None = None
        self.evidence: Evidence | None = None
        self.notify: list[tuple[Any, CloseInfo]] | None = None  # nodes to give conjuncts that arrive late

    def inside(self) -> int:
        """What is in this vertex is part of: a mask of IN_DEFINITION, IN_EXPRESSION and WITHIN_DEFINITION."""
        around = self.around
        if self.closed & CLOSED_RECURSIVE:
            around |= IN_DEFINITION | WITHIN_DEFINITION
        if self.detached:
            if not self.closed & CLOSED_RECURSIVE:
                around &= ~IN_DEFINITION
            if type(self.label) is not Label or self.label.kind != LET:
                around |= IN_EXPRESSION
        return around

    @property
    def kind(self) -> int:  # type: ignore[override]
        v: Value = self
        while type(v) is Vertex:
            base = v.base
            if base is None:
                return int(v.state.kind) if v.state is not None else k.TOP
            v = base
        return v.kind

    def deref(self) -> Vertex:
        """The vertex this one stands for: sharing and single surviving disjuncts are followed."""
        v = self
        while type(v.base) is Vertex:
            v = v.base
        return v

    def is_struct(self) -> bool:
        """Whether the base (after :meth:`deref`) is a struct."""
        return type(self.deref().base) is StructMarker

    def is_list(self) -> bool:
        """Whether the base (after :meth:`deref`) is a list."""
        return type(self.deref().base) is ListMarker

    def path(self) -> list[AnyLabel]:
        """Labels from the root, or from the vertex of a value written in place."""
        out: list[AnyLabel] = []
        v: Vertex | None = self
        while v is not None:
            if v.label is not None:
                if v.label is not SAME_PATH:
                    out.append(v.label)
            elif v.detached:
                break
            v = v.parent
        out.reverse()
        return out


def scalar_vertex(parent: Vertex, label: AnyLabel, value: Value) -> Vertex:
    """A finished vertex of a scalar: there may be very many, so it has no containers of its own."""
    v = Vertex.__new__(Vertex)
    v.src = None
    v.parent = parent
    v.label = label
    v.arc_type = MEMBER
    v.arcs = _NO_ARCS
    v.conjuncts = ()  # type: ignore[assignment]
    v.base = value
    v.status = FINALIZED
    v.state = v.copy = v.patterns = v.structs = v.evidence = v.notify = None
    v.closed = v.depth = 0
    v.around = parent.inside()
    v.open = v.detached = v.shared = False
    v.child_error = v.child_incomplete = None
    return v
