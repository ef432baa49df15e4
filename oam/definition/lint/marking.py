"""Markers: comments that look like one and are none (OAM210), and patch markers without effect (OAM211, OAM212)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from oam.definition.lint.edits import Edit
from oam.definition.lint.spans import line_start, start_of
from oam.definition.markers import PATCH_KEY, PATCH_STRATEGY, comment_lines, markers
from oam.definition.trees import label_name, walk
from oam.diagnostics import closest
from pycue.syntax import ast, token

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from oam.definition.lint.sheet import Sheet
    from oam.errors import Finding

__all__ = ["marker_comments", "patch_markers"]

KNOWN = ("alias", "ignore", "immutable", "insertSecretTo", PATCH_KEY, PATCH_STRATEGY, "short", "usage")
"""Names of markers."""

STRATEGIES = ("jsonMergePatch", "jsonPatch", "replace", "retainKeys")
_WHOLE = ("jsonMergePatch", "jsonPatch")  # of the patch as a whole
_WITH_VALUE = ("alias", PATCH_KEY, PATCH_STRATEGY, "short", "usage")

_PLUS = re.compile(r"//\s*\+\s*([A-Za-z]+)\s*(=?)(.*)")
_PLAIN = re.compile(rf"//\s*({'|'.join(_WITH_VALUE)})\s*=\s*\S.*")

Found = tuple["Finding", tuple[Edit, ...]]


def marker_comments(sheet: Sheet) -> Iterator[Found]:
    """Comments that are meant as markers but are none: no ``+``, a wrong name, a trailing one, a blank in its value."""
    for node in walk(sheet.template):
        for group in node.comments or ():
            for comment in group.list:
                yield from _comment(sheet, node, comment, trailing=group.line)


def _comment(sheet: Sheet, node: ast.Node, comment: ast.Comment, *, trailing: bool) -> Iterator[Found]:
    offset = token.offset(comment.pos)
    if _PLAIN.fullmatch(comment.text):
        text = f"write the marker as // +{comment.text[2:].strip()}"
        body = len(comment.text[2:]) - len(comment.text[2:].lstrip())
        at = offset + 2 + body
        plus = Edit(at, at, "+" if body else " +")
        yield sheet.finding("OAM210", text, offset), () if trailing else (plus,)
        return
    match = _PLUS.fullmatch(comment.text)
    if match is None:
        return
    name, equal, value = match[1], match[2], match[3].strip()
    if name not in KNOWN:
        meant = closest(name, KNOWN, 0.75)
        if meant:
            hint = f'did you mean "{meant}"?'
            start = offset + match.start(1)
            fix = (Edit(start, start + len(name), meant),) if not trailing else ()
            yield sheet.finding("OAM210", f'there is no marker "+{name}"', offset, help=hint), fix
    elif trailing:
        hint = "write it on a line of its own, above the field"
        text = f"the marker +{name} behind a field has no effect"
        yield sheet.finding("OAM210", text, offset, help=hint), _above(sheet.text, node, offset, comment.text)
    elif name in _WITH_VALUE and not (equal and value):
        yield sheet.finding("OAM210", f"the marker +{name} has no value", offset, help=f"write // +{name}=…"), ()
    elif name in (PATCH_KEY, PATCH_STRATEGY) and name not in markers([comment.text[2:]]):
        text = f'a blank in the value "{value}" makes the marker +{name} void'
        yield sheet.finding("OAM210", text, offset, help="separate several keys by commas"), ()


def _above(text: str, node: ast.Node, offset: int, comment: str) -> tuple[Edit, ...]:
    """Move a comment behind a field to a line of its own above it."""
    begin = line_start(text, start_of(node))
    indent = text[begin : start_of(node)]
    if not isinstance(node, ast.Field) or indent.strip() or start_of(node) > offset:
        return ()
    code = text[:offset].rstrip(" \t")
    return (Edit(begin, begin, f"{indent}{comment}\n"), Edit(len(code), offset + len(comment), ""))


# ---- patches


def patch_markers(sheet: Sheet) -> Iterator[Found]:
    """What the markers of a trait's patches do and do not do."""
    for field in sheet.template.decls:
        name = label_name(field) if isinstance(field, ast.Field) else None
        if not isinstance(field, ast.Field) or name not in ("patch", "patchOutputs"):
            if isinstance(field, ast.Field) and name != "parameter":
                yield from _outside(sheet, field)
            continue
        yield from _Patch(sheet).value(field.value, _tags(field), top=True)


def _tags(node: ast.Node) -> Mapping[str, str]:
    return markers(comment_lines(node))


def _outside(sheet: Sheet, root: ast.Field) -> Iterator[Found]:
    for node in walk(root):
        found = _tags(node) if isinstance(node, ast.Field) else {}
        for name in (PATCH_KEY, PATCH_STRATEGY):
            if name in found and not _is_helper(root):
                yield sheet.finding("OAM212", f"+{name} has no effect outside of patch", node), ()


def _is_helper(root: ast.Field) -> bool:
    """Whether a field is no part of what is rendered: then a patch may refer to it, with its comments."""
    return label_name(root) not in ("output", "outputs")


class _Patch:
    """A walk through a patch with the markers that hold for what is below."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet

    def value(self, value: ast.Node, tags: Mapping[str, str], *, key: str = "", top: bool = False) -> Iterator[Found]:
        """Look at the value of a field with these markers; ``key`` is inherited."""
        strategy = tags.get(PATCH_STRATEGY, "")
        if top and strategy in _WHOLE:
            return
        key = tags.get(PATCH_KEY, key)
        yield from self._strategy(value, strategy, key, top)
        if isinstance(value, ast.ListLit):
            yield from self._list(value, strategy, key)
            return
        for decl in _decls(value):
            if isinstance(decl, ast.Field):
                yield from self.value(decl.value, _tags(decl), key=key)

    def _strategy(self, value: ast.Node, strategy: str, key: str, top: bool) -> Iterator[Found]:
        text = hint = ""
        if not strategy:
            return
        if strategy not in STRATEGIES:
            meant = closest(strategy, STRATEGIES)
            text = f'there is no patch strategy "{strategy}"'
            hint = f'did you mean "{meant}"?' if meant else f"the strategies are {', '.join(STRATEGIES)}"
        elif strategy in _WHOLE:
            text = f"+patchStrategy={strategy} counts above patch only"
        elif strategy == "replace" and isinstance(value, ast.BasicLit | ast.StructLit):
            text, hint = "+patchStrategy=replace is for lists", "use retainKeys for other values"
        elif strategy == "retainKeys" and isinstance(value, ast.ListLit) and not key:
            text, hint = "+patchStrategy=retainKeys does nothing for a list without +patchKey", "use replace"
        if text:
            yield self.sheet.finding("OAM212", text, value, help=hint), ()

    def _list(self, value: ast.ListLit, strategy: str, key: str) -> Iterator[Found]:
        structs = [item for element in value.elts for item in _structs(element)]
        if not key and strategy != "replace" and structs:
            hint = "say // +patchKey=name above the list, or // +patchStrategy=replace"
            yield self.sheet.finding("OAM211", "the elements of this list are matched by index", value, help=hint), ()
        if key:
            yield from self._keys([item for item in value.elts if isinstance(item, ast.StructLit)], key.split(","))
        for struct in structs:
            yield from self.value(struct, {}, key=key)

    def _keys(self, structs: list[ast.StructLit], keys: list[str]) -> Iterator[Found]:
        for struct in structs:
            names = {label_name(decl) for decl in struct.elts if isinstance(decl, ast.Field)}
            plain = all(isinstance(decl, ast.Field) for decl in struct.elts)
            if plain and names and None not in names and not any(key.partition(".")[0] in names for key in keys):
                text = f"this element has none of the keys that it is found by ({', '.join(keys)})"
                yield self.sheet.finding("OAM211", text, struct, help="it will always be appended"), ()


def _decls(value: ast.Node) -> Iterator[ast.Decl]:
    """The declarations of a struct, those of conditions and loops included."""
    if isinstance(value, ast.StructLit):
        for decl in value.elts:
            if isinstance(decl, ast.Comprehension):
                yield from _decls(decl.value)
            elif isinstance(decl, ast.EmbedDecl):
                yield from _decls(decl.expr)
            else:
                yield decl


def _structs(element: ast.Node) -> Iterator[ast.StructLit]:
    """The struct literals that an element of a list is or makes."""
    if isinstance(element, ast.StructLit):
        inner = [decl for decl in element.elts if isinstance(decl, ast.Comprehension)]
        if inner and len(inner) == len(element.elts):
            for decl in inner:
                yield from _structs(decl.value)
        else:
            yield element
    elif isinstance(element, ast.Comprehension):
        yield from _structs(element.value)
