"""Where a diagnosing parser stands: its tokens and its errors, and the loop that runs productions."""

from __future__ import annotations

from pycue.syntax.diagnose.scanner import LITERALS, Scanner, Token

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Generator
    from typing import Any, TypeAlias

    from pycue.source import Source

    Production: TypeAlias = Generator[Any, Any, Any]

__all__ = ["Cursor", "GiveUp", "Part"]

_MAX_ERRORS = 10


class GiveUp(Exception):
    """Parsing stops where the official parser gives up too: too many errors, too deep."""


class Part:
    """What a production went over: enough of a node to go on with."""

    __slots__ = ("at", "count", "kind", "name")

    def __init__(self, kind: str, at: int, name: str = "", count: int = 0) -> None:
        self.kind = kind
        self.at = at
        self.name = name
        self.count = count


class Cursor:
    """Stands at one token of a source; ``errors`` are (offset, message) in the order of their finding."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.errors: list[tuple[int, str]] = []
        self.scanner = Scanner(source.text, self._scan_error)
        self.token = Token("EOF", "", 0)

    def run(self, production: Production) -> None:
        """Run a production with all that it calls, to its end or to the point where parsing gives up."""
        stack = [production]
        result: Any = None
        try:
            while stack:
                try:
                    called = stack[-1].send(result)
                except StopIteration as stop:
                    stack.pop()
                    result = stop.value
                else:
                    stack.append(called)
                    result = None
        except GiveUp:
            pass
        finally:
            while stack:
                stack.pop().close()

    # ---- errors

    def _scan_error(self, at: int, message: str) -> None:
        self.errors.append((at, message))

    def error(self, at: int, message: str) -> None:
        """Report an error, unless the one before is on the same line."""
        if self.errors:
            line = self.source.line_column(at)[0]
            if self.source.line_column(self.errors[-1][0])[0] == line:
                return
            if len(self.errors) > _MAX_ERRORS:
                raise GiveUp
        self.errors.append((at, message))

    def expected(self, what: str) -> None:
        """Report that ``what`` is expected where the present token stands."""
        token = self.token
        at = token.at
        if token.kind == "," and token.text == "\n":
            self.error(at, f"expected {what}, found newline")
        elif token.kind in LITERALS:
            self.error(at, f"expected {what}, found '{token.kind}' {token.text}")
        else:
            self.error(at, f"expected {what}, found '{token.kind}'")

    # ---- tokens

    @property
    def kind(self) -> str:
        """Kind of the present token."""
        return self.token.kind

    def next(self) -> None:
        """Go to the next token."""
        self.token = self.scanner.scan()

    def expect(self, kind: str) -> None:
        """Report it if the present token is of another kind; go on in any case."""
        if self.token.kind != kind:
            self.expected(f"'{kind}'")
        self.next()

    def expect_closing(self, kind: str, context: str) -> None:
        """As :meth:`expect`, with a better message for a line end."""
        if self.token.kind != kind and self.token.kind == "," and self.token.text == "\n":
            self.error(self.token.at, f"missing ',' before newline in {context}")
            self.next()
        self.expect(kind)

    def expect_comma(self) -> None:
        """Go over a comma; it may be missing before a closing bracket and at the end."""
        if self.token.kind == ",":
            self.next()
        elif self.token.kind not in (")", "}", "EOF"):
            self.expected("','")
            self.synchronise()

    def at_comma(self, context: str, *following: str) -> bool:
        """Is here a comma, or, with an error, none where one should be?"""
        if self.token.kind == ",":
            return True
        if self.token.kind in following:
            return False
        if self.token.text == "\n":
            self.error(self.token.at, "missing ',' before newline")
        else:
            self.error(self.token.at, f"missing ',' in {context}")
        return True

    def declaration_comma(self) -> None:
        """Go over the comma after a declaration, or over what stands in its place."""
        if self.at_comma("struct literal", "}", "EOF"):
            self.next()

    def synchronise(self) -> None:
        """Go to the end: what follows a missing operand cannot be told apart from what belongs to it."""
        while self.token.kind != "EOF":
            self.next()
