"""Definitions in CUE format: one file with a metadata field and a ``template`` field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from oam.definition.definition import ALIAS, CUSTOM_PREFIX, DESCRIPTION, Definition
from oam.definition.profile import STANDARD, Profile
from oam.definition.spec import HISTORIC, SPECS, TYPES
from oam.definition.status import embed_snippets
from oam.definition.trees import binds, label_name, walk
from oam.errors import DefinitionError, DocumentError, warning
from oam.model.strict import Struct, check
from pycue.source import Position
from pycue.syntax import ast, token
from pycue.syntax.parser import parse_file

if TYPE_CHECKING:
    from pycue import Value
    from pycue.errors import Diagnostic
    from pycue.source import Source

__all__ = ["read_cue"]

_KEYS = ("type", "alias", "description", "annotations", "labels", "attributes")


def read_cue(source: Source, profile: Profile = STANDARD) -> Definition:
    """The definition in a CUE file.

    Raises:
        CueSyntaxError: not CUE.
        CueError: the metadata cannot be evaluated.
        DefinitionError: not the form of a definition, or a spec that its kind does not have.
    """
    return _Reader(source, profile).run()


class _Reader:
    """The parts of one file, found on the way."""

    def __init__(self, source: Source, profile: Profile) -> None:
        self.source = source
        self.profile = profile
        self.imports: list[ast.Decl] = []
        self.metadata: list[ast.Field] = []
        self.template: ast.StructLit | None = None
        self.name = ""
        self.warnings: list[Diagnostic] = []

    def run(self) -> Definition:
        self._split(parse_file(self.source))
        assert self.template is not None
        embed_snippets(self.name, self.metadata, self._place)
        values = self._evaluate()
        type_ = values.get("type")
        definition = Definition("", self.name, position=self._place(self.metadata[0].pos), warnings=self.warnings)
        if type_ is None:
            hint = "one of " + ", ".join(TYPES)
            place = self._place(self.metadata[0].pos)
            self.warnings.append(warning("OAM103", "the definition has no type", position=place, help=hint))
        elif type_ in TYPES:
            definition.kind = TYPES[type_]
        else:
            hint = "the types are " + ", ".join(TYPES)
            place = self._field_place("type")
            raise DefinitionError(f"invalid type {type_}", code="oam.definition.type", position=place, help=hint)
        if "description" in values:
            definition.annotations[DESCRIPTION] = values["description"]
        if "alias" in values:
            definition.annotations[ALIAS] = values["alias"]
        for group, into in (("annotations", definition.annotations), ("labels", definition.labels)):
            for key, value in (values.get(group) or {}).items():
                into[key if "oam.dev" in key else CUSTOM_PREFIX + key] = value
        definition.template = ast.File(self.source.name, [*self.imports, *self.template.elts], self.source)
        definition.template.comments = self.template.comments
        spec = dict(values.get("attributes") or {})
        self._check_spec(definition.kind, spec)
        definition.set_spec(spec, lambda: _Reader(self.source, self.profile).template_text())
        return definition

    def template_text(self) -> str:
        """The template as the object holds it; from the source, as the tree may have been rewritten since."""
        from pycue.syntax.format import format_node

        self._split(parse_file(self.source))
        assert self.template is not None
        text = format_node(ast.File("", self.template.elts, self.source), simplify=True).lstrip("\n")
        if self.imports:
            text = format_node(ast.File("", self.imports, self.source), simplify=True) + text
        return text

    # ---- the file's parts

    def _split(self, file: ast.File) -> None:
        for decl in file.decls:
            if isinstance(decl, ast.ImportDecl):
                self.imports.append(decl)
            elif isinstance(decl, ast.Field) and label_name(decl) == "template":
                if not isinstance(decl.value, ast.StructLit):
                    raise self._error("unexpected decl found in template", decl.pos)
                if self.template is None:
                    self.template = ast.StructLit(decl.value.lbrace, [], decl.value.rbrace)
                    self.template.comments = decl.value.comments
                self.template.elts.extend(decl.value.elts)
            elif isinstance(decl, ast.Field) and (name := label_name(decl)) is not None:
                if self.name and self.name != name:
                    raise self._error(f"duplicated definition name found, {self.name} and {name}", decl.pos)
                self.name = name
                self.metadata.append(decl)
            elif not isinstance(decl, ast.Package | ast.Attribute):
                place = self._place(decl.pos)
                text = "this declaration is neither metadata nor template and is ignored"
                self.warnings.append(warning("OAM101", text, position=place))
        if not self.metadata:
            raise self._error("no metadata found, invalid", 0)
        if self.template is None or not self.template.elts:
            raise self._error("no template found, invalid", self.metadata[0].pos)

    # ---- metadata

    def _evaluate(self) -> dict[str, Any]:
        """The metadata as plain data, types checked."""
        from pycue import Context, Selector

        names = {node.name for node in walk(*self.metadata) if isinstance(node, ast.Ident)}
        imports = [decl for decl in self.imports if isinstance(decl, ast.ImportDecl) and binds(decl, names)]
        file = ast.File(self.source.name, [*imports, *self.metadata], self.source)
        root = Context(allow_unused_imports=True).compile_file(file)
        value = root.lookup(Selector.field(self.name))
        value.validate()
        self._need_struct(value, ())
        out: dict[str, Any] = {}
        for selector, field in value.fields():
            key = selector.name
            if key in ("annotations", "labels", "attributes") and field.kind != "null":
                self._need_struct(field, (key,))
            if key in ("type", "alias", "description"):
                out[key] = self._string(field, (key,))
            elif key in ("annotations", "labels"):
                out[key] = {s.name: self._string(item, (key, s.name)) for s, item in field.fields()}
            elif key == "attributes":
                out[key] = field.decode()
            else:
                place = self._field_place(key)
                text = f'unknown key "{key}" is ignored'
                hint = "the keys are " + ", ".join(_KEYS)
                self.warnings.append(warning("OAM102", text, position=place, help=hint))
        return out

    def _string(self, value: Value, path: tuple[str, ...]) -> str:
        if value.kind == "_|_" and value.error() is None:
            raise self._unfit(f"non-concrete value {value.incomplete_kind}", path)
        data = value.decode()
        if isinstance(data, str):
            return data
        raise self._unfit(f"cannot use value {_compact(data)} (type {value.kind}) as string", path)

    def _need_struct(self, value: Value, path: tuple[str, ...]) -> None:
        if value.kind not in ("struct", "_|_"):
            raise self._unfit(f"cannot use value {_compact(value.decode())} (type {value.kind}) as struct", path)

    def _unfit(self, text: str, path: tuple[str, ...]) -> DefinitionError:
        from pycue.syntax.literal import quote_label

        where = ".".join(map(quote_label, (self.name, *path)))
        place = self._path_place(path[:1])
        return DefinitionError(f"{where}: {text}", code="oam.definition.metadata", position=place)

    def _check_spec(self, kind: str, spec: dict[str, Any]) -> None:
        schema = SPECS.get(kind)
        if schema is None:
            return
        if self.profile.historic and kind in HISTORIC:
            schema = Struct(schema.go, {**schema.fields, **HISTORIC[kind]})
        try:
            check(spec, schema)
        except DocumentError as error:
            path = error.diagnostics[0].path
            place = self._path_place(("attributes", *path))
            text = f"invalid definition spec: {error.text}"
            raise DefinitionError(
                text, code="oam.definition.spec", position=place, path=("attributes", *path)
            ) from None

    # ---- places

    def _place(self, pos: int) -> Position | None:
        offset = token.offset(pos)
        return Position(self.source, offset) if offset >= 0 else None

    def _field_place(self, key: str) -> Position | None:
        return self._path_place((key,))

    def _path_place(self, path: tuple[str, ...]) -> Position | None:
        found: ast.Field = self.metadata[0]
        decls: list[ast.Decl] = [d for m in self.metadata if isinstance(m.value, ast.StructLit) for d in m.value.elts]
        for step in path:
            match = next((d for d in decls if isinstance(d, ast.Field) and label_name(d) == step), None)
            if match is None:
                break
            found = match
            decls = match.value.elts if isinstance(match.value, ast.StructLit) else []
        return self._place(found.pos)

    def _error(self, text: str, pos: int) -> DefinitionError:
        return DefinitionError(text, code="oam.definition.form", position=self._place(pos))


def _compact(data: Any) -> str:
    """CUE on one line without blanks, as messages show values."""
    from pycue.syntax.literal import quote_bytes, quote_label, quote_string

    if isinstance(data, dict):
        return "{" + ",".join(f"{quote_label(key)}:{_compact(item)}" for key, item in data.items()) + "}"
    if isinstance(data, list):
        return "[" + ",".join(map(_compact, data)) + "]"
    if isinstance(data, str):
        return quote_string(data)
    if isinstance(data, bytes):
        return quote_bytes(data)
    if data is None or isinstance(data, bool):
        return {None: "null", True: "true", False: "false"}[data]
    return str(data)
