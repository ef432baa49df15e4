"""Injection: ``@tag`` attributes on fields, ``@if`` and ``@ignore`` on files. Source: ``cue help injection``."""

from __future__ import annotations

from pycue.errors import Diagnostic, LoadError
from pycue.loader.attributes import parse_body
from pycue.source import Position, Source
from pycue.syntax import ast

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

__all__ = ["Tag", "Tags", "build_attribute"]

_TYPES = ("string", "int", "number", "bool")


class Tag:
    """One ``@tag`` attribute: ``key``, ``type``, short values and variable, and the field that it stands on."""

    __slots__ = ("field", "key", "shorts", "type", "variable")

    def __init__(self, key: str, type: str, shorts: Sequence[str], variable: str, field: ast.Field) -> None:
        self.key = key
        self.type = type
        self.shorts = shorts
        self.variable = variable
        self.field = field


class Tags:
    """Tags of one load: what the user asked for, and what of it was used.

    Args:
        requests: ``key=value``, short values and boolean tags, as given.
        variables: name -> function that gives its text or number; None where variables are not injected.
    """

    def __init__(self, requests: Sequence[str], variables: Mapping[str, Callable[[], str | int]] | None = None) -> None:
        self._requests = requests
        self._variables = variables
        self._flags = {r for r in requests if "=" not in r}
        self._used: set[str] = set()
        self._tags: list[Tag] = []
        self._seen: set[int] = set()

    def collect(self, file: ast.File) -> None:
        """Find the ``@tag`` attributes of a file of a package that was asked for.

        Raises:
            LoadError: an attribute is malformed or stands where no value can be injected.
        """
        source = file.source
        if not isinstance(source, Source) or "@tag" not in source.text or id(file) in self._seen:
            return
        self._seen.add(id(file))
        faults: list[Diagnostic] = []
        self._walk(file.decls, source, "", faults)
        if faults:
            raise LoadError(faults)

    def _walk(self, decls: Sequence[ast.Node], source: Source, inside: str, faults: list[Diagnostic]) -> None:
        for decl in decls:
            if isinstance(decl, ast.Field):
                here = inside
                label = decl.label.expr if isinstance(decl.label, ast.Alias) else decl.label
                if decl.constraint or isinstance(label, ast.ListLit):
                    here = here or "field constraint"
                for attribute in decl.attrs:
                    name, body = attribute.split()
                    if name == "tag":
                        self._found(decl, body, Position(source, (attribute.pos >> 4) - 1), here, faults)
                self._enter(decl.value, source, here, faults)
            elif isinstance(decl, ast.EmbedDecl):
                self._enter(decl.expr, source, inside, faults)
            elif isinstance(decl, ast.Comprehension):
                self._enter(decl.value, source, inside or "comprehension", faults)

    def _enter(self, x: ast.Node, source: Source, inside: str, faults: list[Diagnostic]) -> None:
        if isinstance(x, ast.StructLit):
            self._walk(x.elts, source, inside, faults)
        elif isinstance(x, ast.ListLit):
            for element in x.elts:
                self._enter(element, source, inside or "lists", faults)
        elif isinstance(x, ast.Comprehension):
            self._enter(x.value, source, inside or "comprehension", faults)
        elif isinstance(x, ast.BinaryExpr):
            self._enter(x.x, source, inside, faults)
            self._enter(x.y, source, inside, faults)
        elif isinstance(x, (ast.ParenExpr, ast.UnaryExpr)):
            self._enter(x.x, source, inside, faults)

    def _found(self, field: ast.Field, body: str, at: Position, inside: str, faults: list[Diagnostic]) -> None:
        if inside:
            faults.append(Diagnostic(f"@tag not allowed within {inside}", position=at))
            return
        try:
            args = parse_body(body)
        except ValueError as error:
            faults.append(Diagnostic(str(error), position=at))
            return
        from pycue.syntax.literal import is_valid_ident

        key = args.string(0)
        kind = args.lookup("type", 1)
        if not is_valid_ident(key):
            faults.append(Diagnostic(f'invalid identifier "{key}"', position=at))
        elif kind is not None and kind not in _TYPES:
            faults.append(Diagnostic(f'invalid type "{kind}"', position=at))
        else:
            short = args.lookup("short", 1)
            shorts = short.split("|") if short else ()
            self._tags.append(Tag(key, kind or "string", shorts, args.lookup("var", 1) or "", field))

    def inject(self) -> None:
        """Put the values asked for into the fields found: ``field: x`` becomes ``field: x & value``.

        Raises:
            LoadError: a value has the wrong type, or no tag is there for it.
        """
        faults = []
        for request in self._requests:
            key, equals, text = request.partition("=")
            try:
                if equals:
                    found = [tag for tag in self._tags if tag.key == key]
                    if not found:
                        faults.append(Diagnostic(f'no tag for "{key}"'))
                    for tag in found:
                        _set(tag, _literal(tag, text))
                else:
                    found = [tag for tag in self._tags if key in tag.shorts]
                    if found:
                        self._used.add(key)
                    for tag in found:
                        _set(tag, _literal(tag, key))
            except LoadError as error:
                faults += error.diagnostics
        if self._variables is not None:
            faults += self._inject_variables()
        faults += [
            Diagnostic(f'tag "{r}" not used in any file')
            for r in self._requests
            if "=" not in r and r not in self._used
        ]
        if faults:
            raise LoadError(faults[:1])

    def _inject_variables(self) -> list[Diagnostic]:
        given = {r.partition("=")[0] for r in self._requests if "=" in r}
        for tag in self._tags:
            if not tag.variable or tag.key in given or (self._flags and any(s in self._flags for s in tag.shorts)):
                continue
            variable = self._variables.get(tag.variable) if self._variables else None
            if variable is None:
                return [Diagnostic(f"tag variable '{tag.variable}' not found")]
            value = variable()
            if isinstance(value, int):
                _set(tag, ast.BasicLit(0, "INT", str(value)))
            else:
                _set(tag, _literal(tag, value))
        return []

    def excluded(self, file: ast.File) -> str:
        """Why ``@ignore`` or ``@if`` excludes a file, or ``""``.

        Raises:
            LoadError: the attribute is malformed, or there are several.
        """
        attribute = build_attribute(file)
        if attribute is None:
            return ""
        name, body = attribute.split()
        if name == "ignore":
            return "@ignore() attribute found"
        return "" if self._holds(body) else f"@if({body}) did not match"

    def _holds(self, body: str) -> bool:
        from pycue.errors import CueSyntaxError
        from pycue.syntax.parser import parse_expr

        try:
            x = parse_expr(Source("", body))
        except CueSyntaxError as error:
            raise LoadError([Diagnostic(d.message) for d in error.diagnostics]) from None
        return self._condition(x)

    def _condition(self, x: ast.Expr) -> bool:
        if isinstance(x, ast.Ident):
            if x.name in self._flags:
                self._used.add(x.name)
                return True
            return False
        if isinstance(x, ast.ParenExpr):
            return self._condition(x.x)
        if isinstance(x, ast.UnaryExpr):
            if x.op != "!":
                raise LoadError(f"invalid operator {x.op} in build attribute")
            return not self._condition(x.x)
        if isinstance(x, ast.BinaryExpr):
            if x.op not in ("&&", "||"):
                raise LoadError(f"invalid operator {x.op} in build attribute")
            left, right = self._condition(x.x), self._condition(x.y)
            return left and right if x.op == "&&" else left or right
        raise LoadError(f"invalid type *ast.{type(x).__name__} in build attribute")


def build_attribute(file: ast.File) -> ast.Attribute | None:
    """The ``@if`` or ``@ignore`` attribute before the package clause (or before all else without one).

    Raises:
        LoadError: there are several ``@if`` attributes.
    """
    first: ast.Attribute | None = None
    for decl in file.decls:
        if not isinstance(decl, ast.Attribute):
            break
        name = decl.split()[0]
        if name == "ignore":
            return decl
        if name == "if":
            if first is not None:
                source = file.source
                assert isinstance(source, Source)
                raise LoadError(
                    [
                        Diagnostic("previous declaration here", position=Position(source, (first.pos >> 4) - 1)),
                        Diagnostic("multiple @if attributes", position=Position(source, (decl.pos >> 4) - 1)),
                    ]
                )
            first = decl
    return first


def _literal(tag: Tag, text: str) -> ast.Expr:
    """A literal without position for an injected value."""
    if tag.type == "bool":
        if text not in ("1", "t", "T", "TRUE", "true", "True", "0", "f", "F", "FALSE", "false", "False"):
            raise LoadError(f'invalid boolean "{text}" for injection tag "{tag.key}"')
        true = text[0] in "1tT"
        return ast.BasicLit(0, "TRUE" if true else "FALSE", "true" if true else "false")
    if tag.type in ("int", "number"):
        from pycue.syntax.literal import parse_number

        sign, digits = (text[0], text[1:]) if text[:1] in ("-", "+") else ("", text)
        try:
            number = parse_number(digits)
        except (ValueError, ArithmeticError):
            why = f'illegal number start "{text}"'
            raise LoadError(f'invalid number for injection tag "{tag.key}": {why}') from None
        literal = ast.BasicLit(0, "INT" if isinstance(number, int) else "FLOAT", digits)
        return ast.UnaryExpr(0, sign, literal) if sign else literal
    from pycue.syntax.literal import quote_string

    return ast.BasicLit(0, "STRING", quote_string(text))


def _set(tag: Tag, value: ast.Expr) -> None:
    tag.field.value = ast.BinaryExpr(tag.field.value, 0, "&", value)
