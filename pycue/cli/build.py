"""From a command line to values: inputs loaded, data files placed, expressions and schemas evaluated."""

from __future__ import annotations

from pycue.errors import CueError, Diagnostic, LoadError, sanitize
from pycue.evaluator import kind as k
from pycue.evaluator.values import Bottom
from pycue.loader.fs import OsFileSystem
from pycue.loader.instance import Instance
from pycue.loader.loader import Loader
from pycue.loader.program import Program
from pycue.source import Source
from pycue.syntax import ast

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pycue.cli.app import Run
    from pycue.evaluator.context import OpContext
    from pycue.evaluator.vertex import Vertex
    from pycue.loader.placement import Placement

__all__ = ["Item", "Plan", "faults", "has_error"]


class Item:
    """One value to print or check.

    Attributes:
        vertex: the value.
        instance: the package it is from.
        header: the expression that it is of, where there are several.
        root: the vertex of the whole instance.
        name: the expression where it is a bare name; errors without a path of their own have that path.
        fault: why the expression cannot be evaluated; ``vertex`` is then the whole instance.
    """

    __slots__ = ("expression", "fault", "header", "instance", "name", "root", "vertex")

    def __init__(
        self, vertex: Vertex, instance: Instance, root: Vertex, expression: str = "", header: str = "", name: str = ""
    ) -> None:
        self.name = name
        self.vertex = vertex
        self.instance = instance
        self.root = root
        self.expression = expression
        self.header = header
        self.fault: CueError | None = None


class Plan:
    """Everything that ``export``, ``eval``, ``def`` and ``vet`` have in common.

    Args:
        run: flags and arguments.
        checking: whether data files are checked one by one against the instance (``vet``).
        comments: whether comments are needed.
        failing: whether expressions that cannot be evaluated are values too, rather than the end.
    """

    def __init__(self, run: Run, *, checking: bool = False, comments: bool = True, failing: bool = False) -> None:
        self._run = run
        self._failing = failing
        self._checking = checking
        self.program = Program()
        self._expressions = [_parse("--expression", text) for text in run.list("expression")]
        loader = Loader(
            OsFileSystem(),
            stdin=run.console.stdin,
            comments=comments,
            tags=run.list("inject"),
            variables=_variables(run) if run.flag("inject-vars") else None,
        )
        self.instances, self.data = loader.load(run.args)
        self.data.sort(key=lambda data: data.name)
        self._merge_user_files()
        self._check_flags()
        schema = run.text("schema")
        self._schema = _parse("--schema", schema) if schema else None

    @property
    def ctx(self) -> OpContext:
        """The one context of this run."""
        return self.program.ctx

    # ---- inputs

    def _merge_user_files(self) -> None:
        """Files given one by one join the package given beside them."""
        user = [i for i in self.instances if i.display == "command-line-arguments"]
        packages = [i for i in self.instances if i.display != "command-line-arguments"]
        if self._run.text("name") and not packages:
            raise LoadError("use of -n/--name flag without a directory")
        if self._run.text("schema") and len(packages) > 1:
            raise LoadError("cannot use --schema/-d with flag more than one schema")
        if len(packages) > 1 and (user or self.data):
            raise LoadError(f"too many packages defined ({len(packages)}) in combination with files")
        if packages and user:
            packages[0].files += user[0].files
            packages[0].imports.update(user[0].imports)
            self.instances = packages

    def _check_flags(self) -> None:
        run = self._run
        if run.text("schema"):
            if not self.data:
                raise LoadError("-d/--schema flag requires non-CUE input files")
            if not self.instances:
                raise LoadError("-d/--schema flag specified without a schema")
            if run.list("path") or run.flag("list"):
                raise LoadError('cannot combine --schema flag with flag "path", "list", or "files"')
        if self._checking and self.data and not self.instances:
            raise LoadError("data files specified without a schema")
        package = run.text("package")
        if package:
            for instance in self.instances:
                if instance.package not in ("", "_", package) and not run.list("path"):
                    text = f'"package" flag clashes with existing package name ({package} vs {instance.package})'
                    raise LoadError(text)
                instance.package = package
        if not self.instances:
            instance = Instance("", ".", run.cwd)
            instance.package = package
            self.instances = [instance]

    # ---- values

    def items(self) -> Iterator[Item]:
        """The values, in order; with data files and a schema one for each document.

        Raises:
            CueError: an input cannot be compiled or decoded, or a data file does not fit.
        """
        for instance in self.instances:
            if self.data and (self._schema or self._checking or not self._run.flag("merge")):
                yield from self._per_document(instance)
                continue
            files = [file for data in self.data for file in self._placement().files(data)]
            if self.data and not files and not instance.files:
                continue  # a stream without values
            yield from self._selected(instance, self._merged(instance, files))

    def _merged(self, instance: Instance, data: list[ast.File]) -> Vertex:
        """One vertex of data, if any, and the instance, which stays closed where it is."""
        program = self.program
        if not data:
            return program.root(instance)
        document = Instance("", "", "")
        document.language_version = instance.language_version
        documents = program.compile(document, sorted(data, key=lambda file: file.filename))
        if not instance.files:
            return program.vertex(documents)
        return program.unify(program.vertex(documents), program.root(instance))

    def _placement(self) -> Placement:
        from pycue.loader.placement import Placement

        run = self._run
        return Placement(
            self.program, run.list("path"), as_list=run.flag("list"), with_context=run.flag("with-context")
        )

    def labels(self, item: Item) -> list[str]:
        """Spelling of the path at which ``-l`` puts a value that is not from data files."""
        if self.data or not self._run.list("path"):
            return []
        return self._placement().labels(item.root, item.instance)

    def _per_document(self, instance: Instance) -> Iterator[Item]:
        program = self.program
        root = program.root(instance)
        schema = root
        if self._schema is not None:
            source, expr = self._schema
            program.ctx.finish(root)
            schema = program.expression(expr, source, root, instance)
        for data in self.data:
            for file in self._placement().files(data):
                document = Instance("", data.name, "")
                document.language_version = instance.language_version
                value = program.vertex(program.compile(document, [file]))
                unified = self._unified(value, schema) if instance.files else value
                self._raise_faults(unified)
                yield from self._selected(instance, unified)

    def _unified(self, value: Vertex, schema: Vertex) -> Vertex:
        """A document and its schema. A field that is a scalar comes first in messages about both."""
        if schema.parent is not None:
            self.ctx.finish(schema)
            if not schema.kind & (k.STRUCT | k.LIST):
                return self.program.unify(schema, value)
        return self.program.unify(value, schema)

    def _selected(self, instance: Instance, root: Vertex) -> Iterator[Item]:
        if not self._expressions:
            yield Item(root, instance, root)
            return
        self.program.ctx.unify(root)
        for source, expr in self._expressions:
            header = _written(expr) if len(self._expressions) > 1 else ""
            try:
                vertex = self.program.expression(expr, source, root, instance)
            except CueError as error:
                if not self._failing:
                    raise
                item = Item(root, instance, root, source.text, header)
                item.fault = error
                yield item
                continue
            name = expr.name if isinstance(expr, ast.Ident) and vertex.label is not None else ""
            yield Item(vertex, instance, root, source.text, header, name)

    def _raise_faults(self, vertex: Vertex) -> None:
        found = faults(self.ctx, vertex)
        if found:
            raise LoadError(found)


def faults(
    ctx: OpContext,
    vertex: Vertex,
    *,
    concrete: bool = False,
    final: bool = False,
    cycles: bool = False,
    name: str = "",
) -> list[Diagnostic]:
    """What is wrong with a value, sorted; ``name`` is the path of errors without one. All of it is evaluated."""
    from pycue.evaluator.diagnose import diagnostics
    from pycue.evaluator.validate import validate

    ctx.unify(vertex)
    bottom = validate(ctx, vertex, concrete=concrete, final=final, disallow_cycles=cycles)
    if not isinstance(bottom, Bottom):
        return []
    found = diagnostics(bottom)
    for diagnostic in found:
        if name and not diagnostic.path:
            diagnostic.path = (name,)
    return sanitize(found)


def has_error(ctx: OpContext, vertex: Vertex) -> bool:
    """Whether anything in a value is in error, required fields that are not given included."""
    error = ctx.error_of(vertex)
    return error is not None and not error.incomplete


def _written(expr: ast.Expr) -> str:
    from pycue.syntax.format import format_node

    return format_node(expr)


def _parse(name: str, text: str) -> tuple[Source, ast.Expr]:
    from pycue.syntax.parser import parse_expr

    source = Source(name, text)
    return source, parse_expr(source)


def _variables(run: Run) -> dict[str, Callable[[], str | int]]:
    """The system's variables for ``-T``; see ``cue help injection``."""

    def now() -> str:
        from datetime import UTC, datetime

        return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")

    def arch() -> str:
        import platform

        machine = platform.machine().lower()
        return {"x86_64": "amd64", "aarch64": "arm64", "i686": "386"}.get(machine, machine)

    def system() -> str:
        import sys

        return "windows" if sys.platform == "win32" else sys.platform

    def username() -> str:
        import getpass

        return getpass.getuser()

    def hostname() -> str:
        import socket

        return socket.gethostname()

    def rand() -> int:
        import os

        return int.from_bytes(os.urandom(16))

    return {
        "now": now,
        "os": system,
        "arch": arch,
        "cwd": lambda: run.cwd,
        "username": username,
        "hostname": hostname,
        "rand": rand,
    }
