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
            elif (text := _text(label)) is not None:
                if not literal.label_needs_quotes(text):
                    names[text] = True
                strings.append((label, text))
    scopes = [*outer, names]
    for decl in decls:
        _references(decl.value if isinstance(decl, ast.Field) else decl, scopes, found)
    # One that reads like a definition or hidden field next to it loses its quotes, too, as it does officially.
    found.update((id(label), text) for label, text in strings if names.get(text))


def _label_parts(label: ast.Label) -> Iterator[ast.Ident | ast.BasicLit]:
    if isinstance(label, ast.Alias):
        yield label.ident
        yield from _label_parts(label.expr)
    elif isinstance(label, ast.ParenExpr):
        yield from _label_parts(label.x)
    elif isinstance(label, (ast.Ident, ast.BasicLit)):
        yield label


def _text(label: ast.BasicLit) -> str | None:
    """What a string label says."""
    if label.kind != "STRING" or not label.value.startswith(('"', "#")):
        return None
    try:
        text = literal.unquote(label.value)
    except ValueError:
        return None
    return text if isinstance(text, str) else None


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
