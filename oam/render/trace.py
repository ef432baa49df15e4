"""Notes of a patch: what every part of its result was before, and how lists met."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, Any

from oam.definition.trees import bare, label_name
from oam.render.patch import key_value, list_items, same_key
from pycue import Path, Selector
from pycue.source import Source
from pycue.syntax import ast, token
from pycue.syntax.literal import quote_label, quote_string

if TYPE_CHECKING:
    from oam.model.application import Policy, Trait
    from oam.render.component import ComponentRendering, RenderedComponent
    from oam.render.patch import ListMerge
    from pycue import Value

__all__ = ["Element", "MergedList", "Notes", "Part", "PatchTrace", "Trace"]


class Part:
    """A part of one side of a patch: ``value`` at ``path``."""

    __slots__ = ("is_patch", "path", "value")

    def __init__(self, value: Value, path: Path, is_patch: bool) -> None:
        self.value = value
        self.path = path
        self.is_patch = is_patch


class Element:
    """An element of a merged list.

    ``how`` is ``kept``, ``merged``, ``replaced`` or ``added``; ``key`` and ``text`` are the key that it was found by
    and the CUE text of its value, both ``""`` where position alone counts.
    """

    __slots__ = ("how", "key", "text")

    def __init__(self, how: str, key: str, text: str) -> None:
        self.how = how
        self.key = key
        self.text = text


class MergedList:
    """A list that base and patch both have. ``key`` holds the alternatives of its ``patchKey``, ``""`` for none."""

    __slots__ = ("elements", "key", "path", "strategy")

    def __init__(self, path: Path, key: str, strategy: str, elements: list[Element]) -> None:
        self.path = path
        self.key = key
        self.strategy = strategy
        self.elements = elements


class PatchTrace(Source):
    """The source of a patched value: an offset in it stands for the part of base or patch that was there before.

    Attributes:
        trait: which trait patches; None for a patch from outside.
        target: ``patch`` or ``patchOutputs.<name>``.
        base: what was patched.
        result: what came of it.
        parts: by offset.
        notes: what the alignment tells of lists.
        lists: the same, with their paths.
    """

    __slots__ = ("base", "lists", "notes", "parts", "result", "target", "trait")

    def __init__(self, trait: Trait | None) -> None:
        super().__init__("", "")
        self.trait = trait
        self.target = ""
        self.base: Value | None = None
        self.result: Value | None = None
        self.parts: list[Part] = []
        self.notes: list[ListMerge] = []
        self.lists: list[MergedList] = []

    def _mark(self, value: Value, path: Path, is_patch: bool) -> int:
        self.parts.append(Part(value, path, is_patch))
        return token.make(len(self.parts) - 1)

    def begin(self, base: Value, patch: Value) -> None:
        """Take down what is patched with what."""
        self.base = base
        self.target = str(patch.path)

    # ---- syntax trees

    def stamped(self, value: Value, tree: ast.Expr, *, is_patch: bool = False) -> ast.Expr:
        """A copy of the tree of a value whose scalars tell which part they are."""
        return self._stamped(value, tree, Path(), is_patch)

    def _stamped(self, value: Value, expr: ast.Expr, path: Path, is_patch: bool) -> ast.Expr:
        if isinstance(expr, ast.StructLit) and expr.elts:
            expr = copy(expr)
            expr.elts = [self._decl(value, decl, path, is_patch) for decl in expr.elts]
        elif isinstance(expr, ast.ListLit) and expr.elts:
            expr = copy(expr)
            expr.elts = [
                item if isinstance(item, ast.Ellipsis) else self._stamped(value, item, path + index, is_patch)
                for index, item in enumerate(expr.elts)
            ]
        else:
            expr = _set_position(expr, self._mark(value, path, is_patch))
        return expr

    def _decl(self, value: Value, decl: ast.Decl, path: Path, is_patch: bool) -> ast.Decl:
        name = label_name(decl) if isinstance(decl, ast.Field) and not decl.constraint else None
        if isinstance(decl, ast.Field) and name is not None:
            out = copy(decl)
            out.value = self._stamped(value, decl.value, path + _selector(decl, name), is_patch)
            return out
        if isinstance(decl, ast.EmbedDecl):
            return ast.EmbedDecl(self._stamped(value, decl.expr, path, is_patch))
        return decl

    def find_lists(self, patch: ast.Expr) -> None:
        """Find the lists of the alignment's notes in the aligned patch."""
        notes = {id(note.patch): note for note in self.notes}
        stack: list[tuple[ast.Expr, Path]] = [(patch, Path())]
        while stack:
            expr, path = stack.pop()
            expr = bare(expr)
            if isinstance(expr, ast.StructLit):
                for field in expr.elts:
                    name = label_name(field) if isinstance(field, ast.Field) else None
                    if isinstance(field, ast.Field) and name is not None:
                        stack.append((field.value, path + _selector(field, name)))
            elif isinstance(expr, ast.ListLit):
                stack += [(item, path + index) for index, item in enumerate(list_items(expr))]
                note = notes.get(id(expr))
                if note is not None:
                    self.lists.append(MergedList(path, note.key, note.strategy, _elements(note)))
        self.lists.sort(key=lambda item: str(item.path))

    # ---- plain data, for patches of JSON

    def marked(self, base: Value, patch: Value, base_data: Any, patch_data: Any) -> tuple[Any, Any]:
        """Both sides as plain data in which every scalar tells which part it is."""
        return self._marked(base, base_data, Path(), False), self._marked(patch, patch_data, Path(), True)

    def _marked(self, value: Value, data: Any, path: Path, is_patch: bool) -> Any:
        if isinstance(data, dict):
            if is_patch and isinstance(data.get("op"), str) and "path" in data:  # an operation: its words are no data
                where = path + Selector.field("value")
                return {k: self._marked(value, v, where, True) if k == "value" else v for k, v in data.items()}
            return {k: self._marked(value, v, path + Selector.field(k), is_patch) for k, v in data.items()}
        if isinstance(data, list):
            return [self._marked(value, item, path + index, is_patch) for index, item in enumerate(data)]
        return data if data is None else _Marked(data, self._mark(value, path, is_patch))

    def file(self, data: Any) -> ast.File:
        """Marked data as a file of CUE."""
        tree = _tree(data)
        return ast.File("", tree.elts if isinstance(tree, ast.StructLit) else [ast.EmbedDecl(tree)], self)


class _Marked:
    """A scalar of plain data with the position that stands for its part; equal to what has the same value."""

    __slots__ = ("data", "position")

    def __init__(self, data: Any, position: int) -> None:
        self.data = data
        self.position = position

    def __eq__(self, other: object) -> bool:
        data = other.data if isinstance(other, _Marked) else other
        return bool(self.data == data) and isinstance(self.data, bool) == isinstance(data, bool)

    def __hash__(self) -> int:
        return hash(self.data)


class Notes:
    """Of one component: at which object each trait began, and all patches."""

    __slots__ = ("patches", "traits")

    def __init__(self) -> None:
        self.traits: list[tuple[Trait, int]] = []
        self.patches: list[PatchTrace] = []

    def begin_trait(self, trait: Trait, objects: int) -> None:
        """From now on it is this trait; so many objects are there besides the workload."""
        self.traits.append((trait, objects))

    def begin_patch(self) -> PatchTrace:
        """Notes for a patch of the present trait."""
        self.patches.append(PatchTrace(self.traits[-1][0] if self.traits else None))
        return self.patches[-1]

    def maker(self, index: int) -> Trait | None:
        """The trait that made an object besides the workload; None for the component itself."""
        return next((trait for trait, start in reversed(self.traits) if start <= index), None)

    def patches_of(self, value: Value) -> list[PatchTrace]:
        """The patches that led to a value, in their order."""
        out: list[PatchTrace] = []
        found: PatchTrace | None = None
        while (found := next((item for item in self.patches if item.result is value), None)) is not None:
            out.insert(0, found)
            value = found.base  # type: ignore[assignment]
        return out


class Trace:
    """How a renderer rendered: each component with its evaluation, and each object of a policy with its value."""

    __slots__ = ("components", "policies")

    def __init__(self) -> None:
        self.components: list[tuple[ComponentRendering, RenderedComponent]] = []
        self.policies: list[tuple[Policy, Value, dict[str, Any]]] = []

    def begin(self) -> Notes:
        """Notes for a component."""
        return Notes()


def _tree(data: Any) -> ast.Expr:
    position = 0
    if isinstance(data, _Marked):
        data, position = data.data, data.position
    if isinstance(data, dict):
        fields = [ast.Field(ast.BasicLit(0, "STRING", quote_string(k)), 0, _tree(v)) for k, v in data.items()]
        return ast.StructLit(1, [*fields], 1)
    if isinstance(data, list):
        return ast.ListLit(0, [_tree(item) for item in data], 0)
    if isinstance(data, str):
        return ast.BasicLit(position, "STRING", quote_string(data))
    if data is None or isinstance(data, bool):
        return ast.BasicLit(position, {None: "NULL", True: "TRUE", False: "FALSE"}[data], str(data).lower())
    number = ast.BasicLit(position, "INT" if isinstance(data, int) else "FLOAT", repr(abs(data)))
    return ast.UnaryExpr(position, "-", number) if data < 0 else number


def _selector(field: ast.Field, name: str) -> Selector:
    if isinstance(field.label, ast.Ident) and name.startswith("_"):
        return Selector.hidden(name)
    if isinstance(field.label, ast.Ident) and name.startswith("#"):
        return Selector.definition(name)
    return Selector.field(name)


def _set_position(expr: ast.Expr, position: int) -> ast.Expr:
    """A copy of an expression that begins at a position."""
    expr = copy(expr)
    if isinstance(expr, ast.StructLit):
        expr.lbrace = position
    elif isinstance(expr, ast.ListLit):
        expr.lbrack = position
    elif isinstance(expr, ast.ParenExpr):
        expr.lparen = position
    elif isinstance(expr, ast.BasicLit | ast.Ident | ast.UnaryExpr | ast.BottomLit):
        expr.pos = position
    elif isinstance(expr, ast.BinaryExpr | ast.SelectorExpr | ast.IndexExpr | ast.SliceExpr | ast.PostfixExpr):
        expr.x = _set_position(expr.x, position)
    elif isinstance(expr, ast.CallExpr):
        expr.fun = _set_position(expr.fun, position)
    elif isinstance(expr, ast.Interpolation):
        expr.elts = [_set_position(expr.elts[0], position), *expr.elts[1:]]
    return expr


def _elements(note: ListMerge) -> list[Element]:
    alternatives = note.key.split(",") if note.key else []
    given = {id(item) for item in note.given}
    out = []
    for index, item in enumerate(list_items(note.patch)):
        slot = note.slots[index] if index < len(note.slots) else None
        if note.strategy == "replace":
            out.append(Element("replaced", "", ""))
        elif slot is None:
            key = next((one for one in alternatives if key_value(item, one) is not None), "")
            out.append(Element("added", key, _key_text(item, key)))
        elif not alternatives:
            out.append(Element("merged", "", ""))
        else:
            key = same_key(slot, item, alternatives)
            met = id(item) in given or bool(key)
            key = key or next((one for one in alternatives if key_value(slot, one) is not None), "")
            how = ("replaced" if note.strategy == "retainKeys" else "merged") if met else "kept"
            out.append(Element(how, key, _key_text(slot, key)))
    out += [Element("kept", "", "") for _ in note.slots[len(out) :] if note.strategy != "replace"]
    return out


def _key_text(element: ast.Expr, key: str) -> str:
    found = key_value(element, key) if key else None
    if not isinstance(found, tuple):
        return ""
    kind, data = found
    return quote_label(data) if kind == "string" else str(data)
