"""The schema of a template's parameters in OpenAPI v3, as forms and clients use it.

It is read off the syntax of ``parameter`` with references followed; fields that depend on conditions are those
that stand where all defaults are taken. Source: behaviour of the reference (which builds on CUE's OpenAPI encoder).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from oam.definition.markers import comment_lines
from oam.definition.trees import label_name
from pycue import Context
from pycue.errors import CueError
from pycue.syntax import ast
from pycue.syntax.literal import parse_number, unquote

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pycue import Value

__all__ = ["parameter_schema"]

Schema = dict[str, Any]
Scopes = tuple[dict[str, ast.Expr], ...]

_MAX_DEPTH = 40
_TYPES: dict[str, Schema] = {
    "string": {"type": "string"},
    "int": {"type": "integer"},
    "number": {"type": "number"},
    "float": {"type": "number"},
    "bool": {"type": "boolean"},
    "bytes": {"type": "string", "format": "binary"},
    "uint": {"type": "integer", "minimum": 0},
    "_": {},
    "null": {"nullable": True},
}
for _bits in (8, 16, 32, 64):
    _TYPES[f"int{_bits}"] = {"type": "integer", "format": f"int{_bits}"}
    _TYPES[f"uint{_bits}"] = {"type": "integer", "minimum": 0}
_BOUNDS = {">=": "minimum", "<=": "maximum", ">": "minimum", "<": "maximum"}
_LITERAL_TYPES: dict[type, str] = {str: "string", bool: "boolean", int: "integer", float: "number"}
_MISSING = object()


def parameter_schema(template: ast.File) -> Schema:
    """The schema of ``parameter``; an object without properties where the template declares none."""
    builder = _Builder(template)
    parameter = builder.top.get("parameter")
    if parameter is None:
        return {"type": "object"}
    schema = builder.schema(parameter, (builder.top,), True)
    return schema or {"type": "object"}


class _Builder:
    """Schemas of the expressions of one template."""

    def __init__(self, template: ast.File) -> None:
        self.top = _names(template.decls)
        self.depth = 0
        used = [d for d in template.decls if isinstance(d, ast.Field) and _is_schema(label_name(d) or "")]
        imports = [d for d in template.decls if isinstance(d, ast.ImportDecl)]
        self.context = Context(allow_unused_imports=True)
        self.root: Value | None = None
        try:
            self.root = self.context.compile_file(ast.File(template.filename, [*imports, *used], template.source))
        except CueError:
            pass  # conditions then count as false

    def schema(self, expr: ast.Expr, scopes: Scopes, titled: bool) -> Schema:
        """Schema of one expression; ``titled``: properties carry their names as titles."""
        self.depth += 1
        try:
            return self._schema(expr, scopes, titled) if self.depth < _MAX_DEPTH else {}
        finally:
            self.depth -= 1

    def _schema(self, expr: ast.Expr, scopes: Scopes, titled: bool) -> Schema:
        expr = _bare(expr)
        if isinstance(expr, ast.StructLit):
            return self._struct(expr, scopes, titled)
        if isinstance(expr, ast.ListLit):
            return self._list(expr, scopes, titled)
        if isinstance(expr, ast.BasicLit):
            return _enumeration([_literal(expr)])
        if isinstance(expr, ast.UnaryExpr):
            return self._bound(expr)
        if isinstance(expr, ast.BinaryExpr) and expr.op == "&":
            return _both(self.schema(expr.x, scopes, titled), self.schema(expr.y, scopes, titled))
        if isinstance(expr, ast.BinaryExpr) and expr.op == "|":
            return self._disjunction(expr, scopes, titled)
        if isinstance(expr, ast.Ident):
            target = _resolve(expr, scopes)
            if target is not None:
                return self.schema(target[0], target[1], titled)
            return dict(_TYPES.get(expr.name, {}))
        return {}

    # ---- structs and lists

    def _struct(self, expr: ast.StructLit, scopes: Scopes, titled: bool) -> Schema:
        inner: Scopes = (*scopes, _names(expr.elts))
        out: Schema = {"type": "object"}
        properties: dict[str, Schema] = {}
        required: list[str] = []
        for decl in self._decls(expr, inner):
            if isinstance(decl, ast.Ellipsis):
                out["additionalProperties"] = self.schema(decl.type, inner, False) if decl.type else {}
            elif isinstance(decl, ast.EmbedDecl):
                out = _both(out, self.schema(decl.expr, inner, titled))
                properties.update(out.pop("properties", {}))
                required += [name for name in out.pop("required", []) if name not in required]
            elif isinstance(decl, ast.Field):
                self._field(decl, inner, titled, out, properties, required)
        if properties:
            out["properties"] = properties
        if required:
            out["required"] = required
        return out

    def _field(
        self,
        field: ast.Field,
        scopes: Scopes,
        titled: bool,
        out: Schema,
        properties: dict[str, Schema],
        required: list[str],
    ) -> None:
        if isinstance(field.label, ast.ListLit):
            pattern = _bare(field.label.elts[0])
            if isinstance(pattern, ast.Ident) and pattern.name == "string":
                out["additionalProperties"] = self.schema(field.value, scopes, False)
            return
        name = label_name(field)
        if name is None or (isinstance(field.label, ast.Ident) and name[:1] in ("#", "_")):
            return
        schema = self.schema(field.value, scopes, titled)
        if name in properties:
            schema = _both(properties[name], schema)
        if titled:
            schema["title"] = name
        _describe(schema, comment_lines(field))
        properties[name] = schema
        if field.constraint != "?" and name not in required:
            required.append(name)

    def _decls(self, expr: ast.StructLit, scopes: Scopes) -> list[ast.Decl]:
        """Declarations; of conditional ones those that stand when the struct is evaluated alone."""
        if not any(isinstance(decl, ast.Comprehension) for decl in expr.elts):
            return expr.elts
        present = self._labels(expr)
        out: list[ast.Decl] = []
        for decl in expr.elts:
            if not isinstance(decl, ast.Comprehension):
                out.append(decl)
            elif isinstance(decl.value, ast.StructLit):
                fields = [item for item in decl.value.elts if isinstance(item, ast.Field)]
                out += [item for item in fields if label_name(item) in present]
        return out

    def _labels(self, expr: ast.StructLit) -> set[str]:
        scopes = [self.root.lookup("parameter"), self.root] if self.root is not None else []
        for scope in scopes:
            try:
                value = self.context.compile_file(ast.File("", expr.elts), scope=scope)
                return {selector.name for selector, _ in value.fields(optional=True)}
            except CueError:
                continue
        return set()

    def _list(self, expr: ast.ListLit, scopes: Scopes, titled: bool) -> Schema:
        out: Schema = {"type": "array"}
        items = [item for item in expr.elts if not isinstance(item, ast.Ellipsis | ast.Comprehension)]
        end = expr.elts[-1] if expr.elts and isinstance(expr.elts[-1], ast.Ellipsis) else None
        if end is not None and end.type is not None:
            out["items"] = self.schema(end.type, scopes, titled)
        elif items:
            out["items"] = self.schema(items[0], scopes, titled)
        return out

    @staticmethod
    def _bound(expr: ast.UnaryExpr) -> Schema:
        operand = _bare(expr.x)
        value = _literal(operand) if isinstance(operand, ast.BasicLit) else _MISSING
        if expr.op == "-" and isinstance(value, int | float):
            return _enumeration([-value])
        if expr.op == "=~" and isinstance(value, str):
            return {"type": "string", "pattern": value}
        if expr.op == "!=" and value is not _MISSING:
            return {"not": {"enum": [value]}}
        if expr.op in _BOUNDS and isinstance(value, int | float):
            out: Schema = {_BOUNDS[expr.op]: value}
            if expr.op in "<>":
                out["exclusiveM" + _BOUNDS[expr.op][1:]] = True
            return out
        return {}

    # ---- disjunctions

    def _disjunction(self, expr: ast.Expr, scopes: Scopes, titled: bool) -> Schema:
        operands = _operands(expr, scopes)
        marked = [item for item, is_default, _ in operands if is_default]
        default = self._default(marked[0]) if len(marked) == 1 else _MISSING
        out = self._alternatives(operands, scopes, titled, default)
        if default is not _MISSING and default is not None and default != []:
            out["default"] = default
        return out

    def _alternatives(
        self, operands: list[tuple[ast.Expr, bool, Scopes]], scopes: Scopes, titled: bool, default: Any
    ) -> Schema:
        literals: list[Any] = []
        others: list[tuple[ast.Expr, Scopes]] = []
        nullable = False
        for item, is_default, where in operands:
            if isinstance(item, ast.BasicLit):
                value = _literal(item)
                nullable = nullable or value is None
                if value is not None and value not in literals:
                    literals.append(value)
                    if is_default and len(literals) > 1:
                        literals[0], literals[-1] = literals[-1], literals[0]
            elif not (is_default and len(operands) > 1 and _is_plain(item)):
                others.append((item, where))
        schemas = [self.schema(item, where, titled) for item, where in others]
        kinds = {schema.get("type") for schema in schemas}
        if default is not _MISSING and _subsumed(default, schemas):
            literals = [value for value in literals if value != default]
        if schemas and kinds == {"object"} and not literals:
            out = _merged_structs(schemas) if len(schemas) > 1 else schemas[0]
        elif not literals and len(schemas) == 1:
            out = schemas[0]
        elif not schemas:
            out = _enumeration(literals) if literals else {}
        else:
            if len(schemas) > 1 or kinds == {"object"}:
                schemas = [self.schema(item, where, False) for item, where in others]
            out = _one_of([*([_enumeration(literals)] if literals else []), *schemas])
        if nullable:
            out["nullable"] = True
        return out

    def _default(self, expr: ast.Expr) -> Any:
        """Data of a default; missing where it is not concrete."""
        if isinstance(expr, ast.BasicLit):
            return _literal(expr)
        try:
            value = self.context.compile_file(ast.File("", [ast.EmbedDecl(expr)]), scope=self.root)
            return value.decode()
        except CueError:
            return _MISSING


def _is_schema(name: str) -> bool:
    return name == "parameter" or name[:1] in ("#", "_")


def _names(decls: Sequence[ast.Decl]) -> dict[str, ast.Expr]:
    """Fields by name; several declarations of one are unified."""
    out: dict[str, ast.Expr] = {}
    for decl in decls:
        name = label_name(decl) if isinstance(decl, ast.Field) else None
        if isinstance(decl, ast.Field) and name is not None:
            out[name] = ast.BinaryExpr(out[name], 0, "&", decl.value) if name in out else decl.value
    return out


def _bare(expr: ast.Expr) -> ast.Expr:
    while True:
        if isinstance(expr, ast.ParenExpr) or (isinstance(expr, ast.UnaryExpr) and expr.op == "*"):
            expr = expr.x
        elif (
            isinstance(expr, ast.CallExpr)
            and isinstance(expr.fun, ast.Ident)
            and expr.fun.name == "close"
            and expr.args
        ):
            expr = expr.args[0]
        elif isinstance(expr, ast.Alias):
            expr = expr.expr
        else:
            return expr


def _resolve(name: ast.Ident, scopes: Scopes) -> tuple[ast.Expr, Scopes] | None:
    for level in range(len(scopes), 0, -1):
        found = scopes[level - 1].get(name.name)
        if found is not None:
            return found, scopes[:level]
    return None


def _operands(expr: ast.Expr, scopes: Scopes) -> list[tuple[ast.Expr, bool, Scopes]]:
    """The alternatives of a disjunction, each with whether it is marked as default; references to literals followed."""
    out: list[tuple[ast.Expr, bool, Scopes]] = []
    stack: list[tuple[ast.Expr, bool, Scopes]] = [(expr, False, scopes)]
    while stack:
        item, is_default, where = stack.pop()
        while isinstance(item, ast.ParenExpr):
            item = item.x
        if isinstance(item, ast.BinaryExpr) and item.op == "|":
            stack += [(item.y, is_default, where), (item.x, is_default, where)]
        elif isinstance(item, ast.UnaryExpr) and item.op == "*":
            stack.append((item.x, True, where))
        else:
            out.append((_bare(item), is_default, where))
    return out


def _is_plain(expr: ast.Expr) -> bool:
    """Whether a default is only data (or looked up elsewhere), so that it adds nothing to the other alternatives."""
    if isinstance(expr, ast.StructLit):
        fields = [decl.value for decl in expr.elts if isinstance(decl, ast.Field)]
        return len(fields) == len(expr.elts) and all(map(_is_plain, fields))
    if isinstance(expr, ast.ListLit):
        return all(_is_plain(item) for item in expr.elts)
    return isinstance(expr, ast.BasicLit | ast.SelectorExpr)


def _literal(expr: ast.BasicLit) -> Any:
    if expr.kind == "STRING":
        text = unquote(expr.value)
        return text if isinstance(text, str) else text.decode("utf-8", "replace")
    if expr.kind in ("INT", "FLOAT"):
        number = parse_number(expr.value)
        return number if isinstance(number, int) else float(number)
    return {"TRUE": True, "FALSE": False}.get(expr.kind)


def _enumeration(values: list[Any]) -> Schema:
    kinds = {_LITERAL_TYPES.get(type(value), "") for value in values} - {""}
    out: Schema = {"enum": values} if values != [None] else {"nullable": True}
    if len(kinds) == 1:
        out["type"] = kinds.pop()
    return out


def _subsumed(value: Any, schemas: list[Schema]) -> bool:
    """Whether a plain type among the alternatives covers a literal."""
    kind = _LITERAL_TYPES.get(type(value), "")
    wanted = {kind, "number"} if kind == "integer" else {kind}
    for schema in schemas:
        if schema.get("type") in wanted and not ({"enum", "minimum", "maximum"} & schema.keys()):
            return True
    return False


def _one_of(schemas: list[Schema]) -> Schema:
    """Alternatives; a type that all of them share is said once, differing types of scalars are not said."""
    kinds = {schema.get("type") for schema in schemas}
    out: Schema = {"oneOf": [{key: item for key, item in s.items() if key != "type"} for s in schemas]}
    if len(kinds) == 1 and None not in kinds:
        out["type"] = kinds.pop()
    elif None in kinds and len(kinds) == 2:
        out["type"] = next(kind for kind in kinds if kind)
    return out


def _merged_structs(schemas: list[Schema]) -> Schema:
    """Alternative structs: all their properties, and which of them belong together."""
    properties: dict[str, Schema] = {}
    for schema in schemas:
        for name, item in schema.get("properties", {}).items():
            if name in properties and properties[name] != item:
                other = properties[name]
                item = {k: item[k] for k in ("title", "description") if k in item and item[k] == other.get(k)}
            properties[name] = item
    out: Schema = {"type": "object", "oneOf": [{"required": s["required"]} if "required" in s else {} for s in schemas]}
    if properties:
        out["properties"] = properties
    return out


def _both(a: Schema, b: Schema) -> Schema:
    """Two schemas that both hold."""
    out = {**a, **b}
    if "properties" in a and "properties" in b:
        out["properties"] = {**a["properties"], **b["properties"]}
    if "required" in a and "required" in b:
        out["required"] = list(dict.fromkeys([*a["required"], *b["required"]]))
    return out


def _describe(schema: Schema, lines: list[str]) -> None:
    """Description and markers from the comments above a field."""
    kept = []
    for line in lines:
        if line.strip().replace(" ", "") == "+immutable":
            schema["x-immutable"] = True
        else:
            kept.append(line.removeprefix(" ").rstrip())
    text = "\n".join(kept).strip()
    if "+usage=" in text:
        text = text.partition("+usage=")[2].partition("+short")[0].rstrip()
    if text:
        schema["description"] = text
