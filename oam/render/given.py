"""Where a part of an application was written: in its own place, or in an override policy that changed it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from oam.model.application import Application, Component, Policy, Step, Trait
    from oam.model.document import Document
    from pycue.source import Position

__all__ = ["Given", "steps_of"]

Path = tuple[str | int, ...]


class Given:
    """Places of one component, trait, policy or step of an application."""

    __slots__ = ("_bases",)

    def __init__(self, app: Application, part: Component | Trait | Policy | Step) -> None:
        self._bases = tuple(_bases(app, part))

    def at(self, path: Sequence[str | int]) -> Position | None:
        """Where the value at a path of the part was given last; where it was not, the nearest part around it."""
        for document, base in self._bases:
            if document.node((*base, *path)) is not None:
                return document.position((*base, *path))
        if not self._bases:
            return None
        document, base = self._bases[-1]
        return document.position((*base, *path))

    def property(self, path: Path) -> Position | None:
        """Where a property was given."""
        return self.at(("properties", *path))

    def owns(self, position: Position) -> bool:
        """Whether a position is in one of the texts that the part was written in."""
        return any(position.source is document.source for document, _ in self._bases)


def _bases(app: Application, part: Component | Trait | Policy | Step) -> Iterator[tuple[Document, Path]]:
    """Documents, and where in them the part is; what counts most comes first."""
    yield from reversed(getattr(part, "given", ()))
    own = getattr(part, "document", None)  # of a policy that is an object of its own
    if own is not None:
        yield own, part.path
    elif app.document is not None and part.path:
        yield app.document, part.path


def steps_of(path: Iterable[str]) -> tuple[str | int, ...]:
    """Keys and indices of a printed path."""
    return tuple(map(_step, path))


def _step(text: str) -> str | int:
    if text.isdigit():
        return int(text)
    if text.startswith('"'):
        from pycue.syntax.literal import unquote

        value = unquote(text)
        return value if isinstance(value, str) else text
    return text
