"""Contexts: where CUE text becomes values."""

from __future__ import annotations

from pycue.compile import compile_expr, compile_files, scope_environment
from pycue.evaluator.context import OpContext
from pycue.evaluator.vertex import Conjunct, Vertex
from pycue.limits import Limits
from pycue.stack import deep
from pycue.unit import Unit
from pycue.value import OPEN, Value

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from pycue.compile import CompiledPackage
    from pycue.loader.instance import Instance
    from pycue.source import Position
    from pycue.syntax import ast

__all__ = ["Context"]

CACHE = 256  # compiled texts kept by a context


class Context:
    r"""Compiles CUE text and Python data to values, and caches what it compiled.

    Args:
        limits: budgets of each evaluation.
        language_version: CUE version of texts that do not belong to a module, e.g. ``v0.14.0``; None is the newest.
        packages: CUE text of packages by import path, or a function that gives it (None for no such package).
        allow_unused_imports: do not complain about imports that nothing uses.
        trace: called with the position of each ``if`` clause that is decided and whether it holds, and of each ``for``
            clause and whether there is anything to range over; the same clause may be told of any number of times.

    >>> context = Context(packages={"example.com/defaults": "port: 8080"})
    >>> context.compile('import "example.com/defaults"\nport: defaults.port').decode()
    {'port': 8080}
    """

    def __init__(
        self,
        *,
        limits: Limits | None = None,
        language_version: str | None = None,
        packages: Mapping[str, str] | Callable[[str], str | None] | None = None,
        allow_unused_imports: bool = False,
        trace: Callable[[Position, bool], None] | None = None,
    ) -> None:
        self._trace = trace
        self._limits = limits if limits is not None else Limits()
        self._version = language_version or ""
        self._packages = packages
        self._allow_unused = allow_unused_imports
        self._compiled: dict[tuple[str, str, str], CompiledPackage] = {}
        self._unit = Unit(self._limits, self._import, trace=trace)

    def compile(self, src: str, *, filename: str = "-", scope: Value | None = None) -> Value:
        """The value of a CUE text; nothing is evaluated yet.

        Args:
            src: a file's text.
            filename: how positions name it.
            scope: a value whose fields the text may refer to.

        Raises:
            CueSyntaxError: the text is malformed.
            CompileError: a name in it is unknown, or an import is missing or not used.

        >>> c = Context()
        >>> c.compile("b: a + 1", scope=c.compile("a: 1")).decode()
        {'b': 2}
        """
        if scope is not None:
            return self._in_scope(src, filename, scope)
        package = self._package(src, filename, "_")
        unit = self._unit
        if package.package_id != "_":
            unit = Unit(self._limits, self._import, package.package_id, self._trace)
        return Value(unit, [Conjunct(None, body, OPEN) for body in package.conjuncts])

    def compile_file(self, file: ast.File, *, scope: Value | None = None) -> Value:
        """The value of a syntax tree; like :meth:`compile`, but nothing is cached. The tree must not change any more.

        Args:
            file: the tree.
            scope: a value whose fields the tree may refer to.

        Raises:
            CompileError: a name in it is unknown, or an import is missing or not used.
        """
        vertex, env, unit = None, None, self._unit
        if scope is not None:
            unit, vertex = scope._unit, scope._vertex()
            scope._context().finish(vertex)
            env = scope_environment(vertex)
        package = deep(
            lambda: compile_files(
                [file],
                package_id=unit.package_id,
                resolve_import=self._resolve,
                language_version=self._version,
                scope=vertex,
                allow_unused_imports=self._allow_unused,
            )
        )
        return Value(unit, [Conjunct(env, body, OPEN) for body in package.conjuncts])

    def _in_scope(self, src: str, filename: str, scope: Value) -> Value:
        from pycue.source import Source
        from pycue.syntax.parser import parse_file

        file = deep(lambda: parse_file(Source(filename, src), language_version=self._version))
        return self.compile_file(file, scope=scope)

    def compile_expression(self, src: str, *, filename: str = "-", scope: Value | None = None) -> Value:
        """The value of one CUE expression; standard packages are known by their short names.

        Raises:
            CueSyntaxError: the text is malformed.
            CompileError: a name in it is unknown.

        >>> Context().compile_expression('strings.ToUpper("a")').decode()
        'A'
        """
        from pycue.loader.program import standard_name
        from pycue.source import Source
        from pycue.syntax.parser import parse_expr

        source = Source(filename, src)
        vertex = None
        unit = self._unit
        if scope is not None:
            unit = scope._unit
            vertex = scope._vertex()
            scope._context().finish(vertex)
        expr = deep(
            lambda: compile_expr(
                parse_expr(source),
                source=source,
                scope=vertex,
                package_id=unit.package_id,
                find_package=standard_name,
                language_version=self._version,
            )
        )
        env = scope_environment(vertex)
        return Value(unit, [Conjunct(env, expr, OPEN)])

    def encode(self, obj: Any) -> Value:
        """The value of Python data; see :func:`pycue.encode.encode` for what is allowed.

        Raises:
            EncodeError: the data has no form in CUE.

        >>> Context().encode({"a": [1, 2.5, None]}).to_json()
        '{"a":[1,2.5,null]}'
        """
        from pycue.encode import encode

        return Value(self._unit, [Conjunct(None, deep(lambda: encode(obj)), OPEN)])

    def build(self, instance: Instance) -> Value:
        """The value of a loaded instance (see :mod:`pycue.loader`).

        Raises:
            CompileError: a name in it is unknown.
        """
        from pycue.loader.program import Program

        program = Program(limits=self._limits, allow_unused_imports=self._allow_unused, find=self._find)
        package = deep(lambda: program.compile(instance))
        unit = Unit(self._limits, lambda _, path: program.import_package(path), instance.package_id, self._trace)
        return Value(unit, [Conjunct(None, body, OPEN) for body in package.conjuncts])

    # ---- packages

    def _package(self, src: str, filename: str, path: str) -> CompiledPackage:
        """Compiled text, from the cache or made."""
        key = (src, filename, path)
        found = self._compiled.get(key)
        if found is None:
            from pycue.source import Source
            from pycue.syntax.parser import parse_file

            def make() -> CompiledPackage:
                file = parse_file(Source(filename, src), language_version=self._version)
                name = file.package_name()
                return compile_files(
                    [file],
                    package_id=path if path != "_" else f":{name}" if name and name != "_" else "_",
                    resolve_import=self._resolve,
                    language_version=self._version,
                    allow_unused_imports=self._allow_unused,
                )

            found = deep(make)
            while len(self._compiled) >= CACHE:
                del self._compiled[next(iter(self._compiled))]
            self._compiled[key] = found
        return found

    def _text(self, path: str) -> str | None:
        packages = self._packages
        if packages is None:
            return None
        return packages(path) if callable(packages) else packages.get(path)

    def _find(self, path: str) -> CompiledPackage | None:
        text = self._text(path)
        return self._package(text, path, path) if text is not None else None

    def _resolve(self, path: str) -> str | None:
        from pycue import std

        return path if self._text(path) is not None or std.find(path) is not None else None

    def _import(self, ctx: OpContext, path: str) -> Vertex | None:
        package = self._find(path)
        if package is not None:
            return ctx.new_root(package.conjuncts)
        from pycue.loader.program import import_standard

        return import_standard(ctx, path)
