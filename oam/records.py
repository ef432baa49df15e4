"""Small record classes: slots, a constructor, equality and a text, from annotations.

They are written as those of attrs, and do the part of it that the modules need which every command imports: there a
package that looks at functions and writes methods costs more than what the command does.
"""

from __future__ import annotations

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeVar, dataclass_transform

    T = TypeVar("T")
else:

    def dataclass_transform(**_options):
        """Only type checkers look at it."""
        return lambda decorator: decorator


__all__ = ["define", "evolve", "field", "frozen"]

_NOTHING: Any = object()


class _Field:
    """What :func:`field` said of a field; ``name`` is known once the class is made."""

    __slots__ = ("default", "eq", "factory", "name", "repr")

    def __init__(self, default: Any, factory: Callable[[], Any] | None, eq: bool, repr: bool) -> None:
        self.name = ""
        self.default = default
        self.factory = factory
        self.eq = eq
        self.repr = repr


def field(
    *, default: Any = _NOTHING, factory: Callable[[], Any] | None = None, eq: bool = True, repr: bool = True
) -> Any:
    """More on a field than its default.

    Args:
        default: its value where none is given.
        factory: makes the value where none is given.
        eq: whether it counts in comparisons.
        repr: whether it is shown in the text.
    """
    return _Field(default, factory, eq, repr)


@dataclass_transform(field_specifiers=(field,))
def define(cls: type[T]) -> type[T]:
    """A class whose instances may be changed.

    >>> @define
    ... class Point:
    ...     x: int
    ...     y: int = 0
    >>> Point(1), Point(1) == Point(1, 0)
    (Point(x=1, y=0), True)
    """
    return _made(cls)


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(cls: type[T]) -> type[T]:
    """A class whose instances never change; they can be members of sets if their values can."""
    made: Any = _made(cls)
    made.__setattr__ = _refuse
    made.__delattr__ = _refuse
    made.__hash__ = _hash
    return made  # type: ignore[no-any-return]


def evolve(instance: T, **changes: Any) -> T:
    """A copy with some fields changed.

    >>> @frozen
    ... class Point:
    ...     x: int
    ...     y: int = 0
    >>> evolve(Point(1), y=2)
    Point(x=1, y=2)
    """
    cls: Any = type(instance)
    values = {one.name: getattr(instance, one.name) for one in cls._fields}
    return cls(**{**values, **changes})  # type: ignore[no-any-return]


def _made(cls: type[T]) -> type[T]:
    """The class with slots and methods."""
    space = dict(cls.__dict__)
    fields = []
    for name in space.get("__annotations__", {}):
        given = space.pop(name, _NOTHING)
        one = given if isinstance(given, _Field) else _Field(given, None, True, True)
        one.name = name
        fields.append(one)
    for name in ("__dict__", "__weakref__"):
        space.pop(name, None)
    space["__slots__"] = (*(one.name for one in fields), "__weakref__")
    space["_fields"] = tuple(fields)
    space["__init__"] = _construct
    space["__eq__"] = _equal
    space["__hash__"] = None
    space["__reduce__"] = _reduce
    space.setdefault("__repr__", _text)
    make: Any = type(cls)
    return make(cls.__name__, cls.__bases__, space)  # type: ignore[no-any-return]


def _construct(self: Any, *values: Any, **named: Any) -> None:
    """``__init__``: values in the order of the fields, or by name."""
    fields = self._fields
    if len(values) > len(fields):
        raise TypeError(f"{type(self).__name__} takes {len(fields)} values, not {len(values)}")
    put = object.__setattr__
    for one, value in zip(fields, values, strict=False):
        put(self, one.name, value)
    for one in fields[len(values) :]:
        name = one.name
        if name in named:
            put(self, name, named.pop(name))
        elif one.factory is not None:
            put(self, name, one.factory())
        elif one.default is not _NOTHING:
            put(self, name, one.default)
        else:
            raise TypeError(f"{type(self).__name__} needs a value for {name}")
    if named:
        raise TypeError(f"{type(self).__name__} has no place for {', '.join(named)}")


def _values(instance: Any) -> tuple[Any, ...]:
    return tuple(getattr(instance, one.name) for one in instance._fields if one.eq)


def _equal(self: Any, other: object) -> bool:
    return _values(self) == _values(other) if type(other) is type(self) else NotImplemented


def _hash(self: Any) -> int:
    return hash((type(self), _values(self)))


def _reduce(self: Any) -> tuple[Any, ...]:
    return type(self), tuple(getattr(self, one.name) for one in self._fields)


def _text(self: Any) -> str:
    shown = ", ".join(f"{one.name}={getattr(self, one.name)!r}" for one in self._fields if one.repr)
    return f"{type(self).__name__}({shown})"


def _refuse(self: Any, name: str, value: Any = None) -> None:
    raise AttributeError(f"{type(self).__name__}.{name} cannot be changed")
