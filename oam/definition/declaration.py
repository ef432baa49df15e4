"""What a template's ``parameter`` declares, as far as its text tells, and which properties it does not.

An open struct takes any property, so a misspelt one would vanish without a word. Here a property that the
declaration does not name and that the template never looks at is a mistake. Where the text leaves room (ellipsis,
patterns, embedded values, disjunctions, ``parameter`` used as a whole) everything is accepted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from oam.definition.trees import label_name, walk
from oam.diagnostics import closest, did_you_mean
from pycue.syntax import ast

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

__all__ = ["Declaration", "Unknown"]

PARAMETER = "parameter"

Unknown = tuple[tuple[str | int, ...], str]
"""Path of a property, and a hint (``""`` where there is none)."""


class _Shape:
    """Declared fields of a struct: name to the shapes of its values; ``open`` where more may be given."""

    def __init__(self) -> None:
        self.fields: dict[str, list[ast.Expr]] = {}
        self.open = False


class Declaration:
    """What a template declares as ``parameter``, and what it looks at.

    Attributes:
        used: names of the properties that the template looks at; None where it uses ``parameter`` as a whole.
    """

    def __init__(self, template: ast.File) -> None:
        self._template = template
        self._declared = list(_declarations(template))
        self._definitions = _definitions(template)
        self.used = _used_names(template)

    def unknown(self, properties: Mapping[str, Any]) -> Iterator[Unknown]:
        """Properties that neither the declaration nor the template knows, in the order given."""
        if not self._declared or self.used is None:
            return
        for path, hint in _unknown(self._declared, properties, (), self._definitions):
            if str(path[0]) not in self.used or len(path) > 1:
                yield path, hint

    def undeclared(self) -> Iterator[tuple[ast.SelectorExpr, str, str]]:
        """Uses of ``parameter.x`` where no ``x`` is declared: the expression, the name, the closest declared one."""
        shape = _shape(self._declared, self._definitions, 0) if self._declared else None
        if shape is None or shape.open:
            return
        for node in walk(self._template):
            if not isinstance(node, ast.SelectorExpr) or not _is_parameter(node.x):
                continue
            if isinstance(node.sel, ast.Ident) and node.sel.name not in shape.fields:
                yield node, node.sel.name, closest(node.sel.name, shape.fields, 0.0)

    def names(self, path: Sequence[str | int] = ()) -> list[str]:
        """Names of the fields declared at a path (indices lead into lists), in the order of the text."""
        declared = self._declared
        for step in path:
            if isinstance(step, int):
                ends = [item.elts[-1] for item in declared if isinstance(item, ast.ListLit) and item.elts]
                declared = [end.type for end in ends if isinstance(end, ast.Ellipsis) and end.type is not None]
            else:
                shape = _shape(declared, self._definitions, 0)
                declared = shape.fields.get(step, []) if shape is not None else []
        shape = _shape(declared, self._definitions, 0) if declared else None
        return list(shape.fields) if shape is not None else []


def _declarations(template: ast.File) -> Iterator[ast.Expr]:
    for decl in template.decls:
        if isinstance(decl, ast.Field) and label_name(decl) == PARAMETER:
            yield decl.value


def _definitions(template: ast.File) -> dict[str, list[ast.Expr]]:
    found: dict[str, list[ast.Expr]] = {}
    for decl in template.decls:
        if isinstance(decl, ast.Field) and isinstance(decl.label, ast.Ident):
            found.setdefault(decl.label.name, []).append(decl.value)
    return found


def _unknown(
    declared: Sequence[ast.Expr],
    properties: Mapping[str, Any],
    path: tuple[str | int, ...],
    definitions: Mapping[str, list[ast.Expr]],
) -> Iterator[Unknown]:
    shape = _shape(declared, definitions, 0)
    if shape is None or shape.open:
        return
    for name, value in properties.items():
        below = (*path, name)
        if name not in shape.fields:
            yield below, did_you_mean(name, shape.fields)
        elif isinstance(value, dict):
            yield from _unknown(shape.fields[name], value, below, definitions)
        elif isinstance(value, list):
            yield from _unknown_in_list(shape.fields[name], value, below, definitions)


def _unknown_in_list(
    declared: Sequence[ast.Expr],
    items: Sequence[Any],
    path: tuple[str | int, ...],
    definitions: Mapping[str, list[ast.Expr]],
) -> Iterator[Unknown]:
    """Elements of ``[...T]``."""
    if len(declared) != 1 or not isinstance(declared[0], ast.ListLit) or len(declared[0].elts) != 1:
        return
    only: ast.Node = declared[0].elts[0]
    if not isinstance(only, ast.Ellipsis) or only.type is None:
        return
    for index, item in enumerate(items):
        if isinstance(item, dict):
            yield from _unknown([only.type], item, (*path, index), definitions)


def _shape(declared: Sequence[ast.Expr], definitions: Mapping[str, list[ast.Expr]], depth: int) -> _Shape | None:
    """The fields that these values declare together; None where one of them is no plain struct."""
    shape = _Shape()
    for value in declared:
        while isinstance(value, ast.ParenExpr):
            value = value.x
        if isinstance(value, ast.CallExpr) and isinstance(value.fun, ast.Ident) and value.fun.name == "close":
            value = value.args[0]
        if isinstance(value, ast.Ident) and value.name in definitions and depth < 8:
            inner = _shape(definitions[value.name], definitions, depth + 1)
            if inner is None:
                return None
            _merge(shape, inner)
        elif isinstance(value, ast.StructLit) and value.elts:
            _add_struct(shape, value)
        else:
            return None
    return shape


def _add_struct(shape: _Shape, struct: ast.StructLit) -> None:
    for decl in struct.elts:
        if isinstance(decl, ast.Field):
            name = label_name(decl)
            if name is None:
                shape.open = True
            else:
                shape.fields.setdefault(name, []).append(decl.value)
        elif isinstance(decl, ast.Comprehension):
            if isinstance(decl.value, ast.StructLit):
                _add_struct(shape, decl.value)
            else:
                shape.open = True
        elif isinstance(decl, (ast.EmbedDecl, ast.Ellipsis)):
            shape.open = True


def _merge(shape: _Shape, other: _Shape) -> None:
    shape.open = shape.open or other.open
    for name, values in other.fields.items():
        shape.fields.setdefault(name, []).extend(values)


def _used_names(template: ast.File) -> set[str] | None:
    """Names of the properties that the template looks at; None where it uses ``parameter`` as a whole."""
    names: set[str] = set()
    selected: set[int] = set()
    for node in walk(template):
        if isinstance(node, ast.SelectorExpr) and _is_parameter(node.x):
            selected.add(id(node.x))
            names.add(node.sel.name if isinstance(node.sel, ast.Ident) else "")
        elif isinstance(node, ast.IndexExpr) and _is_parameter(node.x) and isinstance(node.index, ast.BasicLit):
            selected.add(id(node.x))
            names.add(node.index.value.strip('"'))
    labels = {id(node.label) for node in walk(template) if isinstance(node, ast.Field)}
    for node in walk(template):
        if _is_parameter(node) and id(node) not in selected and id(node) not in labels:
            return None
    return names


def _is_parameter(node: ast.Node) -> bool:
    return isinstance(node, ast.Ident) and node.name == PARAMETER
