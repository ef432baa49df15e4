"""The well-known definitions: what an application may use without bringing a definition of its own.

Each is one file, ``<folder of its kind>/<name>.cue``. Declarations that several of them need stand once, in
``shared.cue``, one a paragraph; a definition gets those that it mentions, so that its text is whole by itself.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from oam.definition.cue_reader import read_cue
from oam.definition.definition import Definition
from pycue.source import Source

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

__all__ = ["KINDS", "builtin_definition", "builtin_names"]

_FOLDERS = {
    "ComponentDefinition": "component",
    "TraitDefinition": "trait",
    "PolicyDefinition": "policy",
    "WorkflowStepDefinition": "step",
}
KINDS = tuple(_FOLDERS)
"""The kinds of definitions that there are well-known ones of."""

_NAME = re.compile(r"[a-z0-9][a-z0-9-]*")
_MENTIONED = re.compile(r"(?<!\w)(?<![\w)\]]\.)[#_]\w+")
_DECLARED = re.compile(r"^\t?([#_]\w+):", re.M)


@cache
def builtin_definition(kind: str, name: str) -> Definition | None:
    """The well-known definition of a kind (``TraitDefinition``) and name, or None; read once in a process."""
    folder = _FOLDERS.get(kind)
    if folder is None or not _NAME.fullmatch(name):
        return None
    file = _folder().joinpath(folder, f"{name}.cue")
    if not file.is_file():
        return None
    return read_cue(Source(f"{folder}/{name}.cue", _whole(file.read_text(encoding="utf-8"))))


def builtin_names(kind: str) -> list[str]:
    """The names of all well-known definitions of a kind, sorted."""
    folder = _FOLDERS.get(kind)
    if folder is None:
        return []
    entries = _folder().joinpath(folder).iterdir()
    return sorted(entry.name.removesuffix(".cue") for entry in entries if entry.name.endswith(".cue"))


def _folder() -> Traversable:
    from importlib.resources import files  # costs more than the rest of a short command

    return files("oam.definition.builtin")


def _whole(text: str) -> str:
    """The text with the shared declarations that it mentions, directly or through others."""
    own = set(_DECLARED.findall(text))
    needed: dict[str, str] = {}
    pending = [text]
    while pending:
        for name in _MENTIONED.findall(pending.pop()):
            paragraph = _shared().get(name)
            if paragraph is not None and name not in needed and name not in own:
                needed[name] = paragraph
                pending.append(paragraph)
    return f"{text}\ntemplate: {{\n{''.join(needed.values())}}}\n" if needed else text


@cache
def _shared() -> dict[str, str]:
    """The paragraphs of ``shared.cue`` by the name that each declares."""
    text = _folder().joinpath("shared.cue").read_text(encoding="utf-8")
    paragraphs = {}
    for paragraph in re.split(r"\n\n(?=\S)", text):
        declared = _DECLARED.search(paragraph)
        if declared:
            paragraphs[declared[1]] = paragraph.rstrip("\n") + "\n\n"
    return paragraphs
