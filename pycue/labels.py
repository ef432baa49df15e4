"""Labels of fields.

A regular field's label is a plain ``str``, a list index a plain ``int``: both hash fast and need no table. Every other
kind of label is an interned :class:`Label`, so that ``#a`` and ``"#a"`` differ and labels compare by identity.
Source: internal/core/adt/feature.go (Feature) for the kinds.
"""

from __future__ import annotations

from weakref import WeakValueDictionary

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from typing import TypeAlias

__all__ = ["DEFINITION", "HIDDEN", "HIDDEN_DEFINITION", "LET", "AnyLabel", "Label", "definition", "hidden", "let"]

DEFINITION = 1
HIDDEN = 2
HIDDEN_DEFINITION = 3
LET = 4


class Label:
    """A definition (``#x``), hidden field (``_x``), hidden definition (``_#x``) or let.

    ``name`` is as written, prefix included. ``scope`` is the package id for hidden labels (``"_"`` for files without a
    package clause), ``""`` for definitions, a hexadecimal number for lets, which messages show.
    """

    __slots__ = ("__weakref__", "is_definition", "is_hidden", "kind", "name", "scope")

    def __init__(self, kind: int, name: str, scope: str) -> None:
        self.kind = kind
        self.name = name
        self.scope = scope
        self.is_definition = kind in (DEFINITION, HIDDEN_DEFINITION)
        self.is_hidden = kind in (HIDDEN, HIDDEN_DEFINITION)

    def __repr__(self) -> str:
        return self.name


if TYPE_CHECKING:
    AnyLabel: TypeAlias = str | int | Label
else:
    AnyLabel = object

_table: WeakValueDictionary[tuple[int, str, str], Label] = WeakValueDictionary()


def _intern(kind: int, name: str, scope: str) -> Label:
    key = (kind, name, scope)
    label = _table.get(key)
    if label is None:
        label = _table[key] = Label(kind, name, scope)
    return label


def definition(name: str) -> Label:
    """Label of ``#x``."""
    return _intern(DEFINITION, name, "")


def hidden(name: str, package: str) -> Label:
    """Label of ``_x`` or ``_#x`` in a package."""
    return _intern(HIDDEN_DEFINITION if name.startswith("_#") else HIDDEN, name, package or "_")


def let(name: str, number: int = 0) -> Label:
    """A fresh label for one ``let``, the ``number``-th of a compilation (never interned: each is its own)."""
    return Label(LET, name, f"{number:X}")
