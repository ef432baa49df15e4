"""What ``fmt -s`` simplifies: string labels that may be identifiers, and patterns that mean ``...``."""

from __future__ import annotations

from pycue.syntax import ast, literal

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["bare_labels", "is_any_field"]


def is_any_field(decl: ast.Decl) -> bool:
    """Whether a declaration is ``...``, ``[string]: _`` or ``[_]: _``."""
    if isinstance(decl, ast.Ellipsis):
        return True
    if not isinstance(decl, ast.Field) or not isinstance(decl.value, ast.Ident) or decl.value.name != "_":
        return False
    label = decl.label
    if not isinstance(label, ast.ListLit) or len(label.elts) != 1:
        return False
    element = label.elts[0]
    return isinstance(element, ast.Ident) and element.name in ("string", "_")


def bare_labels(node: ast.Node) -> dict[int, str]:
    """Find the string labels that may lose their quotes: no reference would find the field that did not before.

    Returns:
        The identifiers by the ``id`` of the labels' nodes.
    """
    found: dict[int, str] = {}
    if isinstance(node, ast.File):
        _scope(node.decls, [], found)
    else:
        _references(node, [], found)
    return found


def _scope(decls: Sequence[ast.Decl], outer: list[dict[str, bool]], found: dict[int, str]) -> None:
    """Handle one struct: ``outer`` tells for each scope around it which names are labels, false once referred to."""
    names: dict[str, bool] = {}
    strings: list[tuple[ast.BasicLit, str]] = []
    for decl in decls:
        if not isinstance(decl, ast.Field):
            continue
        for label in _label_parts(decl.label):
            if isinstance(label, ast.Ident):
                names[label.name] = True
            elif (name := _ident(label)) is not None:
                names[name] = True
                strings.append((label, name))
    scopes = [*outer, names]
    for decl in decls:
        _references(decl.value if isinstance(decl, ast.Field) else decl, scopes, found)
    found.update((id(label), name) for label, name in strings if names[name])


def _label_parts(label: ast.Label) -> Iterator[ast.Ident | ast.BasicLit]:
    if isinstance(label, ast.Alias):
        yield label.ident
        yield from _label_parts(label.expr)
    elif isinstance(label, ast.ParenExpr):
        yield from _label_parts(label.x)
    elif isinstance(label, (ast.Ident, ast.BasicLit)):
        yield label


def _ident(label: ast.BasicLit) -> str | None:
    """The identifier that a string label can be written as."""
    if label.kind != "STRING" or not label.value.startswith(('"', "#")):
        return None
    try:
        name = literal.unquote(label.value)
    except ValueError:
        return None
    return name if isinstance(name, str) and not literal.label_needs_quotes(name) else None


def _references(node: object, scopes: list[dict[str, bool]], found: dict[int, str]) -> None:
    if isinstance(node, ast.StructLit):
        _scope(node.elts, scopes, found)
    elif isinstance(node, ast.Ident):
        for scope in reversed(scopes):
            if node.name in scope:
                scope[node.name] = False
                break
    elif isinstance(node, ast.SelectorExpr):
        _references(node.x, scopes, found)
    elif isinstance(node, list):
        for item in node:
            _references(item, scopes, found)
    elif isinstance(node, ast.Node):
        for name in node.__slots__:
            _references(getattr(node, name), scopes, found)
