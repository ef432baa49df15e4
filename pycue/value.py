"""Values: the public face of evaluated (or not yet evaluated) CUE."""

from __future__ import annotations

from pycue.evaluator import kind as k
from pycue.evaluator.values import INCOMPLETE, Bottom, ListMarker
from pycue.evaluator.vertex import FINALIZED, MEMBER, OPTIONAL, REQUIRED, CloseInfo, Conjunct, Vertex
from pycue.export.view import final_value
from pycue.labels import Label
from pycue.path import Path, Selector, make_path
from pycue.stack import deep

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from pycue.encode import Places
    from pycue.errors import CueError
    from pycue.evaluator.context import OpContext
    from pycue.evaluator.values import Expr
    from pycue.evaluator.values import Value as Result
    from pycue.origins import Origin
    from pycue.source import Position
    from pycue.syntax import ast
    from pycue.unit import Unit

__all__ = ["OPEN", "Value"]

OPEN = CloseInfo()  # provenance of conjuncts that come from outside any definition


class Value:
    r"""A CUE value: part of a compiled configuration, or made from Python data.

    Nothing is evaluated before it is asked for, and then only as far as the question needs. Values are immutable:
    :meth:`fill` and :meth:`unify` make new ones.

    >>> from pycue import Context
    >>> value = Context().compile(r'name: string, port: *80 | int, url: "http://\(name):\(port)"')
    >>> value.fill("name", "web").lookup("url").decode()
    'http://web:80'
    """

    __slots__ = ("_conjuncts", "_ctx", "_error", "_node", "_path", "_unit")

    def __init__(
        self,
        unit: Unit,
        conjuncts: Sequence[Conjunct],
        node: Vertex | None = None,
        ctx: OpContext | None = None,
        path: Path | None = None,
        error: Bottom | None = None,
    ) -> None:
        self._unit = unit
        self._conjuncts = conjuncts
        self._node = node
        self._ctx = ctx
        self._path = path
        self._error = error

    # ---- the evaluator's side

    def _context(self) -> OpContext:
        if self._ctx is None:
            self._ctx = self._unit.new_context()
        return self._ctx

    def _vertex(self) -> Vertex:
        """The vertex, made on first use; not finalised."""
        if self._node is None:
            self._node = self._context().new_root(list(self._conjuncts))
        return self._node

    def _final(self, *, complete: bool = True) -> Result:
        """The value with defaults taken; unless ``complete``, what is below it is not evaluated yet."""
        if self._error is not None:
            return self._error
        ctx, vertex = self._context(), self._vertex()
        if complete:
            ctx.unify(vertex)
        return final_value(ctx, vertex)

    # ---- where it is

    @property
    def path(self) -> Path:
        """The path by which the value was looked up, from the value it was compiled as."""
        return self._path if self._path is not None else Path()

    @property
    def position(self) -> Position | None:
        """Where the value was written, or None for values made by a program."""
        from pycue.evaluator.report import positions_of

        found = positions_of(self._vertex()) if self._error is None else []
        return found[0] if found else None

    def exists(self) -> bool:
        """Whether there is such a value; false for a path that leads nowhere.

        >>> from pycue import Context
        >>> value = Context().compile("a: b: 1")
        >>> value.lookup("a.b").exists(), value.lookup("a.c").exists()
        (True, False)
        """
        return self._error is None

    @property
    def constraint(self) -> str:
        """``"?"`` or ``"!"`` for a field that is only declared so (see :meth:`fields`), else ``""``.

        >>> from pycue import Context
        >>> [v.constraint for _, v in Context().compile("a: 1, b?: 2, c!: 3").fields(optional=True)]
        ['', '?', '!']
        """
        kinds = {OPTIONAL: "?", REQUIRED: "!"}
        return kinds.get(self._vertex().arc_type, "") if self._error is None else ""

    # ---- what it is

    @property
    def kind(self) -> str:
        """Kind of a concrete value (``"struct"``, ``"int"`` …), ``"_|_"`` for all others; defaults are taken.

        >>> from pycue import Context
        >>> value = Context().compile("a: 1, b: int, c: *2 | string")
        >>> [value.lookup(name).kind for name in "abc"], value.lookup("b").incomplete_kind
        (['int', '_|_', 'int'], 'int')
        """
        value = self._final()
        base = value.base if isinstance(value, Vertex) else value
        if base is None or isinstance(base, Bottom) or not base.concrete:
            return "_|_"
        return k.kind_string(base.kind)

    @property
    def incomplete_kind(self) -> str:
        """The kinds that the value may still have, e.g. ``"(int|string)"``."""
        if self._error is not None:
            return k.kind_string(k.BOTTOM)
        self._context().unify(self._vertex())
        value = self._context().deref(self._vertex())
        base = value.base if isinstance(value, Vertex) else value
        return k.kind_string(base.kind if base is not None else k.TOP)

    def is_concrete(self) -> bool:
        """Whether the value (not what is below it) is a scalar, struct or list, possibly by default."""
        return self.kind != "_|_"

    def error(self) -> CueError | None:
        """What is wrong with the value or anything below it, or None; being incomplete is not wrong.

        >>> from pycue import Context
        >>> str(Context().compile("a: 1 & 2").error())
        'a: conflicting values 2 and 1'
        """
        if self._error is not None:
            return self._unit.failure(self._error)
        bottom = self._check(concrete=False, final=False)
        return self._unit.failure(bottom) if bottom is not None else None

    def _check(self, *, concrete: bool, final: bool) -> Bottom | None:
        from pycue.evaluator.validate import validate

        if self._error is not None:
            return self._error
        ctx, vertex = self._context(), self._vertex()
        ctx.unify(vertex)
        return validate(ctx, vertex, concrete=concrete, final=final)

    def validate(self, *, concrete: bool = False, final: bool = False) -> None:
        """Check the value and everything below it.

        Args:
            concrete: nothing may be incomplete.
            final: required fields must be there, and defaults are taken.

        Raises:
            ValidationError: with every fault, its path and positions.
        """
        bottom = self._check(concrete=concrete, final=final)
        if bottom is not None:
            from pycue.errors import ValidationError
            from pycue.evaluator.diagnose import diagnostics

            raise ValidationError(diagnostics(bottom))

    # ---- moving

    def lookup(self, path: Path | Selector | str | int) -> Value:
        """The value at a path; where there is none, a value whose :meth:`exists` is false.

        >>> from pycue import Context
        >>> Context().compile('a: [{"x-y": 3}]').lookup('a[0]."x-y"').decode()
        3
        """
        if self._error is not None:
            return self
        ctx = self._context()
        full = make_path(path)
        package = self._unit.package_id
        vertex: Vertex = self._vertex()
        for selector in full:
            if vertex.status != FINALIZED:
                ctx.finish(vertex)
            found = self._arc(ctx, vertex, selector, package)
            if isinstance(found, Bottom):
                return Value(self._unit, (), None, ctx, self.path + full, found)
            vertex = found
        return Value(self._unit, (), vertex, ctx, self.path + full)

    @staticmethod
    def _arc(ctx: OpContext, vertex: Vertex, selector: Selector, package: str) -> Vertex | Bottom:
        target = final_value(ctx, vertex)
        label = selector.label(package)
        if isinstance(target, Vertex):
            arc = target.arcs.get(label)
            if arc is not None and arc.arc_type == MEMBER:
                return arc
            if selector.kind == "hidden":
                for other, arc in target.arcs.items():
                    if isinstance(other, Label) and other.name == selector.name and arc.arc_type == MEMBER:
                        return arc
            if isinstance(target.base, Bottom):
                return target.base
        from pycue.evaluator.values import Message

        return Bottom(INCOMPLETE, [Message("field not found: %s", (str(selector),))])

    def default(self) -> Value:
        """The value with its own default taken; itself where it has none."""
        if self._error is not None:
            return self
        target = self._final()
        if isinstance(target, Vertex):
            return Value(self._unit, (), target, self._ctx, self._path)
        return Value(self._unit, (Conjunct(None, target, OPEN),), None, None, self._path)

    def fields(
        self, *, definitions: bool = False, hidden: bool = False, optional: bool = False
    ) -> Iterator[tuple[Selector, Value]]:
        """Fields of a struct in output order; none for other values. Values may be incomplete or in error.

        Args:
            definitions: include ``#x``.
            hidden: include ``_x``.
            optional: include ``x?`` and ``x!``.

        >>> from pycue import Context
        >>> value = Context().compile("b: 1, a: 2, #d: 3")
        >>> [(str(s), v.decode()) for s, v in value.fields(definitions=True)]
        [('b', 1), ('a', 2), ('#d', 3)]
        """
        from pycue.export.toposort import ordered_labels

        target = self._final(complete=False)
        if not isinstance(target, Vertex):
            return
        ctx, path = self._context(), self.path
        for label in ordered_labels(ctx, target):
            arc = target.arcs[label]
            if type(label) is int:
                continue
            if arc.arc_type != MEMBER and not (optional and arc.arc_type in (OPTIONAL, REQUIRED)):
                continue
            if isinstance(label, Label) and not self._wanted(label, definitions, hidden):
                continue
            selector = Selector.from_label(label)
            yield selector, Value(self._unit, (), arc, ctx, path + selector)

    @staticmethod
    def _wanted(label: Label, definitions: bool, hidden: bool) -> bool:
        if not (label.is_definition or label.is_hidden):
            return False
        return (definitions or not label.is_definition) and (hidden or not label.is_hidden)

    def elements(self) -> Iterator[Value]:
        """Elements of a list; none for other values.

        >>> from pycue import Context
        >>> [v.decode() for v in Context().compile("[1, 2]").elements()]
        [1, 2]
        """
        target = self._final(complete=False)
        if isinstance(target, Vertex) and isinstance(target.base, ListMarker):
            ctx, path = self._context(), self.path
            for label, arc in target.arcs.items():
                if type(label) is int:
                    yield Value(self._unit, (), arc, ctx, path + label)

    # ---- making new ones

    def fill(self, path: Path | Selector | str | int, value: Any, *, places: Places | None = None) -> Value:
        """A new value in which ``path`` is also ``value``; conflicts show when it is evaluated.

        Args:
            path: where; ``""`` is the value itself. List indices cannot be filled.
            value: Python data or a :class:`Value`.
            places: where the part of the data at a path (keys and indices) was written, so that errors name the place.

        Raises:
            EncodeError: the data has no form in CUE.

        >>> from pycue import Context
        >>> Context().compile("a: b: int").fill("a.b", 3).decode()
        {'a': {'b': 3}}
        """
        return Value(self._unit, (*self._own_conjuncts(), self._filled(path, value, places)), None, None, self._path)

    def _filled(self, path: Path | Selector | str | int, value: Any, places: Places | None) -> Conjunct:
        from pycue.encode import encode, set_places
        from pycue.errors import EncodeError
        from pycue.evaluator import ir

        x: Expr = value._vertex() if isinstance(value, Value) else deep(lambda: encode(value))
        if places is not None:
            deep(lambda: set_places(x, places))
        for selector in reversed(make_path(path).selectors):
            if selector.kind == "index":
                raise EncodeError("cannot fill an element of a list")
            x = ir.StructLit([ir.Field(selector.label(self._unit.package_id), x, MEMBER, None)], None)
        return Conjunct(None, x, OPEN)

    def _own_conjuncts(self) -> Sequence[Conjunct]:
        if self._conjuncts:
            return self._conjuncts
        if self._error is not None:
            return (Conjunct(None, self._error, OPEN),)
        return (Conjunct(None, self._vertex(), OPEN),)

    def unify(self, other: Value) -> Value:
        """A new value that is both values.

        >>> from pycue import Context
        >>> c = Context()
        >>> c.compile("a: int").unify(c.compile("a: 1, b: 2")).decode()
        {'a': 1, 'b': 2}
        """
        return Value(self._unit, (*self._own_conjuncts(), *other._own_conjuncts()))

    def subsumes(self, other: Value) -> bool:
        """Whether every instance of ``other`` is an instance of this value.

        >>> from pycue import Context
        >>> c = Context()
        >>> c.compile("int").subsumes(c.compile("3")), c.compile("3").subsumes(c.compile("int"))
        (True, False)
        """
        from pycue.evaluator.subsume import subsumes

        ctx, mine, theirs = self._context(), self._vertex(), other._vertex()
        ctx.unify(mine)
        other._context().unify(theirs)
        return deep(lambda: subsumes(ctx, mine, theirs))

    # ---- out of the evaluator

    def decode(self, *, decimals: bool = False, sort: bool = False) -> Any:
        """Python data: dict (keys in output order), list, str, bytes, int, float, bool or None; defaults are taken.

        Args:
            decimals: give numbers that are not integers as ``decimal.Decimal`` rather than float.
            sort: order keys by name, which is faster than output order.

        Raises:
            IncompleteError: something is not concrete.
            EvalError: something is in error.
            DecodeError: a number is beyond the range of floats.
        """
        from pycue.decode import NotConcrete, decode, to_float

        if self._error is not None:
            raise self._unit.failure(self._error)
        ctx, vertex = self._context(), self._vertex()
        ctx.unify(vertex)
        try:
            return deep(lambda: decode(ctx, vertex, _same if decimals else to_float, sort=sort))
        except NotConcrete as failure:
            raise self._why(failure.value) from None

    def _why(self, value: Result) -> CueError:
        """The exception for a value that cannot be decoded."""
        from pycue.errors import IncompleteError
        from pycue.evaluator.debug import debug_string

        bottom = self._check(concrete=True, final=True)
        if bottom is None and isinstance(value, Bottom):
            bottom = value
        if bottom is None:
            return IncompleteError(f"incomplete value {debug_string(value, self._context())}")
        return self._unit.failure(bottom)

    def to_json(self, *, indent: str | int = "") -> str:
        """JSON text without a final newline; ``indent`` is white space or a number of blanks.

        Raises:
            EncodeError: the value is not concrete.
        """
        from pycue.encoding.json import encode

        white = " " * indent if isinstance(indent, int) else indent
        return deep(lambda: encode(self._data(), indent=white))

    def to_yaml(self) -> str:
        """YAML text with a final newline.

        Raises:
            EncodeError: the value is not concrete.
        """
        from pycue.encoding.yaml import encode

        return deep(lambda: encode(self._data()))

    def _data(self) -> Any:
        from pycue.decode import NotConcrete, decode

        if self._error is not None:
            raise self._unit.failure(self._error)
        ctx, vertex = self._context(), self._vertex()
        ctx.unify(vertex)
        try:
            return deep(lambda: decode(ctx, vertex, _same, alike=True))
        except NotConcrete as failure:
            raise self._why(failure.value) from None

    def syntax(self, **options: Any) -> ast.Expr | ast.File:
        """Syntax tree of the value; the options are those of :func:`pycue.export.to_syntax`."""
        from pycue.export import to_syntax

        ctx, vertex = self._context(), self._vertex()
        ctx.unify(vertex)
        return deep(lambda: to_syntax(ctx, vertex, **options))

    def format(self, *, indent: str = "\t", simplify: bool = True, **options: Any) -> str:
        """CUE text of the value.

        Args:
            indent: what one level looks like.
            simplify: drop quotes and braces that are not needed.
            options: as for :meth:`syntax`.
        """
        from pycue.syntax.format import format_node

        return deep(lambda: format_node(self.syntax(**options), indent=indent, simplify=simplify))

    def doc(self) -> list[str]:
        r"""Comments that stand above the value's declarations, one string for each group.

        Those above ``a: b: 1`` belong to ``b``.

        >>> from pycue import Context
        >>> Context().compile("// about b\na: b: 1").lookup("a.b").doc()
        ['about b\n']
        """
        if self._error is not None:
            return []
        vertex = self._vertex()
        return [text for node in _field_nodes(vertex) if not _is_short(node) for text in _docs(node, vertex.parent)]

    def origins(self, path: Path | Selector | str = "") -> list[Origin]:
        """The declarations that the value at ``path`` is made of, and what each of them refers to.

        A declaration of a struct or list that the value is in counts where it refers to another: ``b: a`` is an origin
        of ``b.x``, and reads ``a.x`` then.

        >>> from pycue import Context
        >>> value = Context().compile("size: 3, box: {width: size, depth: 2 * width}", filename="box.cue")
        >>> value.origins("box.depth")
        [<Origin box.cue:1:36 reads ['box.width']>]
        """
        from pycue.origins import Origin, trace

        if self._error is not None:
            return []
        ctx, vertex = self._context(), self._vertex()
        ctx.unify(vertex)
        labels = [selector.label(self._unit.package_id) for selector in make_path(path)]
        found = deep(lambda: list(trace(ctx, vertex, labels)))
        return [Origin(place, tuple(map(self._at, targets)), concrete) for place, targets, concrete in found]

    def _at(self, vertex: Vertex) -> Value:
        """The value of another vertex of the same evaluation."""
        path = Path(Selector.from_label(label) for label in vertex.path())
        return Value(self._unit, (), vertex, self._ctx, path)

    def attributes(self) -> list[tuple[str, str]]:
        """Name and body of the attributes of the value's declarations, in order.

        >>> from pycue import Context
        >>> Context().compile('a: int @json("x") @tag(env)').lookup("a").attributes()
        [('json', '"x"'), ('tag', 'env')]
        """
        if self._error is not None:
            return []
        return list(dict.fromkeys(a.split() for node in _field_nodes(self._vertex()) for a in node.attrs))

    def __repr__(self) -> str:
        return f"<Value {self.path}>" if self.path else "<Value>"


def _field_nodes(vertex: Vertex) -> list[ast.Field]:
    """Syntax of the declarations that a vertex is made of."""
    from pycue.syntax import ast

    nodes = [getattr(getattr(conjunct.x, "src", None), "node", None) for conjunct in vertex.conjuncts]
    return [node for node in nodes if isinstance(node, ast.Field)]


def _is_short(node: ast.Field) -> bool:
    """Whether a field is the outer one of a short form ``a: b: c``."""
    from pycue.syntax import ast

    value = node.value
    return isinstance(value, ast.StructLit) and value.lbrace == 0 and len(value.elts) == 1


def _docs(node: ast.Field, parent: Vertex | None) -> list[str]:
    """Comments above a field, or above the short form that it ends."""
    out = [group.text() for group in node.comments or () if group.doc]
    if parent is not None:
        for outer in _field_nodes(parent):
            if _is_short(outer) and outer.value.elts[0] is node:  # type: ignore[attr-defined]
                out = _docs(outer, parent.parent) + out
    return out


def _same(number: Any) -> Any:
    return number
