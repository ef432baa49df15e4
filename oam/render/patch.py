"""Strategic patches: unification steered by markers above fields.

Without markers a patch is plain unification, lists by index (the base is open at its end). ``+patchKey=name`` above a
list, or above anything around it, matches elements by the value at ``name`` (dotted path; several alternatives with
commas). ``+patchStrategy`` is ``retainKeys`` (the patch's value takes the base's place) or ``replace`` (the same for a
list). Both sides are syntax trees of evaluated values; the patch is rewritten to be aligned with the base, then both
are unified.
"""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING

from oam.definition.markers import PATCH_KEY, PATCH_STRATEGY, comment_lines, markers
from oam.definition.trees import bare, label_name
from pycue.syntax import ast
from pycue.syntax.literal import parse_number, unquote

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["Aligner", "ListMerge", "list_items", "open_lists", "same_key", "without_hidden"]

RETAIN_KEYS = "retainKeys"
REPLACE = "replace"


class ListMerge:
    """How one list of a patch met the list below it.

    Attributes:
        patch: the list of the patch, aligned with the base.
        key: the alternatives of ``patchKey`` with commas, ``""`` for a merge by index.
        strategy: the value of ``patchStrategy``, or ``""``.
        slots: the elements of the base as they were.
        given: the elements of the patch as they were.
    """

    __slots__ = ("given", "key", "patch", "slots", "strategy")

    def __init__(self, patch: ast.ListLit, base: ast.ListLit, key: str, strategy: str) -> None:
        self.patch = patch
        self.key = key
        self.strategy = strategy
        self.slots = list_items(base)
        self.given = list_items(patch)


class Aligner:
    """One alignment of a patch with its base; both trees are changed. ``merges`` takes notes of lists, if wanted."""

    def __init__(self, *, slot_safe: bool = True, merges: list[ListMerge] | None = None) -> None:
        self.merges = merges
        self.merge: Callable[[str, ast.ListLit, ast.ListLit, bool], None] = _merge_safe if slot_safe else _merge_packed

    def align(self, base: ast.Expr, patch: ast.Expr, tags: Mapping[str, str]) -> None:
        """Align ``patch`` with ``base``; ``tags`` are the markers above the patch as a whole."""
        patch = bare(patch)
        if isinstance(patch, ast.StructLit):
            self._struct(bare(base), patch, tags.get(PATCH_KEY, ""))

    def _struct(self, base: ast.Expr | None, patch: ast.StructLit, key: str) -> None:
        for field in patch.elts:
            if not isinstance(field, ast.Field):
                continue
            name = label_name(field)
            if name is None or (isinstance(field.label, ast.Ident) and name.startswith("#")):
                continue
            tags = markers(comment_lines(field))
            self._field(base, name, field, tags, tags.get(PATCH_KEY, key))

    def _field(self, base: ast.Expr | None, name: str, field: ast.Field, tags: Mapping[str, str], key: str) -> None:
        value = field.value = bare(field.value)
        place = find_field(base, name)
        below = bare(place.value) if place is not None else None
        strategy = tags.get(PATCH_STRATEGY, "")
        if isinstance(value, ast.ListLit):
            if isinstance(below, ast.ListLit):
                if self.merges is not None:
                    self.merges.append(ListMerge(value, below, key, strategy))
                if strategy == REPLACE:
                    below.elts = [copy(item) for item in value.elts]
                elif key and not _only_typed_end(value):
                    self.merge(key, below, value, strategy == RETAIN_KEYS)
            items = below.elts if isinstance(below, ast.ListLit) else []
            for index, item in enumerate(value.elts):
                item = bare(item)
                if isinstance(item, ast.StructLit):
                    self._struct(bare(items[index]) if index < len(items) else None, item, key)
            return
        if strategy == RETAIN_KEYS and place is not None:
            place.value = value
            return
        if isinstance(value, ast.StructLit):
            self._struct(below, value, key)


# ---- lists merged by key


def list_items(expr: ast.ListLit) -> list[ast.Expr]:
    """The elements of a list, without what stands for further ones."""
    return [item for item in expr.elts if not isinstance(item, ast.Ellipsis)]


def _merge_safe(key: str, base: ast.ListLit, patch: ast.ListLit, retain: bool) -> None:
    """Every base element keeps its place; what matches none of them is appended in the order of the patch."""
    alternatives = key.split(",")
    elements = list_items(patch)
    if elements and not any(key_value(item, one) is not None for item in elements for one in alternatives):
        return
    left = list(elements)
    out: list[ast.Expr] = []
    for index, slot in enumerate(list_items(base)):
        matching = [item for item in left if same_key(slot, item, alternatives)]
        left = [item for item in left if item not in matching]
        if retain and matching:
            base.elts[index] = ast.StructLit(1, [], 1)
        out.append(_unified(matching))
    _set_open(patch, out + left)


def _merge_packed(key: str, base: ast.ListLit, patch: ast.ListLit, retain: bool) -> None:
    """The reference's way: base elements without the key take no place, and a key that no patch element has ends it."""
    elements = list_items(patch)
    out: list[ast.Expr] = []
    for one in key.split(","):
        table = {value: item for item in elements if (value := key_value(item, one)) is not None}
        if not table and elements:
            return
        for index, slot in enumerate(base.elts):
            value = key_value(slot, one)
            if value is None:
                continue
            if value in table:
                if retain:
                    base.elts[index] = ast.StructLit(1, [], 1)
                out.append(table.pop(value))
            else:
                out.append(ast.StructLit(1, [], 1))
        gone = [item for item in elements if key_value(item, one) is not None and item not in table.values()]
        elements = [item for item in elements if item not in gone]
    _set_open(patch, out + elements)


def _only_typed_end(patch: ast.ListLit) -> bool:
    """Whether a list is ``[...T]``, which says something of all elements and adds none."""
    end = patch.elts[0] if len(patch.elts) == 1 else None
    return isinstance(end, ast.Ellipsis) and end.type is not None


def same_key(slot: ast.Expr, item: ast.Expr, alternatives: list[str]) -> str:
    """The first alternative that both elements have, if its values are the same; else ``""``."""
    for one in alternatives:
        mine, theirs = key_value(slot, one), key_value(item, one)
        if mine is not None and theirs is not None:
            return one if mine == theirs else ""
    return ""


def _unified(items: list[ast.Expr]) -> ast.Expr:
    if not items:
        return ast.StructLit(1, [], 1)
    if len(items) == 1:
        return items[0]
    fields: list[ast.Decl] = [
        decl for item in items if isinstance(body := bare(item), ast.StructLit) for decl in body.elts
    ]
    return ast.StructLit(1, fields, 1)


def _set_open(patch: ast.ListLit, elements: list[ast.Expr]) -> None:
    end = patch.elts[-1] if patch.elts else None
    if not isinstance(end, ast.Ellipsis):
        end = ast.Ellipsis(0, None)  # type: ignore[assignment]
    patch.elts = [*elements, end]  # type: ignore[list-item]


def key_value(element: ast.Expr, path: str) -> object | None:
    """The literal at a dotted path of an element, in a form that compares; None where there is none."""
    at: ast.Expr | None = bare(element)
    for step in path.split("."):
        field = find_field(at, step)
        if field is None:
            return None
        at = bare(field.value)
    if not isinstance(at, ast.BasicLit):
        return None
    if at.kind == "STRING":
        return ("string", unquote(at.value))
    if at.kind in ("INT", "FLOAT"):
        return ("number", parse_number(at.value))
    return (at.kind, None)


# ---- trees


def find_field(struct: ast.Expr | None, name: str) -> ast.Field | None:
    """The last regular field of that name in a struct literal."""
    if not isinstance(struct, ast.StructLit):
        return None
    for decl in reversed(struct.elts):
        if isinstance(decl, ast.Field) and not decl.constraint and label_name(decl) == name:
            return decl
    return None


def open_lists(expr: ast.Expr) -> None:
    """Open the end of every list literal that is a field's value, in place."""
    stack: list[ast.Expr] = [expr]
    while stack:
        node = bare(stack.pop())
        if isinstance(node, ast.StructLit):
            for decl in node.elts:
                if not isinstance(decl, ast.Field):
                    continue
                value = bare(decl.value)
                if isinstance(value, ast.ListLit) and not (value.elts and isinstance(value.elts[-1], ast.Ellipsis)):
                    value.elts.append(ast.Ellipsis(0, None))  # type: ignore[arg-type]
                stack.append(value)
        elif isinstance(node, ast.ListLit):
            stack.extend(item for item in node.elts if not isinstance(item, ast.Ellipsis))


def without_hidden(expr: ast.Expr) -> ast.Expr:
    """The struct without hidden fields at its top."""
    if isinstance(expr, ast.StructLit):
        expr.elts = [
            decl
            for decl in expr.elts
            if not (
                isinstance(decl, ast.Field) and isinstance(decl.label, ast.Ident) and decl.label.name.startswith("_")
            )
        ]
    return expr
