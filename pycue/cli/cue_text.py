"""Values as CUE text, in the ways of ``eval``, ``export --out cue`` and ``def``."""

from __future__ import annotations

from pycue.export.exporter import definition_file, value_file
from pycue.export.profile import Profile
from pycue.syntax import ast, token
from pycue.syntax.format import format_node

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Sequence

    from pycue.cli.app import Run
    from pycue.cli.build import Item
    from pycue.evaluator.context import OpContext

__all__ = ["def_text", "eval_text", "final_text"]


def eval_text(ctx: OpContext, item: Item, run: Run) -> str:
    """Evaluated value: definitions shown, what is incomplete as expressions, four blanks a level."""
    everything = run.flag("all")
    schema = not run.flag("concrete")  # concrete values show regular fields only
    profile = Profile(
        defaults=True,
        definitions=schema,
        optional=schema and (everything or run.flag("show-optional")),
        hidden=schema and (everything or run.flag("show-hidden")),
        attributes=run.flag("show-attributes"),
        errors=run.flag("ignore"),
        package_id=item.instance.package_id,
        inline_imports=run.flag("inline-imports"),
    )
    return _text(value_file(ctx, item.vertex, profile), indent="    ", simplify=run.flag("simplify"))


def _text(file: ast.File, *, indent: str = "\t", simplify: bool) -> str:
    """Text of a file; one that is a single expression does not start with an empty line."""
    if len(file.decls) == 1 and isinstance(only := file.decls[0], ast.EmbedDecl):
        _place_first(only.expr)
        return format_node(only.expr, indent=indent, simplify=simplify) + "\n"
    return format_node(file, indent=indent, simplify=simplify)


def _place_first(node: ast.Node) -> None:
    """Give what an expression starts with a place; a field that has one may be printed as ``a: b: c``."""
    while True:
        if isinstance(node, ast.BinaryExpr):
            node = node.x
        elif isinstance(node, ast.CallExpr):
            node = node.fun
        elif isinstance(node, ast.StructLit) and not node.lbrace and node.elts:
            node = node.elts[0]
        elif isinstance(node, ast.EmbedDecl):
            node = node.expr
        else:
            break
    if isinstance(node, ast.Field) and isinstance(node.label, (ast.Ident, ast.BasicLit)):
        node.label.pos = token.with_relation(node.label.pos, token.NO_SPACE)


def final_text(ctx: OpContext, item: Item, run: Run, labels: Sequence[str] = ()) -> str:
    """Concrete value: regular fields only, tabs; placed at ``labels``, under the package clause asked for."""
    file = value_file(ctx, item.vertex, Profile(defaults=True, docs=True))
    if labels:
        file.decls = _placed(file.decls, labels)
    package = run.text("package")
    if package:
        file.decls.insert(0, ast.Package(0, ast.Ident(0, package)))
    return _text(file, simplify=True)


def _placed(decls: list[ast.Decl], labels: Sequence[str]) -> list[ast.Decl]:
    headers: list[ast.Decl] = [decl for decl in decls if isinstance(decl, ast.ImportDecl)]
    rest = [decl for decl in decls if not isinstance(decl, ast.ImportDecl)]
    value: ast.Expr = ast.StructLit(0, rest, 0)
    if len(rest) == 1 and isinstance(rest[0], ast.EmbedDecl):
        value = rest[0].expr
    for spelling in reversed(labels):
        label = ast.BasicLit(0, "STRING", spelling) if spelling[:1] == '"' else ast.Ident(0, spelling)
        field = ast.Field(label, 0, value)
        value = ast.StructLit(0, [field], 0)
    return [*headers, field]


def def_text(ctx: OpContext, item: Item, run: Run, *, package_clause: bool) -> str:
    """Constraints as they were written, with comments and perhaps the package clause; tabs."""
    profile = Profile(
        optional=True,
        definitions=True,
        hidden=True,
        attributes=True,
        docs=True,
        package_clause=package_clause and not item.expression,
        package_id=item.instance.package_id,
        inline_imports=run.flag("inline-imports"),
    )
    file = definition_file(ctx, item.vertex, profile)
    package = run.text("package")
    if package and not any(isinstance(decl, ast.Package) for decl in file.decls):
        file.decls.insert(0, ast.Package(0, ast.Ident(0, package)))
    return _text(file, simplify=True)
