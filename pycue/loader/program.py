"""Loaded instances compiled and ready to evaluate: the bridge from files to vertices."""

from __future__ import annotations

from pycue.compile import compile_expr, compile_files, scope_environment
from pycue.errors import CompileError, LoadError, sanitize
from pycue.evaluator.context import OpContext
from pycue.evaluator.ir import BinaryExpr, DisjunctionExpr, ListLit, Resolver, StructLit
from pycue.evaluator.values import Bottom, Value
from pycue.evaluator.vertex import CloseInfo, Conjunct, Vertex

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pycue.compile import CompiledPackage
    from pycue.evaluator.values import Expr
    from pycue.limits import Limits
    from pycue.loader.instance import Instance
    from pycue.source import Source
    from pycue.syntax import ast

__all__ = ["Program", "import_standard", "standard_name"]

_OPEN = CloseInfo()  # conjuncts that come from outside any definition


def import_standard(ctx: OpContext, path: str) -> Vertex | None:
    """Vertex of a standard package, or None where there is none of that path."""
    from pycue import std

    return std.vertex(ctx, path)


def standard_name(name: str) -> str | None:
    """Path of the standard package that a bare name such as ``strings`` stands for, None if none or several."""
    from pycue import std

    return std.by_name(name)


def _is_constraint(x: Expr) -> bool:
    """Whether an expression is one to be unified with, which stays as written while it is incomplete."""
    return isinstance(x, (StructLit, ListLit, DisjunctionExpr, Value)) or (isinstance(x, BinaryExpr) and x.op == "&")


class Program:
    """Packages that import each other, evaluated in one context.

    Every package becomes one vertex, made when it is first asked for.
    """

    def __init__(
        self,
        *,
        limits: Limits | None = None,
        allow_unused_imports: bool = False,
        find: Callable[[str], CompiledPackage | None] | None = None,
    ) -> None:
        self._allow_unused = allow_unused_imports
        self._find = find
        self._instances: dict[str, Instance] = {}
        self._vertices: dict[str, Vertex] = {}
        self.ctx = OpContext(limits=limits, importer=self.import_package)

    # ---- packages

    def compile(self, instance: Instance, files: Sequence[ast.File] | None = None) -> CompiledPackage:
        """Compile an instance (or some files in its place).

        Raises:
            CompileError: with everything found.
            LoadError: with that and what the loader found.
        """
        faults = list(instance.faults)
        try:
            compiled = compile_files(
                instance.files if files is None else files,
                package_id=instance.package_id,
                resolve_import=self.resolver(instance),
                language_version=instance.language_version,
                allow_unused_imports=self._allow_unused,
            )
        except CompileError as error:
            faults += error.diagnostics
        if faults:
            raise (LoadError if instance.faults else CompileError)(sanitize(faults))
        return compiled

    def resolver(self, instance: Instance | None) -> Callable[[str], str | None]:
        """Function from an import path as written to the full path, as seen by an instance."""
        from pycue import std

        def resolve(path: str) -> str | None:
            found = instance.imports.get(path) if instance is not None else None
            if found is not None:
                self._instances[path] = found
                return path
            if std.find(path) is not None:
                return path
            if self._find is not None and self._find(path) is not None:
                return path
            return None

        return resolve

    def root(self, instance: Instance) -> Vertex:
        """A new root vertex of an instance.

        Raises:
            CompileError: with everything found.
        """
        return self.vertex(self.compile(instance))

    def vertex(self, package: CompiledPackage) -> Vertex:
        """A new root vertex of compiled files."""
        return self.ctx.new_root(package.conjuncts)

    def import_package(self, path: str) -> Vertex | None:
        """The vertex of a package that something mentions; the same one each time."""
        instance = self._instances.get(path)
        key = instance.import_path if instance is not None else path
        vertex = self._vertices.get(key)
        if vertex is not None:
            return vertex
        if instance is not None:
            vertex = self.root(instance)
        else:
            package = self._find(path) if self._find is not None else None
            vertex = self.vertex(package) if package is not None else import_standard(self.ctx, path)
        if vertex is not None:
            self._vertices[key] = vertex
        return vertex

    # ---- values

    def unify(self, *values: Value) -> Vertex:
        """A new vertex that is all of the values (vertices keep their closedness)."""
        return self.ctx.new_root([Conjunct(None, value, _OPEN) for value in values])

    def expression(self, expr: ast.Expr, source: Source, scope: Vertex, instance: Instance | None) -> Vertex:
        """The vertex that an expression inside ``scope`` names, else a new one that holds its value.

        An operation, call or reference that has no value is just that error.

        Raises:
            CompileError: a name in it is unknown.
        """
        compiled = self.compile_expression(expr, source, scope, instance)
        env = scope_environment(scope)
        if isinstance(compiled, Resolver):
            found: Expr = self.ctx.resolve(env, compiled)
            if isinstance(found, Vertex):
                return found
        else:
            found = compiled if _is_constraint(compiled) else self.ctx.evaluate(env, compiled)
        if isinstance(found, Bottom):
            return self.ctx.new_root([Conjunct(None, found, _OPEN)])
        return self.ctx.new_root([Conjunct(env, compiled, _OPEN)])

    def compile_expression(self, expr: ast.Expr, source: Source, scope: Vertex, instance: Instance | None) -> Expr:
        """Compile an expression that may name the fields of ``scope`` and standard packages by their short names."""
        version = instance.language_version if instance else ""
        return compile_expr(
            expr,
            source=source,
            scope=scope,
            package_id=instance.package_id if instance else "_",
            find_package=standard_name,
            language_version=version,
        )
