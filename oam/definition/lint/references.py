"""References to parameters that may be absent (OAM220) or that are not declared (OAM221, OAM510)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oam.definition.declaration import Declaration
from oam.definition.trees import children, label_name, walk
from pycue.syntax import ast
from pycue.syntax.literal import unquote

if TYPE_CHECKING:
    from collections.abc import Iterator

    from oam.definition.lint.edits import Edit
    from oam.definition.lint.sheet import Sheet
    from oam.errors import Finding

    Found = tuple[Finding, tuple[Edit, ...]]
    Path = tuple[str, ...]

__all__ = ["undeclared_parameters", "unguarded_parameters"]

_PARAMETER = "parameter"
_ELEMENT = "[]"
_DEPTH = 8  # of definitions that refer to definitions
_RENDERED = ("output", "outputs", "patch", "patchOutputs")


def undeclared_parameters(sheet: Sheet) -> Iterator[Found]:
    """Uses of ``parameter.x`` where no ``x`` is declared."""
    code = "OAM510" if sheet.definition.kind == "WorkflowStepDefinition" else "OAM221"
    for node, name, close in Declaration(sheet.template).undeclared():
        hint = f'did you mean "{close}"?' if close else "declare it in parameter"
        yield sheet.finding(code, f'reference to undeclared parameter "{name}"', node, help=hint), ()


def unguarded_parameters(sheet: Sheet) -> Iterator[Found]:
    """Uses of optional parameters that do not stand within a condition that the parameter is there."""
    optional = _Optional(sheet.template).paths
    if not optional:
        return
    seen: set[int] = set()
    for node, path in _Walk(sheet, optional).run():
        if node.pos not in seen:
            seen.add(node.pos)
            name = ".".join(path).replace(f".{_ELEMENT}", _ELEMENT)
            hint = f"put it within if {name} != _|_ {{…}}" if _ELEMENT not in name else "test it with != _|_ first"
            yield sheet.finding("OAM220", f"{name} is optional and may be absent here", node, help=hint), ()


class _Optional:
    """The paths below ``parameter`` that may be absent; ``[]`` stands for the elements of a list."""

    def __init__(self, template: ast.File) -> None:
        self._definitions: dict[str, list[ast.Expr]] = {}
        for decl in template.decls:
            if isinstance(decl, ast.Field) and isinstance(decl.label, ast.Ident):
                self._definitions.setdefault(decl.label.name, []).append(decl.value)
        found: set[Path] = set()
        self._required: set[Path] = set()
        for value in self._definitions.get(_PARAMETER, ()):
            self._add(value, (_PARAMETER,), found, 0)
        self.paths = found - self._required

    def _add(self, value: ast.Node, path: Path, found: set[Path], depth: int) -> None:
        if isinstance(value, ast.ParenExpr):
            self._add(value.x, path, found, depth)
        elif isinstance(value, ast.CallExpr) and value.args:
            self._add(value.args[0], path, found, depth)  # close(…)
        elif isinstance(value, ast.BinaryExpr) and value.op == "&":
            self._add(value.x, path, found, depth)
            self._add(value.y, path, found, depth)
        elif isinstance(value, ast.Ident) and depth < _DEPTH:
            for definition in self._definitions.get(value.name, ()):
                self._add(definition, path, found, depth + 1)
        elif isinstance(value, ast.ListLit):
            for end in value.elts[-1:]:
                if isinstance(end, ast.Ellipsis) and end.type is not None:
                    self._add(end.type, (*path, _ELEMENT), found, depth)
        elif isinstance(value, ast.StructLit):
            for decl in value.elts:
                name = label_name(decl) if isinstance(decl, ast.Field) else None
                if isinstance(decl, ast.Field) and name is not None:
                    below = (*path, name)
                    (found if decl.constraint == "?" else self._required).add(below)
                    self._add(decl.value, below, found, depth)


class _Walk:
    """Follows what is rendered, with the conditions that hold there."""

    def __init__(self, sheet: Sheet, optional: set[Path]) -> None:
        self._optional = optional
        self._template = sheet.template
        self._steps = sheet.definition.kind == "WorkflowStepDefinition"
        self._helpers: dict[str, list[ast.Node]] = {}
        for decl in sheet.template.decls:
            if isinstance(decl, ast.Field) and (name := label_name(decl)) and name not in (*_RENDERED, _PARAMETER):
                self._helpers.setdefault(name, []).append(decl.value)
        for node in walk(sheet.template):
            if isinstance(node, ast.LetClause):
                self._helpers.setdefault(node.ident.name, []).append(node.expr)
        self._done: set[tuple[str, frozenset[Path]]] = set()

    def run(self) -> Iterator[tuple[ast.Node, Path]]:
        for decl in self._template.decls:
            if isinstance(decl, ast.Comprehension) or (isinstance(decl, ast.Field) and self._is_root(decl)):
                yield from self._visit(decl, {}, frozenset())

    def _is_root(self, field: ast.Field) -> bool:
        name = label_name(field) or ""
        return name in _RENDERED or (self._steps and name != _PARAMETER and not name.startswith(("_", "#")))

    # ---- walking; env gives names of elements and their paths, guards are paths that are there

    def _visit(self, node: ast.Node, env: dict[str, Path], guards: frozenset[Path]) -> Iterator[tuple[ast.Node, Path]]:
        if isinstance(node, ast.Comprehension):
            yield from self._comprehension(node, env, guards)
        elif isinstance(node, ast.BinaryExpr) and node.op in ("|", "==", "!=", "&&", "||"):
            yield from self._binary(node, env, guards)
        elif isinstance(node, ast.LetClause | ast.Attribute):
            return  # looked at where it is used
        elif (path := _path(node, env)) is not None:
            missing = next((path[:n] for n in range(2, len(path) + 1) if path[:n] in self._optional - guards), None)
            if missing is not None:
                yield node, missing
            while isinstance(node, ast.SelectorExpr | ast.IndexExpr):
                if isinstance(node, ast.IndexExpr):
                    yield from self._visit(node.index, env, guards)
                node = node.x
        elif isinstance(node, ast.Ident):
            if node.name in self._helpers and (node.name, guards) not in self._done:
                self._done.add((node.name, guards))
                for value in self._helpers[node.name]:
                    yield from self._visit(value, {}, guards)
        elif isinstance(node, ast.Field):
            if node.constraint:
                return  # a declaration, not a value
            if not isinstance(node.label, ast.Ident):
                yield from self._visit(node.label, env, guards)
            yield from self._visit(node.value, env, guards)
        elif isinstance(node, ast.SelectorExpr):
            yield from self._visit(node.x, env, guards)
        else:
            for child in children(node):
                yield from self._visit(child, env, guards)

    def _binary(
        self, node: ast.BinaryExpr, env: dict[str, Path], guards: frozenset[Path]
    ) -> Iterator[tuple[ast.Node, Path]]:
        if node.op == "|" or (node.op in ("==", "!=") and _bottom_side(node)):
            return  # an absent operand is what this is for
        yield from self._visit(node.x, env, guards)
        if node.op in ("&&", "||"):
            guards |= self._mentioned(node.x, env, everything=node.op == "||")
        yield from self._visit(node.y, env, guards)

    def _comprehension(
        self, node: ast.Comprehension, env: dict[str, Path], guards: frozenset[Path]
    ) -> Iterator[tuple[ast.Node, Path]]:
        env = dict(env)
        for clause in node.clauses:
            if isinstance(clause, ast.IfClause):
                yield from self._visit(clause.condition, env, guards)
                guards |= self._mentioned(clause.condition, env)
            elif isinstance(clause, ast.ForClause):
                yield from self._visit(clause.source, env, guards)
                path = _path(clause.source, env)
                guards |= self._mentioned(clause.source, env)
                if clause.value is not None:
                    env.pop(clause.value.name, None)
                    if path is not None:
                        env[clause.value.name] = (*path, _ELEMENT)
            elif isinstance(clause, ast.LetClause):
                yield from self._visit(clause.expr, env, guards)
                if (path := _path(clause.expr, env)) is not None:
                    env[clause.ident.name] = path
        yield from self._visit(node.value, env, guards)

    def _mentioned(
        self, condition: ast.Node, env: dict[str, Path], *, everything: bool = False, depth: int = 0
    ) -> frozenset[Path]:
        """The paths that are there where a condition holds: all that it looks at, save those that are to be absent.

        ``everything``: those too, for what is looked at where it does not hold.
        """
        found: set[Path] = set()
        stack = [condition]
        while stack:
            node = stack.pop()
            path = _path(node, env)
            if path is not None:
                found.update(path[:n] for n in range(2, len(path) + 1))
            elif isinstance(node, ast.Ident) and node.name not in env and depth < _DEPTH:
                for value in self._helpers.get(node.name, ()):  # a name for a condition
                    found |= self._mentioned(value, {}, depth=depth + 1)
            elif isinstance(node, ast.BinaryExpr) and node.op == "==" and _bottom_side(node) and not everything:
                continue
            else:
                stack.extend(children(node))
        return frozenset(found)


def _path(node: ast.Node, env: dict[str, Path]) -> Path | None:
    """The path below ``parameter`` that an expression selects."""
    steps: list[str] = []
    while isinstance(node, ast.SelectorExpr | ast.IndexExpr | ast.ParenExpr):
        if isinstance(node, ast.SelectorExpr):
            steps.append(node.sel.name if isinstance(node.sel, ast.Ident) else _text(node.sel))
        elif isinstance(node, ast.IndexExpr):
            steps.append(_text(node.index))
        node = node.x
    if not isinstance(node, ast.Ident):
        return None
    if node.name in env:
        return (*env[node.name], *reversed(steps))
    return (_PARAMETER, *reversed(steps)) if node.name == _PARAMETER else None


def _text(node: ast.Node) -> str:
    if isinstance(node, ast.BasicLit) and node.kind == "STRING":
        value = unquote(node.value)
        return value if isinstance(value, str) else _ELEMENT
    return _ELEMENT


def _bottom_side(node: ast.BinaryExpr) -> bool:
    return isinstance(node.x, ast.BottomLit) or isinstance(node.y, ast.BottomLit)
