"""Which files of a directory make a package. Source: ``cue help inputs``."""

from __future__ import annotations

from pycue.errors import CueSyntaxError, Diagnostic, LoadError
from pycue.loader.fs import base, extension, parent
from pycue.source import Source

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Sequence

    from pycue.loader.fs import FileSystem
    from pycue.loader.tags import Tags
    from pycue.syntax import ast

__all__ = ["Excluded", "PackageReader", "only_package", "parse_text"]


class Excluded:
    """A CUE file that is not part of a package, and why."""

    __slots__ = ("path", "reason")

    def __init__(self, path: str, reason: str) -> None:
        self.path = path
        self.reason = reason


def parse_text(name: str, content: bytes, *, comments: bool = True, language_version: str = "") -> ast.File:
    """Parse one CUE file.

    Raises:
        CueSyntaxError: in the official words.
    """
    from pycue.syntax.parser import parse_file

    text = content.decode("utf-8", "replace")
    source = Source(name, text.removeprefix("\ufeff"))
    return parse_file(source, comments=comments, language_version=language_version)


class PackageReader:
    """Reads directories and files, each once."""

    def __init__(
        self,
        fs: FileSystem,
        tags: Tags,
        *,
        tools: bool = False,
        comments: bool = True,
        language_version: str = "",
    ) -> None:
        self._fs = fs
        self._comments = comments
        self._version = language_version
        self._tags = tags
        self._tools = tools
        self._parsed: dict[str, ast.File] = {}

    def parse(self, path: str) -> ast.File:
        """The syntax tree of a file.

        Raises:
            CueSyntaxError: it is malformed.
            LoadError: it cannot be read.
        """
        file = self._parsed.get(path)
        if file is None:
            try:
                content = self._fs.read(path)
            except OSError as error:
                raise LoadError(f"open {path}: {(error.strerror or str(error)).lower()}") from None
            file = self._parsed[path] = self.parse_content(path, content)
        return file

    def parse_content(self, name: str, content: bytes) -> ast.File:
        """The syntax tree of a text.

        Comments are kept from the first file on that may make schemas, in which they are descriptions.

        Raises:
            CueSyntaxError: it is malformed.
        """
        self._comments = self._comments or b'"encoding/openapi' in content
        return parse_text(name, content, comments=self._comments, language_version=self._version)

    def candidates(self, directory: str) -> tuple[list[ast.File], list[Excluded]]:
        """Files of a directory that may belong to a package, in name order, and those that may not.

        Raises:
            LoadError: several files have faults (all of them reported).
        """
        files: list[ast.File] = []
        excluded: list[Excluded] = []
        faults: list[Diagnostic] = []
        for name in self._fs.names(directory):
            path = f"{directory.rstrip('/')}/{name}"
            if extension(name) != ".cue" or self._fs.kind(path) != "file":
                continue
            reason = self._by_name(name)
            try:
                if not reason:
                    file = self.parse(path)
                    reason = self._tags.excluded(file)
            except (CueSyntaxError, LoadError) as error:
                faults += error.diagnostics
                continue
            if reason:
                excluded.append(Excluded(path, reason))
            else:
                files.append(file)
        if faults:
            raise LoadError(faults)
        return files, excluded

    def _by_name(self, name: str) -> str:
        if name[0] in "._":
            return f"filename starts with a '{name[0]}'"
        return self.by_suffix(name)

    def by_suffix(self, name: str) -> str:
        """Why a file's name excludes it even where it is given explicitly, or ``""``."""
        if name.endswith("_tool.cue") and not self._tools:
            return "_tool.cue files excluded in non-cmd mode"
        if name.endswith("_test.cue"):
            return "_test.cue files excluded in non-test mode"
        return ""

    def choose(
        self, directory: str, root: str, package: str, display: str, *, in_module: bool = False
    ) -> tuple[str, list[ast.File]]:
        """Name and files of the package of a directory, those of its ancestors up to the module root included.

        Args:
            directory: where the package is.
            root: the module's directory, or ``""`` for none (then no ancestors count).
            package: the name asked for, or ``""`` for the only one there is.
            display: how messages name the directory.
            in_module: whether the directory belongs to a module that has a path.

        Raises:
            LoadError: there are several packages, or none.
        """
        files, excluded = self.candidates(directory)
        if not package:
            others = [self.parse(x.path) for x in excluded if x.reason.startswith(("_tool.cue", "_test.cue"))]
            if in_module and base(directory) not in {file.package_name() for file in files}:
                shown = display.removeprefix("./")
            else:
                shown = display
            package = only_package(sorted(files + others, key=lambda file: file.filename), shown)
        chosen = [file for file in files if file.package_name() == package and package not in ("", "_")]
        if chosen and root and root != directory:
            for above in _ancestors(directory, root):
                chosen += [f for f in self.candidates(above)[0] if f.package_name() == package]
        if not chosen:
            if not files and not excluded:
                raise LoadError(f"no CUE files in {display}")
            raise LoadError(self._nothing(files, excluded, package, display))
        return package, chosen

    def _nothing(self, files: Sequence[ast.File], excluded: Sequence[Excluded], package: str, display: str) -> str:
        reasons = [(x.path, x.reason) for x in excluded]
        for file in files:
            name = file.package_name()
            why = f"package is {name}, want {package}" if name not in ("", "_") else "no package name"
            reasons.append((file.filename, why))
        lines = [f"\n    {_shown(self._fs.cwd(), path)}: {reason}" for path, reason in sorted(reasons)]
        return f"build constraints exclude all CUE files in {display}:" + "".join(lines)


def _shown(cwd: str, path: str) -> str:
    """Path relative to ``cwd`` where it is below it."""
    relative = path.removeprefix(cwd.rstrip("/") + "/")
    return path if relative == path else relative if relative.startswith(".") else f"./{relative}"


def _ancestors(directory: str, root: str) -> list[str]:
    out = []
    while directory != root and directory != "/":
        directory = parent(directory)
        out.append(directory)
    return out if directory == root else []


def only_package(files: Sequence[ast.File], display: str) -> str:
    """The package name of files that have one, or ``""``.

    Raises:
        LoadError: they differ.
    """
    first: ast.File | None = None
    for file in files:
        name = file.package_name()
        if name in ("", "_"):
            continue
        if first is not None and first.package_name() != name:
            raise LoadError(
                f'found packages "{first.package_name()}" ({base(first.filename)}) and "{name}" '
                f'({base(file.filename)}) in "{display}"'
            )
        first = first or file
    return first.package_name() if first else ""
