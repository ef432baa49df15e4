"""What loading produces: parsed packages with their imports and data files."""

from __future__ import annotations

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from pycue.errors import Diagnostic
    from pycue.loader.filetypes import FileType
    from pycue.source import Source
    from pycue.syntax import ast

__all__ = ["DataFile", "Instance"]


class DataFile:
    """A file that is not CUE source: its decoded bytes, and how to read them."""

    __slots__ = ("content", "name", "type")

    def __init__(self, name: str, content: bytes, type: FileType) -> None:
        self.name = name
        self.content = content
        self.type = type

    def source(self) -> Source:
        """The content as text.

        Raises:
            UnicodeDecodeError: it is not UTF-8.
        """
        from pycue.source import Source

        return Source(self.name, self.content.decode("utf-8").removeprefix("\ufeff"))


class Instance:
    """One package, or one list of files, ready to compile.

    Attributes:
        import_path: full import path with version, or ``""`` for files given one by one.
        display: how messages name the instance (``./sub``, ``.``).
        directory: absolute path of its directory, or ``""``.
        package: name in the package clauses, or ``""``.
        files: syntax trees, in the order of file names; injected values are already part of them.
        imports: import path as written -> instance; standard packages are absent.
        data: files that are not CUE, in the order given.
        language_version: that of the module, e.g. ``v0.9.0``.
        module_root: absolute path of the module's directory, or ``""`` outside any module.
        faults: what is wrong with ``@extern`` attributes and with what they ask for, told with the compiler's.
    """

    __slots__ = (
        "data",
        "directory",
        "display",
        "faults",
        "files",
        "import_path",
        "imports",
        "language_version",
        "module_root",
        "package",
    )

    def __init__(self, import_path: str, display: str, directory: str) -> None:
        self.import_path = import_path
        self.display = display
        self.directory = directory
        self.package = ""
        self.files: list[ast.File] = []
        self.faults: list[Diagnostic] = []
        self.imports: dict[str, Instance] = {}
        self.data: list[DataFile] = []
        self.language_version = ""
        self.module_root = ""

    @property
    def package_id(self) -> str:
        """Scope of the package's hidden fields: the import path, ``:name`` outside modules, ``_`` without a name."""
        return self.import_path or (f":{self.package}" if self.package else "_")

    def __repr__(self) -> str:
        return f"Instance({self.import_path or self.display!r})"
