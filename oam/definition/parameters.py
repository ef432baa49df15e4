"""Tables of a template's parameters: one for each struct, as people read them.

Types are named as the reference's documentation names them. Source: behaviour of the reference.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from oam.definition.markers import comment_lines
from oam.definition.scopes import TemplateScope, literal, names_of, operands, resolve
from oam.definition.trees import bare, label_name
from pycue.syntax import ast

if TYPE_CHECKING:
    from oam.definition.scopes import Scopes

__all__ = ["Parameter", "Table", "definition_tables", "parameter_fields", "parameter_tables"]

_MAX_DEPTH = 12
_MOST_FIELDS = 1_000
_KINDS = ("null", "bool", "int", "float", "string", "bytes", "list", "struct")
_ALL = frozenset(_KINDS)
_NUMBER = frozenset(("int", "float"))
_INTEGERS = ("rune", *(f"{sign}int{bits}" for sign in ("", "u") for bits in ("", 8, 16, 32, 64, 128)))
_IDENTIFIERS: dict[str, frozenset[str]] = {
    **{name: frozenset((name,)) for name in ("bool", "string", "bytes")},
    **dict.fromkeys(_INTEGERS, frozenset(("int",))),
    **dict.fromkeys(("float", "float32", "float64"), frozenset(("float",))),
    "number": _NUMBER,
}
_LITERALS = {
    "STRING": "string",
    "INT": "int",
    "FLOAT": "float",
    "TRUE": "bool",
    "FALSE": "bool",
    "NULL": "null",
}

_UNKNOWN = (ast.SelectorExpr, ast.IndexExpr)
"""What is looked up elsewhere: known only when the template is used."""

Part = tuple[ast.Expr, "Scopes"]
"""An expression and the scopes that it stands in."""


@attrs.frozen
class Parameter:
    """One line of a table."""

    name: str
    type: str
    description: str = ""
    required: bool = True
    default: str = ""
    immutable: bool = False


@attrs.frozen
class Table:
    """The parameters of one struct; ``depth`` is 0 for the outermost."""

    title: str
    depth: int
    rows: list[Parameter]


class _Field:
    """A field of a struct: all its declarations."""

    def __init__(self, optional: bool) -> None:
        self.optional = optional
        self.parts: list[Part] = []
        self.comments: list[str] = []


class _Struct:
    """The fields of a struct, and the values of those that are not named (None where there is no such rule)."""

    def __init__(self) -> None:
        self.fields: dict[str, _Field] = {}
        self.others: Part | None = None
        self.open = False  # by an ellipsis: any others


def parameter_tables(template: ast.File, title: str = "") -> list[Table] | None:
    """The tables of ``parameter``; None where the template declares none."""
    builder = _Builder(template)
    parameter = builder.top.get("parameter")
    return None if parameter is None else builder.tables(title, 0, [(parameter, (builder.top,))])


def definition_tables(template: ast.File, name: str, field: str, title: str) -> list[Table]:
    """The tables of a required field of a definition; none where there is no such field."""
    builder = _Builder(template)
    found = builder.struct([(builder.top[name], (builder.top,))]).fields.get(field)
    return builder.tables(title, 0, found.parts) if found is not None and not found.optional else []


def parameter_fields(template: ast.File) -> dict[tuple[str, ...], int]:
    """All parameters, nested ones after the one that they are in, with where in the text their value stands.

    In a path ``[]`` is an element of a list, ``*`` a field of any name.
    """
    builder = _Builder(template)
    parameter = builder.top.get("parameter")
    out: dict[tuple[str, ...], int] = {}
    if parameter is not None:
        builder.fields([(parameter, (builder.top,))], (), out)
    return out


class _Builder:
    """Makes the tables of one template."""

    def __init__(self, template: ast.File) -> None:
        self.scope = TemplateScope(template)
        self.top = self.scope.top

    # ---- tables

    def tables(self, title: str, depth: int, parts: list[Part]) -> list[Table]:
        """The table of a value and those of the structs in it."""
        rows: list[Parameter] = []
        below: list[Table] = []
        alternatives = self.alternatives(parts)
        kinds = self.kinds(parts)
        if len(alternatives) > 1 and kinds == {"struct"}:
            type_ = self._options(alternatives, depth, below)
            rows.append(Parameter("", type_, required=False))
        elif kinds == {"struct"}:
            rows = self._rows(self.struct(parts), depth, below)
        else:
            fault = "cannot use value [] (type list) as string"
            if kinds != {"list"}:
                fault = f"non-concrete value {_name(kinds)}"
            rows.append(Parameter("--", f"parameter: {fault}", "Unsupported Composition Type.", required=False))
        return [Table(title, depth, rows), *below]

    def _rows(self, struct: _Struct, depth: int, below: list[Table]) -> list[Parameter]:
        if not struct.fields:
            type_ = "{}"
            if struct.others is not None:
                type_ = f"map[string]:{_name(self.kinds([struct.others]))}"
            return [Parameter("\\-", type_)]
        rows = []
        for name, field in struct.fields.items():
            if not any(_marker(line, "ignore") is not None for line in field.comments):
                rows.append(self._row(name, field, depth, below))
        return rows

    def _row(self, name: str, field: _Field, depth: int, below: list[Table]) -> Parameter:
        has_default, default = self._default(field.parts)
        usage = next((text for line in field.comments if (text := _marker(line, "usage="))), "")
        return Parameter(
            name,
            self._type(name, field.parts, depth, below),
            description=usage if usage.endswith(".") or not usage else f"{usage}.",
            required=not field.optional and not has_default,
            default=default,
            immutable=any(_marker(line, "immutable") == "" for line in field.comments),
        )

    # ---- paths

    def fields(self, parts: list[Part], path: tuple[str, ...], out: dict[tuple[str, ...], int]) -> None:
        """Collect the fields below a value by path."""
        if len(path) >= _MAX_DEPTH or len(out) >= _MOST_FIELDS:
            return
        for item in self.alternatives(parts):
            one = [item] if len(self.alternatives(parts)) > 1 else parts
            if self.kinds(one) == {"list"}:
                element = next((found for part in one if (found := self._element(part)) is not None), None)
                if element is not None:
                    self.fields([element], (*path, "[]"), out)
                continue
            struct = self.struct(one)
            for name, field in struct.fields.items():
                below = (*path, name)
                if below not in out:
                    out[below] = field.parts[0][0].pos
                    self.fields(field.parts, below, out)
            if struct.others is not None:
                self.fields([struct.others], (*path, "*"), out)

    # ---- types

    def _type(self, name: str, parts: list[Part], depth: int, below: list[Table]) -> str:
        if depth >= _MAX_DEPTH:
            return "struct"
        kinds = self.kinds(parts)
        if kinds == {"list"}:
            return self._list_type(name, parts, depth, below)
        alternatives = self.alternatives(parts)
        if kinds == {"struct"}:
            if len(alternatives) > 1:
                return self._options(alternatives, depth, below)
            struct = self.struct(parts)
            if not struct.fields:
                return self._map_type(struct, depth, below)
            below += self.tables(name, depth + 1, parts)
            return f"[{name}](#{name.lower()})"
        texts = []
        for item, where in alternatives if len(alternatives) > 1 else ():
            text = literal(item) if isinstance(item, ast.BasicLit) else None
            if not isinstance(text, str):
                return _name(self.kinds([(item, where)]))
            texts.append(f'"{text}"')
        return " or ".join(texts) or _name(kinds)

    def _options(self, alternatives: list[Part], depth: int, below: list[Table]) -> str:
        """A choice between structs: references keep their names, others are counted."""
        types = []
        for index, (item, where) in enumerate(alternatives, 1):
            name = item.name.lstrip("#") if isinstance(item, ast.Ident) else f"type-option-{index}"
            types.append(f"[{name}](#{name.lower()})")
            below += self.tables(name, depth + 1, [(item, where)])
        return " or ".join(types)

    def _map_type(self, struct: _Struct, depth: int, below: list[Table]) -> str:
        others = struct.others
        if others is None:
            return "map[string]_" if struct.open else "struct"
        kinds = self.kinds([others])
        name = _name(kinds)
        if kinds == {"struct"}:
            if isinstance(others[0], ast.Ident):
                name = others[0].name.lstrip("#")
            below += self.tables(name, depth + 1, [others])
            return f"map[string]{name}(#{name.lower()})"
        return f"map[string]{name}"

    def _list_type(self, name: str, parts: list[Part], depth: int, below: list[Table]) -> str:
        item = next((found for part in parts if (found := self._element(part)) is not None), None)
        if item is None:
            return "list"
        kinds = self.kinds([item])
        if kinds != {"struct"} or len(self.alternatives([item])) > 1:
            return f"[]{_name(kinds)}"
        below += self.tables(name, depth + 1, [item])
        return f"[[]{name}](#{name.lower()})"

    def _element(self, part: Part) -> Part | None:
        """What the elements of an open list are."""
        expr, scopes = self.follow(part)
        if isinstance(expr, ast.BinaryExpr) and expr.op == "&":
            return self._element((expr.x, scopes)) or self._element((expr.y, scopes))
        if not isinstance(expr, ast.ListLit) or not expr.elts or not isinstance(expr.elts[-1], ast.Ellipsis):
            return None
        return expr.elts[-1].type or ast.Ident(0, "_"), scopes

    # ---- defaults

    def _default(self, parts: list[Part]) -> tuple[bool, str]:
        """Whether there is a scalar default, and its text; numbers with a fraction have none."""
        for part in parts:
            expr, scopes = self.follow(part)
            marked = [item for item, is_default, _ in operands(expr, scopes) if is_default]
            value = self.scope.data(marked[0]) if len(marked) == 1 else None
            if isinstance(value, bool | int | float):
                return True, "" if isinstance(value, float) else str(value).lower()
            if isinstance(value, str):
                return True, value or "empty"
        return False, ""

    # ---- syntax

    def follow(self, part: Part) -> Part:
        """The expression that a reference stands for, without what is around it."""
        expr, scopes = part
        for _ in range(_MAX_DEPTH):
            inner = bare(expr)
            target = resolve(inner, scopes) if isinstance(inner, ast.Ident) else None
            if target is None:
                return inner, scopes
            expr, scopes = target
        return expr, scopes

    def alternatives(self, parts: list[Part]) -> list[Part]:
        """The operands of the first disjunction among the parts; a single part where there is none.

        A literal default that another operand covers does not count.
        """
        for part in parts:
            expr, scopes = self.follow(part)
            found = [found for found in operands(expr, scopes) if not isinstance(found[0], _UNKNOWN)]
            kept = [(item, where) for item, is_default, where in found if not (is_default and _covered(item, found))]
            if len(found) > 1:
                return kept
        return parts[:1]

    def kinds(self, parts: list[Part]) -> frozenset[str]:
        """The kinds that a value made of all these parts may have."""
        out = _ALL
        for part in parts:
            out &= self._kinds(part)
        return out

    def _kinds(self, part: Part, level: int = 0) -> frozenset[str]:
        expr, scopes = self.follow(part)
        if level > _MAX_DEPTH * 4:
            return _ALL
        if isinstance(expr, ast.BinaryExpr) and expr.op in "&|":
            x, y = self._kinds((expr.x, scopes), level + 1), self._kinds((expr.y, scopes), level + 1)
            if expr.op == "|" and isinstance(bare(expr.x), _UNKNOWN):
                return y
            return x & y if expr.op == "&" else x | y
        if isinstance(expr, ast.StructLit):
            embedded = [decl.expr for decl in expr.elts if isinstance(decl, ast.EmbedDecl)]
            alone = len(embedded) == len(expr.elts) == 1
            return self._kinds((embedded[0], (*scopes, {})), level + 1) if alone else frozenset(("struct",))
        if isinstance(expr, ast.ListLit):
            return frozenset(("list",))
        if isinstance(expr, ast.BasicLit):
            return frozenset((_LITERALS[expr.kind],))
        if isinstance(expr, ast.Interpolation):
            return frozenset(("string",))
        if isinstance(expr, ast.UnaryExpr):
            return self._bound(expr, scopes, level)
        if isinstance(expr, ast.Ident):
            return _IDENTIFIERS.get(expr.name, _ALL)
        return _ALL

    def _bound(self, expr: ast.UnaryExpr, scopes: Scopes, level: int) -> frozenset[str]:
        if expr.op in ("=~", "!~"):
            return frozenset(("string",))
        kinds = self._kinds((expr.x, scopes), level + 1)
        if expr.op == "!=" and kinds == {"null"}:
            return _ALL - kinds
        return _NUMBER if kinds & _NUMBER and expr.op not in "+-" else kinds

    def struct(self, parts: list[Part]) -> _Struct:
        """The fields of all parts together."""
        out = _Struct()
        for part in parts:
            self._collect(part, out, 0)
        return out

    def _collect(self, part: Part, out: _Struct, level: int) -> None:
        expr, scopes = self.follow(part)
        if level > _MAX_DEPTH:
            return
        if isinstance(expr, ast.BinaryExpr) and expr.op == "&":
            self._collect((expr.x, scopes), out, level + 1)
            self._collect((expr.y, scopes), out, level + 1)
        if not isinstance(expr, ast.StructLit):
            return
        inner = (*scopes, names_of(expr.elts))
        for decl in self.scope.decls(expr, inner):
            if isinstance(decl, ast.EmbedDecl):
                self._collect((decl.expr, inner), out, level + 1)
            elif isinstance(decl, ast.Ellipsis):
                out.open = True
            elif isinstance(decl, ast.Field):
                _add(decl, inner, out)


def _add(field: ast.Field, scopes: Scopes, out: _Struct) -> None:
    if isinstance(field.label, ast.ListLit):
        pattern = bare(field.label.elts[0])
        if isinstance(pattern, ast.Ident) and pattern.name == "string":
            out.others = out.others or (field.value, scopes)
        return
    name = label_name(field)
    if name is None or (isinstance(field.label, ast.Ident) and name[:1] in ("#", "_")):
        return
    known = out.fields.setdefault(name, _Field(True))
    known.optional = known.optional and field.constraint == "?"
    known.parts.append((field.value, scopes))
    known.comments += comment_lines(field)


def _covered(item: ast.Expr, found: list[tuple[ast.Expr, bool, Scopes]]) -> bool:
    """Whether a literal is one of the other operands, or of a type among them."""
    if not isinstance(item, ast.BasicLit):
        return False
    kind = _LITERALS[item.kind]
    for other, is_default, _ in found:
        if isinstance(other, ast.BasicLit) and not is_default and literal(other) == literal(item):
            return True
        if isinstance(other, ast.Ident) and kind in _IDENTIFIERS.get(other.name, ()):
            return True
    return False


def _marker(line: str, name: str) -> str | None:
    """What follows a marker on a comment line; None where the line is another one."""
    text = line.strip()
    return text[len(name) + 1 :].strip() if text.startswith(f"+{name}") else None


def _name(kinds: frozenset[str]) -> str:
    """Kinds as the language names them."""
    if kinds == _ALL:
        return "_"
    names = [kind for kind in _KINDS if kind in kinds]
    if kinds >= _NUMBER:
        names = ["number" if kind == "int" else kind for kind in names if kind != "float"]
    return names[0] if len(names) == 1 else f"({'|'.join(names)})"
