"""What an exporter keeps while it walks: frames of structs being written, let clauses to hoist, names in use."""

from __future__ import annotations

from pycue.evaluator.ir import Decl, Field, ForClause, LetField, LetReference, StructLit
from pycue.evaluator.values import Expr, Value
from pycue.evaluator.vertex import Environment, Vertex
from pycue.export.draw import Draw
from pycue.export.links import Links
from pycue.export.sharing import UNKNOWN
from pycue.syntax import ast

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from pycue.evaluator.context import OpContext
    from pycue.export.pivot import Pivot
    from pycue.export.profile import Profile
    from pycue.labels import AnyLabel

__all__ = ["Frame", "HoistedLet", "State"]


class HoistedLet:
    """A let that may become a clause of the struct it belongs to; it does once a reference to it is written.

    ``let`` is None for ``let x = self``, which needs no field.
    """

    __slots__ = ("clause", "let")

    def __init__(self, let: LetField | None) -> None:
        self.let = let
        self.clause: ast.LetClause | None = None


class Frame:
    """One struct being written; ``vertex`` is its value, or None inside expressions."""

    __slots__ = ("lets", "marked", "scope", "vertex")

    def __init__(self, vertex: Vertex | None) -> None:
        self.vertex = vertex
        self.scope: ast.StructLit | None = None  # where lets go if the result is an expression around a struct
        self.lets: dict[AnyLabel, HoistedLet] = {}
        self.marked: list[StructLit] = []  # literals whose lets are among these


class State:
    """Base of the exporters: the three functions that everything else is written in terms of, and shared state."""

    def __init__(self, ctx: OpContext, profile: Profile) -> None:
        self.ctx = ctx
        self.profile = profile
        self.frames: list[Frame] = []
        self.pivot: Pivot | None = None
        self.env: Environment | None = None  # the scopes around what is being written
        self.shift = 0  # scopes that references are looked up too low when they are linked to fields
        self.links = Links()
        self.imports: dict[str, str] = {}  # import path -> local name
        self.aliases: dict[str, str] = {}  # value alias as written in the source -> as written here
        self.roots: list[object] = []  # expressions whose labels must not be taken as names of lets and aliases
        self.top: Vertex | None = None  # the vertex of the file or package that the value belongs to
        self._names: set[str] | None = None
        self._postfix: set[str] | None = None
        self._draw = Draw()

    def vertex(self, vertex: Vertex) -> ast.Expr:
        """Syntax of a finished vertex."""
        raise NotImplementedError

    def value(self, value: Value, source: Expr | None = None) -> ast.Expr:
        """Syntax of a value; ``source`` is the literal it came from, if it is to be spelled like that."""
        raise NotImplementedError

    def expr(self, x: Expr) -> ast.Expr:
        """Syntax of a compiled expression."""
        raise NotImplementedError

    def struct_of(self, x: StructLit, vertex: Vertex | None) -> ast.Expr:
        """Syntax of a struct literal that contributes to a vertex, if that is known."""
        raise NotImplementedError

    # ---- scopes

    def enter(self, vertex: Vertex | None = None) -> Environment | None:
        """Enter a scope, whose value is ``vertex`` if known; returns the one around it, to be set again."""
        here = self.env
        self.env = Environment(here, vertex or UNKNOWN)
        return here

    # ---- frames and lets

    def push(self, vertex: Vertex | None) -> Frame:
        """Enter a struct."""
        frame = Frame(vertex)
        self.frames.append(frame)
        return frame

    def mark_lets(self, x: object, *, repeated: bool = True) -> None:
        """Make the lets of a struct literal known to the current frame, those of comprehensions if ``repeated``."""
        if not isinstance(x, StructLit):
            return
        lets = self.frames[-1].lets
        for decl in x.decls:
            if not isinstance(decl, LetField) or (decl.is_multi and not repeated):
                continue
            if self.find_let(decl.label) is None:
                lets[decl.label] = HoistedLet(decl)
        if not any(x in frame.marked for frame in self.frames):
            self.frames[-1].marked.append(x)
            for name in _names_of_self(x):
                lets.setdefault(name, HoistedLet(None))

    def find_let(self, label: AnyLabel) -> HoistedLet | None:
        """The let of that label in the frames that are open."""
        for frame in reversed(self.frames):
            found = frame.lets.get(label)
            if found is not None:
                return found
        return None

    def pop(self, result: ast.Expr) -> ast.Expr:
        """Leave a struct; its lets that were used go in front."""
        frame = self.frames.pop()
        clauses: list[ast.Decl] = [let.clause for let in frame.lets.values() if let.clause is not None]
        if not clauses:
            return result
        scope = result if isinstance(result, ast.StructLit) else frame.scope
        if scope is not None:
            scope.elts[:0] = clauses
            return result
        return ast.StructLit(0, [*clauses, ast.EmbedDecl(result)], 0)

    def unique(self, name: str, *, always_number: bool = False) -> str:
        """``name``, or ``name_1`` … if that is taken."""
        names = self._names
        if names is None:
            names = self._names = set()
            for x in self.roots:
                _collect_labels(x, names)
        if not always_number and name not in names:
            names.add(name)
            return name
        for number in "1234":
            if (numbered := f"{name}_{number}") not in names:
                names.add(numbered)
                return numbered
        return self._draw.hexadecimal(name, names, from_one=True)

    def is_postfix_alias(self, name: str) -> bool:
        """Whether a name was declared behind a label (``a~X``), so that the label stands for it as well."""
        if self._postfix is None:
            self._postfix = set()
            if self.top is not None:
                _collect_postfix([conjunct.x for conjunct in self.top.conjuncts], self._postfix)
        return name in self._postfix


def _names_of_self(x: StructLit) -> list[str]:
    """Names that lets of a struct literal give to the struct itself."""
    node = x.src.node if x.src is not None else None
    decls: list[ast.Decl] = []
    if isinstance(node, ast.File):
        decls = node.decls
    elif isinstance(node, ast.StructLit):
        decls = node.elts
    lets = [decl for decl in decls if isinstance(decl, ast.LetClause)]
    return [let.ident.name for let in lets if isinstance(let.expr, ast.Ident) and let.expr.name == "self"]


def _collect_postfix(pending: list[object], names: set[str]) -> None:
    """Add the names of all aliases behind labels in some expressions."""
    while pending:
        x = pending.pop()
        if isinstance(x, (list, tuple)):
            pending += x
        elif isinstance(x, (Decl, Expr)) and not isinstance(x, (Value, LetReference)):
            node = x.src.node if x.src is not None else None
            if isinstance(node, ast.Field) and node.alias is not None and node.alias.field is not None:
                names.add(node.alias.field.name)
            for slot in type(x).__slots__:
                pending.append(getattr(x, slot))


def _collect_labels(x: object, names: set[str]) -> None:
    """Add the names of all fields and loop variables declared in an expression."""
    pending = [x]
    while pending:
        x = pending.pop()
        if isinstance(x, (list, tuple)):
            pending += x
        elif isinstance(x, (Decl, Expr)) and not isinstance(x, (Value, LetReference)):
            if isinstance(x, Field):
                names.add(str(x.label))
            elif isinstance(x, ForClause):
                names.update(str(label) for label in (x.key, x.value) if label is not None)
            for slot in type(x).__slots__:
                pending.append(getattr(x, slot))
