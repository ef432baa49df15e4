"""Output order of fields.

Fields are stored in insertion order and printed in an order that keeps, as far as possible, the order of every struct
literal that contributed ("roots"). Literals that follow each other or are joined implicitly form one chain; operands
of ``&`` form independent chains, merged by name. Source: internal/core/toposort of the official tool.
"""

from __future__ import annotations

from heapq import heapify, heappop, heappush

from pycue.evaluator.ir import (
    BinaryExpr,
    Decl,
    DisjunctionExpr,
    DynamicField,
    Field,
    LetField,
    LetReference,
    Resolver,
    StructLit,
)
from pycue.evaluator.values import Disjunction, Expr, Value
from pycue.evaluator.vertex import MEMBER
from pycue.labels import Label

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from pycue.evaluator.context import OpContext
    from pycue.evaluator.values import Src
    from pycue.evaluator.vertex import Conjunct, Vertex
    from pycue.labels import AnyLabel

__all__ = ["ordered_labels", "regular_fields"]

_Place = tuple[str, int]
_NOWHERE: _Place = ("", -1)
_END = 1 << 62


def regular_fields(ctx: OpContext, vertex: Vertex) -> Iterator[tuple[str, Vertex]]:
    """Label and vertex of every regular field that is present, in output order."""
    arcs = vertex.arcs
    for label in ordered_labels(ctx, vertex):
        if type(label) is str:
            arc = arcs[label]
            if arc.arc_type == MEMBER:
                yield label, arc


def ordered_labels(ctx: OpContext, vertex: Vertex) -> Iterable[AnyLabel]:
    """All labels of a finished struct's arcs in output order; list elements are not among them."""
    arcs = vertex.arcs
    if len(arcs) < 2:
        return arcs
    structs = vertex.structs
    if structs and len(structs) == 1:
        decls = structs[0].lit.decls
        labels = [decl.label for decl in decls if type(decl) is Field]
        if len(labels) == len(decls):
            order = dict.fromkeys(label for label in labels if label in arcs)
            return order if len(order) == len(arcs) else {**order, **dict.fromkeys(arcs)}
    if not structs:
        return arcs
    return _Sorter(vertex).order()


class _Root:
    """Struct literals that contributed, with their environments in order of insertion, and the labels they declare.

    It is one literal, which a comprehension may enter several times, or several of the same comprehension.
    """

    __slots__ = ("dynamic", "entries", "explicit", "labels", "place")

    def __init__(self, lit: StructLit) -> None:
        self.entries: list[tuple[StructLit, Any]] = []
        self.place = _place(lit.src)
        self.explicit = False
        self.dynamic = False
        self.labels: list[AnyLabel] = []

    def key(self) -> tuple[_Place, bool]:
        """What roots are sorted by, and what those have in common that form a batch."""
        return self.place, self.dynamic

    def decls(self) -> list[Any]:
        """Declarations of all literals, each once."""
        return [decl for lit in {id(lit): lit for lit, _ in self.entries}.values() for decl in lit.decls]

    def join(self, other: _Root) -> bool:
        """Take in a root whose literals were entered together with this one's, iteration by iteration."""
        count = len(other.entries)
        if len(self.entries) % count:
            return False
        width = len(self.entries) // count
        pairs = zip(self.entries[::width], other.entries, strict=True)
        if any(mine[1].up is not theirs[1].up for mine, theirs in pairs):
            return False
        joined = []
        for index, entry in enumerate(other.entries):
            joined += [*self.entries[index * width : (index + 1) * width], entry]
        self.entries = joined
        return True


class _Sorter:
    """The graph of "comes before" between the labels of one vertex."""

    def __init__(self, vertex: Vertex) -> None:
        self.vertex = vertex
        roots: dict[int, _Root] = {}
        for info in vertex.structs or ():
            key = id(info) if _stays_apart(info.lit) else id(info.lit)
            root = roots.get(key)
            if root is None:
                root = roots[key] = _Root(info.lit)
            root.entries.append((info.lit, info.env))
        self.roots: list[_Root] = []
        repeated: dict[int, list[_Root]] = {}  # by the environment around the first entry: others cannot be joined
        for root in roots.values():
            if len(root.entries) > 1:
                around = repeated.setdefault(id(root.entries[0][1].up), [])
                if any(earlier.join(root) for earlier in around):
                    continue
                around.append(root)
            self.roots.append(root)
        self.after: dict[AnyLabel, dict[AnyLabel, None]] = {label: {} for label in vertex.arcs}

    def order(self) -> list[AnyLabel]:
        """All labels in output order."""
        self._collect_labels()
        self._place_roots()
        if not _is_disjunct(self.vertex):
            self._mark_explicit()
        self._add_edges()
        return _sort_components(self.after)

    def _collect_labels(self) -> None:
        dynamic: dict[tuple[int, int], list[AnyLabel]] = {}
        for label, arc in self.vertex.arcs.items():
            for conjunct in arc.conjuncts:
                if conjunct.env is not None:
                    dynamic.setdefault((id(_expression(conjunct.x)), id(conjunct.env.up)), []).append(label)
        for root in self.roots:
            entries = root.entries
            if len(entries) > 1 and _has_let_key(root.decls()):
                entries = _reversed_iterations(entries)
            for lit, env in entries:
                self._collect_from(root, lit, env, dynamic)

    def _collect_from(
        self, root: _Root, lit: StructLit, env: Any, dynamic: dict[tuple[int, int], list[AnyLabel]]
    ) -> None:
        for decl in lit.decls:
            if isinstance(decl, Field):
                if decl.label in self.after:
                    root.labels.append(decl.label)
            elif isinstance(decl, DynamicField):
                labels = dynamic.get((id(decl.value), id(env.up)), ())
                root.labels += labels
                root.dynamic = root.dynamic or bool(labels)

    def _place_roots(self) -> None:
        """Move every root to its last field, or to the reference through which it was reached."""
        owners: dict[int, list[_Root]] = {}
        embeddings: dict[int, list[_Root]] = {}
        for root in self.roots:
            for decl in root.decls():
                table = owners if isinstance(decl, (Field, DynamicField)) else embeddings
                table.setdefault(id(_expression(decl)), []).append(root)
        referred: set[int] = set()
        direct: set[int] = set()
        for arc in self.vertex.arcs.values():
            for conjunct in arc.conjuncts:
                roots = owners.get(id(_expression(conjunct.x)))
                if not roots:
                    continue
                reference = _outermost_reference(conjunct)
                place = _place(reference.src if reference is not None else conjunct.x.src)
                for root in roots:
                    if reference is None:
                        direct.add(id(root))
                    if reference is None or id(root) not in direct:
                        root.place = place
                if reference is not None:
                    referred.update(map(id, roots))
                    for root in embeddings.get(id(reference), ()):
                        root.place = place
        for root in self.roots:
            declared = [decl for decl in root.decls() if isinstance(decl, (Field, LetField))]
            if declared and isinstance(declared[-1], LetField) and id(root) not in referred:
                root.place = _place(declared[-1].src)  # lets count as fields here
        last = max((root.place for root in self.roots), default=_NOWHERE)
        for root in self.roots:
            if root.place == _NOWHERE:  # data that was filled in counts as written at the end
                root.place = (last[0], _END)
        self.roots.sort(key=_Root.key)

    def _mark_explicit(self) -> None:
        """Find the roots that are operands of ``&``."""
        operands: set[int] = set()
        places: set[_Place] = set()
        pending: list[tuple[Any, bool]] = [(_expression(conjunct.x), False) for conjunct in self.vertex.conjuncts]
        for root in self.roots:
            pending += [(decl, False) for decl in root.decls() if isinstance(decl, (BinaryExpr, DisjunctionExpr))]
        while pending:
            x, is_operand = pending.pop()
            if isinstance(x, BinaryExpr):
                if x.op == "&":
                    pending += ((x.x, True), (x.y, True))
            elif isinstance(x, DisjunctionExpr):
                if is_operand:
                    pending += [(value, True) for value, _ in x.values if isinstance(value, Resolver)]
            elif is_operand:
                if isinstance(x, Resolver):
                    places.add(_place(x.src))
                else:
                    operands.add(id(x))
        for root in self.roots:
            root.explicit = root.place in places or any(id(lit) in operands for lit, _ in root.entries)

    def _batches(self) -> Iterator[tuple[list[_Root], bool]]:
        """Roots that stand at the same place, neighbouring explicit ones of a file joined."""
        batches: list[tuple[list[_Root], bool]] = []
        at = 0
        while at < len(self.roots):
            end = at + 1
            key = self.roots[at].key()
            while end < len(self.roots) and self.roots[end].key() == key:
                end += 1
            batch = self.roots[at:end]
            explicit = len(batch) > 1 or batch[0].explicit
            if explicit and batches and batches[-1][1] and batches[-1][0][0].place[0] == batch[0].place[0]:
                batches[-1][0].extend(batch)
            else:
                batches.append((batch, explicit))
            at = end
        return iter(batches)

    def _add_edges(self) -> None:
        frontier: dict[AnyLabel, None] = {}
        claims: dict[AnyLabel, _Root] = {}
        file = ""
        for batch, explicit in self._batches():
            if batch[0].place[0] != file:
                file = batch[0].place[0]
                frontier = {}
            incoming, frontier = list(frontier), {}
            for root in batch:
                current = incoming
                for label in root.labels:
                    claimed = claims.get(label)
                    if claimed is root or (claimed and not explicit and claimed.place[0] == root.place[0]):
                        continue
                    for earlier in current:
                        if earlier != label:
                            self.after[earlier][label] = None
                    claims[label] = root
                    current = [label]
                frontier.update(dict.fromkeys(current))


def _is_disjunct(vertex: Vertex) -> bool:
    """Whether a vertex is one of several disjuncts that remain: its literals count as if there were no ``&``."""
    arc = vertex.parent.arcs.get(vertex.label) if vertex.parent is not None and vertex.label is not None else None
    base = arc.deref().base if arc is not None and arc is not vertex else None
    return isinstance(base, Disjunction) and base.num_defaults != 1


def _stays_apart(lit: StructLit) -> bool:
    """Whether iterations that enter a literal count as literals of their own: where all its labels are static."""
    return not any(isinstance(decl, DynamicField) for decl in lit.decls)


def _has_let_key(decls: list[Any]) -> bool:
    """Whether a field's name is computed from a let beside it: iterations then resolve from the last to the first."""
    lets = {decl.label for decl in decls if isinstance(decl, LetField)}
    return bool(lets) and any(isinstance(decl, DynamicField) and _mentions(decl.key, lets) for decl in decls)


def _mentions(x: Any, lets: set[AnyLabel]) -> bool:
    """Whether an expression refers to one of some lets."""
    if isinstance(x, LetReference):
        return x.label in lets
    if isinstance(x, (list, tuple)):
        return any(_mentions(part, lets) for part in x)
    if not isinstance(x, (Decl, Expr)) or isinstance(x, Value):
        return False
    return any(_mentions(getattr(x, slot), lets) for slot in type(x).__slots__)


def _reversed_iterations(entries: list[tuple[StructLit, Any]]) -> list[tuple[StructLit, Any]]:
    width = len({id(lit) for lit, _ in entries})
    result: list[tuple[StructLit, Any]] = []
    for start in range(len(entries) - width, -1, -width):
        result += entries[start : start + width]
    return result


def _expression(x: Any) -> Any:
    return x.value if isinstance(x, (Field, DynamicField)) else x


def _outermost_reference(conjunct: Conjunct) -> Resolver | None:
    refs = getattr(conjunct.close, "refs", None)
    reference = None
    while refs is not None:
        if isinstance(refs.ref, Resolver):
            reference = refs.ref
        refs = refs.next
    return reference


def _place(src: Src | None) -> _Place:
    # filled in data has a place in a text of its own (and no syntax), which says nothing about order
    position = src.position if src is not None and src.node is not None else None
    return position.key() if position is not None else _NOWHERE


def _label_key(label: AnyLabel) -> tuple[bool, int, str]:
    if type(label) is int:
        return False, label, ""
    return True, 0, label.name if isinstance(label, Label) else str(label)


def _sort_components(after: dict[AnyLabel, dict[AnyLabel, None]]) -> list[AnyLabel]:
    """Topological order of the strongly connected components, ties and cycles by label."""
    component_of: dict[AnyLabel, int] = {}
    components = _components(after)
    for index, members in enumerate(components):
        members.sort(key=_label_key)
        component_of.update(dict.fromkeys(members, index))
    waiting = [0] * len(components)
    followers: list[set[int]] = [set() for _ in components]
    for label, nexts in after.items():
        for following in nexts:
            source, target = component_of[label], component_of[following]
            if source != target and target not in followers[source]:
                followers[source].add(target)
                waiting[target] += 1
    ready = [(_label_key(components[i][0]), i) for i, count in enumerate(waiting) if not count]
    heapify(ready)
    order: list[AnyLabel] = []
    while ready:
        _, index = heappop(ready)
        order += components[index]
        for target in followers[index]:
            waiting[target] -= 1
            if not waiting[target]:
                heappush(ready, (_label_key(components[target][0]), target))
    return order


def _components(after: dict[AnyLabel, dict[AnyLabel, None]]) -> list[list[AnyLabel]]:
    """Strongly connected components (Tarjan's algorithm with an explicit stack)."""
    number: dict[AnyLabel, int] = {}
    low: dict[AnyLabel, int] = {}
    stack: list[AnyLabel] = []
    on_stack: set[AnyLabel] = set()
    components: list[list[AnyLabel]] = []
    for start in after:
        if start in number:
            continue
        number[start] = low[start] = len(number)
        stack.append(start)
        on_stack.add(start)
        work = [(start, iter(after[start]))]
        while work:
            label, successors = work[-1]
            for following in successors:
                if following not in number:
                    number[following] = low[following] = len(number)
                    stack.append(following)
                    on_stack.add(following)
                    work.append((following, iter(after[following])))
                    break
                if following in on_stack:
                    low[label] = min(low[label], number[following])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[label])
                if low[label] == number[label]:
                    members: list[AnyLabel] = []
                    while not members or members[-1] != label:
                        members.append(stack.pop())
                        on_stack.discard(members[-1])
                    components.append(members)
    return components
