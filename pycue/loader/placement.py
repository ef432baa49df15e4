"""Data files: decoding, and where their values go (``-l``, ``--list``, ``--with-context``).

Source: ``cue help flags``.
"""

from __future__ import annotations

from pycue.errors import CueError, CueSyntaxError, LoadError
from pycue.source import Source
from pycue.syntax import ast

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Sequence

    from pycue.evaluator.vertex import Vertex
    from pycue.loader.instance import DataFile, Instance
    from pycue.loader.program import Program

__all__ = ["Placement", "documents", "wrap"]


def documents(data: DataFile) -> tuple[Source, list[ast.Expr]]:
    """The text of a data file and the expressions of its documents.

    Raises:
        CueSyntaxError: it is malformed.
        LoadError: its encoding cannot be read.
    """
    from pycue.encoding import registry

    encoding = data.type.encoding
    if data.type.interpretation in ("jsonschema", "openapi", "pb"):
        raise LoadError(f"{data.name}: cannot read {encoding} as {data.type.interpretation}")
    if encoding == "binary":
        from pycue.encoding.text import decode_binary

        return Source(data.name, ""), [decode_binary(data.content)]
    source = _source(data)
    if encoding == "cue":
        return source, [_cue_data(source)]
    if encoding == "xml":
        raise LoadError("xml requires a variant, such as: xml+koala")
    if encoding not in registry.READABLE:
        raise LoadError(f'unsupported encoding "{"code" if encoding == "go" else encoding}"')
    return source, registry.decode(encoding, source, path=data.name)


def _source(data: DataFile) -> Source:
    try:
        return data.source()
    except UnicodeDecodeError:
        raise LoadError(f"{data.name}: invalid UTF-8") from None


def _cue_data(source: Source) -> ast.Expr:
    from pycue.loader.forms import check_form
    from pycue.syntax.parser import parse_file

    file = parse_file(source)
    check_form(file, "data")
    decls = [decl for decl in file.decls if not isinstance(decl, (ast.Package, ast.ImportDecl))]
    if len(decls) == 1 and isinstance(decls[0], ast.EmbedDecl):
        return decls[0].expr
    return ast.StructLit(0, decls, 0)


def wrap(source: Source, expr: ast.Expr) -> ast.File:
    """A file that holds one value: the fields of a struct, or the value embedded."""
    decls: list[ast.Decl] = expr.elts if isinstance(expr, ast.StructLit) else [ast.EmbedDecl(expr)]
    return ast.File(source.name, decls, source)


class Placement:
    """Puts the documents of a file at the paths that ``-l`` asks for.

    Args:
        program: evaluates label expressions.
        paths: arguments of ``-l``: expressions, or labels that end in a colon.
        as_list: collect documents in lists.
        with_context: labels are evaluated inside ``{data, filename, index, recordCount}``.
    """

    def __init__(
        self, program: Program, paths: Sequence[str], *, as_list: bool = False, with_context: bool = False
    ) -> None:
        self._program = program
        self._paths = [step for text in paths for step in _parse_path(text)]
        self._as_list = as_list
        self._with_context = with_context

    def files(self, data: DataFile) -> list[ast.File]:
        """Syntax of the file's documents, each as a file; all in one where they are collected or have paths.

        Raises:
            CueSyntaxError: the file is malformed.
            LoadError: a label is not a string.
        """
        source, found = documents(data)
        if not self._paths:
            if self._as_list:
                return [wrap(source, ast.ListLit(0, found, 0))]
            return [wrap(source, expr) for expr in found]
        placed = [(self._labels(source, expr, i, len(found)), expr) for i, expr in enumerate(found)]
        if not self._as_list:
            return [ast.File(source.name, [_nest(labels, expr) for labels, expr in placed], source)]
        groups: dict[tuple[str, ...], list[ast.Expr]] = {}
        for labels, expr in placed:
            groups.setdefault(tuple(labels), []).append(expr)
        decls: list[ast.Decl] = [_nest(list(key), ast.ListLit(0, group, 0)) for key, group in groups.items()]
        return [ast.File(source.name, decls, source)]

    def _labels(self, source: Source, expr: ast.Expr, index: int, count: int) -> list[str]:
        """Spelling of the labels of one document."""
        if all(label is None for _, label in self._paths):
            return [text for text, _ in self._paths]
        from pycue.compile import compile_files

        if self._with_context:
            expr = _context(expr, source.name, index, count)
        return self.labels(self._program.vertex(compile_files([wrap(source, expr)])), None)

    def labels(self, scope: Vertex, instance: Instance | None) -> list[str]:
        """Spelling of the labels, their expressions evaluated inside a value.

        Raises:
            LoadError: a label is not a string.
        """
        return [text if label is None else self._label(text, label, scope, instance) for text, label in self._paths]

    def _label(self, text: str, label: tuple[Source, ast.Expr], scope: Vertex, instance: Instance | None) -> str:
        from pycue.evaluator.debug import debug_string
        from pycue.evaluator.values import Bottom, String
        from pycue.evaluator.vertex import Vertex
        from pycue.export.view import final_value
        from pycue.syntax.literal import quote_label

        ctx = self._program.ctx
        ctx.finish(scope)
        if _has_default_mark(label[1]):
            raise LoadError(f"expression is not a valid label: {text}")
        try:
            vertex = self._program.expression(label[1], label[0], scope, instance)
        except CueError as error:
            raise LoadError(f"error evaluating label {text}: {error}") from None
        ctx.unify(vertex)
        value = final_value(ctx, vertex)
        if isinstance(value, Vertex) and value.base is not None:
            value = value.base
        if isinstance(value, Bottom):
            from pycue.evaluator.diagnose import diagnostics

            raise LoadError(f"error evaluating label {text}: {diagnostics(value)[0].summary()}")
        if not isinstance(value, String):
            raise LoadError(f"error evaluating label {text}: {debug_string(value, ctx)}")
        return quote_label(value.value)


_Step = tuple[str, "tuple[Source, ast.Expr] | None"]  # text of -l or spelling of a label, label expression


def _parse_path(text: str) -> list[_Step]:
    """Steps of one ``-l`` argument: an expression, or the labels of a field without its value."""
    from pycue.syntax.parser import parse_expr, parse_file

    if not text.rstrip().endswith(":"):
        source = Source("--path", text)
        try:
            return [(text, (source, parse_expr(source)))]
        except CueSyntaxError as error:
            raise LoadError(_not_a_path(text)) from error
    source = Source("--path", text + " _")
    decls = parse_file(source).decls
    steps: list[_Step] = []
    while len(decls) == 1 and isinstance(decls[0], ast.Field):
        field = decls[0]
        label = field.label
        if isinstance(label, ast.Ident):
            steps.append((label.name, None))
        elif isinstance(label, ast.BasicLit):
            steps.append((label.value, None))
        elif isinstance(label, (ast.ParenExpr, ast.Interpolation)):
            steps.append((text, (source, label)))
        else:
            raise LoadError(f"unsupported label in path: {text}")
        decls = field.value.elts if isinstance(field.value, ast.StructLit) else []
    return steps


def _not_a_path(text: str) -> str:
    """Message for a ``-l`` argument that is no expression: as a last resort it is read as the start of a field."""
    from pycue.syntax.literal import quote_string
    from pycue.syntax.parser import parse_file

    forms = "labels must be expressions (-l foo -l 'strings.ToLower(bar)') or full paths"
    example = '(-l \'"foo": "\\(strings.ToLower(bar))":)'
    try:
        parse_file(Source("--path", text + "_"))
    except CueSyntaxError as error:
        why = error.diagnostics[0].summary()
        return f"{forms} {example} : parser error in path {quote_string(text)}: {why}"
    return f"{forms} {example} : %q not a sequence of labels"


def _has_default_mark(x: ast.Expr) -> bool:
    """Whether an expression is a disjunction with a marked default, which denotes no single label."""
    if isinstance(x, ast.ParenExpr):
        return _has_default_mark(x.x)
    if isinstance(x, ast.BinaryExpr) and x.op == "|":
        return _has_default_mark(x.x) or _has_default_mark(x.y)
    return isinstance(x, ast.UnaryExpr) and x.op == "*"


def _nest(labels: list[str], expr: ast.Expr) -> ast.Decl:
    """``a: b: expr``; spellings that are quoted become string labels."""
    decl: ast.Decl = ast.EmbedDecl(expr)
    for spelling in reversed(labels):
        label = ast.BasicLit(0, "STRING", spelling) if spelling[:1] in ('"', "'") else ast.Ident(0, spelling)
        value = decl.expr if isinstance(decl, ast.EmbedDecl) else ast.StructLit(0, [decl], 0)
        decl = ast.Field(label, 0, value)
    return decl


def _context(expr: ast.Expr, filename: str, index: int, count: int) -> ast.Expr:
    from pycue.syntax.literal import quote_string

    values = {
        "data": expr,
        "filename": ast.BasicLit(0, "STRING", quote_string(filename)),
        "index": ast.BasicLit(0, "INT", str(index)),
        "recordCount": ast.BasicLit(0, "INT", str(count)),
    }
    return ast.StructLit(0, [ast.Field(ast.Ident(0, name), 0, value) for name, value in values.items()], 0)
