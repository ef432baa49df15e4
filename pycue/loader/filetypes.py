"""File types: what a file's extension or a qualifier such as ``yaml+data:`` says about it.

Source: ``cue help filetypes``.
"""

from __future__ import annotations

from pycue.errors import LoadError
from pycue.loader.fs import extension

__all__ = ["DATA", "ENCODINGS", "FileType", "for_file", "is_known", "parse"]

ENCODINGS = {
    "cue": "cue",
    "json": "json",
    "jsonl": "jsonl",
    "yaml": "yaml",
    "toml": "toml",
    "xml": "xml",
    "text": "text",
    "binary": "binary",
    "textproto": "textproto",
    "proto": "proto",
    "go": "go",
}

_EXTENSIONS = {
    ".cue": "cue",
    ".json": "json",
    ".jsonl": "jsonl",
    ".ldjson": "jsonl",
    ".ndjson": "jsonl",
    ".yaml": "yaml",
    ".yml": "yaml",
    ".toml": "toml",
    ".xml": "xml",
    ".txt": "text",
    ".textproto": "textproto",
    ".textpb": "textproto",
    ".proto": "proto",
    ".go": "go",
}

_INTERPRETATIONS = {"jsonschema": "jsonschema", "openapi": "openapi", "pb": "pb", "auto": "auto", "koala": "koala"}
_FORMS = frozenset(("schema", "struct", "final", "graph", "dag", "data"))
_FLAGS = frozenset(("strict", "strictFeatures", "strictKeywords", "openOnlyWhenExplicit"))
DATA = frozenset(("json", "jsonl", "yaml", "toml", "xml", "text", "binary"))


class FileType:
    """Encoding (``"json"``), interpretation (``"openapi"`` or ``""``), form (``"data"`` or ``""``) and boolean tags."""

    __slots__ = ("encoding", "form", "interpretation", "tags")

    def __init__(self, encoding: str, interpretation: str = "", form: str = "", tags: tuple[str, ...] = ()) -> None:
        self.encoding = encoding
        self.interpretation = interpretation
        self.form = form
        self.tags = tags

    @property
    def is_cue(self) -> bool:
        """Whether the file is a CUE source as it stands."""
        return self.encoding == "cue" and self.interpretation in ("", "auto") and self.form not in ("data",)


def is_known(tag: str) -> bool:
    """Whether a qualifier's tag has a meaning."""
    return tag in ENCODINGS or tag in _INTERPRETATIONS or tag in _FORMS or tag in _FLAGS


def parse(qualifier: str) -> FileType:
    """Type that a qualifier such as ``json`` or ``openapi+yaml`` (no colon) asks for; the encoding may stay ``""``.

    Raises:
        LoadError: ``unknown filetype x``.

    >>> t = parse("openapi+yaml")
    >>> t.encoding, t.interpretation
    ('yaml', 'openapi')
    """
    encoding = interpretation = form = ""
    tags: list[str] = []
    for tag in qualifier.split("+"):
        name = tag.partition("=")[0]
        if name in ENCODINGS:
            encoding = name
        elif name in _INTERPRETATIONS:
            interpretation = name
        elif name in _FORMS:
            form = name
        elif name in _FLAGS:
            tags.append(tag)
        else:
            raise LoadError(f"unknown filetype {name}")
    return FileType(encoding, interpretation, form, tuple(tags))


def for_file(path: str, scope: FileType | None, *, output: bool = False, default: str = "") -> FileType:
    """Type of one file, from the qualifier before it and its extension; ``-`` is ``default``.

    Raises:
        LoadError: the extension is unknown, or there is none.
    """
    if scope and scope.encoding:
        return scope
    if path == "-":
        encoding = default or "cue"
        if scope and scope.interpretation in ("openapi", "jsonschema") and not output:
            encoding = "json"
    else:
        ext = extension(path)
        encoding = _EXTENSIONS.get(ext, "")
        if not encoding and scope and scope.interpretation in ("openapi", "jsonschema"):
            encoding = "json"
        if not encoding and ext:
            raise LoadError(f"unknown file extension {ext}")
        if not encoding:
            raise LoadError(f'no encoding specified for file "{path}"')
    if scope is None:
        return FileType(encoding)
    return FileType(encoding, scope.interpretation, scope.form, scope.tags)
