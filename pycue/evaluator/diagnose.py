"""Errors as values to diagnostics for users: path, text with wrapped texts, positions.

Source: internal/core/adt/errors.go of the official tool.
"""

from __future__ import annotations

from pycue.errors import Diagnostic, sanitize
from pycue.evaluator.debug import debug_string
from pycue.evaluator.labeling import printed_label, printed_path
from pycue.labels import Label

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from pycue.evaluator.values import Bottom, Message
    from pycue.source import Position

__all__ = ["diagnostics", "positions", "summary", "text"]


def text(message: Message, args: tuple[str, ...] | None = None) -> str:
    """Text of one error, without path; a wrapped error's text follows, the first one's if there are several.

    ``args`` are the printed arguments, where they are at hand.
    """
    own = _own_text(message, args)
    if message.wrapped is None or not message.wrapped.messages:
        return own
    inner = text(message.wrapped.messages[0])
    return f"{own}: {inner}" if own else inner


def _own_text(message: Message, args: tuple[str, ...] | None = None) -> str:
    if not message.args:
        return message.format.replace("%%", "%")
    return message.format % (_arguments(message) if args is None else args)


def _arguments(message: Message) -> tuple[str, ...]:
    return tuple(_argument(arg) for arg in message.args)


def _argument(arg: object) -> str:
    return printed_label(arg) if isinstance(arg, Label) else debug_string(arg)


def positions(message: Message) -> list[Position]:
    """Auxiliary positions, those of wrapped errors included."""
    found = list(message.positions)
    if message.wrapped is not None:
        for item in message.wrapped.messages[:1]:
            if item.position is not None:
                found.append(item.position)
            found.extend(positions(item))
    return found


def _position(message: Message) -> Position | None:
    """Where an error is; that of the wrapped error where it has no place of its own."""
    if message.position is None and message.wrapped is not None and message.wrapped.messages:
        return _position(message.wrapped.messages[0])
    return message.position


def path(message: Message) -> tuple[str, ...]:
    """Printed path; that of the wrapped error where an error has none of its own."""
    if not message.path and message.wrapped is not None and message.wrapped.messages:
        return path(message.wrapped.messages[0])
    return printed_path(message.path)


def diagnostics(bottom: Bottom) -> list[Diagnostic]:
    """All errors that a bottom stands for, sorted, duplicates dropped.

    Of a list in which there is but one error the official tool does not print what that wraps.
    """
    alone = bottom.listed and len(bottom.messages) == 1
    return [item for item, _ in _sorted(bottom, alone)]


def _sorted(bottom: Bottom, alone: bool = False) -> list[tuple[Diagnostic, Message]]:
    made: dict[int, Message] = {}
    items = []
    for message in bottom.messages:
        args = _arguments(message)
        item = Diagnostic(
            _own_text(message, args) if alone and message.format else text(message, args),
            code=message.code,
            args=args,
            path=path(message),
            position=_position(message),
            inputs=positions(message),
        )
        made[id(item)] = message
        items.append(item)
    return [(item, made[id(item)]) for item in sanitize(items)]


def summary(bottom: Bottom, *, paths: bool = True) -> str:
    """One line: ``path: text`` of the first error, with ``paths`` those of wrapped errors too, and how many more."""
    items = _sorted(bottom)
    if not items:
        return "_|_"
    count = len(bottom.messages)  # also of those that read the same
    more = f" (and {count - 1} more errors)" if count > 1 else ""
    return (_line(items[0][1]) if paths else items[0][0].summary()) + more


def _line(message: Message) -> str:
    parts = [".".join(printed_path(message.path)), _own_text(message)]
    wraps = message.wrapped is not None and bool(message.wrapped.messages)
    if wraps:
        parts.append(summary(message.wrapped))  # type: ignore[arg-type]
    empty = not wraps and not parts[1]
    return ": ".join(part for part in parts if part) + (": " if empty and parts[0] else "")
