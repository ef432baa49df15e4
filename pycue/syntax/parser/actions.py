"""What the grammar's rules build.

Each action takes one argument for each part of its rule: a node, a list, the position of a terminal that only its place
matters of, or a pair (position, spelling) of one whose spelling matters too.
"""

from __future__ import annotations

from pycue.syntax.ast import (
    Alias,
    BasicLit,
    BinaryExpr,
    BottomLit,
    CallExpr,
    Comprehension,
    Ellipsis,
    EmbedDecl,
    FallbackClause,
    Field,
    ForClause,
    IfClause,
    ImportDecl,
    ImportSpec,
    IndexExpr,
    Interpolation,
    LetClause,
    ListLit,
    Package,
    ParenExpr,
    PostfixAlias,
    PostfixExpr,
    SelectorExpr,
    SliceExpr,
    StructLit,
    TryClause,
    UnaryExpr,
)
from pycue.syntax.token import ELIDED, NO_POS

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeAlias

    from pycue.syntax.ast import Attribute, Clause, Decl, Expr, Ident

    Spelled: TypeAlias = tuple[int, str]

__all__ = ["ACTIONS", "Rejected"]


class Rejected(Exception):
    """A rule applies but its parts do not fit: a list of another length than one as a label, bytes as a name."""


# ---- lists


def _append(items: list[Any], _comma: int, item: Any) -> list[Any]:
    items.append(item)
    return items


def _append_second(items: list[Any], item: Any, _comma: int = 0) -> list[Any]:
    items.append(item)
    return items


def _append_both(items: list[Any], fragment: Any, item: Any, _comma: int = 0) -> list[Any]:
    items.append(fragment)
    items.append(item)
    return items


def _listed_both(fragment: Any, item: Any, _comma: int = 0) -> list[Any]:
    return [fragment, item]


class _Elements(list["Any"]):
    """Elements of a list literal; ``elided`` where a line end stands for the comma between two of them."""

    elided = False


def _elements(item: Any) -> _Elements:
    elements = _Elements()
    elements.append(item)
    return elements


def _append_element(elements: _Elements, comma: int, item: Any) -> _Elements:
    elements.append(item)
    if comma & 15 == ELIDED:
        elements.elided = True
    return elements


# ---- head


def _file(header: list[Decl], decls: list[Decl]) -> list[Decl]:
    return header + decls


def _package(keyword: Spelled, name: Ident) -> Package:
    return Package(keyword[0], name)


def _import_one(keyword: Spelled, spec: ImportSpec) -> ImportDecl:
    return ImportDecl(keyword[0], 0, [spec], 0)


def _import_group(keyword: Spelled, lparen: int, specs: list[ImportSpec], rparen: int) -> ImportDecl:
    return ImportDecl(keyword[0], lparen, specs, rparen)


def _import_group_open(
    keyword: Spelled, lparen: int, specs: list[ImportSpec], spec: ImportSpec, rparen: int
) -> ImportDecl:
    return ImportDecl(keyword[0], lparen, [*specs, spec], rparen)


def _import_path(path: BasicLit) -> ImportSpec:
    return ImportSpec(None, path)


# ---- declarations


def _ellipsis(dots: Spelled) -> Ellipsis:
    return Ellipsis(dots[0], None)


def _ellipsis_typed(dots: Spelled, type_: Expr) -> Ellipsis:
    return Ellipsis(dots[0], type_)


def _let(keyword: Spelled, ident: Ident, equal: int, expr: Expr) -> LetClause:
    return LetClause(keyword[0], ident, equal, expr)


def _checked(label: Expr) -> Expr:
    base = label.expr if isinstance(label, Alias) else label
    if isinstance(base, ListLit) and len(base.elts) != 1:
        raise Rejected
    return label


def _nested(field: Field) -> StructLit:
    return StructLit(0, [field], 0)


def _field(label: Expr, colon: int, value: Expr, attrs: list[Attribute] | None = None) -> Field:
    return Field(_checked(label), colon, value, "", 0, None, attrs)


def _field_nested(label: Expr, colon: int, field: Field) -> Field:
    return Field(_checked(label), colon, _nested(field))


def _constrained(label: Expr, mark: Spelled, colon: int, value: Expr, attrs: list[Attribute] | None = None) -> Field:
    return Field(_checked(label), colon, value, mark[1], mark[0], None, attrs)


def _constrained_nested(label: Expr, mark: Spelled, colon: int, field: Field) -> Field:
    return Field(_checked(label), colon, _nested(field), mark[1], mark[0])


def _aliased(label: Expr, alias: PostfixAlias, colon: int, value: Expr, attrs: list[Attribute] | None = None) -> Field:
    return Field(_checked(label), colon, value, "", 0, alias, attrs)


def _aliased_nested(label: Expr, alias: PostfixAlias, colon: int, field: Field) -> Field:
    return Field(_checked(label), colon, _nested(field), "", 0, alias)


def _aliased_constrained(
    label: Expr, alias: PostfixAlias, mark: Spelled, colon: int, value: Expr, attrs: list[Attribute] | None = None
) -> Field:
    return Field(_checked(label), colon, value, mark[1], mark[0], alias, attrs)


def _aliased_constrained_nested(label: Expr, alias: PostfixAlias, mark: Spelled, colon: int, field: Field) -> Field:
    return Field(_checked(label), colon, _nested(field), mark[1], mark[0], alias)


def _postfix_alias(tilde: int, ident: Ident) -> PostfixAlias:
    return PostfixAlias(tilde, 0, None, ident, 0)


def _postfix_alias_field(tilde: int, lparen: int, field: Ident, rparen: int) -> PostfixAlias:
    return PostfixAlias(tilde, lparen, None, field, rparen)


def _postfix_alias_both(tilde: int, lparen: int, label: Ident, _comma: int, field: Ident, rparen: int) -> PostfixAlias:
    return PostfixAlias(tilde, lparen, label, field, rparen)


# ---- comprehensions


def _comprehension(clauses: list[Clause], struct: StructLit) -> Comprehension:
    return Comprehension(clauses, struct)


def _comprehension_comma(clauses: list[Clause], _comma: int, struct: StructLit) -> Comprehension:
    return Comprehension(clauses, struct)


def _comprehension_comma_fallback(
    clauses: list[Clause], _comma: int, struct: StructLit, fallback: FallbackClause
) -> Comprehension:
    return Comprehension(clauses, struct, fallback)


def _if_clause(keyword: Spelled, condition: Expr) -> IfClause:
    return IfClause(keyword[0], condition)


def _for_clause(keyword: Spelled, value: Ident, in_: Spelled, source: Expr) -> ForClause:
    return ForClause(keyword[0], None, 0, value, in_[0], source)


def _for_clause_both(keyword: Spelled, key: Ident, comma: int, value: Ident, in_: Spelled, source: Expr) -> ForClause:
    return ForClause(keyword[0], key, comma, value, in_[0], source)


def _try_clause(keyword: Spelled) -> TryClause:
    return TryClause(keyword[0], None, 0, None)


def _try_clause_bound(keyword: Spelled, ident: Ident, equal: int, expr: Expr) -> TryClause:
    return TryClause(keyword[0], ident, equal, expr)


def _fallback(keyword: Spelled, body: StructLit) -> FallbackClause:
    return FallbackClause(keyword[0], keyword[1], body)


# ---- expressions


def _binary(x: Expr, op: Spelled, y: Expr) -> BinaryExpr:
    return BinaryExpr(x, op[0], op[1], y)


def _unary(op: Spelled, x: Expr) -> UnaryExpr:
    return UnaryExpr(op[0], op[1], x)


def _postfix_expr(x: Expr, op: Spelled) -> PostfixExpr:
    return PostfixExpr(x, op[0], op[1])


def _selector(x: Expr, period: int, sel: Expr) -> SelectorExpr:
    if isinstance(sel, BasicLit) and (sel.value[0] != '"' or sel.value.startswith('""')):
        raise Rejected
    return SelectorExpr(x, period, sel)


def _index_comma(x: Expr, lbrack: int, index: Expr, _comma: int, rbrack: int) -> IndexExpr:
    return IndexExpr(x, lbrack, index, rbrack)


def _slice_all(x: Expr, lbrack: int, _colon: int, rbrack: int) -> SliceExpr:
    return SliceExpr(x, lbrack, None, None, rbrack)


def _slice_from(x: Expr, lbrack: int, low: Expr, _colon: int, rbrack: int) -> SliceExpr:
    return SliceExpr(x, lbrack, low, None, rbrack)


def _slice_to(x: Expr, lbrack: int, _colon: int, high: Expr, rbrack: int) -> SliceExpr:
    return SliceExpr(x, lbrack, None, high, rbrack)


def _slice(x: Expr, lbrack: int, low: Expr, _colon: int, high: Expr, rbrack: int) -> SliceExpr:
    return SliceExpr(x, lbrack, low, high, rbrack)


def _call_empty(fun: Expr, lparen: int, rparen: int) -> CallExpr:
    return CallExpr(fun, lparen, [], rparen)


def _call_comma(fun: Expr, lparen: int, args: list[Expr], _comma: int, rparen: int) -> CallExpr:
    return CallExpr(fun, lparen, args, rparen)


def _comma_free(elements: list[Any], last: int) -> bool:
    """``last`` is the position of a comma after the last element, 0 if there is none."""
    return getattr(elements, "elided", False) or (len(elements) == 1 and last & 15 in (NO_POS, ELIDED))


def _list_empty(lbrack: int, rbrack: int) -> ListLit:
    return ListLit(lbrack, [], rbrack)


def _list(lbrack: int, elements: _Elements, rbrack: int) -> ListLit:
    return ListLit(lbrack, list(elements), rbrack, _comma_free(elements, NO_POS))


def _list_comma(lbrack: int, elements: _Elements, comma: int, rbrack: int) -> ListLit:
    return ListLit(lbrack, list(elements), rbrack, _comma_free(elements, comma))


def _list_tail(lbrack: int, tail: Any, rbrack: int) -> ListLit:
    return ListLit(lbrack, [tail], rbrack, True)


def _list_tail_comma(lbrack: int, tail: Any, comma: int, rbrack: int) -> ListLit:
    return ListLit(lbrack, [tail], rbrack, _comma_free([tail], comma))


def _list_elements_tail(lbrack: int, elements: _Elements, comma: int, tail: Any, rbrack: int) -> ListLit:
    _append_element(elements, comma, tail)
    return ListLit(lbrack, list(elements), rbrack, _comma_free(elements, NO_POS))


def _list_elements_tail_comma(
    lbrack: int, elements: _Elements, comma: int, tail: Any, _last: int, rbrack: int
) -> ListLit:
    return _list_elements_tail(lbrack, elements, comma, tail, rbrack)


def _interpolation(elts: list[Expr], end: BasicLit) -> Interpolation:
    elts.append(end)
    return Interpolation(elts)


ACTIONS: dict[str, Callable[..., Any]] = {
    "file": _file,
    "empty": list,
    "listed": lambda item: [item],
    "first": lambda item, _comma: item,
    "append": _append,
    "append_second": _append_second,
    "append_both": _append_both,
    "listed_both": _listed_both,
    "elements": _elements,
    "append_element": _append_element,
    "package": _package,
    "import_one": _import_one,
    "import_group": _import_group,
    "import_group_open": _import_group_open,
    "import_path": _import_path,
    "import_named": ImportSpec,
    "ellipsis": _ellipsis,
    "ellipsis_typed": _ellipsis_typed,
    "let": _let,
    "embedding": EmbedDecl,
    "embedding_marked": lambda label, _mark: EmbedDecl(label),
    "field": _field,
    "field_attrs": _field,
    "field_nested": _field_nested,
    "constrained": _constrained,
    "constrained_attrs": _constrained,
    "constrained_nested": _constrained_nested,
    "aliased": _aliased,
    "aliased_attrs": _aliased,
    "aliased_nested": _aliased_nested,
    "aliased_constrained": _aliased_constrained,
    "aliased_constrained_attrs": _aliased_constrained,
    "aliased_constrained_nested": _aliased_constrained_nested,
    "alias": Alias,
    "postfix_alias": _postfix_alias,
    "postfix_alias_field": _postfix_alias_field,
    "postfix_alias_both": _postfix_alias_both,
    "comprehension": _comprehension,
    "comprehension_comma": _comprehension_comma,
    "comprehension_fallback": Comprehension,
    "comprehension_comma_fallback": _comprehension_comma_fallback,
    "if_clause": _if_clause,
    "for_clause": _for_clause,
    "for_clause_both": _for_clause_both,
    "try_clause": _try_clause,
    "try_clause_bound": _try_clause_bound,
    "fallback": _fallback,
    "binary": _binary,
    "unary": _unary,
    "selector": _selector,
    "index": IndexExpr,
    "index_comma": _index_comma,
    "slice_all": _slice_all,
    "slice_from": _slice_from,
    "slice_to": _slice_to,
    "slice": _slice,
    "call_empty": _call_empty,
    "call": CallExpr,
    "call_comma": _call_comma,
    "postfix_expr": _postfix_expr,
    "bottom": BottomLit,
    "paren": ParenExpr,
    "struct": StructLit,
    "list_empty": _list_empty,
    "list": _list,
    "list_comma": _list_comma,
    "list_tail": _list_tail,
    "list_tail_comma": _list_tail_comma,
    "list_elements_tail": _list_elements_tail,
    "list_elements_tail_comma": _list_elements_tail_comma,
    "interpolation": _interpolation,
}
