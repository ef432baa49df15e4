"""Second layer of the formatter: which node is being printed, and the comments that hang on it.

Every node being printed has a frame: its comments not yet printed, the *slot* (how many of its tokens and parts are
printed, what :attr:`pycue.syntax.ast.CommentGroup.position` counts) and the separators of declarations inside and
around it.
"""

from __future__ import annotations

from pycue.syntax import ast, token
from pycue.syntax.format import printer as ws
from pycue.syntax.format.printer import Printer

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from pycue.source import Source

__all__ = ["CommentPrinter", "line_distance"]

_AT_END = 127  # every slot


class CommentPrinter(Printer):
    """Prints tokens and, at the slots where they stand, comments."""

    def __init__(self, source: Source | None) -> None:
        super().__init__()
        self.source = source
        self.slot = 0
        self.node_sep = ws.NEWLINE
        self.parent_sep = ws.NEWLINE
        self._comments: list[ast.CommentGroup] = []
        self._frames: list[tuple[list[ast.CommentGroup], int, int, int]] = []

    # ---- frames

    def enter(self, node: ast.Node | None) -> None:
        """Start a node (None: a list of nodes) and print the comments above it."""
        self._frames.append((self._comments, self.slot, self.node_sep, self.parent_sep))
        self.parent_sep = self.node_sep
        self.slot = 0
        self._comments = []
        if node is not None:
            if (
                node.__class__ is ast.StructLit
                and len(node.elts) <= 1
                and self.node_sep != ws.BLANK
                and self.on_one_line(node)
            ):
                self.node_sep = ws.BLANK
            if node.comments:
                self._comments = list(node.comments)
                self.visit(0)

    def leave(self) -> None:
        """End the innermost node: print the rest of its comments; it counts as one part of the node around it."""
        if self._comments:
            self.visit(_AT_END)
        self._comments, self.slot, self.node_sep, self.parent_sep = self._frames.pop()
        self.skip_slot()

    def skip_slot(self) -> None:
        """Count a part, be it absent, and print the comments behind it."""
        self.slot += 1
        if self._comments:
            self.visit(self.slot)

    def on_one_line(self, node: ast.StructLit) -> bool:
        """Whether a struct starts and ends on the same line of its source."""
        start, end = node.pos, node.rbrace
        if not end:
            end = _end(node.elts[-1]) if node.elts else start
        if not start or not end:
            return False
        return line_distance(self.source, start, end) == 0

    # ---- tokens

    def put(self, text: str, pos: int = 0, before: int = 0, after: int = 0) -> None:
        """Print a token that counts as a part of its node, with requests for white space around it."""
        self.requested |= before
        if pos:
            self.place(pos)
        self.write(text, text)
        self.slot += 1
        self.requested |= after

    def leaf(self, text: str, pos: int, last: str) -> None:
        """Print the text of a node that is a single token."""
        self.place(pos)
        self.write(text, last)

    def space(self, flags: int) -> None:
        """Request white space."""
        self.requested |= flags

    # ---- comments

    def visit(self, slot: int) -> None:
        """Print the comments of the current node up to ``slot``."""
        printed = False
        while self._comments and self._comments[0].position <= slot:
            group = self._comments.pop(0)
            if printed:
                self.requested |= ws.NEW_SECTION
            printed = True
            self.print_comment(group)

    def print_comment(self, group: ast.CommentGroup) -> None:
        """Print a group of comments, and ask for a new line after it."""
        relation = token.BLANK if group.line else token.relation(group.pos)
        if relation in (token.BLANK, token.ELIDED) and not self.empty:
            self.requested |= ws.BLANK
        if relation in (token.BLANK, token.ELIDED, token.NO_SPACE):
            self.requested &= ~(ws.NEWLINE | ws.NEW_SECTION | ws.FORM_FEED | ws.DECL_COMMA)
        doc = group.doc and not self.empty
        if doc:
            self.requested |= ws.NEWLINE
        for comment in group.list:
            if not doc and not self.empty:
                self.requested |= ws.VTAB
            self.place(comment.pos)
            self.write(comment.text, "COMMENT")
            self.requested |= ws.NEWLINE
            if group.doc:
                self.requested |= ws.NO_OVERRIDE


def line_distance(source: Source | None, start: int, end: int) -> int:
    """How many line ends lie between two positions; without a source 0 if ``end`` does not start a line."""
    if start < 16 and end < 16:
        return 0
    if source is None or start < 16 or end < 16:
        return int(end < 16 or token.relation(end) >= token.NEWLINE)
    return source.text.count("\n", token.offset(start), token.offset(end))


def _end(node: ast.Node) -> int:
    """Position of the last token of a node (any token of its last line would do)."""
    while True:
        for name in ("rbrace", "rbrack", "rparen"):
            closing = getattr(node, name, 0)
            if closing:
                return int(closing)
        for name in ("attrs", "fallback", "value", "high", "low", "y", "x", "expr", "type", "body", "elts"):
            child = getattr(node, name, None)
            if isinstance(child, list):
                child = child[-1] if child else None
            if isinstance(child, ast.Node):
                node = child
                break
        else:
            return node.pos
