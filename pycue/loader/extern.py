"""``@extern``: which kinds of injection a file asks for. Source: internal/core/runtime."""

from __future__ import annotations

from pycue.errors import Diagnostic
from pycue.loader.attributes import parse_body
from pycue.loader.embed import embed_files
from pycue.source import Position, Source
from pycue.syntax import ast
from pycue.syntax.literal import quote_string

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Iterator

    from pycue.loader.fs import FileSystem
    from pycue.loader.instance import Instance

__all__ = ["inject"]


def inject(fs: FileSystem, instance: Instance, files: list[ast.File]) -> None:
    """Do what the files with ``@extern`` attributes ask for, which is to embed other files."""
    faults = instance.faults
    for file in files:
        kinds, wrong = _kinds(file)
        faults += wrong
        if not wrong:
            others = ((kind, at) for kind, at in kinds.items() if kind != "embed")
            faults += [Diagnostic(f"no injection defined for {quote_string(kind)}", position=at) for kind, at in others]
            if "embed" in kinds:
                faults += embed_files(fs, instance, file)


def _kinds(file: ast.File) -> tuple[dict[str, Position], list[Diagnostic]]:
    """Where a file asks for each kind, and all that is wrong with how it asks."""
    kinds: dict[str, Position] = {}
    faults: list[Diagnostic] = []
    clause = next((i for i, decl in enumerate(file.decls) if isinstance(decl, ast.Package)), None)
    for at, attribute in _attributes(file, file.decls[:clause]):
        if clause is None:
            faults.append(Diagnostic("extern attribute without package clause", position=at))
        kind = parse_body(attribute.split()[1]).string(0)
        if not kind:
            faults.append(Diagnostic("injection name must be non-empty", position=at))
        elif kind in kinds:
            text = f"duplicate @extern attribute for kind {quote_string(kind)}"
            faults.append(Diagnostic(text, position=at))
        else:
            kinds[kind] = at
    if not kinds and clause is not None:
        text = "extern attribute must appear before package clause"
        faults += [Diagnostic(text, position=at) for at, _ in _attributes(file, file.decls[clause:])]
    return kinds, faults


def _attributes(file: ast.File, decls: list[ast.Decl]) -> Iterator[tuple[Position, ast.Attribute]]:
    source = file.source
    assert isinstance(source, Source)
    for decl in decls:
        if isinstance(decl, ast.Attribute) and decl.split()[0] == "extern":
            yield Position(source, (decl.pos >> 4) - 1), decl
