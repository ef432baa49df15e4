"""Schema objects of OpenAPI from CUE values.

Source: package encoding/openapi of the official tool, for what becomes of each kind of constraint; the shapes are those
of the OpenAPI 3.0 specification.
"""

from __future__ import annotations

from pycue.encoding.deconstruct import Reference, conjunction, evaluated, operands, place_of, reference, split, value_of
from pycue.encoding.openapi_values import data_of, element_of, fields_of, format_of, function_name, is_scalar
from pycue.errors import Diagnostic, EncodeError
from pycue.evaluator import kind as k
from pycue.evaluator.debug import debug_string
from pycue.evaluator.subsume import subsumes
from pycue.evaluator.values import (
    Bottom,
    Disjunction,
    ListMarker,
    Num,
    String,
)
from pycue.evaluator.vertex import OPTIONAL, Vertex
from pycue.export.meta import doc_comments, field_nodes
from pycue.labels import Label

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from typing import Any

    from pycue.evaluator.context import OpContext
    from pycue.evaluator.values import Value
    from pycue.labels import AnyLabel

__all__ = ["Scope", "label_text", "schema_of"]

# Keys of a schema object in the order in which they are written; others follow as they come.
_ORDER = (
    "description type format required properties minProperties maxProperties minimum exclusiveMinimum maximum"
    " exclusiveMaximum minItems maxItems minLength maxLength items enum default"
).split()
_RANK = {key: rank for rank, key in enumerate(_ORDER)}

_TYPES = {
    k.BOOL: "boolean",
    k.FLOAT: "number",
    k.NUMBER: "number",
    k.INT: "integer",
    k.BYTES: "string",
    k.STRING: "string",
    k.STRUCT: "object",
    k.LIST: "array",
}
_CYCLE = "cycle in reference at %s: cyclic structures not allowed when reference expansion is requested"
_DEEPEST = 500  # levels of expanded references; only a cycle goes deeper


class Scope:
    """What all schemas of one document share.

    Attributes:
        root: the value whose definitions are written.
        version: version of OpenAPI.
        expand: whether references are replaced by what they refer to.
        path: names of the schemas around the one being made.
        labels: labels around the value at work, for messages.
        schemas: finished schemas by name.
        external: values outside ``root`` that were referred to, by name.
    """

    __slots__ = ("ctx", "expand", "external", "labels", "path", "root", "schemas", "version")

    def __init__(self, ctx: OpContext, root: Vertex, version: str, expand: bool) -> None:
        self.ctx = ctx
        self.root = root
        self.version = version
        self.expand = expand
        self.path: list[str] = []
        self.labels: list[str] = []
        self.schemas: dict[str, dict[str, Any]] = {}
        self.external: dict[str, tuple[list[str], Vertex]] = {}

    def name(self, ref: Reference) -> str:
        """Name of the schema that a reference means, which is noted if it is not one of the document's own."""
        path = [label_text(label) for label in ref.path]
        name = ".".join(path)
        if ref.root is not self.root and path:
            self.external[name] = path, ref.target
        return name

    def failure(self, vertex: Vertex, message: str) -> EncodeError:
        """An error at a value."""
        return EncodeError(Diagnostic(message, path=[*self.labels], position=place_of(vertex)))


def label_text(label: AnyLabel) -> str:
    """Name of a field in a schema: a definition's without the mark."""
    return label.name.lstrip("#") if isinstance(label, Label) else str(label)


def schema_of(
    scope: Scope, label: str, vertex: Vertex, core: _Builder | None = None, shown: str = ""
) -> dict[str, Any]:
    """Schema object of a value.

    Args:
        scope: the document.
        label: name of the value in its surroundings.
        vertex: the value.
        core: what is known already of the place where the value stands, when references are expanded.
        shown: the label as messages show it.

    Raises:
        EncodeError: something in the value has no form in OpenAPI.
    """
    scope.path.append(label)
    scope.labels.append(shown or label)
    try:
        if core is None and scope.expand:
            builder = _Builder(scope)
            builder.gather(vertex)
            builder.fill_core()
        else:
            builder = _Builder(scope, core)
        return builder.fill(vertex)
    finally:
        scope.path.pop()
        scope.labels.pop()


class _Builder:
    """A schema object in the making.

    ``single`` has the keys of which there is one, ``last`` those of them that come last, ``groups`` what holds
    together, ``current`` the group that keys go to. When references are expanded, ``core`` is the builder of all that
    may stand at a place, which alternatives need not repeat: ``properties`` and ``items`` are the cores below it,
    ``values`` what was found there.
    """

    __slots__ = (
        "core",
        "current",
        "filled",
        "format",
        "groups",
        "items",
        "kind",
        "last",
        "properties",
        "scope",
        "single",
        "type",
        "values",
    )

    def __init__(self, scope: Scope, core: _Builder | None = None) -> None:
        self.scope = scope
        self.core = core
        self.type = ""
        self.format = ""
        self.single: dict[str, Any] = {}
        self.last: dict[str, Any] = {}
        self.groups: list[dict[str, Any]] = []
        self.current: dict[str, Any] | None = None
        self.filled: dict[str, Any] | None = None
        self.kind = 0
        self.properties: dict[str, _Builder] = {}
        self.items: _Builder | None = None
        self.values: list[Vertex] = []

    # ---- keys

    def set(self, key: str, value: Any) -> None:
        """Set a key; a second value for it opens another group."""
        if self.current is None or key in self.current:
            self.current = {}
            self.groups.append(self.current)
        self.current[key] = value

    def _part(self) -> _Builder:
        """The builder of an alternative, which need not repeat what is said here."""
        part = _Builder(self.scope, self.core or self)
        part.type, part.format = self.type, self.format
        return part

    def set_type(self, name: str, format: str = "") -> None:
        """Set the type unless it is known."""
        if not self.type:
            self.type = name
            self.format = self.format or format

    def finish(self) -> dict[str, Any]:
        """The schema object."""
        groups = self.groups
        if len(groups) == 1 and not ((self.single or self.last) and "$ref" in groups[0]):
            rest = groups[0]
        else:
            rest = {"allOf": groups} if groups else {}
        schema = {**self.single, **rest, **self.last}
        core = self.core
        if self.type and (core is None or (core.type != self.type and not self.scope.expand)):
            schema.setdefault("type", self.type)
        if self.format and (core is None or core.format != self.format):
            schema["format"] = self.format
        last = len(_RANK)
        return {key: schema[key] for key in sorted(schema, key=lambda key: _RANK.get(key, last))}

    # ---- cores, when references are expanded

    def gather(self, vertex: Vertex) -> None:
        """Note all fields and elements that a value or any of its alternatives may have."""
        scope = self.scope
        if len(scope.labels) > _DEEPEST:
            raise EncodeError(_CYCLE % ".".join(scope.labels[:3]))
        self.describe(vertex)
        self._note_deprecation(vertex)
        self.format = format_of(scope.ctx, vertex) or self.format
        if not self.format:
            data = evaluated(vertex)
            value = scope.ctx.unwrap(data)
            self.kind = k.BOTTOM if isinstance(value, Bottom) else value.kind
            if self.kind == k.STRUCT:
                self._gather_element(data)
                self._gather_fields(data)
            elif self.kind == k.LIST:
                self._gather_element(data)
            if not isinstance(value, Disjunction):
                vertex = data
        ctx = scope.ctx
        if not any(subsumes(ctx, vertex, known) and subsumes(ctx, known, vertex) for known in self.values):
            self.values.append(vertex)

    def _gather_element(self, vertex: Vertex) -> None:
        element = element_of(self.scope.ctx, vertex, self.scope.expand)
        if element is None:
            return
        if self.items is None:
            self.items = _Builder(self.scope)
        self._gather_below(self.items, "[_]", element)

    def _gather_fields(self, vertex: Vertex) -> None:
        ctx = self.scope.ctx
        op, parts = split(ctx, vertex)
        if op in ("|", "&"):
            for part in parts:
                self.gather(part)
        for label, arc in fields_of(ctx, vertex):
            if type(label) is str:
                self._gather_below(self.properties.setdefault(label, _Builder(self.scope)), label, arc)

    def _gather_below(self, core: _Builder, label: str, vertex: Vertex) -> None:
        self.scope.labels.append(label)
        try:
            core.gather(vertex)
        finally:
            self.scope.labels.pop()

    def fill_core(self) -> dict[str, Any]:
        """The schema of a core with everything that holds for all its values."""
        if self.kind == k.LIST and self.items is not None:
            self.set_type("array")
            self.single["items"] = self.items.fill_core()
        elif self.kind == k.STRUCT:
            properties = {label: core.fill_core() for label, core in self.properties.items()}
            if properties or self.items is not None:
                self.set_type("object")
            if properties:
                self.single["properties"] = properties
            if self.items is not None:
                self.single["additionalProperties"] = self.items.fill_core()
        if len(self.values) == 1:
            return self.fill(self.values[0])
        return self.finish()

    # ---- values

    def fill(self, vertex: Vertex) -> dict[str, Any]:
        """The schema of a value."""
        if self.filled is not None:
            return self.filled
        scope = self.scope
        value = value_of(scope.ctx, vertex)
        if not isinstance(value, Bottom):
            self.type = self.type or _TYPES.get(value.kind & ~k.NULL, "")
        self.format = self.format or format_of(scope.ctx, vertex)
        self._note_deprecation(vertex)
        if self.core is None or len(self.core.values) > 1:
            if self.add_value(vertex):
                self.type = ""
            elif not scope.expand:
                self.describe(vertex)
        schema = self.finish()
        if self.format in ("int32", "int64", "float", "double"):  # which says it all
            schema.pop("minimum", None)
            schema.pop("maximum", None)
        self.filled = schema
        return schema

    def describe(self, vertex: Vertex) -> None:
        """Take over doc comments."""
        groups = doc_comments(field_nodes(vertex.conjuncts))
        text = "\n\n".join(group.text() for group in groups).strip()
        if text:
            self.single["description"] = text

    def _note_deprecation(self, vertex: Vertex) -> None:
        """An attribute ``@protobuf(…,deprecated)`` marks the field."""
        for node in field_nodes(vertex.conjuncts):
            for attribute in node.attrs:
                name, _, body = attribute.text[1:-1].partition("(")
                if name == "protobuf" and "deprecated" in (part.strip() for part in body.split(",")[1:]):
                    self.single["deprecated"] = True

    def add_value(self, vertex: Vertex) -> bool:
        """Add all constraints of a value; true if it is just a reference."""
        scope, ctx = self.scope, self.scope.ctx
        own: list[Vertex] = [vertex]
        names: dict[str, None] = {}
        if not scope.expand and not self.format:
            own = []
            for part in operands(ctx, vertex, "&"):
                ref = reference(ctx, part)
                name = scope.name(ref) if ref is not None else ""
                if name:
                    names[name] = None
                else:
                    own.append(part)
        for name in names:
            self.groups.append({"$ref": f"#/components/schemas/{name}"})
        if own:
            self._add_parts(own)
            if not names and self.core is None:
                self._add_default(vertex)
        return len(names) == 1 and not own

    def _add_parts(self, parts: list[Vertex]) -> None:
        ctx = self.scope.ctx
        if not any(value_of(ctx, part).kind & k.STRUCT for part in parts):
            whole = parts[0] if len(parts) == 1 else conjunction(ctx, parts)
            parts = operands(ctx, evaluated(whole), "&")
        elif self.scope.expand:
            parts = operands(ctx, parts[0], "&")
        elif len(parts) > 2 and ctx.error_of(conjunction(ctx, parts[:-1])):
            raise EncodeError("explicit error (_|_ literal) in source")  # closed structs, which exclude each other
        for part in parts:
            self._add_part(part)

    def _add_part(self, part: Vertex) -> None:
        ctx = self.scope.ctx
        value = value_of(ctx, part)
        if is_scalar(value):
            self._dispatch(part, value)
            if self.core is None:
                self.set("enum", [data_of(ctx, value)])
            return
        alternatives = operands(ctx, part, "|")
        if len(alternatives) > 1:
            self._alternatives([x if reference(ctx, x) is not None else evaluated(x) for x in alternatives])
            return
        part = alternatives[0]
        value = value_of(ctx, part)
        if isinstance(value, Bottom):
            raise self._wrong(value)
        self._dispatch(part, value)

    def _wrong(self, bottom: Bottom) -> EncodeError:
        from pycue.evaluator.diagnose import diagnostics

        first = diagnostics(bottom)[0]
        text = f"openapi: {first.summary()}"
        return EncodeError(Diagnostic(text, path=[*self.scope.labels], position=first.position, inputs=first.inputs))

    def _add_default(self, vertex: Vertex) -> None:
        ctx = self.scope.ctx
        value = value_of(ctx, vertex)
        is_open = isinstance(value, Vertex) and isinstance(value.base, ListMarker) and value.base.open
        if not isinstance(value, Disjunction) and not is_open:
            return
        default = ctx.default(value)
        if isinstance(default, (Disjunction, Bottom)) or not default.concrete:
            return
        data = data_of(ctx, default)
        if data != []:
            self.set("default", data)

    # ---- disjunctions

    def _alternatives(self, parts: list[Vertex]) -> None:
        ctx = self.scope.ctx
        enum: list[Any] = []
        others: list[Vertex] = []
        nullable = False
        for part in parts:
            value = value_of(ctx, part)
            if value.kind == k.NULL:
                nullable = True
            elif is_scalar(value):
                enum.append(data_of(ctx, value))
            else:
                others.append(part)
        if len(others) == 1 and not enum:
            self.add_value(others[0])
        elif not others and enum and self.core is None:
            self.set("enum", enum)
        if nullable and len(others) == 1 and not enum:
            self.last["nullable"] = True
        elif nullable:
            self.single["nullable"] = True
        if others and (enum or len(others) > 1):
            self._one_of(others, enum)

    def _one_of(self, parts: list[Vertex], enum: list[Any]) -> None:
        """As OpenAPI's structs are open, each alternative excludes those that are instances of it."""
        ctx = self.scope.ctx
        schemas = []
        for part in parts:
            builder = self._part()
            builder.add_value(part)
            schemas.append(builder.finish())
            if not schemas[-1] and not builder.type:
                return  # anything goes
        choices: list[Any] = [{"enum": enum}] if enum else []
        for i, part in enumerate(parts):
            covered = [s for j, s in enumerate(schemas) if j != i and subsumes(ctx, part, parts[j], closed=False)]
            schema = schemas[i]
            if covered:
                excluded = {"not": {"anyOf": covered}}
                schema = {"allOf": [schema, excluded]} if schema else excluded
            choices.append(schema)
        self.set("oneOf", choices)

    # ---- by kind

    def _dispatch(self, part: Vertex, value: Value) -> None:
        kind = value.kind
        if kind == k.NULL:
            self.single["nullable"] = True
        elif kind == k.BOOL:
            self.set_type("boolean")
        elif kind in (k.FLOAT, k.NUMBER):
            self.set_type("number")
            self._number(part)
        elif kind == k.INT:
            self.set_type("integer")
            self._number(part)
        elif kind == k.BYTES:
            self.set_type("string", "byte")
        elif kind == k.STRING:
            self.set_type("string")
            self._string(part)
        elif kind == k.STRUCT:
            self.set_type("object")
            self._object(part, value)
        elif kind == k.LIST:
            self.set_type("array")
            self._array(part, value)

    def _call(self, part: Vertex, keys: dict[str, str]) -> bool:
        """Whether a value is a call of a validator; those that ``keys`` names are written."""
        ctx = self.scope.ctx
        op, args = split(ctx, part)
        if op != "call":
            return False
        function = value_of(ctx, args[0])
        key = keys.get(function_name(function), "")
        if key and len(args) == 1:
            self.set(key, True)
        elif key:
            self.set(key, self._int(args[1]))
        return True

    def _int(self, vertex: Vertex) -> int:
        value = value_of(self.scope.ctx, vertex)
        if isinstance(value, Num) and value.kind == k.INT:
            return int(value.value)
        where = ".".join(self.scope.labels)
        text = f"cannot use value {debug_string(value)} (type {k.kind_string(value.kind)}) as int"
        raise self.scope.failure(vertex, f"could not retrieve int: {where}: {text}")

    def _number(self, part: Vertex) -> None:
        ctx = self.scope.ctx
        op, args = split(ctx, part)
        if op in ("<", "<=", ">", ">=", "!="):
            limit = data_of(ctx, value_of(ctx, args[0]))
            if op == "!=":
                self.groups.append({"not": {"allOf": [{"minimum": limit}, {"maximum": limit}]}})
                return
            name = "maximum" if op[0] == "<" else "minimum"
            exclusive = "exclusive" + name.capitalize()
            if len(op) == 2:
                self.set(name, limit)
            elif self.scope.version == "3.0.0":
                self.set(exclusive, True)
                self.set(name, limit)
            else:
                self.set(exclusive, limit)
        else:
            self._call(part, {"math.MultipleOf": "multipleOf"})

    def _string(self, part: Vertex) -> None:
        ctx = self.scope.ctx
        op, args = split(ctx, part)
        if op in ("=~", "!~"):
            pattern = value_of(ctx, args[0])
            if isinstance(pattern, String):
                if op == "=~":
                    self.set("pattern", pattern.value)
                else:
                    self.groups.append({"not": {"pattern": pattern.value}})
        elif op in ("<", "<=", ">", ">=", "!="):
            raise self.scope.failure(part, f"unsupported op {op} for string type")
        else:
            self._call(part, {"strings.MinRunes": "minLength", "strings.MaxRunes": "maxLength"})

    def _array(self, part: Vertex, value: Value) -> None:
        keys = {"list.UniqueItems": "uniqueItems", "list.MinItems": "minItems", "list.MaxItems": "maxItems"}
        if not isinstance(value, Vertex):
            self._call(part, keys)
            return
        scope, ctx = self.scope, self.scope.ctx
        items = [schema_of(scope, str(i), arc) for i, arc in enumerate(ctx.elements(value))]
        if items:
            self.set("items", items)
        if not isinstance(value.base, ListMarker) or not value.base.open:
            return
        if items:
            self.set("minItems", len(items))
        element = element_of(ctx, value, scope.expand)
        if element is None:
            return
        schema = schema_of(scope, "*", element, self.core.items if self.core is not None else None, "[_]")
        if items:
            self.set("additionalItems", schema)
        elif self.core is None or schema:
            self.single["items"] = schema

    def _object(self, part: Vertex, value: Value) -> None:
        if not isinstance(value, Vertex):
            self._call(part, {"struct.MinFields": "minProperties", "struct.MaxFields": "maxProperties"})
            return
        scope, ctx = self.scope, self.scope.ctx
        fields = list(fields_of(ctx, value))
        required = [label for label, arc in fields if type(label) is str and arc.arc_type != OPTIONAL]
        if required:
            self.set("required", required)
        properties = self.single.get("properties", {})
        for label, arc in fields:
            if isinstance(label, Label):
                name = label_text(label)
                if not name.endswith("_value"):
                    scope.schemas[".".join([*scope.path, name])] = schema_of(scope, name, arc, None, label.name)
                continue
            core = self.core.properties.get(label) if self.core is not None else None
            shown = f"{label}?" if arc.arc_type == OPTIONAL else label
            schema = schema_of(scope, label, arc, core, shown)
            if self.core is None or schema:
                properties[label] = schema
        if properties:
            self.single["properties"] = properties
        element = element_of(ctx, value, scope.expand) if self.core is None or self.core.items is None else None
        if element is not None:
            schema = schema_of(scope, "*", element, None, "[_]")
            if schema or self.core is None:
                self.single["additionalProperties"] = schema
