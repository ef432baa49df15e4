"""Closedness by evidence: requirements are integer ids, conjuncts carry the ident they came through.

Every reference to a definition and every result of ``close()`` makes a requirement on the node it is added to. A field
is allowed if, for each requirement, one of its conjuncts came through it (or from the literal around an embedding).
Source: internal/core/adt/typocheck.go for the behaviour.
"""

from __future__ import annotations

from pycue.evaluator.ir import BinaryExpr, IndexExpr, SelectorExpr, StructLit
from pycue.evaluator.values import Bottom, Disjunction
from pycue.evaluator.vertex import (
    CLOSED_ONCE,
    CLOSED_RECURSIVE,
    IN_DEFINITION,
    OPTIONAL,
    Evidence,
    Requirement,
)
from pycue.labels import Label

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from typing import Any

    from pycue.evaluator.context import OpContext
    from pycue.evaluator.node import NodeState
    from pycue.evaluator.vertex import CloseInfo, Vertex
    from pycue.labels import AnyLabel

__all__ = [
    "ELLIPSIS",
    "OPEN_VALIDATOR",
    "STRUCT",
    "TOP",
    "accepts",
    "add_reference",
    "denied_arcs",
    "closed_by_call",
    "in_definition",
    "inherit_closed",
    "is_closed",
    "merge_evidence",
    "note",
    "refers_to_itself",
    "spawn_embed",
    "split_struct",
]

# What an ident contributed to a node.
STRUCT = 1
TOP = 2
ELLIPSIS = 4
OPEN_VALIDATOR = 8

# Kinds of requirement.
REFERENCE = 0
EMBEDDING = 1
SCOPE = 2


def inherit_closed(arc: Vertex) -> None:
    """A new definition is closed; its fields are closed by what is required of them, not by themselves."""
    label = arc.label
    if type(label) is Label and label.is_definition:
        arc.closed |= CLOSED_RECURSIVE


def is_closed(v: Vertex) -> bool:
    """Whether the vertex is closed by itself: a definition, or by ``close()``."""
    return v.closed != 0


def in_definition(v: Vertex) -> bool:
    """Whether the vertex is a definition or part of one."""
    return bool(v.inside() & IN_DEFINITION)


def _evidence(n: NodeState) -> Evidence:
    v = n.v
    evidence = v.evidence
    if evidence is None:
        evidence = v.evidence = Evidence()
        if n.has_top or n.scalar is not None or v.structs or n.checks:
            evidence.infos[0] = [0, 0]
    return evidence


def _changed(n: NodeState) -> None:
    """What was worked out from the evidence of the node, for it or for nodes below, does not hold any more."""
    if n.closing is not None:
        n.closing = None
        n.ctx.closing += 1


def note(n: NodeState, close: CloseInfo, flags: int) -> None:
    """Record that an ident contributed a value to the node."""
    ident = close.id
    evidence = n.v.evidence
    if evidence is None:
        if ident == 0:
            return
        evidence = _evidence(n)
    if n.closing is not None:
        _changed(n)
    info = evidence.infos.get(ident)
    if info is None:
        evidence.infos[ident] = [close.embed, flags]
    else:
        info[1] |= flags


def refers_to_itself(n: NodeState, close: CloseInfo) -> None:
    """A reference of the node to itself contributes nothing, which is no evidence for it either."""
    if close.id:
        _evidence(n)


def _new(n: NodeState, kind: int, close: CloseInfo, parent: int, source: Any, recursive: bool) -> int:
    ctx = n.ctx
    ident = ctx.new_id(parent, source)
    _changed(n)
    _evidence(n).reqs[ident] = Requirement(None, ident, close.outer, close.embed, kind, True, recursive)
    return ident


def spawn_embed(n: NodeState, x: Any, close: CloseInfo) -> CloseInfo:
    """Provenance of an expression embedded in a struct literal."""
    new = close.copy()
    new.from_embed = True
    if type(x) is StructLit or type(x) is not BinaryExpr or x.op == "&":
        new.id = _new(n, EMBEDDING, close, close.id, x, close.from_def)
        new.embed = new.id
    return new


def split_struct(n: NodeState, lit: StructLit, close: CloseInfo) -> CloseInfo:
    """Provenance of the fields of a literal that has embeddings."""
    if lit.is_file or lit.explicit_open or close.outer or close.from_embed:
        return close
    new = close.copy()
    new.id = new.outer = _new(n, SCOPE, close, close.id, lit, close.from_def)
    return new


def split_instance(n: NodeState, x: Vertex, close: CloseInfo) -> CloseInfo:
    """Provenance of what a whole instance adds to another value: its files are one literal, which embeddings close."""
    if x.parent is not None or close.outer or close.from_embed:
        return close
    if not any(type(c.x) is StructLit and c.x.is_file for c in x.conjuncts):
        return close
    new = close.copy()
    new.id = new.outer = _new(n, SCOPE, close, close.id, None, close.from_def)
    return new


def _link(ctx: OpContext, evidence: Evidence, source: int, target: int) -> None:
    if source == target:
        return
    if source < target and not ctx.id_parent[target]:
        ctx.id_parent[target] = source
        if target != len(ctx.id_parent) - 1:
            ctx.closing += 1
    elif (source, target) not in evidence.aliases:
        evidence.aliases.append((source, target))


def _mentions_definition(ref: Any) -> bool:
    """Whether a reference goes through a definition anywhere on its path."""
    while ref is not None:
        label = getattr(ref, "label", None)
        if type(label) is Label and label.is_definition:
            return True
        ref = ref.x if isinstance(ref, (SelectorExpr, IndexExpr)) else None
    return False


def add_reference(n: NodeState, v: Vertex, ref: Any, close: CloseInfo) -> tuple[CloseInfo, bool]:
    """Provenance of what vertex ``v`` adds to the node; also whether ``v`` was added before (then only bookkeeping)."""
    label = v.label
    is_definition = (type(label) is Label and label.is_definition) or (ref is not None and _mentions_definition(ref))
    closed = is_closed(v)
    seen = n.seen
    before = seen is not None and v in seen
    if not (is_definition or closed or close.from_def or close.id) and not before:
        if seen is None:
            seen = n.seen = {}
        seen[v] = close
        return close, False
    close = close.copy()
    if not closed and close.embed:
        close.from_def = False
    if is_definition:
        close.from_def = True
    if close.opened:
        is_definition = closed = close.from_def = False
    recursive = closed and v.closed != CLOSED_ONCE
    once = closed and v.closed == CLOSED_ONCE
    force_ignore = not is_definition and not (closed and v.closed & CLOSED_ONCE)
    _changed(n)
    evidence = _evidence(n)
    if close.from_def and close.from_embed and not force_ignore:
        _activate(n.ctx, evidence, close.outer, recursive)
    if force_ignore:
        ignored = True
    elif close.embed or not close.outer:
        ignored = not (close.from_def or once or recursive)
    else:
        ignored = close.from_embed
    close.id = _requirement(n, evidence, v, ref, close, ignored, recursive)
    if seen is None:
        seen = n.seen = {}
    if before:
        note(n, close, 0)
        return close, True
    seen[v] = close
    return close, False


def _activate(ctx: OpContext, evidence: Evidence, scope: int, recursive: bool) -> None:
    """An embedded definition closes the literal around it, and the literals around that."""
    while scope:
        req = evidence.reqs.get(scope)
        if req is not None:
            req.ignored = False
            req.recursive = req.recursive or recursive
        scope = ctx.id_parent[scope]


def _requirement(
    n: NodeState, evidence: Evidence, v: Vertex, ref: Any, close: CloseInfo, ignored: bool, recursive: bool
) -> int:
    ctx = n.ctx
    existing = evidence.references.get(v)
    if existing is not None and existing.ignored and not ignored:
        existing.ignored = ignored
        existing.outer = close.outer
        existing.embed = close.embed
    if existing is None or close.embed:
        ident = ctx.new_id(0, ref)
        req = Requirement(v, ident, close.outer, close.embed, REFERENCE, ignored, recursive)
        evidence.reqs[ident] = req
        evidence.references.setdefault(v, req)
        if existing is not None:
            _link(ctx, evidence, ident, existing.id)
    else:
        ident = existing.id
    if close.id:
        _link(ctx, evidence, close.id, ident)
    return ident


def merge_evidence(v: Vertex, other: Vertex) -> None:
    """Two equal disjuncts become one: what either, or any of its fields, came through counts."""
    if v is other:
        return
    if v.state is not None:
        _changed(v.state)
    theirs = other.evidence
    if theirs is None:
        theirs = Evidence()
        theirs.infos = _infos(other)
    mine = v.evidence
    if mine is None:
        infos = _infos(v)
        if infos.keys() != theirs.infos.keys():
            mine = v.evidence = Evidence()
            mine.infos = infos
    if mine is not None:
        for ident, info in theirs.infos.items():
            known = mine.infos.setdefault(ident, info[:])
            known[1] |= info[1]
        mine.aliases += [alias for alias in theirs.aliases if alias not in mine.aliases]
    if not v.shared and not other.shared:
        for label, arc in v.arcs.items():
            if label in other.arcs:
                merge_evidence(arc, other.arcs[label])


# ---- the check


class _Set:
    __slots__ = ("embed", "id", "ignored", "kind", "once", "outer", "removed")

    def __init__(self, ident: int, outer: int, embed: int, kind: int, ignored: bool, once: bool) -> None:
        self.id = ident
        self.outer = outer
        self.embed = embed
        self.kind = kind
        self.ignored = ignored
        self.once = once
        self.removed = False


class _Containment:
    """``contains`` for one node, with the aliases of the node and its ancestors."""

    __slots__ = ("aliases", "cache", "parent")

    def __init__(self, ctx: OpContext, around: _Containment | None, v: Vertex) -> None:
        self.parent = ctx.id_parent
        self.cache: dict[int, set[int]] = {}
        self.aliases: dict[int, list[int]] = {}
        if around is not None:
            self.aliases.update((target, sources[:]) for target, sources in around.aliases.items())
        if v.evidence is not None:
            for source, target in v.evidence.aliases:
                self.aliases.setdefault(target, []).append(source)

    def __call__(self, scope: int, ident: int) -> bool:
        if scope == ident:
            return True
        if not ident:
            return False
        return scope in (self.cache.get(ident) or self.around(ident))

    def around(self, ident: int) -> set[int]:
        """All ids that contain ``ident``: worked out at once, as each id is asked about for many sets."""
        reached = self.cache.get(ident)
        if reached is None:
            reached = self.cache[ident] = self._reach(ident)
        return reached

    def _reach(self, ident: int) -> set[int]:
        todo = [ident]
        seen: set[int] = set()
        while todo:
            x = todo.pop()
            while x and x not in seen:
                seen.add(x)
                if x in self.aliases:
                    todo.extend(self.aliases[x])
                x = self.parent[x]
        return seen


def _infos(v: Vertex) -> dict[int, list[int]]:
    if v.evidence is not None:
        return v.evidence.infos
    if v.state is None and v.conjuncts:
        infos: dict[int, list[int]] = {}
        for c in v.conjuncts:
            infos[c.close.id] = [c.close.embed, 0]
        return infos
    return {0: [0, 0]}


def _arc_infos(arc: Vertex) -> dict[int, list[int]]:
    """What a field came through: what contributed a value, where that was noted; not references that led nowhere."""
    if arc.evidence is not None and not arc.shared and type(arc.base) not in (Disjunction, Bottom):
        return arc.evidence.infos
    infos = {c.close.id: [c.close.embed, 0] for c in arc.conjuncts}
    if arc.evidence is not None:
        infos.update(arc.evidence.infos)
    return infos


class _Closing:
    """What closes a node: kept while the node is at work, as all its fields ask for it.

    ``active``: anything at all does. Without that ``sets`` and ``contains`` are not worked out and None.
    """

    __slots__ = ("active", "contains", "sets", "version")

    def __init__(self, version: int, active: bool) -> None:
        self.version = version
        self.active = active
        self.sets: list[_Set] | None = None
        self.contains: _Containment | None = None


def _closing(ctx: OpContext, v: Vertex) -> _Closing:
    """Whether anything closes ``v`` or what is around it."""
    chain: list[Vertex] = []
    node: Vertex | None = v
    found: _Closing | None = None
    while node is not None and found is None:
        found = _kept(ctx, node)
        if found is None:
            chain.append(node)
            node = None if node.detached else node.parent
    closing = found or _Closing(ctx.closing, False)
    for node in reversed(chain):
        evidence = node.evidence
        active = closing.active or (evidence is not None and any(not req.ignored for req in evidence.reqs.values()))
        closing = _Closing(ctx.closing, active)
        if node.state is not None:
            node.state.closing = closing
    return closing


def _kept(ctx: OpContext, v: Vertex) -> _Closing | None:
    closing: _Closing | None = v.state.closing if v.state is not None else None
    return closing if closing is not None and closing.version == ctx.closing else None


def _required(ctx: OpContext, v: Vertex) -> tuple[list[_Set], _Containment]:
    """The sets fields of ``v`` must be covered by, inherited ones first; and containment as seen from ``v``."""
    chain: list[Vertex] = []
    node: Vertex | None = v
    sets: list[_Set] = []
    contains: _Containment | None = None
    while node is not None:
        closing = _kept(ctx, node)
        if closing is not None and closing.sets is not None:
            sets, contains = closing.sets, closing.contains
            break
        chain.append(node)
        node = None if node.detached else node.parent
    for node in reversed(chain):
        evidence = node.evidence
        if contains is None or (evidence is not None and evidence.aliases):
            contains = _Containment(ctx, contains, node)
        if sets or (evidence is not None and evidence.reqs):
            sets = _own_sets(ctx, node, sets, contains)
        closing = _kept(ctx, node)
        if closing is not None:
            closing.sets, closing.contains = sets, contains
    assert contains is not None
    return sets, contains


def _own_sets(ctx: OpContext, v: Vertex, inherited: list[_Set], contains: _Containment) -> list[_Set]:
    sets = []
    for s in inherited:
        copy = _Set(s.id, s.outer, s.embed, s.kind, s.ignored or s.once, s.once)
        copy.removed = s.removed
        sets.append(copy)
    count = len(sets)
    if v.evidence is not None:
        for req in v.evidence.reqs.values():
            if req.kind == REFERENCE and req.ignored:
                continue
            closed_once = req.vertex is not None and req.vertex.closed == CLOSED_ONCE
            once = req.kind != EMBEDDING and (closed_once or (not req.ignored and not req.recursive))
            sets.append(_Set(req.id, req.outer, req.embed, req.kind, req.ignored, once))
            if req.outer and not req.ignored:
                _reactivate(ctx, sets[:count], req)
    infos = _infos(v)
    label = v.label
    if type(label) is Label:
        sets = [s for s in sets if any(contains(s.id, i) for i in infos)]
    parent_infos = _infos(v.parent) if v.parent is not None and not v.detached else {}
    return [s for s in sets if _keep(s, infos, parent_infos, contains)]


def _reactivate(ctx: OpContext, inherited: list[_Set], req: Requirement) -> None:
    scope = req.outer
    while scope:
        for s in inherited:
            if s.id == scope:
                s.once = not req.recursive if s.ignored else s.once and not req.recursive
                s.ignored = False
        scope = ctx.id_parent[scope]


def _keep(s: _Set, infos: dict[int, list[int]], parent_infos: dict[int, list[int]], contains: _Containment) -> bool:
    """False drops the set; marks it as removed where an ellipsis of the parent opened it."""
    flags = 0
    some = False
    for ident, info in infos.items():
        if contains(s.id, ident):
            some = True
            flags |= info[1] & ~STRUCT if ident < s.id else info[1]
    if (flags & TOP and not flags & STRUCT) or flags & OPEN_VALIDATOR:
        return False
    if some and s.kind != SCOPE:
        return True
    for pid, pinfo in parent_infos.items():
        if pinfo[1] & ELLIPSIS and contains(s.id, pid):
            if not some or (s.kind == SCOPE and not any(contains(pid, ident) for ident in infos)):
                s.removed = True
    return True


class _Check:
    """The check of the fields of one node."""

    __slots__ = ("active", "by_id", "contains", "ctx", "known", "sets")

    def __init__(self, ctx: OpContext, v: Vertex) -> None:
        self.ctx = ctx
        sets, self.contains = _required(ctx, v)
        opened = [ident for ident, info in _infos(v).items() if info[1] & ELLIPSIS]
        self.known = {s.id for s in sets}
        self.by_id = {s.id: s for s in sets if not any(self.contains(s.id, ident) for ident in opened)}
        self.sets = [s for s in sets if not (s.ignored or s.removed) and s.id in self.by_id]
        self.active = {s.id for s in self.sets}

    def allows(self, arc: Vertex) -> bool:
        infos = _arc_infos(arc)
        missing = self.active
        for ident in infos:
            missing = missing - self.contains.around(ident)
            if not missing:
                return True
        for s in self.sets:
            if s.id in missing:
                if s.embed not in self.known:
                    return False
                if not _covered(self.ctx, s, self.by_id, infos, self.contains):
                    return False
        return True


def _covered(
    ctx: OpContext, s: _Set, by_id: dict[int, _Set], arc_infos: dict[int, list[int]], contains: _Containment
) -> bool:
    """Whether a field lies outside the embedding that ``s`` belongs to, but inside the literal around it."""
    for ident, info in arc_infos.items():
        if contains(s.embed, info[0]) and info[0]:
            continue
        if not s.outer:
            parent = ctx.id_parent[s.embed]
            if not parent or parent in by_id:
                return True
            continue
        outer = by_id.get(s.outer)
        if outer is None or outer.removed or contains(s.outer, ident):
            return True
    return False


def denied_arcs(ctx: OpContext, v: Vertex) -> list[Vertex]:
    """Fields of ``v`` that are not allowed."""
    if not v.arcs or not _closing(ctx, v).active:
        return []
    check = _Check(ctx, v)
    if not check.active:
        return []
    return [
        arc for label, arc in v.arcs.items() if arc.arc_type <= OPTIONAL and checked(label) and not check.allows(arc)
    ]


def accepts(ctx: OpContext, v: Vertex) -> bool:
    """Whether ``v`` takes a field that nothing in it mentions."""
    return not _closing(ctx, v).active or not _Check(ctx, v).active


def closed_by_call(v: Vertex) -> bool:
    """Whether a result of ``close()`` is among what the vertex is made of."""
    reqs = v.evidence.reqs.values() if v.evidence is not None else ()
    return any(req.vertex is not None and req.vertex.closed & CLOSED_ONCE for req in reqs)


def checked(label: AnyLabel) -> bool:
    """Definitions, hidden fields and lets are always allowed."""
    return type(label) is not Label
