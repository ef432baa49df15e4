"""Paths into values: ``a.b[0]."x-y".#D``. Source: cue/path.go."""

from __future__ import annotations

from pycue import labels
from pycue.errors import CueSyntaxError, Diagnostic

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pycue.labels import AnyLabel

__all__ = ["Path", "Selector", "make_path"]


class Selector:
    """One step of a path: a field name, a list index, a definition or a hidden field.

    Attributes:
        kind: ``"field"``, ``"index"``, ``"definition"`` or ``"hidden"``.
        name: the name as a string, prefix included; for an index its digits.

    >>> Selector.field("x-y"), Selector.index(3), Selector.definition("#D")
    (Selector("x-y"), Selector(3), Selector(#D))
    """

    __slots__ = ("_label", "kind", "name")

    def __init__(self, kind: str, name: str, label: AnyLabel | None = None) -> None:
        self.kind = kind
        self.name = name
        self._label = label

    @classmethod
    def field(cls, name: str) -> Selector:
        """A regular field, whatever its name is."""
        return cls("field", name, name)

    @classmethod
    def index(cls, index: int) -> Selector:
        """An element of a list."""
        return cls("index", str(index), index)

    @classmethod
    def definition(cls, name: str) -> Selector:
        """A definition; ``name`` starts with ``#``."""
        return cls("definition", name, labels.definition(name))

    @classmethod
    def hidden(cls, name: str, package: str = "") -> Selector:
        """A hidden field; ``name`` starts with ``_``. Without ``package`` it is that of the value looked into."""
        return cls("hidden", name, labels.hidden(name, package) if package else None)

    @classmethod
    def from_label(cls, label: AnyLabel) -> Selector:
        """The selector of an evaluator's label."""
        if isinstance(label, str):
            return cls("field", label, label)
        if isinstance(label, int):
            return cls("index", str(label), label)
        return cls("hidden" if label.is_hidden else "definition", label.name, label)

    def label(self, package: str = "_") -> AnyLabel:
        """The evaluator's label, seen from a package."""
        if self._label is None:
            return labels.hidden(self.name, package)
        return self._label

    @property
    def is_definition(self) -> bool:
        """Whether it names a definition (a hidden one too)."""
        return self.kind == "definition" or self.name.startswith("_#")

    def __str__(self) -> str:
        if self.kind != "field":
            return self.name
        from pycue.syntax.literal import quote_label

        return quote_label(self.name)

    def __repr__(self) -> str:
        return f"Selector({self})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Selector) and (self.kind, self.name, self._label) == (
            other.kind,
            other.name,
            other._label,
        )

    def __hash__(self) -> int:
        return hash((self.kind, self.name))


class Path:
    """A sequence of selectors.

    >>> path = Path('a.b[0]."x-y".#D')
    >>> len(path), str(path)
    (5, 'a.b[0]."x-y".#D')
    >>> Path("a") + "b.c"
    Path('a.b.c')

    Args:
        text: CUE path syntax: identifiers and quoted strings joined by dots, and indices in brackets; or selectors.

    Raises:
        CueSyntaxError: the text is not a path.
    """

    __slots__ = ("selectors",)

    def __init__(self, text: str | Iterable[Selector] = "") -> None:
        self.selectors: tuple[Selector, ...] = (
            (tuple(_parse(text)) if text else ()) if isinstance(text, str) else tuple(text)
        )

    def __add__(self, other: Path | Selector | str | int) -> Path:
        return Path((*self.selectors, *make_path(other).selectors))

    def __iter__(self) -> Iterator[Selector]:
        return iter(self.selectors)

    def __len__(self) -> int:
        return len(self.selectors)

    def __getitem__(self, index: int) -> Selector:
        return self.selectors[index]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Path) and self.selectors == other.selectors

    def __hash__(self) -> int:
        return hash(self.selectors)

    def __str__(self) -> str:
        out = ""
        for selector in self.selectors:
            if selector.kind == "index":
                out += f"[{selector.name}]"
            else:
                out += f".{selector}" if out else str(selector)
        return out

    def __repr__(self) -> str:
        return f"Path({str(self)!r})"


def make_path(path: Path | Selector | str | int) -> Path:
    """A path from anything that may stand for one; an int is an index."""
    if isinstance(path, Path):
        return path
    if isinstance(path, Selector):
        return Path((path,))
    if isinstance(path, int):
        return Path((Selector.index(path),))
    return Path(path)


def _parse(text: str) -> list[Selector]:
    out: list[Selector] = []
    at, n = 0, len(text)
    while at < n:
        if text[at] == "[":
            end = _bracket(text, at)
            out.append(_inside(text, text[at + 1 : end].strip()))
            at = end + 1
        else:
            end = _step(text, at)
            out.append(_selector(text, text[at:end].strip()))
            at = end
        if at < n and text[at] == ".":
            at += 1
            if at == n or text[at] == "[":
                raise _error(text)
        elif at < n and text[at] != "[":
            raise _error(text)
    return out


def _step(text: str, at: int) -> int:
    if text[at] in "\"'" or text[at : at + 2] == '#"':
        return _string_end(text, at)
    while at < len(text) and text[at] not in ".[":
        at += 1
    return at


def _string_end(text: str, at: int) -> int:
    hashes = 0
    while text[at : at + 1] == "#":
        hashes, at = hashes + 1, at + 1
    end, escape = '"' + "#" * hashes, "\\" + "#" * hashes
    at += 1
    while at < len(text):
        if text.startswith(escape, at):
            at += len(escape) + 1
        elif text.startswith(end, at):
            return at + len(end)
        else:
            at += 1
    raise _error(text)


def _bracket(text: str, at: int) -> int:
    at += 1
    while at < len(text) and text[at] != "]":
        at = _string_end(text, at) if text[at] == '"' else at + 1
    if at >= len(text):
        raise _error(text)
    return at


def _inside(text: str, inner: str) -> Selector:
    if inner.isdigit():
        return Selector.index(int(inner))
    if inner[:1] in '"#':
        return _selector(text, inner)
    raise _error(text)


def _selector(text: str, step: str) -> Selector:
    from pycue.syntax.literal import is_valid_ident, unquote

    if step[:1] == '"' or step[:2] == '#"':
        try:
            return Selector.field(str(unquote(step)))
        except ValueError:
            raise _error(text) from None
    if not is_valid_ident(step) or step == "_":
        raise _error(text)
    if step[0] == "#":
        return Selector.definition(step)
    if step[0] == "_":
        return Selector.hidden(step)
    return Selector.field(step)


def _error(text: str) -> CueSyntaxError:
    return CueSyntaxError(Diagnostic(f"invalid path {text!r}", code="cue.path"))
