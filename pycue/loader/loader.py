"""From arguments to instances: files, packages, patterns, and the packages they import."""

from __future__ import annotations

from pycue.errors import CueSyntaxError, Diagnostic, LoadError
from pycue.loader import arguments, importpath
from pycue.loader.fs import base, join, parent
from pycue.loader.instance import DataFile, Instance
from pycue.loader.module import LANGUAGE_VERSION, Module, find_root, inside_cue_mod, read_module
from pycue.loader.package import PackageReader, only_package
from pycue.loader.tags import Tags
from pycue.source import Position, Source
from pycue.syntax import ast

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pycue.loader.fs import FileSystem

__all__ = ["Loader"]


class Loader:
    """Loads instances through a file system.

    Args:
        fs: where files come from.
        stdin: gives the bytes of standard input, for the argument ``-``.
        tags: values to inject, as after ``-t``.
        variables: injected variables by name, or None for no injection.
        tools: whether ``_tool.cue`` files count.
        comments: whether the trees keep comments; without them they are quicker to make.
    """

    def __init__(
        self,
        fs: FileSystem,
        *,
        stdin: Callable[[], bytes] | None = None,
        tags: Sequence[str] = (),
        variables: Mapping[str, Callable[[], str | int]] | None = None,
        tools: bool = False,
        comments: bool = True,
    ) -> None:
        self.fs = fs
        self._stdin = stdin
        self.tags = Tags(tags, variables)
        self._by_path: dict[str, Instance] = {}
        self._loading: list[str] = []
        cwd = fs.cwd()
        if inside_cue_mod(fs, cwd):
            raise LoadError("cannot load packages inside the cue.mod directory")
        root = find_root(fs, cwd)
        self.module = read_module(fs, root) if root else Module("", "", "", LANGUAGE_VERSION)
        version = self.module.language_version
        self.reader = PackageReader(fs, self.tags, tools=tools, comments=comments, language_version=version)
        # Imports have trees of their own: nothing is injected into them.
        self._import_reader = PackageReader(fs, self.tags, comments=comments, language_version=version)

    # ---- arguments

    def load(self, args: Sequence[str]) -> tuple[list[Instance], list[DataFile]]:
        """Instances that the arguments name, and the data files among them.

        CUE files given one by one make one instance, the last of the list. No argument means the package in the
        working directory.

        Raises:
            LoadError: an argument names nothing, or an import cannot be resolved.
            CueSyntaxError: a file is malformed.
        """
        packages, files = arguments.split(list(args))
        if not packages and not files:
            packages = ["."]
        self._check_exist(files)
        instances = [instance for pattern in packages for instance in self._matching(pattern)]
        data = []
        sources = []
        for file in files:
            if file.type.is_cue:
                sources.append(file)
            else:
                name, content = self._content(file.path)
                data.append(DataFile(name, content, file.type))
        if sources:
            instances.append(self._from_files(sources))
        self.tags.inject()
        return instances, data

    def _check_exist(self, files: Sequence[arguments.FileArgument]) -> None:
        for file in files:
            if file.path != "-" and not self.fs.kind(join(self.fs.cwd(), file.path)):
                raise LoadError(f"stat {join(self.fs.cwd(), file.path)}: no such file or directory")

    def _content(self, path: str) -> tuple[str, bytes]:
        """(name in messages, content) of a file argument."""
        if path == "-":
            return "-", self._stdin() if self._stdin else b""
        name = join(self.fs.cwd(), path)
        try:
            return name, self.fs.read(name)
        except OSError as error:
            raise LoadError(f"open {name}: {(error.strerror or str(error)).lower()}") from None

    def _from_files(self, files: Sequence[arguments.FileArgument]) -> Instance:
        instance = Instance("", "command-line-arguments", self.fs.cwd())
        instance.language_version = self.module.language_version
        excluded = []
        for argument in files:
            name, content = self._content(argument.path)
            reason = self.reader.by_suffix(base(argument.path))
            if not reason:
                file = self.reader.parse_content(name, content)
                reason = self.tags.excluded(file)
            if reason:
                shown = argument.path if argument.path[0] in "./" else f"./{argument.path}"
                excluded.append(f"\n    {shown}: {reason}")
                continue
            if argument.type.form in ("data", "graph", "dag"):
                from pycue.loader.forms import check_form

                check_form(file, argument.type.form)
            instance.files.append(file)
        if excluded and not instance.files:
            raise LoadError(f"build constraints exclude all CUE files in {instance.display}:" + "".join(excluded))
        instance.package = only_package(instance.files, ".")
        instance.files.sort(key=lambda file: file.filename)
        self._complete(instance, injectable=True)
        return instance

    def _matching(self, pattern: str) -> list[Instance]:
        path, colon, name = pattern.rpartition(":")
        if not colon:
            path, name = pattern, ""
        path = path or "."
        if "..." in path:
            return self._all_below(pattern, path, name)
        if path.startswith("/") or path.split("/", 1)[0] in (".", ".."):
            return [self._relative(pattern, path, name)]
        return [self._absolute(pattern, path, name)]

    def _relative(self, pattern: str, path: str, name: str) -> Instance:
        directory = join(self.fs.cwd(), path)
        if path.startswith("/"):
            path = _relative_to(directory, self.fs.cwd())
        kind = self.fs.kind(directory)
        if kind == "file":
            raise LoadError(f"{path} is a file and not a package directory")
        if kind != "dir":
            raise LoadError(f'cannot find package "{pattern}"')
        if self.module.path and not _is_below(directory, self.module.root):
            raise LoadError(f'cannot determine import path for "{path}" (dir outside of root)')
        if not self.fs.names(directory):
            raise LoadError(f'cue: "{path}" matched no packages')
        return self._directory(directory, path, name)

    def _directory(self, directory: str, display: str, name: str) -> Instance:
        root = self.module.root if self.module.path else find_root(self.fs, directory)
        if self.module.path and directory != self.module.root and self._nested(directory):
            raise LoadError(f'cannot determine import path for "{display}" (directory is in a nested module)')
        shown = display.rstrip("/") or "/"
        package, files = self.reader.choose(directory, root, name, shown, in_module=bool(self.module.path))
        instance = Instance(self._import_path(directory, package), display, directory)
        instance.package = package
        instance.files = files
        instance.module_root = root if self.module.path else ""
        instance.language_version = self.module.language_version
        self._complete(instance, injectable=True)
        return instance

    def _import_path(self, directory: str, package: str) -> str:
        module = self.module
        if not module.path or not _is_below(directory, module.root):
            return ""
        below = directory[len(module.root.rstrip("/")) :]
        path = f"{module.path}{below}@{module.major}"
        last = base(module.path + below)
        return path if last == package else f"{path}:{package}"

    def _nested(self, directory: str) -> bool:
        """Whether a directory below the module's root belongs to another module."""
        return find_root(self.fs, directory) != self.module.root and _is_below(directory, self.module.root)

    def _absolute(self, pattern: str, path: str, name: str) -> Instance:
        if "." not in path.split("/", 1)[0]:
            shown = pattern.rstrip("/")
            raise LoadError(f'standard library import path "{shown}" cannot be imported as a CUE package')
        if not self.module.path:
            legacy = self._vendored(path.partition("@")[0], name)
            if legacy is not None:
                return legacy
            raise LoadError("imports are unavailable because there is no cue.mod/module.cue file")
        instance, why = self._find(path, name, path)
        if instance is None:
            raise LoadError(f'cannot find package "{pattern}": {why}')
        return instance

    def _all_below(self, pattern: str, path: str, name: str) -> list[Instance]:
        head, _, tail = path.partition("...")
        if head and not head.startswith((".", "/")):
            module = self.module.path
            if module and (head + "/").startswith(module + "/"):
                head = "./" + head[len(module) :].lstrip("/")
                directory = join(self.module.root, head)
            else:
                raise LoadError(f'cannot find package "{pattern}"')
        else:
            directory = join(self.fs.cwd(), head or ".")
        if self.module.path and directory != self.module.root and self._nested(directory):
            raise LoadError(f'cannot determine import path for "{path}" (directory is in a nested module)')
        found = []
        for where in self._walk(directory, top=True):
            files, _ = self.reader.candidates(where)
            if tail and not where.endswith(tail):
                only_package(files, "." if where == self.fs.cwd() else base(where))
                continue
            names = dict.fromkeys(f.package_name() for f in files)
            names.pop("", None)
            names.pop("_", None)
            if not names or (name and name not in names):
                continue
            relative = where.removeprefix(self.fs.cwd().rstrip("/")).lstrip("/")
            found.append(self._directory(where, relative or ".", name))
        if not found:
            raise LoadError(f'cue: "{pattern}" matched no packages')
        return found

    def _walk(self, directory: str, *, top: bool = False) -> list[str]:
        """A directory and those below it that belong to the same module, in order."""
        out: list[str] = []
        if self.fs.kind(directory) != "dir":
            return out
        names = self.fs.names(directory)
        if not top and "cue.mod" in names:
            return out
        out.append(directory)
        for name in names:
            if name[0] not in "._" and name not in ("cue.mod", "testdata"):
                out += self._walk(f"{directory.rstrip('/')}/{name}")
        return out

    # ---- imports

    def _complete(self, instance: Instance, *, injectable: bool) -> None:
        """Resolve what an instance imports and, if it was asked for, collect its tags and embeds."""
        if injectable:
            faults: list[Diagnostic] = []
            for file in instance.files:
                try:
                    self.tags.collect(file)
                except LoadError as error:
                    faults += error.diagnostics
            if faults:
                raise LoadError(faults)
        specs = [
            (_import_path(spec), file, spec)
            for file in instance.files
            for decl in file.decls
            if isinstance(decl, ast.ImportDecl)
            for spec in decl.specs
        ]
        for written, file, spec in sorted(specs, key=lambda item: item[0]):
            self._resolve(instance, file, spec, written)
        asking = [file for file in instance.files if isinstance(file.source, Source) and "@extern" in file.source.text]
        if asking:
            from pycue.loader.extern import inject

            inject(self.fs, instance, asking)

    def _resolve(self, instance: Instance, file: ast.File, spec: ast.ImportSpec, written: str) -> None:
        if not written or written in instance.imports:
            return
        path, version, name = importpath.split(written)
        path = f"{path}@{version}" if version else path
        source = file.source
        where = Position(source, (spec.pos >> 4) - 1) if isinstance(source, Source) else None
        if path.startswith(("./", "../")) or path in (".", ".."):
            text = f'import failed: relative import paths not allowed ("{written}")'
            raise LoadError(Diagnostic(text, position=where))
        if "." not in path.split("/", 1)[0] and not path.startswith("/"):
            return  # standard packages, and those that do not exist, are the compiler's affair
        faults = []
        if not name and (written.endswith(":") or not importpath.implied_name(path)):
            text = f"import failed: cannot determine package name for \"{written}\"; set it explicitly with ':'"
            faults.append(Diagnostic(text, position=where))
        try:
            found = self._import(path, name, written)
            if found is not None:
                instance.imports[written] = found
        except (LoadError, CueSyntaxError) as error:
            faults.append(_import_failure(instance, where, error.diagnostics[0]))
        if faults:
            raise LoadError(faults) from None

    def _import(self, path: str, name: str, written: str) -> Instance | None:
        """The instance of an import path, or None where its directory is there and its package's name unknown."""
        wrong = importpath.malformed(written)
        if not self.module.path:
            legacy = None if wrong else self._vendored(path.partition("@")[0], name)
            if legacy is None:
                unavailable = "imports are unavailable because there is no cue.mod/module.cue file"
                raise LoadError(f'malformed import path "{written}": {wrong}' if wrong else unavailable)
            return legacy
        if path.startswith("/"):
            raise LoadError(f'no location found for package "{path}"')
        if wrong:
            raise LoadError(f'cannot find package "{path}": malformed import path "{written}": {wrong}')
        instance, why = self._find(path, name, written)
        if why:
            raise LoadError(f'cannot find package "{path}": {why}')
        return instance

    def _find(self, path: str, name: str, written: str) -> tuple[Instance | None, str]:
        """The instance of an import path, or None and why there is none: ``""`` where the path tells no name."""
        plain, _, major = path.partition("@")
        module = self.module
        if (plain == module.path or plain.startswith(module.path + "/")) and major in ("", module.major):
            directory = join(module.root, "." + plain[len(module.path) :])
            if (self.fs.kind(directory) == "dir" and not self._nested(directory)) or directory == module.root:
                wanted = name or importpath.implied_name(path)
                if not wanted:
                    return None, ""
                display = f"{path}:{name}" if name else path
                return self._package(path, [directory], wanted, display)
        legacy = self._vendored(plain, name)
        if legacy is not None:
            return legacy, ""
        shown = path if name == base(plain) else written
        return None, f"cannot find module providing package {shown}"

    def _package(self, path: str, directories: list[str], wanted: str, display: str) -> tuple[Instance | None, str]:
        key = path if wanted == base(path.partition("@")[0]) else f"{path}:{wanted}"
        if key in self._loading:
            raise LoadError("package import cycle not allowed")
        known = self._by_path.get(key)
        if known is not None:
            return known, ""
        files: list[ast.File] = []
        for directory in directories:
            root = self.module.root if len(directories) == 1 and "cue.mod" not in directory.split("/") else ""
            here, _ = self._import_reader.candidates(directory)
            here = [f for f in here if f.package_name() == wanted]
            if here and root and directory != root:
                above = directory
                while above != root and above != "/":
                    above = parent(above)
                    here += [f for f in self._import_reader.candidates(above)[0] if f.package_name() == wanted]
            files += here
        if not files:
            return None, f'no files in package directory with package name "{wanted}"'
        instance = Instance(key, display, directories[0])
        instance.package = wanted
        instance.files = files
        instance.module_root = self.module.root if self.module.path else ""
        instance.language_version = self.module.language_version
        if not (wanted[:1].isalpha() or wanted[:1] in "_$"):
            first = files[0]
            clause = next(d for d in first.decls if isinstance(d, ast.Package))
            at = Position(first.source, (clause.name.pos >> 4) - 1)  # type: ignore[arg-type]
            raise LoadError(Diagnostic(f"invalid package name {wanted}", position=at))
        self._loading.append(key)
        try:
            self._complete(instance, injectable=False)
        finally:
            self._loading.pop()
        self._by_path[key] = instance
        return instance, ""

    def _vendored(self, path: str, name: str) -> Instance | None:
        """Package from ``cue.mod/{gen,pkg,usr}``."""
        root = self.module.root
        if not root:
            return None
        folders = [f"{root.rstrip('/')}/cue.mod/{kind}/{path}" for kind in ("gen", "pkg", "usr")]
        folders = [folder for folder in folders if self.fs.kind(folder) == "dir"]
        if not folders:
            return None
        wanted = name or base(path)
        return self._package(path, folders, wanted, f"{path}:{name}" if name else path)[0]


def _is_below(directory: str, root: str) -> bool:
    return (directory + "/").startswith(root.rstrip("/") + "/")


def _relative_to(path: str, cwd: str) -> str:
    """An absolute path seen from ``cwd``, with a dot in front."""
    up, here = "", cwd
    while not _is_below(path, here):
        up, here = up + "../", parent(here)
    return f"./{up}{path[len(here.rstrip('/')) + 1 :]}".rstrip("/")


def _import_failure(importer: Instance, where: Position | None, cause: Diagnostic) -> Diagnostic:
    """Why an import failed; packages that are not there are reported with the chain of those that lead to them."""
    path = cause.path
    if "cannot find package " in cause.message and importer.directory:
        relative = importer.display.startswith((".", "/"))
        name = importer.import_path.partition(":")[0] if relative else importer.display
        path = (name, *path) if name and name != "command-line-arguments" else path
    return Diagnostic(f"import failed: {cause.message}", path=path, position=where, inputs=cause.positions())


def _import_path(spec: ast.ImportSpec) -> str:
    """Import path of a spec; ``""`` where it is malformed, which the compiler reports."""
    from pycue.syntax.literal import unquote

    try:
        return str(unquote(spec.path.value))
    except ValueError:
        return ""
