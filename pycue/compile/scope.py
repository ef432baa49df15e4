"""Lexical scopes of a file and what a name in them may stand for.

Field names are entered as plain labels (most names by far); everything else as an :class:`Entry`.
"""

from __future__ import annotations

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from pycue.evaluator.ir import LetField, LetReference
    from pycue.evaluator.values import Expr
    from pycue.evaluator.vertex import Vertex
    from pycue.labels import AnyLabel
    from pycue.syntax import ast

__all__ = ["DYNAMIC", "FIELD_ALIAS", "IMPORT", "KEY", "LET", "VALUE", "VARIABLE", "Entry", "Scope"]

FIELD_ALIAS = 1  # X=label: v            another name of a field
VALUE = 2  # label: X=v, X=[p]: v        the vertex of the value
KEY = 3  # [X=p]: v, label~(X,V): v      the label, as a string
DYNAMIC = 4  # X=(e): v                  a field whose label is computed
LET = 5
VARIABLE = 6  # of a for, let or try clause
IMPORT = 7


class Entry:
    """What an alias, let, clause variable or import stands for.

    Attributes:
        label: label of a FIELD_ALIAS, LET or VARIABLE.
        key: label expression of a DYNAMIC entry; constant label of a KEY entry of a static field.
        pos: position of the declaration, for messages.
        path: path of the declaration, for messages.
        open: whether the let's own expression is being compiled.
        references: LetReferences that wait for the let's expression.
        dependents: lets that mention this one, and where; they become ``is_multi`` with it.
        package: full path of an IMPORT.
    """

    __slots__ = (
        "dependents",
        "is_multi",
        "key",
        "kind",
        "label",
        "let",
        "open",
        "package",
        "path",
        "pos",
        "references",
        "used",
    )

    def __init__(self, kind: int, pos: int, label: AnyLabel | None = None, key: Expr | None = None) -> None:
        self.kind = kind
        self.pos = pos
        self.label = label
        self.key = key
        self.path: tuple[str, ...] = ()
        self.used = False
        self.open = False
        self.is_multi = False
        self.let: LetField | None = None
        self.references: list[LetReference] = []
        self.dependents: dict[Entry, tuple[int, tuple[ast.Node | str, ...]]] = {}
        self.package = ""

    def mark_multi(self) -> None:
        """Note that the let needs one instance per iteration, and so does everything that mentions it."""
        if not self.is_multi:
            self.is_multi = True
            if self.let is not None:
                self.let.is_multi = True
            for entry in self.dependents:
                entry.mark_multi()


class Scope:
    """Names of one lexical level. ``level`` is 1 where evaluation has an environment for it, else 0.

    ``vertex`` is set for the outermost scope of an expression that is compiled against an existing value.
    """

    __slots__ = ("aliases", "conflicts", "depth", "level", "names", "parent", "vertex")

    def __init__(self, parent: Scope | None, level: int, vertex: Vertex | None = None) -> None:
        self.parent = parent
        self.level = level
        self.names: dict[str, AnyLabel | Entry] = {}
        self.aliases: list[tuple[str, Entry]] = []  # those that must be referenced
        self.conflicts: set[str] = set()  # names reported as both alias and field
        self.depth: int = parent.depth + 1 if parent else 0
        self.vertex = vertex
