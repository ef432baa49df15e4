"""Templates: compiled once, filled with parameters and context for every rendering."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from oam.definition.declaration import Declaration
from oam.definition.legacy import modernize
from oam.definition.markers import historic_markers, sink_comments
from oam.definition.trees import label_name, walk
from oam.errors import warning
from pycue import Context
from pycue.source import Source
from pycue.syntax import ast, token
from pycue.syntax.literal import unquote
from pycue.syntax.parser import parse_file

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pycue import Limits, Value
    from pycue.errors import Diagnostic
    from pycue.source import Position

    Places = Callable[[tuple[str | int, ...]], Position | None]

__all__ = ["Template", "TemplateCompiler"]

LANGUAGE_VERSION = "v0.14.0"
_CACHE = 256


class Template:
    """A compiled template.

    Attributes:
        value: the template without parameters and context.
        file: its syntax tree.
        warnings: about what was rewritten or ignored.
    """

    __slots__ = ("_declaration", "_needs", "file", "value", "warnings")

    def __init__(self, file: ast.File, value: Value, warnings: list[Diagnostic]) -> None:
        self.file = file
        self.value = value
        self.warnings = warnings
        self._needs = _context_fields(file)
        self._declaration: Declaration | None = None

    @property
    def declaration(self) -> Declaration:
        """What the template declares as ``parameter``."""
        if self._declaration is None:
            self._declaration = Declaration(self.file)
        return self._declaration

    def narrowed(self, context: dict[str, Any]) -> dict[str, Any]:
        """The part of a context that the template can see, so that the size of the rest does not matter.

        The name is always there: what a template asks for in vain is then a field that a struct lacks.
        """
        needs = self._needs
        return context if needs is None else {k: item for k, item in context.items() if k in needs or k == "name"}

    def fill(self, *, parameter: Any = None, context: Any = None, places: Places | None = None) -> Value:
        """The template with parameters and context, each given as plain data (or a Value); None leaves it open.

        ``places`` tells where the parameter at a path was written, so that errors name the place.
        """
        value = self.value
        if parameter is not None:
            value = value.fill("parameter", parameter, places=places)
        if context is not None:
            value = value.fill("context", context)
        return value


class TemplateCompiler:
    """Compiles template texts and keeps what it compiled (the last 256 of them).

    Args:
        packages: CUE text of importable packages besides the standard ones, by import path.
        allow_unused_imports: only warn about imports that nothing uses.
        limits: budgets of each evaluation.
        decided: told of each condition that is decided; see :class:`pycue.Context`.
    """

    def __init__(
        self,
        *,
        packages: Mapping[str, str] | Callable[[str], str | None] | None = None,
        allow_unused_imports: bool = False,
        limits: Limits | None = None,
        decided: Callable[[Position, bool], None] | None = None,
    ) -> None:
        self.context = Context(
            packages=packages,
            allow_unused_imports=allow_unused_imports,
            language_version=LANGUAGE_VERSION,
            limits=limits,
            trace=decided,
        )
        self._cache: dict[tuple[str, str, tuple[str, ...]], Template] = {}

    def compile_text(self, name: str, text: str, declare: Sequence[str] = ()) -> Template:
        """Compile a text; ``declare`` names fields that must exist at its top (``parameter``, ``context``).

        Raises:
            CueSyntaxError: not CUE.
            CompileError: a name is unknown, or an import is missing.
        """
        key = (name, text, tuple(declare))
        found = self._cache.get(key)
        return found if found is not None else self._compile(key, parse_file(Source(name, text)), declare)

    def compile(self, file: ast.File, declare: Sequence[str] = ()) -> Template:
        """Compile a parsed template; the same tree (and ``declare``) gives the same result.

        Raises:
            CompileError: a name is unknown, or an import is missing.
        """
        key = (file.filename, str(id(file)), tuple(declare))
        found = self._cache.get(key)
        return found if found is not None and found.file is file else self._compile(key, file, declare)

    def _compile(self, key: tuple[str, str, tuple[str, ...]], file: ast.File, declare: Sequence[str]) -> Template:
        warnings: list[Diagnostic] = []
        for comment in historic_markers(file):
            text = f"write the marker as // +{comment.text[2:].strip()}"
            warnings.append(warning("OAM210", text, position=_place(file, comment.pos)))
        sink_comments(file)
        for node in modernize(file):
            text = f"list arithmetic ({node.op}) belongs to an earlier version of CUE"
            warnings.append(warning("OAM120", text, position=_place(file, node.op_pos)))
        top = ast.Ident(0, "_")
        extra = [ast.Field(ast.Ident(0, name), 0, top) for name in declare]
        whole = ast.File(file.filename, [*file.decls, *extra], file.source)
        whole.language_version = LANGUAGE_VERSION
        template = Template(file, self.context.compile_file(whole), warnings)
        while len(self._cache) >= _CACHE:
            del self._cache[next(iter(self._cache))]
        self._cache[key] = template
        return template


def _context_fields(file: ast.File) -> frozenset[str] | None:
    """The fields of ``context`` that a template selects by name; None where it uses ``context`` in another way."""
    found = set()
    named = 0
    for node in walk(file):
        if isinstance(node, ast.Field) and label_name(node) == "context":
            named += isinstance(node.label, ast.Ident)
            if node in file.decls:
                return None
        elif isinstance(node, ast.Ident) and node.name == "context":
            named -= 1
        elif isinstance(node, ast.SelectorExpr | ast.IndexExpr):
            key = node.sel if isinstance(node, ast.SelectorExpr) else node.index
            text = key.name if isinstance(node, ast.SelectorExpr) and isinstance(key, ast.Ident) else _string(key)
            named += isinstance(key, ast.Ident) and text == "context"
            if isinstance(node.x, ast.Ident) and node.x.name == "context" and text is not None:
                named += 1
                found.add(text)
    return frozenset(found) if named == 0 else None


def _string(expr: ast.Expr) -> str | None:
    text = unquote(expr.value) if isinstance(expr, ast.BasicLit) and expr.kind == "STRING" else None
    return text if isinstance(text, str) else None


def _place(file: ast.File, pos: int) -> Any:
    from pycue.source import Position

    offset = token.offset(pos)
    return Position(file.source, offset) if offset >= 0 and isinstance(file.source, Source) else None
