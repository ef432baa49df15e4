"""Template text to a tree of nodes.

Nodes are tuples ``(kind, position, …)``: small, and walked by one dispatch table in :mod:`execute`.
"""

from __future__ import annotations

import re
from typing import Any

from pycue._go.strconv import quote, unquote

__all__ = ["BUILTINS", "Node", "Parser", "TemplateError"]

Node = tuple[Any, ...]

BUILTINS = frozenset("and call html index slice js len not or print printf println urlquery eq ge gt le lt ne".split())
_KEYWORDS = frozenset("block break continue define else end if range nil template with".split())

_ACTION = re.compile(r"\{\{(-(?=[ \t\r\n]))?")
_TOKEN = re.compile(
    r"""(?P<space>[ \t\r\n]+)
    |(?P<string>"(?:[^"\\\n]|\\.)*"|`[^`]*`)
    |(?P<char>'(?:[^'\\\n]|\\.)+')
    |(?P<number>[+-]?(?:0[xX][0-9a-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|(?:[0-9][0-9_]*\.?[0-9_]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?))
    |(?P<field>\.[^\W\d]\w*)
    |(?P<dot>\.)
    |(?P<variable>\$\w*)
    |(?P<word>[^\W\d]\w*)
    |(?P<op>:=|=|\||\(|\)|,)""",
    re.X,
)


_ENDS = frozenset(" \t\r\n.,|:)(")  # what may follow a name


class TemplateError(ValueError):
    """A template does not parse or run; the text is Go's."""


class Parser:
    """Parses one text; ``templates`` collects what ``define`` and ``block`` name."""

    def __init__(self, text: str, name: str) -> None:
        self.text = text
        self.name = name
        self.templates: dict[str, Node] = {}
        self.tokens: list[tuple[str, str, int]] = []
        self.at = 0
        self.position = 0
        self.depth = 0
        self.loops = 0
        self.variables = ["$"]

    def parse(self) -> Node:
        """The root list."""
        root, end = self._list(())
        if end is not None:
            raise self._error(f"unexpected {{{{{end}}}}}")
        return root

    def _error(self, message: str, position: int | None = None) -> TemplateError:
        line = self.text.count("\n", 0, self.position if position is None else position) + 1
        return TemplateError(f"template: {self.name}:{line}: {message}")

    # ---- text and actions

    def _list(self, ends: tuple[str, ...]) -> tuple[Node, str | None]:
        """Nodes up to one of the ``ends`` keywords or the end of text; the keyword that ended it."""
        self.depth += 1
        if self.depth > 500:
            raise self._error("exceeded maximum nesting depth")
        start = self.position
        nodes: list[Node] = []
        while True:
            text, more = self._literal()
            if text:
                nodes.append(("text", self.position, text))
            if not more:
                if ends:
                    raise self._error("unexpected EOF")
                self.depth -= 1
                return ("list", start, nodes), None
            if not self.tokens:
                continue
            word = self.tokens[0][1] if self.tokens[0][0] == "word" else ""
            if word in ("end", "else"):
                if word not in ends:
                    raise self._error(f"unexpected {{{{{word}}}}}")
                self.depth -= 1
                return ("list", start, nodes), word
            node = self._action(word)
            if node is not None:
                nodes.append(node)

    def _literal(self) -> tuple[str, bool]:
        """Text up to the next action, and whether there is one (its tokens are then read)."""
        match = _ACTION.search(self.text, self.position)
        if not match:
            rest = self.text[self.position :]
            self.position = len(self.text)
            return rest, False
        literal = self.text[self.position : match.start()]
        if match[1]:
            literal = literal.rstrip(" \t\r\n")
        comment = re.compile(r"\s*/\*.*?\*/", re.S).match(self.text, match.end())
        if comment:
            close = re.compile(r"([ \t\r\n]-)?\}\}").match(self.text, comment.end())
            if not close:
                raise self._error("comment ends before closing delimiter", comment.end())
            self.tokens = []
            self._close(close)
            return literal, True
        self._tokenize(match.end())
        return literal, True

    def _close(self, close: re.Match[str]) -> None:
        self.position = close.end()
        if close[1]:
            trimmed = re.compile(r"[ \t\r\n]*").match(self.text, self.position)
            assert trimmed is not None
            self.position = trimmed.end()

    def _tokenize(self, at: int) -> None:
        self.tokens, self.at = [], 0
        begin = at
        closing = re.compile(r"([ \t\r\n]-)?\}\}")
        while True:
            close = closing.match(self.text, at)
            if close:
                self._close(close)
                return
            match = _TOKEN.match(self.text, at)
            if not match:
                self.position = at
                if at >= len(self.text):
                    raise self._error("unclosed action", begin)
                char = self.text[at]
                if char in '"`':
                    raise self._error("unterminated quoted string" if char == '"' else "unterminated raw quoted string")
                raise self._error(f"unexpected bad character {_rune(char)} in command")
            self.tokens.append((match.lastgroup or "", match[0], at))
            at = match.end()
            if match.lastgroup in ("field", "variable", "word") and self.text[at : at + 1] not in _ENDS:
                if not closing.match(self.text, at) and at < len(self.text):
                    self.position = at
                    raise self._error(f"bad character {_rune(self.text[at])}")
            while self.tokens and self.tokens[0][0] == "space":
                self.tokens.pop(0)

    # ---- tokens

    def _peek(self, skip: bool = True) -> tuple[str, str, int]:
        while skip and self.at < len(self.tokens) and self.tokens[self.at][0] == "space":
            self.at += 1
        return self.tokens[self.at] if self.at < len(self.tokens) else ("end", "}}", self.position)

    def _next(self) -> tuple[str, str, int]:
        token = self._peek()
        self.at += 1
        return token

    def _done(self, context: str) -> None:
        token = self._peek()
        if token[0] != "end":
            raise self._error(f"unexpected {_shown(token)} in {context}")

    # ---- actions

    def _action(self, word: str) -> Node | None:
        if word in _KEYWORDS and word != "nil":
            self.at = 1
            return getattr(self, f"_{word}")()  # type: ignore[no-any-return]
        at = self.position
        pipe = self._pipeline("command")
        return ("action", at, pipe)

    def _if(self) -> Node:
        return self._control("if")

    def _with(self) -> Node:
        return self._control("with")

    def _range(self) -> Node:
        return self._control("range")

    def _control(self, kind: str) -> Node:
        at, scope = self.position, len(self.variables)
        pipe = self._pipeline(kind, declarations=2 if kind == "range" else 1)
        self.loops += kind == "range"
        body, end = self._list(("end", "else"))
        self.loops -= kind == "range"
        other = None
        if end == "else":
            self.at = 1
            chained = self._peek()
            if chained[1] in ("if", "with") and chained[1] == kind:
                self._next()
                other = ("list", at, [self._control(kind)])
                del self.variables[scope:]
                return (kind, at, pipe, body, other)
            self._done("else")
            other, _ = self._list(("end",))
        del self.variables[scope:]
        return (kind, at, pipe, body, other)

    def _define(self) -> None:
        name = self._string("define clause")
        self._done("define clause")
        saved, self.variables = self.variables, ["$"]
        self.templates[name], _ = self._list(("end",))
        self.variables = saved

    def _block(self) -> Node:
        at, name = self._peek()[2], self._string("block clause")
        pipe = self._pipeline("block clause")
        saved, self.variables = self.variables, ["$"]
        self.templates[name], _ = self._list(("end",))
        self.variables = saved
        return ("template", at, name, pipe)

    def _template(self) -> Node:
        at, name = self._peek()[2], self._string("template clause")
        pipe = None if self._peek()[0] == "end" else self._pipeline("template clause")
        return ("template", at, name, pipe)

    def _break(self) -> Node:
        return self._jump("break")

    def _continue(self) -> Node:
        return self._jump("continue")

    def _jump(self, word: str) -> Node:
        self._done(word)
        if not self.loops:
            raise self._error(f"{{{{{word}}}}} outside {{{{range}}}}")
        return (word, self.position)

    def _string(self, context: str) -> str:
        kind, text, _ = token = self._next()
        if kind != "string":
            raise self._error(f"unexpected {_shown(token)} in {context}")
        return unquote(text)

    # ---- pipelines

    def _pipeline(self, context: str, declarations: int = 1) -> Node:
        at = self._peek()[2]
        names, assign = self._declared(context, declarations)
        commands: list[list[Node]] = []
        while True:
            command = self._command(context)
            if not command:
                raise self._error(f"missing value for {context}")
            if commands and command[0][0] in ("bool", "dot", "nil", "number", "string"):
                raise self._error(f"non executable command in pipeline stage {len(commands) + 1}")
            commands.append(command)
            token = self._peek()
            if token[1] != "|":
                break
            self._next()
        self.variables += [] if assign else names
        return ("pipe", at, names, assign, commands)

    def _declared(self, context: str, most: int) -> tuple[list[str], bool]:
        start, names = self.at, list[str]()
        while self._peek()[0] == "variable":
            names.append(self._next()[1])
            token = self._peek()
            if token[1] in (":=", "="):
                self._next()
                if token[1] == "=" and any(n not in self.variables for n in names):
                    raise self._error(f"undefined variable {quote(names[0])}")
                return names, token[1] == "="
            if token[1] == "," and context == "range" and len(names) < most:
                self._next()
                continue
            break
        self.at = start
        return [], False

    def _command(self, context: str) -> list[Node]:
        operands: list[Node] = []
        while True:
            kind, text, _ = token = self._peek()
            if kind == "end" or text in ("|", ")"):
                return operands
            before = self.tokens[self.at - 1][0] if self.at else "space"
            if operands and before != "space":
                raise self._error(f"unexpected {_shown(token)} in operand")
            operands.append(self._operand(context))

    def _operand(self, context: str) -> Node:
        node = self._term(context)
        fields: list[str] = []
        at = self._peek(skip=False)[2]
        while self._peek(skip=False)[0] == "field":
            fields.append(self._next()[1][1:])
        if not fields:
            return node
        if node[0] in ("bool", "string", "number", "nil", "dot"):
            raise self._error(f"unexpected . after term {quote(str(node[2]) if len(node) > 2 else '.')}")
        if node[0] in ("field", "variable"):
            return (node[0], at, *node[2:-1], node[-1] + fields)
        return ("chain", at, node, fields)

    def _term(self, context: str) -> Node:
        kind, text, at = token = self._next()
        if kind == "word":
            if text in ("true", "false"):
                return ("bool", at, text == "true")
            if text == "nil":
                return ("nil", at)
            if text not in BUILTINS:
                raise self._error(f"function {quote(text)} not defined")
            return ("function", at, text)
        if kind == "variable":
            if text not in self.variables:
                raise self._error(f"undefined variable {quote(text)}")
            return ("variable", at, text, [])
        if kind == "field":
            return ("field", at, [text[1:]])
        if kind == "dot":
            return ("dot", at)
        if kind == "string":
            return ("string", at, unquote(text))
        if kind in ("number", "char"):
            return ("number", at, ord(unquote(text)) if kind == "char" else self._number(text), text)
        if text == "(":
            inner = self._pipeline("parenthesized pipeline")
            close = self._next()
            if close[1] != ")":
                raise self._error(f"unclosed left paren: unexpected {_shown(close)} in {context}")
            return inner
        raise self._error(f"unexpected {_shown(token)} in {context}")

    def _number(self, text: str) -> int | float:
        try:
            plain = text.lstrip("+-")
            octal = len(plain) > 1 and plain[0] == "0" and plain.isdigit()
            return int(text, 8) if octal else int(text, 0)
        except ValueError:
            pass
        try:
            return float(text)
        except ValueError:
            raise self._error(f"bad number syntax: {quote(text)}") from None


def _rune(char: str) -> str:
    return f"U+{ord(char):04X} '{char}'" if char.isprintable() else f"U+{ord(char):04X}"


def _shown(token: tuple[str, str, int]) -> str:
    kind, text, _ = token
    if kind == "end":
        return quote(text)
    if kind == "word" and text in _KEYWORDS:
        return f"<{text}>"
    return quote(text)
