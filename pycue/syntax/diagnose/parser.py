"""A parser that goes on after errors and builds nothing.

It reports what the official parser reports and recovers as that one does, so that the errors after the first agree
too. Productions are generators, run by one loop with a stack of its own: nesting in the input does not nest calls.
Source: cue/parser/parser.go for the productions' order of checks and for where each error goes on.
"""

from __future__ import annotations

from pycue.syntax.diagnose.cursor import Cursor, GiveUp, Part
from pycue.syntax.diagnose.scanner import KEYWORDS
from pycue.syntax.experiments import Experiments, asked_in
from pycue.syntax.literal import unquote
from pycue.syntax.versions import needs_list_commas

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from pycue.source import Source
    from pycue.syntax.diagnose.cursor import Production

__all__ = ["Parser"]

_PRECEDENCE = {"|": 1, "&": 2, "||": 3, "&&": 4, "+": 6, "-": 6, "*": 7, "/": 7}
_PRECEDENCE.update(dict.fromkeys(("==", "!=", "<", "<=", ">", ">=", "=~", "!~"), 5))
_UNARY = frozenset(("+", "-", "!", "*", "==", "!=", "<", "<=", ">", ">=", "=~", "!~"))
_CONSTANTS = frozenset(("true", "false", "null"))
_LABEL_STARTS = frozenset(("IDENT", "STRING", "INTERPOLATION", "(", "in", "func", "else", "otherwise", "fallback"))
_LABELS = ("identifier", "string", "number", "list", "paren", "interpolation", "alias")
_EMBEDDABLE = (_LABEL_STARTS - {"func"}) | _CONSTANTS | {"[", "for", "if", "let"}
_NOT_IN_PATHS = frozenset("!\"#$%&'()*,:;<=>?[\\]^`{|}\ufffd")
_OLD_ALIAS = "old-style alias syntax (=) is not allowed with @experiment(aliasv2); use postfix syntax (~X or ~(K,V))"
_MAX_DEPTH = 10_000


class Parser(Cursor):
    """Reads one source."""

    def __init__(self, source: Source, language_version: str = "") -> None:
        super().__init__(source)
        self.experiments: set[str] = set()
        self.language_version = language_version
        self.newline_lists = not needs_list_commas(language_version)
        self.depth = 0

    def parse(self, *, expression: bool = False) -> None:
        """Read all of it."""
        self.next()
        if not self.errors:
            self.run(self.expression_only() if expression else self.file())

    # ---- files

    def expression_only(self) -> Production:
        """A single expression."""
        yield self.rhs()
        if self.kind == "," and self.token.text == "\n":
            self.next()
        self.expect("EOF")

    def file(self) -> Production:
        """A whole file."""
        asked: list[str] = []
        self.attributes_before_declarations(asked)
        found = Experiments(asked, self.language_version)
        if found.fault:
            self.error(self.token.at, found.fault)
            return
        self.experiments = found.on
        if self.kind == "IDENT" and self.token.text == "package":
            self.next()
            name = self.identifier()
            if name.startswith(("#", "_#")):
                self.error(self.token.at, f"invalid package name {name}")
            self.expect_comma()
            self.attributes_before_declarations([])
        while self.kind == "IDENT" and self.token.text == "import":
            self.imports()
        yield self.field_list()
        self.expect("EOF")

    def attributes_before_declarations(self, asked: list[str]) -> None:
        """Attributes; the experiments that they ask for are appended to ``asked``."""
        while self.kind == "ATTRIBUTE":
            name, _, body = self.token.text[1:].partition("(")
            if name.strip() == "experiment":
                asked += asked_in(body[:-1])
            self.next()
            self.declaration_comma()

    def identifier(self) -> str:
        """The name of an identifier, ``_`` where there is none."""
        name = "_"
        if self.kind == "IDENT":
            name = self.token.text
            self.next()
        else:
            self.expect("IDENT")
        return name

    def imports(self) -> None:
        """An import declaration."""
        self.next()
        if self.kind != "(":
            self.import_spec()
            return
        self.next()
        while self.kind not in (")", "EOF"):
            self.import_spec()
        self.expect(")")
        self.expect_comma()

    def import_spec(self) -> None:
        """One imported package."""
        name = ""
        if self.kind == "IDENT":
            name = self.token.text
            self.next()
            if name.startswith(("#", "_#")):
                self.error(self.token.at, "cannot import package as definition identifier")
        if self.kind == "STRING":
            path = self.token.text
            if not _valid_import(path):
                self.error(self.token.at, f"invalid import path: {path}")
            self.next()
            self.expect_comma()
        else:
            self.expect("STRING")
            self.expect_comma()

    # ---- declarations

    def field_list(self) -> Production:
        """Declarations up to a brace or the end."""
        while self.kind not in ("}", "EOF"):
            if self.kind == "ATTRIBUTE" or self.kind == "...":
                self.next()
                self.declaration_comma()
            else:
                yield self.declaration()

    def declaration(self) -> Production:
        """A field, or anything else but attributes and dots that may stand in a struct."""
        first = self.kind
        label, part, done = yield self.label(False)
        if done:
            return
        if label is None:
            if part is None:
                part = yield self.rhs()
            if part.kind == "alias":
                self.expected("label or ':'")
            self.declaration_comma()
            return
        if not self.constraint_and_alias(part):
            return
        if self.kind == "," or self.kind in ("}", "EOF"):
            if self.kind == ",":
                self.expect_comma()
            if part.kind != "alias" and first in _EMBEDDABLE:
                return
            self.expected("label or ':'")
            return
        if self.kind != ":":
            self.expected("label or ':'")
            return
        if part.kind == "identifier" and part.name.startswith("__"):
            self.error(part.at, "identifiers starting with '__' are reserved")
        self.next()
        yield self.field_value(label)
        while self.kind == "ATTRIBUTE":
            self.next()
        self.declaration_comma()

    def constraint_and_alias(self, part: Part) -> bool:
        """The postfix alias and the mark after a label."""
        if self.kind == "~" and not self.postfix_alias():
            return False
        if self.kind in ("?", "!"):
            self.next()
        return True

    def field_value(self, label: Part) -> Production:
        """What follows a field's colon: labels with colons, at last a value."""
        while True:
            if label.kind == "list" and label.count != 1:
                self.error(label.at, "square bracket must have exactly one element")
            found, part, _ = yield self.label(True)
            if found is not None and self.kind == "~":
                self.postfix_alias()
                if self.kind != ":" and not (self.kind in ("?", "!") and self.scanner.peek() == ":"):
                    self.expect(":")
            marked = self.kind in ("?", "!")
            if found is None or (self.kind != ":" and not marked):
                if part is None:
                    yield self.rhs()
                return
            if marked:
                self.next()
            self.expect(":")
            label = found

    def label(self, rhs: bool) -> Production:
        """What may be a label: (label or None, what was read or None, is this a whole declaration?)."""
        kind = self.kind
        part: Part | None = None
        if kind in ("for", "if", "try"):
            if rhs:
                part = yield self.expression()
            else:
                name = self.token
                if (yield self.comprehension()):
                    return None, None, True
                part = Part("identifier", name.at, name.text)
        elif kind == "let":
            at = self.token.at
            if (yield self.let_declaration()):
                return None, None, True
            part = Part("identifier", at, "let")
        elif kind in _LABEL_STARTS or kind in _CONSTANTS:
            part = yield self.expression()
        elif kind == "[":
            part = yield self.expression()
            if part.kind == "list":
                return part, part, False
        if part is None:
            return None, None, False
        if part.kind == "identifier":
            part = yield self.alias(part)
            if part.kind == "alias" and part.name not in _LABELS:
                return None, part, False
            return part, part, False
        if part.kind in _LABELS and part.kind != "number":
            return part, part, False
        return None, part, False

    def alias(self, left: Part) -> Production:
        """``= expression`` behind an identifier."""
        if self.kind != "=":
            return left
        at = self.token.at
        if "aliasv2" in self.experiments:
            self.error(at, _OLD_ALIAS)
        self.next()
        right = yield self.rhs()
        if left.kind == "identifier" and "aliasv2" not in self.experiments:
            return Part("alias", left.at, right.kind)
        if left.kind != "identifier":
            self.expected("identifier for alias")
        return right

    def postfix_alias(self) -> bool:
        """``~X``, ``~(X)`` or ``~(K,V)``."""
        if "aliasv2" not in self.experiments:
            self.error(self.token.at, "postfix alias syntax requires @experiment(aliasv2)")
        self.next()
        if self.kind == "IDENT":
            self.next()
            return True
        if self.kind != "(":
            self.expected("identifier or '('")
            return True
        self.next()
        if self.kind != "IDENT":
            self.expected("identifier for label alias")
            self.synchronise()
            return True
        self.next()
        if self.kind == ")":
            self.next()
            return True
        self.expect(",")
        if self.kind != "IDENT":
            self.expected("identifier for field alias")
            self.synchronise()
            return True
        self.next()
        self.expect(")")
        return True

    def let_declaration(self) -> Production:
        """``let`` as a declaration; false if it is a label."""
        self.next()
        if self.kind != "IDENT":
            return False
        self.next()
        self.expect("=")
        yield self.rhs()
        self.declaration_comma()
        return True

    # ---- comprehensions

    def comprehension(self) -> Production:
        """A comprehension as a declaration; false if its keyword is a label."""
        clauses = yield self.clauses(True)
        if clauses is None:
            return False
        yield self.comprehension_body(clauses)
        if self.at_comma("struct literal", "}"):
            self.next()
        return True

    def comprehension_body(self, clauses: list[str]) -> Production:
        """The struct after the clauses, and what is to be there instead of it."""
        yield self.struct()
        if self.kind not in ("else", "otherwise", "fallback"):
            return
        keyword = self.kind
        if "try" not in self.experiments:
            self.error(self.token.at, f"{keyword} requires @experiment(try)")
        single = len(clauses) == 1 and clauses[0] in ("if", "try")
        if keyword == "else" and not single:
            self.error(self.token.at, "use 'otherwise' for comprehensions with multiple clauses or 'for' clauses")
        if keyword != "else" and single:
            self.error(self.token.at, "use 'else' with single 'if' or 'try' clause")
        self.next()
        yield self.struct()

    def clauses(self, first: bool) -> Production:
        """Clauses of a comprehension; None if the first keyword turns out to be a name."""
        found: list[str] = []
        while True:
            kind = self.kind
            if kind == "for":
                self.next()
                if first and self.kind in (":", "=", "?", "!", ",", "EOF"):
                    return None
                self.identifier()
                if self.kind == ",":
                    self.next()
                    self.identifier()
                self.expect("in")
                yield self.rhs()
            elif kind == "if":
                self.next()
                if first and (self.kind in (":", "=", "?", ",", "EOF") or self.marks()):
                    return None
                yield self.rhs()
            elif kind == "let":
                self.next()
                self.identifier()
                self.expect("=")
                yield self.rhs()
            elif kind == "try":
                self.next()
                if self.kind != "{" and self.kind == "IDENT":
                    self.identifier()
                    self.expect("=")
                    yield self.rhs()
            else:
                return found
            found.append(kind)
            if self.kind == ",":
                self.next()
            first = False

    def marks(self) -> bool:
        """Is here a ``!`` before a colon?"""
        return self.kind == "!" and self.scanner.peek() == ":"

    # ---- expressions

    def rhs(self) -> Production:
        """An expression."""
        return self.expression()

    def expression(self) -> Production:
        """An expression; returns its outermost part."""
        part = yield self.binary(1)
        return part

    def binary(self, lowest: int) -> Production:
        """Operands with operators that bind at least as tightly as ``lowest``."""
        part = yield self.unary()
        while (precedence := _PRECEDENCE.get(self.kind, 0)) >= lowest:
            self.next()
            yield self.binary(precedence + 1)
            part = Part("other", part.at)
        return part

    def unary(self) -> Production:
        """Unary operators and their operand."""
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            self.errors.append((self.token.at, f"expression exceeds maximum nesting depth of {_MAX_DEPTH}"))
            raise GiveUp
        if self.kind in _UNARY:
            part = Part("other", self.token.at)
            self.next()
            yield self.unary()
        else:
            part = yield self.primary()
        self.depth -= 1
        return part

    def primary(self) -> Production:
        """An operand and all that is applied to it."""
        part = yield self.operand()
        while True:
            selects = self.kind in (".", "[")
            if self.kind == ".":
                self.next()
                text = self.token.text
                plain = text.startswith('"') and not text.startswith('""')
                if not (self.kind == "IDENT" or self.kind in KEYWORDS or (self.kind == "STRING" and plain)):
                    self.expected("selector")
                self.next()
            elif self.kind == "[":
                yield self.index()
            elif self.kind == "(":
                yield self.call()
            elif self.kind == "...":
                if "explicitopen" not in self.experiments:
                    self.errors.append((self.token.at, "postfix ... operator requires @experiment(explicitopen)"))
                self.next()
            elif self.kind == "?" and (
                part.kind == "reference" or (part.kind == "identifier" and self.scanner.peek() != ":")
            ):
                self.next()
            else:
                return part
            part = Part("reference" if selects else "other", part.at)

    def index(self) -> Production:
        """An index or a slice."""
        self.next()
        if self.kind != ":":
            yield self.rhs()
        if self.kind == ":":
            self.next()
            if self.kind not in (":", "]", "EOF"):
                yield self.rhs()
        elif self.kind == ",":
            self.next()
        self.expect("]")

    def call(self) -> Production:
        """Arguments of a call."""
        self.next()
        while self.kind not in (")", "EOF"):
            yield self.rhs()
            if not self.at_comma("argument list", ")"):
                break
            self.next()
        self.expect_closing(")", "argument list")

    def operand(self) -> Production:
        """What operators are applied to."""
        token = self.token
        kind = token.kind
        if kind == "IDENT":
            self.next()
            return Part("identifier", token.at, token.text)
        if kind in ("INT", "FLOAT", "_|_"):
            self.next()
            return Part("other" if kind == "_|_" else "number", token.at)
        if kind in _CONSTANTS or kind == "STRING":
            self.next()
            return Part("string", token.at, token.text)
        if kind == "{":
            yield self.struct()
            return Part("other", token.at)
        if kind == "[":
            return (yield self.list())
        if kind == "INTERPOLATION":
            return (yield self.interpolation())
        if kind == "(":
            self.next()
            yield self.rhs()
            self.expect(")")
            return Part("paren", token.at)
        if kind in KEYWORDS:
            self.next()
            return Part("identifier", token.at, token.text)
        self.expected("operand")
        self.synchronise()
        return Part("other", token.at)

    def interpolation(self) -> Production:
        """A string with expressions in it."""
        at = self.token.at
        self.next()
        while self.kind == "(":
            self.next()
            yield self.rhs()
            if self.kind == ",":
                self.next()
            if self.kind != ")":
                self.expected("')' for string interpolation")
            self.scanner.resume()
            self.scanner.ended = self.scanner.ended or not self.scanner.quotes
            self.next()
        return Part("interpolation", at)

    def struct(self) -> Production:
        """Declarations in braces."""
        self.expect("{")
        if self.kind != "}":
            yield self.field_list()
        self.expect_closing("}", "struct literal")

    def list(self) -> Production:
        """A list literal."""
        at = self.token.at
        self.next()
        count = 0
        while self.kind not in ("]", "...", "EOF"):
            count += 1
            if not (yield self.element()):
                break
        if self.kind == "...":
            count += 1
            self.next()
            if self.kind not in (",", "]"):
                yield self.rhs()
            if self.at_comma("list literal", "]"):
                self.next()
        self.expect_closing("]", "list literal")
        return Part("list", at, count=count)

    def element(self) -> Production:
        """An element of a list; false if it is the last one."""
        if self.kind in ("for", "if", "try"):
            name = self.token
            clauses = yield self.clauses(True)
            if clauses is None:
                yield self.alias(Part("identifier", name.at, name.text))
            else:
                yield self.comprehension_body(clauses)
        else:
            part = yield self.expression()
            yield self.alias(part)
        if self.kind == "," and self.token.text == "\n":
            at = self.token.at
            self.next()
            if not self.newline_lists and self.kind not in ("]", "EOF"):
                self.error(at, "missing ',' before newline in list literal")
            return True
        if not self.at_comma("list literal", "]", "for", "if"):
            return False
        self.next()
        return True


def _valid_import(literal: str) -> bool:
    """Is this string literal a path that can be imported?"""
    try:
        path = unquote(literal)
    except ValueError:
        return False
    if isinstance(path, bytes):
        path = path.decode(errors="replace")
    if ":" in path:
        path = path.rpartition(":")[0]
    return path != "" and all(char.isprintable() and not char.isspace() and char not in _NOT_IN_PATHS for char in path)
