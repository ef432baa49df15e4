"""YAML text to syntax trees, with positions and, if asked for, comments.

The events are PyYAML's (from libyaml where that is compiled in, which also words the errors as the official tool does);
the meaning of scalars, anchors and merge keys is ours.
"""

from __future__ import annotations

import re

import yaml

from pycue.encoding.yaml_scalar import ScalarError, key_label, literal, resolve
from pycue.errors import CueSyntaxError, Diagnostic
from pycue.source import Source
from pycue.syntax import ast, token

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from typing import Any

__all__ = ["decode"]

_MOST_ALIASED = 4_000_000  # nodes that aliases may stand for in one text


def decode(source: Source, *, path: str = "", comments: bool = True) -> list[ast.Expr]:
    """Syntax trees of the documents in a YAML text; an empty text is one document that is null unless unified.

    Args:
        source: the text.
        path: how messages name the file; the source's name if empty.
        comments: keep comments.

    Raises:
        CueSyntaxError: the text is not YAML, or cannot be expressed.
    """
    reader = _Reader(source, path or source.name, comments)
    try:
        return reader.documents()
    except yaml.YAMLError as error:
        raise reader.failure(*_problem(error)) from None


def _problem(error: Any) -> tuple[str, int]:
    """Text and line (from 1; 0 if it is not told) of a parser's error."""
    problem = (
        getattr(error, "problem", None) or getattr(error, "reason", None) or "unknown problem parsing YAML content"
    )
    if isinstance(error, yaml.reader.ReaderError):
        return "control characters are not allowed", 0
    extra = 1 if isinstance(error, yaml.scanner.ScannerError) else 0
    for mark in (getattr(error, "context_mark", None), getattr(error, "problem_mark", None)):
        if mark is not None and mark.line:
            return str(problem), mark.line + extra
    return str(problem), 0


class _Reader:
    """Reads events one at a time; ``event`` is the next one."""

    def __init__(self, source: Source, path: str, comments: bool) -> None:
        self.source = source
        self.path = path
        text = source.text
        self.shift = 1 if text.startswith("\ufeff") else 0
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        try:
            self.parser: Any = loader(text[self.shift :])
        except yaml.YAMLError as error:
            raise self.failure(*_problem(error)) from None
        self.comments = _Comments(text) if comments and "#" in text else None
        self.anchors: dict[str, tuple[ast.Expr, int] | None] = {}
        self.size = 0
        self.end = 0  # offset after the last token

    def failure(self, message: str, line: int) -> CueSyntaxError:
        """An error that names file and line as the official tool does."""
        where = f"{self.path}:{line}" if line else self.path
        return CueSyntaxError(Diagnostic(f"{where}: {message}", code="cue.syntax.yaml"))

    def documents(self) -> list[ast.Expr]:
        """All documents of the stream."""
        get = self.parser.get_event
        get()
        documents: list[ast.Expr] = []
        while not isinstance(event := get(), yaml.StreamEndEvent):
            if isinstance(event, yaml.DocumentStartEvent):
                self.anchors = {}
                documents.append(self.node(get(), token.NO_REL))
                get()
        if not documents:
            null = ast.UnaryExpr(0, "*", ast.BasicLit(0, "NULL", "null"))
            documents.append(ast.BinaryExpr(null, 0, "|", ast.Ident(0, "_")))
        return documents

    def pos(self, mark: Any, relation: int) -> int:
        """Position of a mark."""
        return token.make(mark.index + self.shift, relation)

    def place(self, mark: Any) -> int:
        """Position of a mark, its relation from the lines between it and the token before."""
        offset: int = mark.index + self.shift
        lines = self.source.text.count("\n", self.end, offset)
        blank = token.BLANK if self.end else token.NO_REL
        return token.make(offset, token.NEWLINE if lines else blank)

    def node(self, event: Any, relation: int) -> ast.Expr:
        """The value that starts with ``event``."""
        if isinstance(event, yaml.AliasEvent):
            return self.alias(event)
        before = self.size
        if event.anchor:
            self.anchors[event.anchor] = None
        self.size += 1
        if isinstance(event, yaml.ScalarEvent):
            result = self.scalar(event, relation)
        elif isinstance(event, yaml.SequenceStartEvent):
            result = self.sequence(event, relation)
        else:
            result = self.mapping(event, relation)
        if event.anchor:
            self.anchors[event.anchor] = (result, self.size - before)
        return result

    def line(self, event: Any) -> int:
        """Line of an event, from 1."""
        line: int = event.start_mark.line
        return line + 1

    def end_of(self, event: Any) -> int:
        """Offset after an event."""
        index: int = event.end_mark.index
        return index + self.shift

    def alias(self, event: Any) -> ast.Expr:
        """What an anchor stands for."""
        name = event.anchor
        if name not in self.anchors:
            raise self.failure(f"unknown anchor '{name}' referenced", 0)
        found = self.anchors[name]
        if found is None:
            raise self.failure(f'anchor "{name}" value contains itself', self.line(event))
        self.size += found[1]
        if self.size > _MOST_ALIASED:
            raise self.failure("document contains excessive aliasing", 0)
        self.end = self.end_of(event)
        return found[0]

    def scalar(self, event: Any, relation: int) -> ast.Expr:
        """A scalar."""
        pos = self.pos(event.start_mark, relation)
        try:
            type_ = resolve(event.value, event.tag, event.implicit[0] and not event.style)
            result = literal(event.value, type_, pos)
        except ScalarError as error:
            raise self.failure(str(error), self.line(event)) from None
        self.end = self.end_of(event)
        return result

    def sequence(self, event: Any, relation: int) -> ast.ListLit:
        """A list; elements of the block form stand on lines of their own unless they are collections."""
        flow = bool(event.flow_style)
        lbrack = self.pos(event.start_mark, relation)
        self.end = event.start_mark.index + self.shift + flow
        elements: list[ast.Expr] = []
        while not isinstance(following := self.parser.get_event(), yaml.SequenceEndEvent):
            if flow:
                place = self.place(following.start_mark) & 15
                if not elements and place == token.BLANK:
                    place = token.NO_SPACE
            else:
                scalar = isinstance(following, (yaml.ScalarEvent, yaml.AliasEvent))
                place = token.NEWLINE if scalar else token.BLANK if elements else token.NO_SPACE
            element = self.node(following, place)
            elements.append(element)
            self.attach(element, following)
        rbrack = token.NO_SPACE
        if flow:
            self.end = self.end_of(following)
            if any(element.pos & 15 == token.NEWLINE for element in elements):
                for element in elements:
                    _set_relation(element, token.NEWLINE)
        elif not isinstance(elements[-1], ast.StructLit):
            rbrack = token.NEWLINE
        return ast.ListLit(lbrack, elements, rbrack)

    def mapping(self, event: Any, relation: int) -> ast.StructLit:
        """A struct; a merge key's fields come first and give way to the mapping's own."""
        flow = bool(event.flow_style)
        lbrace = self.pos(event.start_mark, relation)
        self.end = event.start_mark.index + self.shift + flow
        fields: list[ast.Field] = []
        merges = False
        while not isinstance(key := self.parser.get_event(), yaml.MappingEndEvent):
            place = self.place(key.start_mark)
            docs = self.comments.before(key.start_mark.index + self.shift) if self.comments else None
            if _is_merge(key):
                merges = True
                self.merge(fields, docs)
                continue
            if not fields and flow and place & 15 == token.BLANK:
                place = token.with_relation(place, token.NO_SPACE)
            label = self.label(key, place if flow else token.with_relation(place, token.NEWLINE))
            following = self.parser.get_event()
            value = self.node(following, token.BLANK)
            field = ast.Field(label, token.NO_SPACE, value)
            if docs:
                field.comments = [docs]
            self.attach(field, following)
            fields.append(field)
        if flow:
            self.end = self.end_of(key)
            if any(field.label.pos & 15 == token.NEWLINE for field in fields):
                for field in fields:
                    _set_relation(field.label, token.NEWLINE)
                flow = False
        rbrace = token.NO_SPACE if flow else token.NEWLINE
        decls: list[Any] = _overridden(fields) if merges else fields
        return ast.StructLit(lbrace, decls, rbrace)

    def label(self, event: Any, pos: int) -> ast.Label:
        """Label of a field from the event of its key."""
        if isinstance(event, yaml.AliasEvent):
            target = self.alias(event)
            if isinstance(target, ast.BasicLit):
                if target.kind == "STRING":
                    from pycue.syntax.literal import unquote

                    return key_label(str(unquote(target.value)), "str", pos)
                return key_label(target.value, "str", pos)
            kind = "map" if isinstance(target, ast.StructLit) else "seq"
            raise self.failure(f"invalid map key: !!{kind}", self.line(event))
        if not isinstance(event, yaml.ScalarEvent):
            kind = "map" if isinstance(event, yaml.MappingStartEvent) else "seq"
            raise self.failure(f"invalid map key: !!{kind}", self.line(event))
        try:
            type_ = resolve(event.value, event.tag, event.implicit[0] and not event.style)
        except ScalarError as error:
            raise self.failure(str(error), self.line(event)) from None
        label = key_label(event.value, type_, pos)
        if event.anchor:
            self.anchors[event.anchor] = (literal(event.value, type_, pos), 1)
        self.end = self.end_of(event)
        return label

    def merge(self, fields: list[ast.Field], docs: ast.CommentGroup | None) -> None:
        """Add the fields of the mappings behind ``<<``, those named first winning."""
        event = self.parser.get_event()
        value = self.node(event, token.BLANK)
        sources = list(reversed(value.elts)) if isinstance(value, ast.ListLit) else [value]
        for source in sources:
            if not isinstance(source, ast.StructLit):
                raise self.failure("map merge requires map or sequence of maps as the value", self.line(event))
            for field in source.elts:
                assert isinstance(field, ast.Field)
                copy = ast.Field(field.label, field.colon, field.value)
                if docs:
                    copy.comments = [docs]
                    docs = None
                fields.append(copy)

    def attach(self, node: ast.Node, event: Any) -> None:
        """Give a field or element the comment at the end of its first line (or of its scalar)."""
        if self.comments is None or isinstance(event, yaml.AliasEvent):
            return
        if isinstance(event, yaml.ScalarEvent):
            is_block = event.style in ("|", ">")
            at = token.offset(self.pos(event.start_mark, 0)) if is_block else self.end_of(event)
        elif event.flow_style:
            at = self.end
        else:
            return
        group = self.comments.on_line(at)
        if group is not None:
            node.comments = [*(node.comments or ()), group]


def _set_relation(node: Any, relation: int) -> None:
    if isinstance(node, ast.StructLit):
        node.lbrace = token.with_relation(node.lbrace, relation)
    elif isinstance(node, ast.ListLit):
        node.lbrack = token.with_relation(node.lbrack, relation)
    elif hasattr(type(node), "pos") and not isinstance(type(node).pos, property):
        node.pos = token.with_relation(node.pos, relation)


def _is_merge(event: Any) -> bool:
    if not isinstance(event, yaml.ScalarEvent) or event.value != "<<":
        return False
    return bool(event.tag == "tag:yaml.org,2002:merge" or (event.implicit[0] and not event.style))


def _overridden(fields: list[ast.Field]) -> list[ast.Field]:
    """One field for each label: the last value at the place of the first."""
    found: dict[str, ast.Field] = {}
    for field in fields:
        label = field.label
        name = label.name if isinstance(label, ast.Ident) else label.value  # type: ignore[attr-defined]
        earlier = found.get(name)
        if earlier is not None and earlier.comments:
            field.comments = [*earlier.comments, *(field.comments or ())]
        found[name] = field
    for field in found.values():
        label = field.label
        if isinstance(label, ast.Ident):
            field.label = ast.Ident(token.with_relation(label.pos, token.NEWLINE), label.name)
        elif isinstance(label, ast.BasicLit):
            field.label = ast.BasicLit(token.with_relation(label.pos, token.NEWLINE), label.kind, label.value)
    return list(found.values())


_COMMENT_LINE = re.compile(r"^[ \t]*#(.*)$", re.MULTILINE)
_LINE_END_COMMENT = re.compile(r"[ \t:,\]}|>+0-9-]*[ \t]#(.*)$", re.MULTILINE)


class _Comments:
    """Comments of a text by where they stand."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = [(m.start(), m.end(), m[1]) for m in _COMMENT_LINE.finditer(text)]
        self.at = 0

    def before(self, offset: int) -> ast.CommentGroup | None:
        """Comments on lines of their own between the last ones taken and ``offset``."""
        group: list[ast.Comment] = []
        last = 0
        while self.at < len(self.lines) and self.lines[self.at][0] < offset:
            start, end, body = self.lines[self.at]
            gap = self.text.count("\n", last, start) if group else 0
            relation = token.NEW_SECTION if gap > 1 or (not group and self._blank_before(start)) else token.NEWLINE
            group.append(ast.Comment(token.make(start, relation), _comment(body)))
            last = end
            self.at += 1
        return ast.CommentGroup(group, doc=True) if group else None

    def on_line(self, offset: int) -> ast.CommentGroup | None:
        """The comment that ends the line on which a value ends at ``offset``."""
        match = _LINE_END_COMMENT.match(self.text, offset)
        if not match:
            return None
        return ast.CommentGroup([ast.Comment(token.BLANK, _comment(match[1]))], line=True, position=4)

    def _blank_before(self, start: int) -> bool:
        return self.text[:start].endswith("\n\n")


def _comment(body: str) -> str:
    return f"// {body[1:]}" if body[:1] == " " else f"//{' ' if body else ''}{body}"
