"""The schema of a template's parameters in OpenAPI v3, as forms and clients use it.

It is read off the syntax of ``parameter`` with references followed; fields that depend on conditions are those
that stand where all defaults are taken. Source: behaviour of the reference (which builds on CUE's OpenAPI encoder).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from oam.definition.markers import comment_lines
from oam.definition.scopes import MISSING, Scopes, TemplateScope, literal, names_of, operands, resolve
from oam.definition.trees import bare, label_name
from oam.errors import DefinitionError
from pycue.syntax import ast
from pycue.syntax.format import format_node

if TYPE_CHECKING:
    pass

__all__ = ["parameter_schema"]

Schema = dict[str, Any]

_MAX_DEPTH = 40
_TYPES: dict[str, Schema] = {
    "string": {"type": "string"},
    "int": {"type": "integer"},
    "number": {"type": "number"},
    "float": {"type": "number"},
    "bool": {"type": "boolean"},
    "bytes": {"type": "string", "format": "binary"},
    "float32": {"type": "number", "format": "float"},
    "float64": {"type": "number", "format": "double"},
    "rune": {"type": "integer", "minimum": 0, "maximum": 0x10FFFF},
    "uint": {"type": "integer", "minimum": 0},
    "_": {},
    "null": {"nullable": True},
}
for _bits in (8, 16, 32, 64, 128):
    _TYPES[f"int{_bits}"] = {"type": "integer", "minimum": -(1 << _bits - 1), "maximum": (1 << _bits - 1) - 1}
    _TYPES[f"uint{_bits}"] = {"type": "integer", "minimum": 0, "maximum": (1 << _bits) - 1}
for _bits in (32, 64):
    _TYPES[f"int{_bits}"] = {"type": "integer", "format": f"int{_bits}"}
_VALIDATORS = {
    "strings.MinRunes": ("string", "minLength"),
    "strings.MaxRunes": ("string", "maxLength"),
    "list.MinItems": ("array", "minItems"),
    "list.MaxItems": ("array", "maxItems"),
    "struct.MinFields": ("object", "minProperties"),
    "struct.MaxFields": ("object", "maxProperties"),
}
_BOUNDS = {">=": "minimum", "<=": "maximum", ">": "minimum", "<": "maximum"}
_LITERAL_TYPES: dict[type, str] = {str: "string", bool: "boolean", int: "integer", float: "number"}


def parameter_schema(template: ast.File) -> Schema:
    """The schema of ``parameter``; an object without properties where the template declares none.

    Raises:
        DefinitionError: a constraint has no form in a schema.
    """
    builder = _Builder(template)
    parameter = builder.top.get("parameter")
    if parameter is None:
        return {"type": "object"}
    schema = builder.schema(parameter, (builder.top,), True)
    return schema or {"type": "object"}


class _Builder:
    """Schemas of the expressions of one template."""

    def __init__(self, template: ast.File) -> None:
        self.scope = TemplateScope(template)
        self.top = self.scope.top
        self.depth = 0

    def schema(self, expr: ast.Expr, scopes: Scopes, titled: bool) -> Schema:
        """Schema of one expression; ``titled``: properties carry their names as titles."""
        self.depth += 1
        try:
            return self._schema(expr, scopes, titled) if self.depth < _MAX_DEPTH else {}
        finally:
            self.depth -= 1

    def _schema(self, expr: ast.Expr, scopes: Scopes, titled: bool) -> Schema:
        expr = bare(expr)
        if isinstance(expr, ast.StructLit):
            return self._struct(expr, scopes, titled)
        if isinstance(expr, ast.ListLit):
            return self._list(expr, scopes, titled)
        if isinstance(expr, ast.BasicLit):
            return _enumeration([literal(expr)])
        if isinstance(expr, ast.UnaryExpr):
            return self._bound(expr)
        if isinstance(expr, ast.BinaryExpr) and expr.op == "&":
            return _both(self.schema(expr.x, scopes, titled), self.schema(expr.y, scopes, titled))
        if isinstance(expr, ast.BinaryExpr) and expr.op == "|":
            return self._disjunction(expr, scopes, titled)
        if isinstance(expr, ast.CallExpr):
            return _validator(expr)
        if isinstance(expr, ast.Ident):
            target = resolve(expr, scopes)
            if target is not None:
                return self.schema(target[0], target[1], titled)
            return dict(_TYPES.get(expr.name, {}))
        return {}

    # ---- structs and lists

    def _struct(self, expr: ast.StructLit, scopes: Scopes, titled: bool) -> Schema:
        inner: Scopes = (*scopes, names_of(expr.elts))
        out: Schema = {"type": "object"}
        properties: dict[str, Schema] = {}
        required: list[str] = []
        written = set(map(id, expr.elts))
        for decl in self.scope.decls(expr, inner):
            if isinstance(decl, ast.Ellipsis):
                out["additionalProperties"] = self.schema(decl.type, inner, False) if decl.type else {}
            elif isinstance(decl, ast.EmbedDecl):
                _check_embedding(decl.expr, inner)
                out = _both(out, self.schema(decl.expr, inner, titled))
                properties.update(out.pop("properties", {}))
                required += [name for name in out.pop("required", []) if name not in required]
            elif isinstance(decl, ast.Field):
                self._field(decl, inner, titled, out, properties, required)
                if id(decl) not in written:
                    _repeat_choices(properties.get(label_name(decl) or "", {}))
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
            pattern = bare(field.label.elts[0])
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
        _describe(schema, comment_lines(field, between=("", "")))
        properties[name] = schema
        if field.constraint != "?" and name not in required:
            required.append(name)

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
        operand = bare(expr.x)
        value = literal(operand) if isinstance(operand, ast.BasicLit) else MISSING
        if expr.op == "-" and isinstance(value, int | float):
            return _enumeration([-value])
        if expr.op == "=~" and isinstance(value, str):
            return {"type": "string", "pattern": value}
        if expr.op == "!~" and isinstance(value, str):
            return {"type": "string", "not": {"pattern": value}}
        if expr.op == "!=" and isinstance(value, str):
            text = "unsupported op != for string type"
            raise DefinitionError(text, code="oam.definition.schema")
        if expr.op == "!=" and isinstance(value, int | float):
            return {"type": "number", "not": {"allOf": [{"minimum": value}, {"maximum": value}]}}
        if expr.op in _BOUNDS and isinstance(value, int | float):
            out: Schema = {"type": "number", _BOUNDS[expr.op]: value}
            if expr.op in "<>":
                out["exclusiveM" + _BOUNDS[expr.op][1:]] = True
            return out
        return {}

    # ---- disjunctions

    def _disjunction(self, expr: ast.Expr, scopes: Scopes, titled: bool) -> Schema:
        found = operands(expr, scopes)
        marked = [item for item, is_default, _ in found if is_default]
        default = self.scope.data(marked[0]) if len(marked) == 1 else MISSING
        out = self._alternatives(found, scopes, titled, default)
        if default is not MISSING and default is not None and default != []:
            out["default"] = default
        return out

    def _alternatives(
        self, found: list[tuple[ast.Expr, bool, Scopes]], scopes: Scopes, titled: bool, default: Any
    ) -> Schema:
        literals: list[Any] = []
        others: list[tuple[ast.Expr, Scopes]] = []
        nullable = False
        for item, is_default, where in found:
            if isinstance(item, ast.BasicLit):
                value = literal(item)
                nullable = nullable or value is None
                if value is not None and value not in literals:
                    literals.append(value)
                    if is_default and len(literals) > 1:
                        literals[0], literals[-1] = literals[-1], literals[0]
            elif not (is_default and len(found) > 1 and _is_plain(item)):
                others.append((item, where))
        schemas = [self.schema(item, where, titled) for item, where in others]
        kinds = {schema.get("type") for schema in schemas}
        if default is not MISSING and _subsumed(default, schemas):
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


def _is_plain(expr: ast.Expr) -> bool:
    """Whether a default is only data (or looked up elsewhere), so that it adds nothing to the other alternatives."""
    if isinstance(expr, ast.StructLit):
        fields = [decl.value for decl in expr.elts if isinstance(decl, ast.Field)]
        return len(fields) == len(expr.elts) and all(map(_is_plain, fields))
    if isinstance(expr, ast.ListLit):
        return all(_is_plain(item) for item in expr.elts)
    return isinstance(expr, ast.BasicLit | ast.SelectorExpr)


def _enumeration(values: list[Any]) -> Schema:
    kinds = {_LITERAL_TYPES.get(type(value), "") for value in values} - {""}
    out: Schema = {"enum": values} if values != [None] else {"nullable": True}
    if len(kinds) == 1:
        out["type"] = kinds.pop()
    return out


def _subsumed(value: Any, schemas: list[Schema]) -> bool:
    """Whether one of the alternatives, a type or a range of numbers, covers a literal."""
    kind = _LITERAL_TYPES.get(type(value), "")
    wanted = {kind, "number"} if kind == "integer" else {kind}
    return any(schema.get("type") in wanted and "enum" not in schema and _in_range(value, schema) for schema in schemas)


def _in_range(value: Any, schema: Schema) -> bool:
    for bound, sign in (("minimum", 1), ("maximum", -1)):
        if bound in schema:
            over = sign * (value - schema[bound])
            if over < 0 or (over == 0 and f"exclusiveM{bound[1:]}" in schema):
                return False
    return True


def _validator(call: ast.CallExpr) -> Schema:
    """Schema of a call that holds for texts, lists or structs of some length; empty for other calls."""
    fun, args = call.fun, call.args
    if isinstance(fun, ast.SelectorExpr) and isinstance(fun.x, ast.Ident) and isinstance(fun.sel, ast.Ident):
        found = _VALIDATORS.get(f"{fun.x.name}.{fun.sel.name}")
        bound = literal(args[0]) if len(args) == 1 and isinstance(args[0], ast.BasicLit) else None
        if found is not None and isinstance(bound, int):
            return {"type": found[0], found[1]: bound}
    return {}


def _one_of(schemas: list[Schema]) -> Schema:
    """Alternatives; a type that all of them share is said once, differing types of scalars are not said."""
    kinds = {schema.get("type") for schema in schemas}
    if kinds == {"integer", "number"}:
        kinds = {"number"}
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


def _check_embedding(expr: ast.Expr, scopes: Scopes) -> None:
    """A plain field of the template cannot be embedded in a schema; definitions and hidden fields can."""
    target = resolve(expr, scopes) if isinstance(expr, ast.Ident) and expr.name[:1] not in ("#", "_") else None
    if target is not None and isinstance(bare(target[0]), ast.StructLit):
        text = f"unsupported op . for object type ({format_node(target[0])})"
        raise DefinitionError(text, code="oam.definition.schema")


def _repeat_choices(schema: Schema) -> None:
    """Choices of a conditional field stand twice, but for the default."""
    if "enum" in schema and "default" in schema:
        schema["enum"] = [*schema["enum"], *(value for value in schema["enum"] if value != schema["default"])]


def _both(a: Schema, b: Schema) -> Schema:
    """Two schemas that both hold."""
    out = {**a, **b}
    if {a.get("type"), b.get("type")} == {"integer", "number"}:
        out["type"] = "integer"
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
