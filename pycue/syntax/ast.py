"""Syntax tree of a CUE file; the node set is that of the official ``cue/ast`` package.

Every node has ``comments`` (``None`` or a list of :class:`CommentGroup`) and ``pos``, the position of its first token.
Positions are ints (see :mod:`pycue.syntax.token`): a byte offset into the file together with how the token relates to
the one before it (no space, blank, newline, blank line). Nodes made by a program carry the relation alone.

Nodes are plain mutable ``__slots__`` classes without equality; :func:`pycue.syntax.walk.same` compares trees.
"""

from __future__ import annotations

__all__ = [
    "Alias",
    "Attribute",
    "BasicLit",
    "BinaryExpr",
    "BottomLit",
    "CallExpr",
    "Clause",
    "Comment",
    "CommentGroup",
    "Comprehension",
    "Decl",
    "Ellipsis",
    "EmbedDecl",
    "Expr",
    "FallbackClause",
    "Field",
    "File",
    "ForClause",
    "Ident",
    "IfClause",
    "ImportDecl",
    "ImportSpec",
    "IndexExpr",
    "Interpolation",
    "Label",
    "LetClause",
    "ListLit",
    "Node",
    "Package",
    "ParenExpr",
    "PostfixAlias",
    "PostfixExpr",
    "SelectorExpr",
    "SliceExpr",
    "StructLit",
    "TryClause",
    "UnaryExpr",
]


class Comment:
    """One ``//`` comment; ``text`` starts with ``//`` and has no line end."""

    __slots__ = ("pos", "text")

    def __init__(self, pos: int, text: str) -> None:
        self.pos = pos
        self.text = text


class CommentGroup:
    """Comments without a blank line between them.

    ``doc``: stands directly above its node. ``line``: stands on the line of its node's end. ``position``: at which slot
    of the node it stands: 0 before the first token, n after the n-th part, -1 unknown (after the last).
    """

    __slots__ = ("doc", "line", "list", "position")

    def __init__(self, list_: list[Comment], doc: bool = False, line: bool = False, position: int = 0) -> None:
        self.list = list_
        self.doc = doc
        self.line = line
        self.position = position

    @property
    def pos(self) -> int:
        return self.list[0].pos

    def text(self) -> str:
        """The comment's text without markers, one line per comment, with a final newline."""
        lines = []
        for comment in self.list:
            line = comment.text[2:]
            lines.append((line[1:] if line[:1] == " " else line).rstrip())
        return "\n".join(lines).strip("\n") + "\n" if any(lines) else ""


class Node:
    """Base of all nodes."""

    __slots__ = ("comments",)
    comments: list[CommentGroup] | None
    pos: int


class Decl(Node):
    """Anything that may stand in a struct or file."""

    __slots__ = ()


class Expr(Node):
    """Anything that denotes a value."""

    __slots__ = ()


class Clause(Node):
    """A clause of a comprehension."""

    __slots__ = ()


# ---- literals and names


class Ident(Expr):
    """Identifier; ``name`` keeps ``#`` and ``_`` prefixes."""

    __slots__ = ("name", "pos")

    def __init__(self, pos: int, name: str) -> None:
        self.comments = None
        self.pos = pos
        self.name = name


class BasicLit(Expr):
    """Number, string, bytes, ``true``, ``false`` or ``null``; ``value`` is the source spelling.

    ``kind`` is one of ``"INT" "FLOAT" "STRING" "TRUE" "FALSE" "NULL"`` (bytes literals are ``"STRING"`` too, as in the
    official tree).
    """

    __slots__ = ("kind", "pos", "value")

    def __init__(self, pos: int, kind: str, value: str) -> None:
        self.comments = None
        self.pos = pos
        self.kind = kind
        self.value = value


class BottomLit(Expr):
    """``_|_``."""

    __slots__ = ("pos",)

    def __init__(self, pos: int) -> None:
        self.comments = None
        self.pos = pos


class Interpolation(Expr):
    r"""String with ``\(…)``: ``elts`` alternates between :class:`BasicLit` fragments and expressions.

    Fragments keep their source spelling with quotes and parentheses, e.g. ``"a\(``, ``)b\(``, ``)c"``.
    """

    __slots__ = ("elts",)

    def __init__(self, elts: list[Expr]) -> None:
        self.comments = None
        self.elts = elts

    @property
    def pos(self) -> int:  # type: ignore[override]
        return self.elts[0].pos


class StructLit(Expr):
    """``{ … }``; ``lbrace`` and ``rbrace`` are 0 for a struct without braces (short form ``a: b: c``)."""

    __slots__ = ("elts", "lbrace", "rbrace")

    def __init__(self, lbrace: int, elts: list[Decl], rbrace: int) -> None:
        self.comments = None
        self.lbrace = lbrace
        self.elts = elts
        self.rbrace = rbrace

    @property
    def pos(self) -> int:  # type: ignore[override]
        return self.lbrace or (self.elts[0].pos if self.elts else 0)


class ListLit(Expr):
    """``[ … ]``; an :class:`Ellipsis` may be the last element, a :class:`Comprehension` any.

    ``comma_free``: between two elements a line end stands for the comma, or none is written after the only element.
    """

    __slots__ = ("comma_free", "elts", "lbrack", "rbrack")

    def __init__(self, lbrack: int, elts: list[Expr], rbrack: int, comma_free: bool = False) -> None:
        self.comments = None
        self.comma_free = comma_free
        self.lbrack = lbrack
        self.elts = elts
        self.rbrack = rbrack

    @property
    def pos(self) -> int:  # type: ignore[override]
        return self.lbrack


class Ellipsis(Decl):  # noqa: A001 - CUE's word
    """``...`` or ``...T`` (lists only)."""

    __slots__ = ("pos", "type")

    def __init__(self, pos: int, type_: Expr | None) -> None:
        self.comments = None
        self.pos = pos
        self.type = type_


# ---- expressions


class ParenExpr(Expr):
    """``(x)``."""

    __slots__ = ("lparen", "rparen", "x")

    def __init__(self, lparen: int, x: Expr, rparen: int) -> None:
        self.comments = None
        self.lparen = lparen
        self.x = x
        self.rparen = rparen

    @property
    def pos(self) -> int:  # type: ignore[override]
        return self.lparen


class SelectorExpr(Expr):
    """``x.sel``; ``sel`` is an :class:`Ident` or a string :class:`BasicLit`."""

    __slots__ = ("period", "sel", "x")

    def __init__(self, x: Expr, period: int, sel: Label) -> None:
        self.comments = None
        self.x = x
        self.period = period
        self.sel = sel

    @property
    def pos(self) -> int:  # type: ignore[override]
        return self.x.pos


class IndexExpr(Expr):
    """``x[index]``."""

    __slots__ = ("index", "lbrack", "rbrack", "x")

    def __init__(self, x: Expr, lbrack: int, index: Expr, rbrack: int) -> None:
        self.comments = None
        self.x = x
        self.lbrack = lbrack
        self.index = index
        self.rbrack = rbrack

    @property
    def pos(self) -> int:  # type: ignore[override]
        return self.x.pos


class SliceExpr(Expr):
    """``x[low:high]``; both bounds may be ``None``."""

    __slots__ = ("high", "lbrack", "low", "rbrack", "x")

    def __init__(self, x: Expr, lbrack: int, low: Expr | None, high: Expr | None, rbrack: int) -> None:
        self.comments = None
        self.x = x
        self.lbrack = lbrack
        self.low = low
        self.high = high
        self.rbrack = rbrack

    @property
    def pos(self) -> int:  # type: ignore[override]
        return self.x.pos


class CallExpr(Expr):
    """``fun(args)``."""

    __slots__ = ("args", "fun", "lparen", "rparen")

    def __init__(self, fun: Expr, lparen: int, args: list[Expr], rparen: int) -> None:
        self.comments = None
        self.fun = fun
        self.lparen = lparen
        self.args = args
        self.rparen = rparen

    @property
    def pos(self) -> int:  # type: ignore[override]
        return self.fun.pos


class UnaryExpr(Expr):
    """``op x``; ``op`` is one of ``+ - ! * < <= > >= == != =~ !~`` (``*`` marks a default)."""

    __slots__ = ("op", "pos", "x")

    def __init__(self, pos: int, op: str, x: Expr) -> None:
        self.comments = None
        self.pos = pos
        self.op = op
        self.x = x


class BinaryExpr(Expr):
    """``x op y``; ``op_pos`` is the operator's position."""

    __slots__ = ("op", "op_pos", "x", "y")

    def __init__(self, x: Expr, op_pos: int, op: str, y: Expr) -> None:
        self.comments = None
        self.x = x
        self.op_pos = op_pos
        self.op = op
        self.y = y

    @property
    def pos(self) -> int:  # type: ignore[override]
        return self.x.pos


class PostfixExpr(Expr):
    """``x...`` (experiment ``explicitopen``) or ``x?`` (experiment ``try``); ``op`` is ``"..."`` or ``"?"``."""

    __slots__ = ("op", "op_pos", "x")

    def __init__(self, x: Expr, op_pos: int, op: str) -> None:
        self.comments = None
        self.x = x
        self.op_pos = op_pos
        self.op = op

    @property
    def pos(self) -> int:  # type: ignore[override]
        return self.x.pos


class Alias(Expr):
    """``ident = expr`` before a label (``expr`` is the label), in front of a value, or inside a pattern label."""

    __slots__ = ("equal", "expr", "ident")

    def __init__(self, ident: Ident, equal: int, expr: Expr) -> None:
        self.comments = None
        self.ident = ident
        self.equal = equal
        self.expr = expr

    @property
    def pos(self) -> int:  # type: ignore[override]
        return self.ident.pos


# ---- declarations


class PostfixAlias(Node):
    """``~X`` (``label`` is None) or ``~(K,V)`` / ``~(V)`` after a label (experiment ``aliasv2``)."""

    __slots__ = ("field", "label", "lparen", "pos", "rparen")

    def __init__(self, pos: int, lparen: int, label: Ident | None, field: Ident | None, rparen: int) -> None:
        self.comments = None
        self.pos = pos
        self.lparen = lparen
        self.label = label
        self.field = field
        self.rparen = rparen


class Field(Decl):
    """``label: value``.

    ``label`` is an :class:`Ident`, string :class:`BasicLit`, :class:`Interpolation`, :class:`ParenExpr` (dynamic),
    :class:`ListLit` of one element (pattern), or :class:`Alias` around one of these. ``constraint`` is ``""``, ``"?"``
    or ``"!"``. The short form ``a: b: c`` is a Field whose value is a StructLit with ``lbrace == 0``.
    """

    __slots__ = ("alias", "attrs", "colon", "constraint", "constraint_pos", "label", "value")

    def __init__(
        self,
        label: Label,
        colon: int,
        value: Expr,
        constraint: str = "",
        constraint_pos: int = 0,
        alias: PostfixAlias | None = None,
        attrs: list[Attribute] | None = None,
    ) -> None:
        self.comments = None
        self.label = label
        self.alias = alias
        self.constraint = constraint
        self.constraint_pos = constraint_pos
        self.colon = colon
        self.value = value
        self.attrs = attrs or []

    @property
    def pos(self) -> int:  # type: ignore[override]
        return self.label.pos


class EmbedDecl(Decl):
    """An expression that stands as a declaration."""

    __slots__ = ("expr",)

    def __init__(self, expr: Expr) -> None:
        self.comments = None
        self.expr = expr

    @property
    def pos(self) -> int:  # type: ignore[override]
        return self.expr.pos


class Attribute(Decl):
    """``@name(body)``; ``text`` is the source spelling with ``@``."""

    __slots__ = ("pos", "text")

    def __init__(self, pos: int, text: str) -> None:
        self.comments = None
        self.pos = pos
        self.text = text

    def split(self) -> tuple[str, str]:
        """Name and body, without ``@`` and parentheses."""
        name, _, body = self.text[1:].partition("(")
        return name, body[:-1]


class LetClause(Clause, Decl):
    """``let ident = expr``, a declaration and a clause."""

    __slots__ = ("equal", "expr", "ident", "pos")

    def __init__(self, pos: int, ident: Ident, equal: int, expr: Expr) -> None:
        self.comments = None
        self.pos = pos
        self.ident = ident
        self.equal = equal
        self.expr = expr


class ForClause(Clause):
    """``for key, value in source``; ``key`` may be None."""

    __slots__ = ("colon", "in_pos", "key", "pos", "source", "value")

    def __init__(self, pos: int, key: Ident | None, colon: int, value: Ident, in_pos: int, source: Expr) -> None:
        self.comments = None
        self.pos = pos
        self.key = key
        self.colon = colon
        self.value = value
        self.in_pos = in_pos
        self.source = source


class IfClause(Clause):
    """``if condition``."""

    __slots__ = ("condition", "pos")

    def __init__(self, pos: int, condition: Expr) -> None:
        self.comments = None
        self.pos = pos
        self.condition = condition


class TryClause(Clause):
    """``try`` (``ident`` is None) or ``try ident = expr`` (experiment ``try``)."""

    __slots__ = ("equal", "expr", "ident", "pos")

    def __init__(self, pos: int, ident: Ident | None, equal: int, expr: Expr | None) -> None:
        self.comments = None
        self.pos = pos
        self.ident = ident
        self.equal = equal
        self.expr = expr


class FallbackClause(Node):
    """``else {…}``, ``otherwise {…}`` or ``fallback {…}`` after a comprehension; ``keyword`` is as written."""

    __slots__ = ("body", "keyword", "pos")

    def __init__(self, pos: int, keyword: str, body: StructLit) -> None:
        self.comments = None
        self.pos = pos
        self.keyword = keyword
        self.body = body


class Comprehension(Decl, Expr):
    """``clauses… {value}`` as a declaration or list element."""

    __slots__ = ("clauses", "fallback", "value")

    def __init__(self, clauses: list[Clause], value: Expr, fallback: FallbackClause | None = None) -> None:
        self.comments = None
        self.clauses = clauses
        self.value = value
        self.fallback = fallback

    @property
    def pos(self) -> int:  # type: ignore[override]
        return self.clauses[0].pos


# ---- files


class Package(Decl):
    """``package name``."""

    __slots__ = ("name", "pos")

    def __init__(self, pos: int, name: Ident) -> None:
        self.comments = None
        self.pos = pos
        self.name = name


class ImportSpec(Node):
    """``name "path"``; ``path`` is a string :class:`BasicLit`, ``name`` may be None."""

    __slots__ = ("name", "path")

    def __init__(self, name: Ident | None, path: BasicLit) -> None:
        self.comments = None
        self.name = name
        self.path = path

    @property
    def pos(self) -> int:  # type: ignore[override]
        return self.name.pos if self.name else self.path.pos


class ImportDecl(Decl):
    """``import spec`` or ``import ( specs )`` (then ``lparen`` is not 0)."""

    __slots__ = ("lparen", "pos", "rparen", "specs")

    def __init__(self, pos: int, lparen: int, specs: list[ImportSpec], rparen: int) -> None:
        self.comments = None
        self.pos = pos
        self.lparen = lparen
        self.specs = specs
        self.rparen = rparen


class File(Node):
    """A whole file; ``source`` is the :class:`pycue.source.Source` that its positions point into, None if made up."""

    __slots__ = ("decls", "filename", "language_version", "source")

    def __init__(self, filename: str, decls: list[Decl], source: object | None = None) -> None:
        self.comments = None
        self.filename = filename
        self.decls = decls
        self.source = source
        self.language_version = ""

    @property
    def pos(self) -> int:  # type: ignore[override]
        return self.decls[0].pos if self.decls else 0

    def package_name(self) -> str:
        """Name of the package clause, or ``""``."""
        for decl in self.decls:
            if isinstance(decl, Package):
                return decl.name.name
        return ""


Label = Expr  # what may stand as a field's label; see Field
