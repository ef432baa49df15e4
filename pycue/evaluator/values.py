"""Base values: what a vertex may hold. Every value is also an expression that evaluates to itself.

Source: internal/core/adt/expr.go and adt.go of the official tool for the set of values and their names.
"""

from __future__ import annotations

from pycue.evaluator import kind as k
from pycue.source import Position

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from decimal import Decimal
    from typing import Any

    from pycue.evaluator.context import OpContext
    from pycue.evaluator.vertex import Environment, Vertex
    from pycue.labels import AnyLabel
    from pycue.source import Source
    from pycue.syntax import ast

__all__ = [
    "CYCLE",
    "EVAL",
    "INCOMPLETE",
    "LEGACY_USER",
    "STRUCTURAL_CYCLE",
    "USER",
    "BasicType",
    "Bool",
    "Bottom",
    "BoundValue",
    "Builtin",
    "BuiltinValidator",
    "Bytes",
    "Conjunction",
    "Disjunction",
    "Expr",
    "ListMarker",
    "Message",
    "NoSharing",
    "Null",
    "Num",
    "Param",
    "Src",
    "String",
    "StructMarker",
    "Top",
    "Value",
]

# Error codes, from "will never go away" to "may go away".
EVAL = 0
USER = 1
LEGACY_USER = 2
STRUCTURAL_CYCLE = 3
INCOMPLETE = 4
CYCLE = 5


class Src:
    """Where an expression or value was written: a syntax node and the text it stands in."""

    __slots__ = ("node", "source")

    def __init__(self, node: ast.Node, source: Source | None) -> None:
        self.node = node
        self.source = source

    @property
    def position(self) -> Position | None:
        """Position of the node's first token, or None for nodes made by a program."""
        pos = self.node.pos
        if self.source is None or pos < 16:
            return None
        return Position(self.source, (pos >> 4) - 1)


class Expr:
    """Anything that can be evaluated: values (this module) and unresolved expressions (:mod:`pycue.evaluator.ir`)."""

    __slots__ = ("src",)
    src: Src | None

    def evaluate(self, ctx: OpContext, env: Environment) -> Value:
        """Value in an environment; errors are values too (:class:`Bottom`). Defaults are not taken."""
        raise NotImplementedError


class Value(Expr):
    """A result of evaluation. ``kind`` is the mask of kinds it may still be."""

    __slots__ = ()
    kind: int
    concrete = False  # whether nothing can make it more specific

    def evaluate(self, ctx: OpContext, env: Environment) -> Value:
        return self


class Null(Value):
    """``null``."""

    __slots__ = ()
    kind = k.NULL
    concrete = True

    def __init__(self, src: Src | None = None) -> None:
        self.src = src


class Bool(Value):
    """``true`` or ``false``."""

    __slots__ = ("value",)
    kind = k.BOOL
    concrete = True

    def __init__(self, value: bool, src: Src | None = None) -> None:
        self.value = value
        self.src = src


class Num(Value):
    """A number: ``value`` is a Python int (kind INT, below 10**34 or literal) or a ``Decimal`` (either kind)."""

    __slots__ = ("kind", "value")
    concrete = True

    def __init__(self, value: int | Decimal, kind: int, src: Src | None = None) -> None:
        self.value = value
        self.kind = kind
        self.src = src


class String(Value):
    """A string."""

    __slots__ = ("value",)
    kind = k.STRING
    concrete = True

    def __init__(self, value: str, src: Src | None = None) -> None:
        self.value = value
        self.src = src


class Bytes(Value):
    """A byte string."""

    __slots__ = ("value",)
    kind = k.BYTES
    concrete = True

    def __init__(self, value: bytes, src: Src | None = None) -> None:
        self.value = value
        self.src = src


class Top(Value):
    """``_``."""

    __slots__ = ()
    kind = k.TOP

    def __init__(self, src: Src | None = None) -> None:
        self.src = src


class BasicType(Value):
    """A type: ``int``, ``string``, ``number`` and so on."""

    __slots__ = ("kind",)

    def __init__(self, kind: int, src: Src | None = None) -> None:
        self.kind = kind
        self.src = src


class BoundValue(Value):
    """``<x``, ``!=x``, ``=~x`` … with an evaluated, concrete operand; ``op`` as in the syntax tree."""

    __slots__ = ("kind", "op", "value")

    def __init__(self, op: str, value: Value, kind: int, src: Src | None = None) -> None:
        self.op = op
        self.value = value
        self.kind = kind
        self.src = src


class Param(Value):
    """A parameter of a builtin: which kinds it takes, and the value it has when it is left out."""

    __slots__ = ("default", "kind")

    def __init__(self, kind: int, default: Value | None = None) -> None:
        self.src = None
        self.kind = kind
        self.default = default


class Builtin(Value):
    """A function of the language or of a standard package.

    ``params`` are :class:`Param` values, ``result`` the result's kind mask,
    ``package`` the import path (``""`` for the language's own), ``func(call)`` the implementation, where ``call`` is a
    :class:`pycue.evaluator.calls.CallContext`. A builtin with ``result`` BOOL (or BOTTOM for error-only) and one
    argument missing is a validator. ``non_concrete`` lets arguments through that are not concrete.
    """

    __slots__ = ("func", "name", "non_concrete", "package", "params", "raw", "result")
    kind = k.FUNC
    concrete = True

    def __init__(
        self,
        name: str,
        params: Sequence[Param],
        result: int,
        func: Callable[[Any], Any],
        package: str = "",
        non_concrete: bool = False,
        raw: bool = False,
    ) -> None:
        self.src = None
        self.name = name
        self.params = params
        self.result = result
        self.func = func
        self.package = package
        self.non_concrete = non_concrete
        self.raw = raw  # func gets unevaluated expressions and environments

    def qualified_name(self) -> str:
        """Name that messages say."""
        return f"{self.package}.{self.name}" if self.package else self.name

    def expression_name(self) -> str:
        """Name as part of an expression: a path that is no identifier is quoted."""
        return f'"{self.package}".{self.name}' if "/" in self.package else self.qualified_name()


class BuiltinValidator(Value):
    """A builtin called with all but its first argument; ``args`` are evaluated values.

    ``around`` are those of them that the call is part of: they are shown by their path rather than as what they are.
    """

    __slots__ = ("args", "around", "builtin", "kind")

    def __init__(
        self,
        builtin: Builtin,
        args: Sequence[Value],
        kind: int,
        src: Src | None = None,
        around: Sequence[Value] = (),
    ) -> None:
        self.builtin = builtin
        self.args = args
        self.kind = kind
        self.src = src
        self.around = around


class Conjunction(Value):
    """Several constraints that no single value expresses, e.g. ``>=1 & <=5``."""

    __slots__ = ("kind", "values")

    def __init__(self, values: Sequence[Value], kind: int, src: Src | None = None) -> None:
        self.values = values
        self.kind = kind
        self.src = src


class Disjunction(Value):
    """Several values, the defaults first: ``values[:num_defaults]`` are the default ones.

    ``has_defaults`` is true also where the marks of all disjuncts were lost to conflicts.
    """

    __slots__ = ("errors", "has_defaults", "kind", "num_defaults", "values")

    def __init__(
        self,
        values: Sequence[Value],
        num_defaults: int = 0,
        has_defaults: bool = False,
        errors: Bottom | None = None,
        src: Src | None = None,
    ) -> None:
        self.values = values
        self.num_defaults = num_defaults
        self.has_defaults = has_defaults
        self.errors = errors
        self.src = src
        mask = 0
        for v in values:
            mask |= v.kind
        self.kind = mask


class StructMarker(Value):
    """Base value of a vertex that is a struct; the fields are the vertex's arcs."""

    __slots__ = ()
    kind = k.STRUCT
    concrete = True

    def __init__(self) -> None:
        self.src = None


class ListMarker(Value):
    """Base value of a vertex that is a list; ``open`` for ``[...]`` lists."""

    __slots__ = ("open",)
    kind = k.LIST
    concrete = True

    def __init__(self, src: Src | None = None, open: bool = False) -> None:
        self.src = src
        self.open = open


class Message:
    """One error before it is printed.

    ``format`` is the official format with ``%v``-like verbs all written ``%s``; ``args`` stay values, expressions or
    labels until the text is asked for (most errors are discarded). ``path`` is the labels of the vertex at which the
    error arose. ``position`` is the primary position; ``positions`` the auxiliary ones. ``wrapped`` is an inner
    :class:`Bottom` whose text follows after ``": "``.
    """

    __slots__ = ("args", "code", "format", "path", "position", "positions", "wrapped")

    def __init__(
        self,
        format: str,
        args: Sequence[Any] = (),
        path: Sequence[AnyLabel] = (),
        position: Position | None = None,
        positions: Sequence[Position] = (),
        wrapped: Bottom | None = None,
        code: str = "cue.eval",
    ) -> None:
        self.format = format
        self.args = args
        self.path = path
        self.position = position
        self.positions = positions
        self.wrapped = wrapped
        self.code = code

    def around(self, inner: Bottom | None) -> Message:
        """The same message with another one's text after it."""
        return Message(self.format, self.args, self.path, self.position, self.positions, inner, self.code)


class Bottom(Value):
    """``_|_``: an error as a value. ``messages`` is a flat list without identical duplicates.

    Flags: ``child`` the error belongs to an arc; ``recursive`` some descendant is in error; ``close_check`` it comes
    from closedness; ``not_exists`` a reference to a missing field; ``permanent`` waiting will not mend it;
    ``elsewhere`` what is missing is a field of a value that nothing can add to; ``required`` the field that is not
    given, though more is known of it; ``listed`` it was put together from several, which may turn out to be one.
    """

    __slots__ = (
        "child",
        "close_check",
        "code",
        "elsewhere",
        "listed",
        "messages",
        "node",
        "not_exists",
        "permanent",
        "recursive",
        "required",
        "value",
    )
    kind = k.BOTTOM
    concrete = True

    def __init__(
        self, code: int, messages: Sequence[Message] = (), src: Src | None = None, node: Vertex | None = None
    ) -> None:
        self.code = code
        self.messages = list(messages)
        self.src = src
        self.node = node
        self.value: Value | None = None
        self.child: Bottom | None = None
        self.recursive = False
        self.close_check = False
        self.not_exists = False
        self.permanent = False
        self.elsewhere = False
        self.listed = False
        self.required: Vertex | None = None

    @property
    def incomplete(self) -> bool:
        """Whether more information may mend it."""
        return self.code >= INCOMPLETE


class NoSharing(Value):
    """``__no_sharing``: as a conjunct a mark that the node stands for no other; as a value an error."""

    __slots__ = ()
    kind = k.TOP

    def __init__(self, src: Src | None = None) -> None:
        self.src = src

    def evaluate(self, ctx: OpContext, env: Environment) -> Value:
        return self.error()

    def error(self) -> Bottom:
        """What it is where a value is needed."""
        return Bottom(EVAL, [Message("no sharing")])
