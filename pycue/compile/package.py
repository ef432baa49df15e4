"""Compilation of the files of a package, and of single expressions."""

from __future__ import annotations

import sys

from pycue.compile.compiler import normal_form
from pycue.compile.declarations import DeclarationCompiler
from pycue.compile.scope import IMPORT, Entry, Scope
from pycue.errors import CompileError, Diagnostic, LimitError
from pycue.evaluator import ir
from pycue.evaluator.values import Src
from pycue.evaluator.vertex import Environment
from pycue.syntax import ast
from pycue.syntax.experiments import Experiments, asked_by
from pycue.syntax.literal import unquote

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any, TypeAlias

    from pycue.evaluator.values import Expr
    from pycue.evaluator.vertex import Vertex
    from pycue.source import Source

    ResolveImport: TypeAlias = Callable[[str], str | None]

__all__ = ["CompiledPackage", "check_bindings", "compile_expr", "compile_files", "scope_environment"]

_FRAMES = 100_000  # Python frames: a level of nesting costs up to eight


class CompiledPackage:
    """``conjuncts`` are the bodies of the files, all of one root vertex; ``imports`` the full paths they mention."""

    __slots__ = ("conjuncts", "imports", "package_id")

    def __init__(self, conjuncts: list[ir.StructLit], imports: list[str], package_id: str) -> None:
        self.conjuncts = conjuncts
        self.imports = imports
        self.package_id = package_id


def compile_files(
    files: Sequence[ast.File],
    *,
    package_id: str = "_",
    resolve_import: ResolveImport | None = None,
    language_version: str = "",
    scope: Vertex | None = None,
    allow_unused_imports: bool = False,
) -> CompiledPackage:
    """Compile the files of one package.

    Args:
        files: their trees, in the order in which their bodies become conjuncts.
        package_id: what hidden labels belong to; ``"_"`` for files without package clause.
        resolve_import: full path of the package that an import path names, None if there is no such package.
        language_version: of the module; a file's own goes first. ``""`` is the newest.
        scope: value in which names are looked up that the files do not declare; the files' environment is one below.
        allow_unused_imports: imports need not be mentioned.

    Raises:
        CompileError: with everything found.
    """
    compiler = DeclarationCompiler(package_id)
    # The environment of a file's body counts at the package level, so that fields of other files are in the same one.
    outer = Scope(None, 0, scope)
    package, unnamed = Scope(outer, 1), Scope(outer, 1)
    for file in files:
        if file.package_name():
            _declare_fields(compiler, package, file)
    units = [_FileUnit(compiler, f, package if f.package_name() else unnamed, language_version) for f in files]
    imports: list[str] = []
    bodies = _deeply(lambda: [unit.compile(resolve_import, imports, allow_unused_imports) for unit in units])
    compiler.finish()
    return CompiledPackage(bodies, imports, package_id)


def check_bindings(file: ast.File) -> None:
    """Whether every name of a file can be bound: aliases declared once; what binds is left open.

    Raises:
        CompileError: with every such fault.
    """
    compiler = DeclarationCompiler("_")
    package = Scope(Scope(None, 0), 1)
    _declare_fields(compiler, package, file)
    _deeply(lambda: _FileUnit(compiler, file, package, "").compile(None, [], True))
    if compiler.binding_errors:
        raise CompileError(compiler.binding_errors)


def _deeply(function: Callable[[], Any]) -> Any:
    """Call with a recursion limit that suits the nesting a parser lets through; it is restored.

    Raises:
        LimitError: the tree is nested more deeply still.
    """
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, _FRAMES))
    try:
        return function()
    except RecursionError:
        raise LimitError(Diagnostic("expression or value is nested too deeply", code="limit.depth")) from None
    finally:
        sys.setrecursionlimit(limit)


def _declare_fields(compiler: DeclarationCompiler, package: Scope, file: ast.File) -> None:
    for decl in file.decls:
        if type(decl) is ast.Field:
            label = decl.label.expr if type(decl.label) is ast.Alias else decl.label
            if type(label) is ast.Ident and label.name != "_":
                package.names.setdefault(label.name, compiler.label(label))


class _FileUnit:
    """One file on its way through the compiler."""

    def __init__(self, compiler: DeclarationCompiler, file: ast.File, package: Scope, language_version: str) -> None:
        self.compiler = compiler
        self.file = file
        self.package = package
        self.experiments = Experiments(asked_by(file), file.language_version or language_version)
        self.imports: list[tuple[ast.ImportSpec, str, Entry]] = []

    def compile(self, resolve_import: ResolveImport | None, imports: list[str], allow_unused: bool) -> ir.StructLit:
        compiler, file = self.compiler, self.file
        compiler.source = file.source  # type: ignore[assignment]
        compiler.experiments = self.experiments
        compiler.scope = self.package
        scope = compiler.open_scope(0, file.decls)
        for decl in file.decls:
            if isinstance(decl, ast.ImportDecl):
                for spec in decl.specs:
                    self._import(spec, scope, resolve_import, imports)
        body = compiler.struct_body(file.decls, Src(file, compiler.source), is_file=True)
        compiler.close_scope(scope)
        if not allow_unused:
            self._check_used()
        return body

    def _import(self, spec: ast.ImportSpec, scope: Scope, resolve: ResolveImport | None, imports: list[str]) -> None:
        compiler = self.compiler
        value = unquote(spec.path.value)
        path = value if isinstance(value, str) else value.decode()
        full = resolve(path) if resolve is not None else path
        if full is None:
            compiler.error(spec.pos, f'builtin package "{path}" undefined')
            full = path
        name = spec.name.name if spec.name is not None else default_name(path)
        entry = Entry(IMPORT, spec.pos)
        entry.package = full
        if full not in imports:
            imports.append(full)
        previous = self._previous(name, scope)
        if previous is not None:
            where = compiler.position(previous)
            prefix = "./" if where is not None and not where.filename.startswith((".", "/")) else ""
            compiler.error(
                spec.pos, f"{name} redeclared as imported package name\n\tprevious declaration at {prefix}{where!r}"
            )
            entry.used = True
        else:
            scope.names[name] = entry
        self.imports.append((spec, path, entry))

    def _previous(self, name: str, scope: Scope) -> int | None:
        """Position of what has a name already."""
        found = scope.names.get(name)
        if type(found) is Entry:
            return found.pos
        if found is not None:
            for decl in self.file.decls:
                if isinstance(decl, ast.Field) and isinstance(decl.label, ast.Ident) and decl.label.name == name:
                    return decl.pos
        return None

    def _check_used(self) -> None:
        for spec, path, entry in self.imports:
            if entry.used:
                continue
            renamed = spec.name is not None and spec.name.name != default_name(path)
            suffix = f" as {spec.name.name}" if renamed and spec.name else ""
            self.compiler.errors.append(
                Diagnostic(
                    f'imported and not used: "{path}"{suffix}',
                    code="cue.compile",
                    position=self.compiler.position(spec.pos),
                )
            )


def default_name(path: str) -> str:
    """Name under which an import is known: what follows ``:``, else the last path element without a major version."""
    base, colon, name = path.partition(":")
    if colon:
        return name
    parts = base.split("@")[0].split("/")
    return normal_form(parts[-1])


def compile_expr(
    expr: ast.Expr,
    *,
    source: Source | None = None,
    scope: Vertex | None = None,
    package_id: str = "_",
    find_package: ResolveImport | None = None,
    resolve_import: ResolveImport | None = None,
    language_version: str = "",
) -> Expr:
    """Compile one expression, to be evaluated in :func:`scope_environment` of ``scope``.

    Args:
        expr: its tree.
        source: text that the positions of ``expr`` are offsets into.
        scope: value whose fields, and those of its parents, the expression may name.
        package_id: what hidden labels belong to.
        find_package: import path of the package that a name means which nothing declares (``strings`` in ``-e``).
        resolve_import: full path of the package of an import path.
        language_version: ``""`` is the newest.

    Raises:
        CompileError: with everything found.
    """
    compiler = DeclarationCompiler(package_id)
    compiler.source = source
    compiler.experiments = Experiments((), language_version)
    compiler.find_package = find_package
    compiler.resolve_import = resolve_import
    compiler.scope = Scope(None, 0, scope)
    result: Expr = _deeply(lambda: compiler.expr(expr))
    compiler.finish()
    return result


def scope_environment(vertex: Vertex | None) -> Environment | None:
    """Environment in which a body compiled with ``scope=vertex`` is evaluated: the vertex and its parents."""
    return Environment(scope_environment(vertex.parent), vertex) if vertex is not None else None
