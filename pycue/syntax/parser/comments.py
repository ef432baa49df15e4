"""Attaches comments to the nodes of a tree.

The tables build the tree without comments. Where a file has some, this pass goes over the tree and its terminals once
more, in the order of the text, and gives each group of comments to a node and a slot of it. A node's slots count what
has gone by of it: each terminal and each part counts one, all elements of a list together count one. Formatters print
a node's parts in the same order, so that a slot says where to put the group.

A group directly above a terminal is for the outermost node that begins there (``doc``). Any other group goes to the
innermost node that is open where it stands, ``line`` if it stands on the line of the terminal before it.

Source: cue/parser/parser.go for which productions are nodes of their own here.
"""

from __future__ import annotations

from bisect import bisect_left

from pycue.syntax.ast import (
    Alias,
    Attribute,
    BasicLit,
    BinaryExpr,
    BottomLit,
    CallExpr,
    Comment,
    CommentGroup,
    Comprehension,
    Ellipsis,
    EmbedDecl,
    Field,
    File,
    ForClause,
    Ident,
    IfClause,
    ImportDecl,
    ImportSpec,
    IndexExpr,
    Interpolation,
    LetClause,
    ListLit,
    Node,
    Package,
    ParenExpr,
    PostfixAlias,
    PostfixExpr,
    SelectorExpr,
    SliceExpr,
    StructLit,
    TryClause,
    UnaryExpr,
)
from pycue.syntax.kinds import COMMA, EOF
from pycue.syntax.patterns import Lazy
from pycue.syntax.token import BLANK, ELIDED, NEW_SECTION, NEWLINE, NO_SPACE

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from pycue.syntax.scanner import Tokens

# The steps of a node, in the order of the text: an instruction (an int), a node whose steps come here, a node in a list
# for an expression that the official parser opens a node for before it knows which, a node in a tuple that is complete.

__all__ = ["attach"]

# Instructions of the pass.
_OPEN = 0  # a node begins
_TERMINAL = 1  # a terminal goes by
_MAYBE_COMMA = 2  # a comma goes by if there is one
_LIST = 3  # a list of elements begins
_END_LIST = 4
_SLOT_ONE = 5  # the node's first part has gone by already
_SLOT_FOUR = 6

_COMMENT = Lazy(r"//[^\n]*")


class _Frame:
    """A node, or a list of elements, that is being gone over."""

    __slots__ = ("groups", "last", "last_slot", "lists", "slot")

    def __init__(self, lists: int) -> None:
        self.lists = lists  # 0 for a node, else how many lists have begun without a node in between
        self.slot = 0
        self.groups: list[CommentGroup] = []
        self.last: Node | None = None  # a list's element before the present place, and how many slots it has
        self.last_slot = 0

    def add(self, group: CommentGroup) -> None:
        group.position = self.slot
        self.groups.append(group)


class _Sequence:
    """Declarations or list elements; ``end`` is the position of the terminal after them."""

    __slots__ = ("elements", "end", "index")

    def __init__(self, elements: Sequence[Node], end: int) -> None:
        self.elements = elements
        self.end = end
        self.index = 0


def attach(file: File, tokens: Tokens, text: str) -> None:
    """Give the comments of ``text`` (there are some) to the nodes of ``file``, which was made of ``tokens``."""
    _Pass(tokens, text).run(file)


class _Pass:
    __slots__ = ("at", "frames", "lead", "next", "pending", "text", "tokens")

    def __init__(self, tokens: Tokens, text: str) -> None:
        self.tokens = tokens
        self.text = text
        self.at = -1  # index of the terminal that comes next
        self.pending = [*reversed(tokens.comments)]  # indices of terminals with comments before them
        self.next = tokens.positions[self.pending[-1]]  # position of the next such terminal
        self.lead: CommentGroup | None = None
        self.frames = [_Frame(0)]

    def run(self, file: File) -> None:
        """Go over the file with a stack of steps, so that the tree's depth does not matter."""
        self.frames[0].slot = -1
        self._terminal()
        steps: list[Any] = [_END_LIST, _Sequence(file.decls, self.tokens.positions[-1]), _LIST]
        while steps:
            step = steps.pop()
            kind = type(step)
            if kind is int:
                self._instruction(step)
            elif kind is tuple:
                self._close(step[0])
            elif kind is list:
                steps += ((step[0],), _END_LIST, step[0], _LIST, _OPEN)
            elif kind is _Sequence:
                element = self._element(step)
                if element is not None:
                    steps.append(step)
                    steps += reversed(_DECLARATIONS.get(type(element), _list_element)(element))
            else:
                steps += reversed(_PARTS[kind](step))
        _give(file, self.frames[0].groups)

    def _instruction(self, step: int) -> None:
        frame = self.frames[-1]
        if step == _TERMINAL:
            self._terminal()
        elif step == _OPEN:
            self._open(frame)
        elif step == _MAYBE_COMMA:
            if self.tokens.kinds[self.at] == COMMA:
                self._terminal()
        elif step == _LIST:
            if frame.lists:
                frame.lists += 1
            else:
                self.frames.append(_Frame(1))
        elif step == _END_LIST:
            self._end_list(frame)
        else:
            frame.slot = 1 if step == _SLOT_ONE else 4

    def _element(self, sequence: _Sequence) -> Node | None:
        """The next element that comments concern; the others are only counted. None at the end."""
        frame = self.frames[-1]
        elements = sequence.elements
        skipped = 0
        while sequence.index < len(elements):
            element = elements[sequence.index]
            sequence.index += 1
            end = elements[sequence.index].pos if sequence.index < len(elements) else sequence.end
            if self.next <= end or self.lead or frame.groups:
                if skipped:
                    self.at = bisect_left(self.tokens.positions, element.pos)
                return element
            frame.slot += 1
            frame.last = element
            skipped = end
        if skipped:
            self.at = bisect_left(self.tokens.positions, skipped)
        return None

    def _terminal(self) -> None:
        frame = self.frames[-1]
        if self.lead:
            frame.add(self.lead)
            self.lead = None
        frame.slot += 1
        self.at += 1
        if self.pending and self.pending[-1] == self.at:
            self._take_comments(frame)
            self.pending.pop()
            self.next = self.tokens.positions[self.pending[-1]] if self.pending else 1 << 60

    def _open(self, frame: _Frame) -> None:
        child = _Frame(0)
        if frame.lists and frame.groups:
            if frame.last is None:
                child.groups = frame.groups
                for group in child.groups:
                    group.position = 0
            else:
                _give(frame.last, frame.groups, frame.last_slot)
            frame.groups = []
        if self.lead:
            child.groups.append(self.lead)
            self.lead = None
        self.frames.append(child)

    def _close(self, node: Node) -> None:
        frame = self.frames.pop()
        parent = self.frames[-1]
        parent.last = node
        parent.last_slot = frame.slot
        parent.slot += 1
        if frame.groups:
            _give(node, frame.groups)

    def _end_list(self, frame: _Frame) -> None:
        frame.lists -= 1
        if frame.lists:
            return
        self.frames.pop()
        parent = self.frames[-1]
        if frame.last is not None:
            _give(frame.last, frame.groups, frame.last_slot)
        else:
            parent.groups += frame.groups
        parent.slot += 1

    def _take_comments(self, frame: _Frame) -> None:
        """Read the comments before the present terminal: all but one that is directly above it go to ``frame``."""
        tokens, at = self.tokens, self.at
        start = 0
        if at:
            elided = tokens.positions[at - 1] & 15 == ELIDED
            start = (tokens.positions[at - 1] >> 4) - 1 + (0 if elided else len(tokens.texts[at - 1]))
        groups: list[CommentGroup] = []
        for match in _COMMENT.finditer(self.text, start, (tokens.positions[at] >> 4) - 1):
            gap = self.text[start : match.start()]
            lines = gap.count("\n")
            relation = NEW_SECTION if lines > 1 else NEWLINE if lines else BLANK if gap else NO_SPACE
            comment = Comment((match.start() + 1) << 4 | relation, match.group().rstrip("\r"))
            if groups and lines == 1 and not groups[-1].line:
                groups[-1].list.append(comment)
            else:
                groups.append(CommentGroup([comment], line=not lines and at > 0))
            start = match.end()
        lines = self.text.count("\n", start, (tokens.positions[at] >> 4) - 1)
        last = groups[-1]
        if lines == 1 and not last.line and tokens.kinds[at] != EOF:
            last.doc = True
            self.lead = groups.pop()
        elif not lines:
            last.line = False
        for group in groups:
            frame.add(group)


def _give(node: Node, groups: list[CommentGroup], slot: int | None = None) -> None:
    """Add groups to a node's, in the order of their slots."""
    for group in groups:
        if slot is not None:
            group.position = slot
        if node.comments is None:
            node.comments = [group]
            continue
        at = len(node.comments)
        while at and node.comments[at - 1].position > group.position:
            at -= 1
        node.comments.insert(at, group)


# ---- steps of expressions: an expression in a list is one that the official parser makes a node of its own for


def _single(node: Node) -> list[Any]:
    return [_OPEN, _TERMINAL, (node,)]


def _binary(node: BinaryExpr) -> list[Any]:
    chain = [node]
    while isinstance(chain[-1].x, BinaryExpr):
        chain.append(chain[-1].x)
    steps: list[Any] = [chain[-1].x]
    for binary in reversed(chain):
        steps += (_OPEN, _SLOT_ONE, _TERMINAL, _LIST, binary.y, _END_LIST, (binary,))
    return steps


def _selector(node: SelectorExpr) -> list[Any]:
    name = node.sel if isinstance(node.sel, Ident) else _TERMINAL
    return [node.x, _OPEN, _SLOT_ONE, _TERMINAL, name, (node,)]


def _index(node: IndexExpr) -> list[Any]:
    return [node.x, _OPEN, _SLOT_ONE, _TERMINAL, [node.index], _MAYBE_COMMA, _TERMINAL, (node,)]


def _slice(node: SliceExpr) -> list[Any]:
    low = [[node.low]] if node.low else []
    high = [[node.high]] if node.high else []
    return [node.x, _OPEN, _SLOT_ONE, _TERMINAL, *low, _TERMINAL, *high, _TERMINAL, (node,)]


def _call(node: CallExpr) -> list[Any]:
    arguments: list[Any] = []
    for argument in node.args:
        arguments += ([argument], _MAYBE_COMMA)
    return [node.fun, _OPEN, _LIST, _TERMINAL, *arguments, _TERMINAL, _END_LIST, (node,)]


def _interpolation(node: Interpolation) -> list[Any]:
    steps: list[Any] = [_OPEN, _LIST]
    for index, element in enumerate(node.elts):
        steps += ([element], _MAYBE_COMMA) if index % 2 else (element,)
    return [*steps, _END_LIST, (node,)]


def _struct(node: StructLit) -> list[Any]:
    elements = [_LIST, _Sequence(node.elts, node.rbrace), _END_LIST] if node.elts else []
    return [_TERMINAL, *elements, _TERMINAL]


def _list(node: ListLit) -> list[Any]:
    elements = node.elts
    tail: list[Any] = []
    end = node.rbrack
    if elements and isinstance(elements[-1], Ellipsis):
        last = elements[-1]
        elements = elements[:-1]
        end = last.pos
        tail = [_TERMINAL, *([[last.type]] if last.type else []), _MAYBE_COMMA]
    return [_TERMINAL, _LIST, _Sequence(elements, end), *tail, _END_LIST, _TERMINAL]


def _alias(node: Alias) -> list[Any]:
    return [[node.ident], _TERMINAL, [node.expr]]


# ---- steps of declarations and list elements


def _parts(node: Node) -> list[Any]:
    """An expression as a declaration's part."""
    return _alias(node) if isinstance(node, Alias) else [[node]]


def _list_element(node: Any) -> list[Any]:
    steps = _comprehension_parts(node) if isinstance(node, Comprehension) else [node]
    return [_OPEN, *steps, _MAYBE_COMMA, (node,)]


def _field(node: Field) -> list[Any]:
    steps: list[Any] = [_OPEN]
    field = node
    while True:
        steps += _parts(field.label)
        if field.alias:
            steps.append(field.alias)
        if field.constraint:
            steps.append(_TERMINAL)
        steps.append(_TERMINAL)
        value = field.value
        if not isinstance(value, StructLit) or value.lbrace:
            break
        field = value.elts[0]  # type: ignore[assignment]
    steps += _parts(value)
    if field.attrs:
        steps += (_LIST, *field.attrs, _END_LIST)
    return [*steps, _MAYBE_COMMA, (node,)]


def _postfix_alias(node: PostfixAlias) -> list[Any]:
    names = [name for name in (node.label, node.field) if name]
    steps: list[Any] = [_OPEN, _TERMINAL, _TERMINAL, names[0]] if node.lparen else [_OPEN, _TERMINAL, names[0]]
    if len(names) > 1:
        steps += (_TERMINAL, names[1])
    return [*steps, _TERMINAL, (node,)] if node.lparen else [*steps, (node,)]


def _clause(clause: Node) -> list[Any]:
    if isinstance(clause, IfClause):
        return [_OPEN, _TERMINAL, [clause.condition], (clause,)]
    if isinstance(clause, ForClause):
        names: list[Any] = [clause.key, _TERMINAL, clause.value] if clause.key else [clause.value]
        return [_OPEN, _TERMINAL, *names, _SLOT_FOUR, _TERMINAL, [clause.source], (clause,)]
    if isinstance(clause, LetClause) or (isinstance(clause, TryClause) and clause.ident):
        return [_OPEN, _TERMINAL, clause.ident, _TERMINAL, [clause.expr], (clause,)]
    return [_OPEN, _TERMINAL, (clause,)]


def _comprehension_parts(node: Comprehension) -> list[Any]:
    steps: list[Any] = []
    for clause in node.clauses:
        steps += (*_clause(clause), _MAYBE_COMMA)
    steps += (_OPEN, node.value, (node.value,))
    if node.fallback:
        steps += (_OPEN, _TERMINAL, node.fallback.body, (node.fallback,))
    return steps


def _comprehension(node: Comprehension) -> list[Any]:
    return [_OPEN, _OPEN, *_comprehension_parts(node), _MAYBE_COMMA, (node,), (node,)]


def _import(node: ImportDecl) -> list[Any]:
    if not node.lparen:
        return [_OPEN, _TERMINAL, node.specs[0], (node,)]
    return [_OPEN, _TERMINAL, _TERMINAL, _LIST, *node.specs, _END_LIST, _TERMINAL, _TERMINAL, (node,)]


def _import_spec(node: ImportSpec) -> list[Any]:
    return [_OPEN, *([node.name] if node.name else []), _TERMINAL, _MAYBE_COMMA, (node,)]


_PARTS: dict[type[Any], Callable[[Any], list[Any]]] = {
    **dict.fromkeys((Ident, BasicLit, BottomLit, Attribute), _single),
    UnaryExpr: lambda node: [_OPEN, _TERMINAL, node.x, (node,)],
    BinaryExpr: _binary,
    ParenExpr: lambda node: [_OPEN, _TERMINAL, _LIST, [node.x], _END_LIST, _TERMINAL, (node,)],
    SelectorExpr: _selector,
    IndexExpr: _index,
    SliceExpr: _slice,
    CallExpr: _call,
    PostfixExpr: lambda node: [node.x, _OPEN, _SLOT_ONE, _TERMINAL, (node,)],
    Interpolation: _interpolation,
    StructLit: _struct,
    ListLit: _list,
    Alias: _alias,
    PostfixAlias: _postfix_alias,
    ImportSpec: _import_spec,
}

_DECLARATIONS: dict[type[Any], Callable[[Any], list[Any]]] = {
    Attribute: lambda node: [_OPEN, _TERMINAL, (node,), _MAYBE_COMMA],
    Ellipsis: lambda node: [_OPEN, _TERMINAL, (node,), _MAYBE_COMMA],
    EmbedDecl: lambda node: [_OPEN, *_parts(node.expr), _MAYBE_COMMA, (node,)],
    Field: _field,
    LetClause: lambda node: [_OPEN, *_clause(node)[:-1], _MAYBE_COMMA, (node,), (node,)],
    Comprehension: _comprehension,
    Package: lambda node: [_OPEN, _TERMINAL, node.name, _MAYBE_COMMA, (node,)],
    ImportDecl: _import,
}
