"""The declared parameters of a template as an evaluated value, fields that depend on conditions among them."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING

from oam.definition.trees import label_name
from oam.errors import DefinitionError
from pycue import CompileError, Context
from pycue.syntax import ast

if TYPE_CHECKING:
    from pycue import Value

__all__ = ["declared_parameters", "is_conditional"]

_MARK = "conditional"


def declared_parameters(file: ast.File) -> Value | None:
    """The value of ``parameter``; None where the template declares none.

    A field inside of ``if`` is an optional one (see :func:`is_conditional`), whatever the condition; several of one
    name allow what any of them allows.

    Raises:
        DefinitionError: the parameters cannot be compiled.
    """
    schema = [decl for decl in file.decls if _is_schema(decl)]
    if not any(isinstance(decl, ast.Field) and label_name(decl) == "parameter" for decl in schema):
        return None
    whole = [decl for decl in file.decls if not isinstance(decl, ast.ImportDecl)]
    imports = [decl for decl in file.decls if isinstance(decl, ast.ImportDecl)]
    context = ast.Field(ast.Ident(0, "context"), 0, ast.Ident(0, "_"))
    failure: CompileError | None = None
    for decls in (schema, [*schema, *(decl for decl in whole if decl not in schema), context]):
        made = [_unconditional(decl) if decl in schema else decl for decl in decls]
        tree = ast.File(file.filename, [*imports, *made], file.source)
        try:
            return Context(allow_unused_imports=True).compile_file(tree).lookup("parameter")
        except CompileError as error:
            failure = failure or error
    raise DefinitionError(
        f"the parameters cannot be compiled: {failure}",
        code="oam.definition.parameter",
        position=failure.diagnostics[0].position if failure and failure.diagnostics else None,
    )


def is_conditional(value: Value) -> bool:
    """Whether a declared parameter is there only where a condition holds."""
    return any(name == _MARK for name, _ in value.attributes())


def _is_schema(decl: ast.Decl) -> bool:
    if isinstance(decl, ast.LetClause):
        return True
    name = label_name(decl) if isinstance(decl, ast.Field) else None
    return name is not None and (name == "parameter" or name.startswith(("#", "_#")))


def _unconditional(decl: ast.Decl) -> ast.Decl:
    if not isinstance(decl, ast.Field):
        return decl
    out = copy(decl)
    out.value = _expr(decl.value)
    return out


def _expr(expr: ast.Expr) -> ast.Expr:
    """A copy of an expression in which the conditional fields of structs are optional ones."""
    out = copy(expr)
    if isinstance(out, ast.StructLit):
        out.elts = _decls(out.elts)
    elif isinstance(out, ast.ListLit):
        out.elts = [_expr(item) if isinstance(item, ast.Expr) else item for item in out.elts]
        if out.elts and isinstance(end := out.elts[-1], ast.Ellipsis) and end.type is not None:
            element = _expr(end.type)
            end = copy(end)
            end.type = element
            out.elts[-1] = end
    elif isinstance(out, ast.BinaryExpr):
        out.x, out.y = _expr(out.x), _expr(out.y)
    elif isinstance(out, ast.ParenExpr | ast.UnaryExpr):
        out.x = _expr(out.x)
    elif isinstance(out, ast.CallExpr):
        out.args = [_expr(item) for item in out.args]
    return out


def _decls(decls: list[ast.Decl]) -> list[ast.Decl]:
    out: list[ast.Decl] = []
    conditional: dict[str, ast.Field] = {}
    for decl in decls:
        if isinstance(decl, ast.EmbedDecl):
            out.append(ast.EmbedDecl(_expr(decl.expr)))
        elif not isinstance(decl, ast.Comprehension):
            out.append(_unconditional(decl))
        elif isinstance(decl.value, ast.StructLit) and all(isinstance(item, ast.IfClause) for item in decl.clauses):
            bodies = [decl.value] + ([decl.fallback.body] if decl.fallback else [])
            for field in (item for body in bodies for item in _decls(body.elts) if isinstance(item, ast.Field)):
                name = label_name(field)
                if name is not None:
                    _add(conditional, name, field)
    declared = {label_name(decl) for decl in out if isinstance(decl, ast.Field)}
    return out + [field for name, field in conditional.items() if name not in declared]


def _add(conditional: dict[str, ast.Field], name: str, field: ast.Field) -> None:
    known = conditional.get(name)
    if known is not None:
        known.value = ast.BinaryExpr(known.value, 0, "|", field.value)
        return
    new = conditional[name] = copy(field)
    new.constraint = "?"
    new.attrs = [*field.attrs, ast.Attribute(0, f"@{_MARK}()")]
