"""Python data to values: no text in between."""

from __future__ import annotations

from pycue.errors import EncodeError
from pycue.evaluator import ir
from pycue.evaluator import kind as k
from pycue.evaluator.values import Bool, Bytes, Null, Num, Src, String
from pycue.evaluator.vertex import MEMBER, Vertex

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from pycue.evaluator.values import Expr
    from pycue.source import Position

    Places = Callable[[tuple[str | int, ...]], Position | None]

__all__ = ["Place", "encode", "set_places"]

MAX_DEPTH = 10_000  # levels of nesting; deeper data is refused


def encode(obj: Any, depth: int = 0) -> Expr:
    """Compiled form of a Python object.

    Args:
        obj: None, bool, int, float, Decimal, str, bytes, list or tuple, a mapping with str keys, or an object with a
            method ``__cue__`` that returns one of these. A :class:`pycue.Value` stands for itself.
        depth: levels above ``obj``.

    Raises:
        EncodeError: it is none of these, a number is infinite, or the nesting is too deep.
    """
    kind = type(obj)
    if kind is str:
        return String(obj)
    if kind is dict:
        return _struct(obj, depth)
    if kind is bool:
        return Bool(obj)
    if kind is int:
        return Num(obj, k.INT)
    if obj is None:
        return Null()
    if kind is list or kind is tuple:
        if depth > MAX_DEPTH:
            raise EncodeError("value is nested too deeply")
        return ir.ListLit([encode(item, depth + 1) for item in obj], None)
    if kind is float:
        return _float(obj)
    if kind is bytes:
        return Bytes(obj)
    return _other(obj, depth)


class Place(Src):
    """Where data was written that has no syntax here, a line of a YAML file, say; looked up when somebody asks."""

    __slots__ = ("_path", "_places")

    def __init__(self, places: Places, path: tuple[str | int, ...]) -> None:
        self.node = None  # type: ignore[assignment]
        self.source = None
        self._places = places
        self._path = path

    @property
    def position(self) -> Position | None:
        return self._places(self._path)


def set_places(x: Expr, places: Places, path: tuple[str | int, ...] = ()) -> Expr:
    """Say of every part of freshly encoded data where it was written; gives the same expression.

    Args:
        x: what :func:`encode` made of plain data (mappings, lists, scalars).
        places: position of the part at a path, or None.
        path: that of ``x``.
    """
    if not isinstance(x, Vertex):
        x.src = Place(places, path)
    if isinstance(x, ir.StructLit):
        for decl in x.decls:
            if isinstance(decl, ir.Field) and isinstance(decl.label, str):
                set_places(decl.value, places, (*path, decl.label))
                decl.src = decl.value.src
    elif isinstance(x, ir.ListLit):
        for index, item in enumerate(x.elems):
            if not isinstance(item, ir.Decl):
                set_places(item, places, (*path, index))
    return x


def _struct(obj: Any, depth: int) -> Expr:
    if depth > MAX_DEPTH:
        raise EncodeError("value is nested too deeply")
    decls: list[Any] = []
    for key, value in obj.items():
        if type(key) is not str:
            raise EncodeError(f"cannot use {type(key).__name__} {key!r} as a field name")
        decls.append(ir.Field(key, encode(value, depth + 1), MEMBER, None))
    return ir.StructLit(decls, None)


def _float(number: float) -> Expr:
    from decimal import Decimal

    if number != number or number in (float("inf"), float("-inf")):
        raise EncodeError(f"cannot encode {number} as a number")
    text = repr(number)
    return Num(Decimal(text), k.FLOAT)


def _other(obj: Any, depth: int) -> Expr:
    from collections.abc import Mapping, Sequence, Set
    from decimal import Decimal

    custom = getattr(obj, "__cue__", None)
    if custom is not None:
        made = custom()
        if made is not obj:
            return encode(made, depth + 1)
    vertex = getattr(obj, "_vertex", None)
    if vertex is not None:
        return vertex()  # type: ignore[no-any-return]
    if isinstance(obj, bool):
        return Bool(bool(obj))
    if isinstance(obj, int):
        return Num(int(obj), k.INT)
    if isinstance(obj, str):
        return String(str.__str__(obj))
    if isinstance(obj, float):
        return _float(float(obj))
    if isinstance(obj, Decimal):
        if not obj.is_finite():
            raise EncodeError(f"cannot encode {obj} as a number")
        return Num(obj, k.FLOAT)
    if isinstance(obj, (bytearray, memoryview)):
        return Bytes(bytes(obj))
    if isinstance(obj, Mapping):
        return _struct(obj, depth)
    if isinstance(obj, Sequence) and not isinstance(obj, Set):
        return ir.ListLit([encode(item, depth + 1) for item in obj], None)
    raise EncodeError(f"cannot encode {type(obj).__name__} as a value")
