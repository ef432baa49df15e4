"""What the outputs and conditions of steps name, and whether it is there: found out before anything runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oam.definition.trees import label_name, walk
from oam.diagnostics import did_you_mean
from oam.errors import OamError
from pycue.errors import CueError
from pycue.source import Source
from pycue.syntax import ast
from pycue.syntax.parser import parse_expr

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from oam.model import Step
    from oam.workflow.template import Templates

__all__ = ["condition_faults", "missing_outputs"]

Path = tuple[str | int, ...]
Fault = tuple[Path, str, str, str]

_PREDECLARED = frozenset(
    "_ and bool bytes close div error false float float32 float64 int int128 int16 int32 int64 int8 len mod null "
    "number or quo rem rune self string true uint uint128 uint16 uint32 uint64 uint8".split()
)
_SCOPE = ("inputs", "status", "context", "parameter")
_NO_TRUTH = ("+", "-", "*", "/")


def missing_outputs(step: Step, templates: Templates) -> Iterator[Fault]:
    """Outputs that begin with a name which the template of the step does not have."""
    outputs = step.raw.get("outputs") or []
    try:
        known = _fields(templates.tree(step.type).decls) if outputs else None
    except (CueError, OamError):
        return  # told elsewhere, or a step type without a template
    for index, entry in enumerate(outputs):
        value = str(entry.get("valueFrom") or entry.get("exportKey") or "")
        if known is None or not value or value.endswith("?") or value.lstrip().startswith("import"):
            continue
        try:
            roots = _roots(parse_expr(Source("valueFrom", value)))
        except CueError:
            continue
        for name in roots:
            if name not in known and name not in ("context", "parameter"):
                path = (*step.path, "outputs", index, "valueFrom" if entry.get("valueFrom") else "exportKey")
                text = f'step type "{step.type}" has no field "{name}"'
                yield path, "OAM507", text, did_you_mean(name, sorted(known))


def condition_faults(step: Step, every: Sequence[Step]) -> Iterator[Fault]:
    """What keeps the ``if`` of a step from being decided."""
    text, path = step.raw.get("if"), (*step.path, "if")
    if not text or text == "always":
        return
    try:
        condition = parse_expr(Source("if", str(text)))
    except CueError as error:
        yield path, "OAM505", str(error), ""
        return
    if _is_no_truth(condition):
        yield path, "OAM505", f"{text} is not a boolean", "compare it with something"
    names = {
        "status": [name for entry in every for name in _called(entry)],
        "inputs": [str(entry["from"]) for entry in step.raw.get("inputs") or []],
    }
    for name in _roots(condition):
        if name not in _SCOPE:
            yield path, "OAM505", f'reference "{name}" not found', did_you_mean(name, _SCOPE)
    for root, name in _members(condition):
        if name not in names.get(root, (name,)):
            what = f'there is no step "{name}"' if root == "status" else f'the step has no input "{name}"'
            yield path, "OAM505", what, did_you_mean(name, names[root])


def _called(step: Step) -> Iterator[str]:
    """The names that the status of a step goes by."""
    yield step.name
    properties = step.properties or {}
    alias = properties.get("name") or properties.get("component")
    if isinstance(alias, str):
        yield alias


def _fields(decls: Iterable[ast.Decl]) -> set[str] | None:
    """The names at the top of a template; None where it may have any."""
    found: set[str] = set()
    for decl in decls:
        inner: set[str] | None = set()
        if isinstance(decl, ast.Field):
            name = label_name(decl)
            inner = None if name is None else {name}
        elif isinstance(decl, ast.Comprehension):
            inner = _fields(decl.value.elts) if isinstance(decl.value, ast.StructLit) else None
        elif isinstance(decl, ast.EmbedDecl | ast.Ellipsis):
            inner = None
        if inner is None:
            return None
        found |= inner
    return found


def _roots(expr: ast.Expr) -> list[str]:
    """The names that an expression takes from around it, in no particular order, each once."""
    labels: set[int] = set()
    bound: set[str] = set(_PREDECLARED)
    names: dict[str, ast.Ident] = {}
    nodes = list(walk(expr))
    for node in nodes:
        if isinstance(node, ast.SelectorExpr):
            labels.add(id(node.sel))
        elif isinstance(node, ast.Field):
            labels.add(id(node.label))
            bound.add(label_name(node) or "")
        elif isinstance(node, ast.ForClause):
            bound |= {ident.name for ident in (node.key, node.value) if ident is not None}
        elif isinstance(node, ast.LetClause):
            bound.add(node.ident.name)
    for node in nodes:
        if isinstance(node, ast.Ident) and id(node) not in labels:
            names.setdefault(node.name, node)
    return sorted(names.keys() - bound)


def _members(expr: ast.Expr) -> Iterator[tuple[str, str]]:
    """``root.name`` and ``root["name"]`` in an expression."""
    for node in walk(expr):
        label: ast.Node | None = None
        if isinstance(node, ast.SelectorExpr):
            label = node.sel
        elif isinstance(node, ast.IndexExpr):
            label = node.index
        if isinstance(node, ast.SelectorExpr | ast.IndexExpr) and isinstance(node.x, ast.Ident):
            if isinstance(label, ast.Ident) and isinstance(node, ast.SelectorExpr):
                yield node.x.name, label.name
            elif isinstance(label, ast.BasicLit) and label.kind == "STRING":
                yield node.x.name, label.value.strip('"')


def _is_no_truth(expr: ast.Expr) -> bool:
    if isinstance(expr, ast.ParenExpr):
        return _is_no_truth(expr.x)
    if isinstance(expr, ast.BasicLit):
        return expr.kind not in ("TRUE", "FALSE")
    if isinstance(expr, ast.BinaryExpr):
        return expr.op in _NO_TRUTH
    return isinstance(expr, ast.StructLit | ast.ListLit | ast.Interpolation)
