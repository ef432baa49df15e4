"""``@embed``: files as values. Source: ``cue help embed``.

An embedded file becomes a package of its own, imported under a name that no source can spell; so its positions stay
those of the embedded file.
"""

from __future__ import annotations

from pycue.errors import CueSyntaxError, Diagnostic, LoadError
from pycue.loader import filetypes
from pycue.loader.attributes import AttributeBody, parse_body
from pycue.loader.fs import join, normalise, parent
from pycue.loader.instance import DataFile, Instance
from pycue.loader.placement import documents, wrap
from pycue.source import Position, Source
from pycue.syntax import ast
from pycue.syntax.literal import quote_string

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pycue.loader.fs import FileSystem

__all__ = ["embed_files"]

_UNREADABLE = {
    "textproto": "requires support for schema-guided decoding",
    "proto": "requires support for schema-guided decoding",
    "cue": "",
    "go": "",
}


def embed_files(fs: FileSystem, instance: Instance, file: ast.File) -> list[Diagnostic]:
    """Replace the ``@embed`` attributes of a file by what they refer to; all that is wrong with them."""
    if not instance.module_root:
        return [Diagnostic("cannot embed files when not in a module")]
    embedder = _Embedder(fs, instance, file)
    file.decls = embedder.declarations([decl for decl in file.decls if not _is_extern(decl)])
    at = next((i + 1 for i, d in enumerate(file.decls) if isinstance(d, ast.Package)), 0)
    while at < len(file.decls) and isinstance(file.decls[at], (ast.ImportDecl, ast.Attribute)):
        at += 1
    file.decls[at:at] = embedder.imports
    return embedder.faults


def _is_extern(decl: ast.Decl) -> bool:
    return isinstance(decl, ast.Attribute) and decl.split() == ("extern", "embed")


class _Failure(Exception):
    """Why a file cannot be embedded, and further positions."""

    def __init__(self, text: str, positions: Sequence[Position] = ()) -> None:
        super().__init__(text)
        self.positions = positions


class _Embedder:
    def __init__(self, fs: FileSystem, instance: Instance, file: ast.File) -> None:
        self._fs = fs
        self._instance = instance
        self._file = file
        self._directory = parent(file.filename)
        self._names: dict[str, str] = {}
        self.imports: list[ast.Decl] = []
        self.faults: list[Diagnostic] = []

    # ---- the tree

    def declarations(self, decls: list[ast.Decl]) -> list[ast.Decl]:
        """The declarations with what they embed."""
        out: list[ast.Decl] = []
        for decl in decls:
            if isinstance(decl, ast.Attribute) and decl.split()[0] == "embed":
                value = self._value(decl)
                out.append(decl)
                if value is not None:
                    out.append(ast.EmbedDecl(value))
                continue
            if isinstance(decl, ast.Field):
                self._enter(decl.value)
                for attribute in decl.attrs:
                    if attribute.split()[0] == "embed":
                        value = self._value(attribute)
                        if value is not None:
                            decl.value = ast.BinaryExpr(decl.value, 0, "&", value)
            elif isinstance(decl, ast.EmbedDecl):
                self._enter(decl.expr)
            elif isinstance(decl, ast.Comprehension):
                self._enter(decl.value)
            elif isinstance(decl, ast.LetClause):
                self._enter(decl.expr)
            out.append(decl)
        return out

    def _enter(self, x: ast.Node) -> None:
        if isinstance(x, ast.StructLit):
            x.elts = self.declarations(x.elts)
        elif isinstance(x, ast.ListLit):
            for element in x.elts:
                self._enter(element)
        elif isinstance(x, ast.Comprehension):
            self._enter(x.value)
        elif isinstance(x, ast.BinaryExpr):
            self._enter(x.x)
            self._enter(x.y)
        elif isinstance(x, (ast.ParenExpr, ast.UnaryExpr, ast.SelectorExpr, ast.IndexExpr)):
            self._enter(x.x)

    # ---- one attribute

    def _value(self, attribute: ast.Attribute) -> ast.Expr | None:
        try:
            body = parse_body(attribute.split()[1])
            return self._embedded(body)
        except (_Failure, ValueError) as failure:
            source = self._file.source
            at = Position(source, (attribute.pos >> 4) - 1) if isinstance(source, Source) else None
            text = str(failure) or type(failure).__name__
            positions = failure.positions if isinstance(failure, _Failure) else ()
            self.faults.append(Diagnostic(f"@embed: {text}", position=at, inputs=positions))
            return None

    def _embedded(self, body: AttributeBody) -> ast.Expr:
        file, glob = body.lookup("file"), body.lookup("glob")
        kind = body.lookup("type")
        may_be_empty = body.flag("allowEmptyGlob")
        if file is not None and glob is not None:
            raise _Failure("attribute cannot have both file and glob field")
        if file is not None:
            if may_be_empty:
                raise _Failure("allowEmptyGlob must be specified with a glob field")
            return self._reference(self._checked(file), kind)
        if glob is None:
            raise _Failure("attribute must have file or glob field")
        if "**" in _unescaped(glob):
            raise _Failure(f"invalid glob pattern {quote_string(glob)}: '**' is not supported in patterns as of yet")
        pattern = self._checked(glob)
        for part in pattern.split("/"):
            _glob(part, pattern)
        if kind is None and _open_extension(pattern):
            raise _Failure("extension not fully specified; type argument required")
        found = self._matching(pattern)
        if not found and not may_be_empty:
            raise _Failure(f"no matches for glob pattern {quote_string(glob)}")
        found = [name for name in found if self._fs.kind(join(self._directory, name)) != "dir"]
        fields: list[ast.Decl] = [
            ast.Field(ast.BasicLit(0, "STRING", quote_string(name)), 0, self._reference(name, kind)) for name in found
        ]
        return ast.StructLit(0, fields, 0)

    def _checked(self, path: str) -> str:
        if path.startswith("/"):
            raise _Failure("only relative files are allowed")
        clean = normalise(path)
        if clean == ".." or clean.startswith("../"):
            raise _Failure("cannot refer to parent directory")
        if clean != path:
            raise _Failure(f"path not normalized, use {quote_string(clean)} instead")
        return path

    def _reference(self, name: str, kind: str | None) -> ast.Expr:
        """Identifier of the package that a file becomes."""
        key = f"{name}:{kind or ''}"
        ident = self._names.get(key)
        if ident is None:
            path = join(self._directory, name)
            type_ = _type(name, kind)
            self._check_place(path, name)
            _check_readable(type_)
            content = self._read(path, name, type_)
            ident = self._names[key] = f"@embed {len(self._names)}"
            package = f"@embed {path}:{kind or ''}"
            self._instance.imports[package] = _as_instance(package, content)
            spec = ast.ImportSpec(ast.Ident(0, ident), ast.BasicLit(0, "STRING", quote_string(package)))
            self.imports.append(ast.ImportDecl(0, 0, [spec], 0))
        return ast.Ident(0, ident)

    def _check_place(self, path: str, name: str) -> None:
        fs = self._fs
        directory = parent(path)
        while len(directory) > len(self._instance.module_root):
            if fs.kind(f"{directory}/cue.mod"):
                raise _Failure(f"cannot embed file {quote_string(name)}: in different module")
            directory = parent(directory)
        found = fs.kind(path)
        if found == "dir":
            raise _Failure("cannot embed directories")
        if not found:
            raise _Failure(f"open {name}: no such file or directory")

    def _read(self, path: str, name: str, type_: filetypes.FileType) -> ast.File:
        encoding = type_.encoding
        try:
            source, found = documents(DataFile(name, self._fs.read(path), type_))
        except (LoadError, CueSyntaxError) as error:
            first = error.diagnostics[0]
            raise _Failure(first.message, first.positions()) from None
        if len(found) != 1:
            raise _Failure("streaming not implemented: found more than one value in file")
        if encoding == "jsonl":
            raise _Failure('encoding "jsonl" not (yet) supported: requires support for streaming')
        return wrap(source, found[0])

    def _matching(self, pattern: str) -> list[str]:
        """Relative names of the files that a pattern matches, sorted."""
        found = [""]
        parts = pattern.split("/")
        for i, part in enumerate(parts):
            match = _glob(part, pattern)
            step = []
            for base in found:
                directory = join(self._directory, base) if base else self._directory
                if self._fs.kind(directory) != "dir":
                    continue
                names = [n for n in self._fs.names(directory) if match(n) and (n[0] != "." or part[0] == ".")]
                step += [f"{base}/{name}" if base else name for name in names]
            found = step
            if i < len(parts) - 1:
                found = [name for name in found if self._fs.kind(join(self._directory, name)) == "dir"]
        return sorted(found)


def _as_instance(package: str, file: ast.File) -> Instance:
    instance = Instance(package, package, "")
    instance.files = [file]
    return instance


def _type(name: str, kind: str | None) -> filetypes.FileType:
    """Type of a file to embed."""
    try:
        type_ = filetypes.for_file(name, filetypes.parse(kind) if kind is not None else None)
    except LoadError as error:
        raise _Failure(error.diagnostics[0].message) from None
    return type_


def _check_readable(type_: filetypes.FileType) -> None:
    why = _UNREADABLE.get(type_.encoding)
    if why is not None:
        raise _Failure(f'encoding "{type_.encoding}" not (yet) supported' + (f": {why}" if why else ""))


def _unescaped(pattern: str) -> str:
    """A pattern without its escaped characters."""
    out, at = "", 0
    while at < len(pattern):
        if pattern[at] == "\\":
            at += 2
            continue
        out += pattern[at]
        at += 1
    return out


def _open_extension(pattern: str) -> bool:
    last = pattern.rpartition("/")[2]
    dot = last.rfind(".")
    return dot < 0 or any(char in last[dot:] for char in "*?[\\")


def _glob(part: str, pattern: str) -> Callable[[str], object]:
    """Matcher of one element of a pattern (Go's path.Match)."""
    import re

    out, at = "", 0
    while at < len(part):
        char = part[at]
        at += 1
        if char == "*":
            out += "[^/]*"
        elif char == "?":
            out += "[^/]"
        elif char == "\\" and at < len(part):
            out += re.escape(part[at])
            at += 1
        elif char == "[":
            end = part.find("]", at + 1)
            if end < 0:
                raise _Failure(f"invalid glob pattern {quote_string(pattern)}: syntax error in pattern")
            out += f"[{part[at:end]}]"
            at = end + 1
        else:
            out += re.escape(char)
    return re.compile(out).fullmatch
