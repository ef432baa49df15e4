"""Status snippets of definitions: small CUE texts that judge and describe a live object."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oam.definition.trees import field_values, label_name
from oam.errors import DefinitionError
from pycue.errors import CueSyntaxError
from pycue.source import Source
from pycue.syntax import ast
from pycue.syntax.kinds import ENDS_STATEMENT
from pycue.syntax.literal import quote_string, unquote
from pycue.syntax.parser import parse_file
from pycue.syntax.scanner import scan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pycue.source import Position

__all__ = ["SNIPPETS", "check_snippet", "embed_snippets"]

SNIPPETS = ("healthPolicy", "customStatus", "details")

_DISABLE = "@disableValidation()"
_VALUES = (
    ast.Ident,
    ast.BinaryExpr,
    ast.UnaryExpr,
    ast.CallExpr,
    ast.SelectorExpr,
    ast.ParenExpr,
)
_HEALTH = _VALUES
_MESSAGE = (*_VALUES, ast.Interpolation, ast.ListLit, ast.IndexExpr, ast.SliceExpr, ast.Comprehension)


def embed_snippets(name: str, fields: Sequence[ast.Field], place: Callable[[int], Position | None]) -> None:
    """Turn the snippets in a definition's metadata into string literals, in place, and check them.

    Args:
        name: the definition's name, for messages.
        fields: the fields of the definition; snippets stand at ``attributes.status.<snippet>``.
        place: position of a node's ``pos``.

    Raises:
        DefinitionError: a snippet is neither text nor struct, or lacks what it is for.
    """
    for snippet in SNIPPETS:
        for top in fields:
            if not isinstance(top.value, ast.StructLit):
                continue
            for field in field_values(top.value.elts, ("attributes", "status", snippet)):
                try:
                    _embed(snippet, field)
                except ValueError as error:
                    spelled = top.label.value if isinstance(top.label, ast.BasicLit) else name
                    text = f"failed to parse metadata {spelled}: {error}"
                    raise DefinitionError(text, code="OAM150", position=place(field.pos)) from None


def _embed(snippet: str, field: ast.Field) -> None:
    value = field.value
    path = f"attributes.status.{snippet}"
    disabled = any(attr.text.replace(" ", "") == _DISABLE for attr in field.attrs)
    if isinstance(value, ast.StructLit):
        decls = value.elts
        from pycue.syntax.format import format_node

        text = format_node(ast.File("", decls)).strip("\n")
        if disabled:
            text = f"// cue-attr:{_DISABLE}\n{text}"
        else:
            _check(snippet, path, decls)
        body = "".join(f"\t{line}\n" if line else "\n" for line in text.split("\n"))
        literal = quote_string(text) if "\n" not in text else f'#"""\n{body}\t"""#'
        field.value = ast.BasicLit(value.pos, "STRING", literal)
        return
    if isinstance(value, ast.BasicLit) and value.kind == "STRING":
        content = unquote(value.value)
        if isinstance(content, str) and not disabled:
            check_snippet(snippet, content)
        return
    if isinstance(value, ast.BasicLit):
        raise ValueError(f"expected {path} field to be string, got {value.kind}")


def check_snippet(snippet: str, text: str) -> None:
    """Look at the text of a snippet.

    Raises:
        ValueError: it is no CUE, or lacks the field that it is for; the text tells the path of the snippet.
    """
    path = f"attributes.status.{snippet}"
    if text.lstrip().startswith("// cue-attr:" + _DISABLE):
        return
    heading = f"{path} field failed validation: invalid cue content in string literal"
    if _compares_nothing(text):
        raise ValueError(f"{heading}: expected operand, found '=='")
    try:
        file = parse_file(Source("-", text))
    except CueSyntaxError as error:
        raise ValueError(f"{heading}: {error}") from None
    _check(snippet, path, file.decls)


def _compares_nothing(text: str) -> bool:
    """Whether ``==`` stands without left operand, which the language of snippets does not have."""
    tokens = scan(text)
    before = [*tokens.kinds[-1:], *tokens.kinds]
    return any(
        spelled == "==" and not ENDS_STATEMENT[kind] for kind, spelled in zip(before, tokens.texts, strict=False)
    )


def _check(snippet: str, path: str, decls: Sequence[ast.Decl]) -> None:
    fields = dict(_fields(decls))
    complaint = ""
    if snippet == "healthPolicy":
        value = fields.get("isHealth")
        if value is None:
            complaint = "healthPolicy must contain an 'isHealth' field"
        elif not isinstance(value, _HEALTH) and not _literal(value, "TRUE", "FALSE"):
            complaint = f"healthPolicy field 'isHealth' must be a boolean expression, got {_kind(value)}"
    elif snippet == "customStatus":
        value = fields.get("message")
        if value is None:
            complaint = "customStatus must contain a 'message' field"
        elif not isinstance(value, _MESSAGE) and not _literal(value, "STRING"):
            complaint = f"customStatus field 'message' must be a string, got {_kind(value)}"
    else:
        for name, value in fields.items():
            if name and not name.startswith("$") and isinstance(value, ast.StructLit | ast.ListLit):
                complaint = f'status.details field "{name}" contains unsupported expression type {_kind(value)}'
                break
    if complaint:
        raise ValueError(f"{path} field failed validation: {complaint}")


def _fields(decls: Sequence[ast.Decl]) -> Iterator[tuple[str | None, ast.Expr]]:
    """Fields at the top, those within comprehensions included."""
    for decl in decls:
        if isinstance(decl, ast.Field):
            yield label_name(decl), decl.value
        elif isinstance(decl, ast.Comprehension) and isinstance(decl.value, ast.StructLit):
            yield from _fields(decl.value.elts)


def _literal(value: ast.Expr, *kinds: str) -> bool:
    return isinstance(value, ast.BasicLit) and value.kind in kinds


def _kind(value: ast.Expr) -> str:
    return value.kind if isinstance(value, ast.BasicLit) else f"*ast.{type(value).__name__}"
