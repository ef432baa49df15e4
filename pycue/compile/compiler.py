"""Expressions: syntax tree to IR. Declarations are in :mod:`pycue.compile.declarations`.

Source: internal/core/compile of the official tool for what resolves to what, and for the texts of errors.
"""

from __future__ import annotations

from pycue import labels
from pycue.compile.predeclared import predeclared
from pycue.compile.scope import (
    DYNAMIC,
    FIELD_ALIAS,
    IMPORT,
    KEY,
    LET,
    VALUE,
    VARIABLE,
    Entry,
    Scope,
)
from pycue.errors import CompileError, Diagnostic
from pycue.evaluator import ir
from pycue.evaluator import kind as k
from pycue.evaluator.expressions import BOTTOM_TEST, SCALARS_ONLY, SHORT_CIRCUIT
from pycue.evaluator.labeling import printed_label
from pycue.evaluator.values import (
    LEGACY_USER,
    BasicType,
    Bool,
    Bottom,
    BoundValue,
    Bytes,
    Conjunction,
    Expr,
    Message,
    Null,
    Num,
    Src,
    String,
    Top,
)
from pycue.source import Position
from pycue.syntax import ast
from pycue.syntax.literal import parse_number, unquote, unquote_fragments

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from pycue.evaluator.vertex import Vertex
    from pycue.labels import AnyLabel
    from pycue.source import Source
    from pycue.syntax.experiments import Experiments

__all__ = ["ExpressionCompiler"]

_COMPARISONS = frozenset(("==", "!=", "<", "<=", ">", ">=", "=~", "!~"))


class ExpressionCompiler:
    """State of one compilation: where names are looked up, the path for messages, and the faults found.

    ``faults`` of binding names (two aliases of one name …) come before all others and hide them.
    """

    def __init__(self, package_id: str) -> None:
        self.package_id = package_id
        self.source: Source | None = None
        self.scope: Scope | None = None
        self.path: list[ast.Node | str] = []
        self.lets: list[tuple[Entry, int]] = []  # those being compiled, with the depth of their scope
        self.let_count = 0  # lets and let clauses so far
        self.errors: list[Diagnostic] = []
        self.binding_errors: list[Diagnostic] = []
        self.pattern_scope: Scope | None = None  # while a pattern label is compiled, the struct it stands in
        self.experiments: Experiments | None = None
        self.in_try = 0
        self.find_package: Callable[[str], str | None] | None = None  # for names of packages without import
        self.resolve_import: Callable[[str], str | None] | None = None

    # ---- helpers

    def on(self, experiment: str) -> bool:
        """Whether an experiment is on in the current file."""
        return self.experiments is not None and experiment in self.experiments.on

    def position(self, pos: int) -> Position | None:
        """Position in the current file, or None for nodes without."""
        return Position(self.source, (pos >> 4) - 1) if self.source is not None and pos >= 16 else None

    def current_path(self) -> tuple[str, ...]:
        """Printed labels of what is being compiled."""
        return tuple(part if isinstance(part, str) else path_element(part) for part in self.path)

    def new_let(self, name: str) -> labels.Label:
        """A label for the next let."""
        self.let_count += 1
        return labels.let(name, self.let_count)

    def error(self, pos: int, text: str) -> Bottom:
        """Note a fault at a position, with the current path."""
        self.errors.append(Diagnostic(text, code="cue.compile", path=self.current_path(), position=self.position(pos)))
        return Bottom(0, [Message(text)])

    def binding_error(self, pos: int, text: str) -> None:
        """Note a fault that hides all others; such faults have no path."""
        self.binding_errors.append(Diagnostic(text, code="cue.compile", position=self.position(pos)))

    def finish(self) -> None:
        """Raise what was found.

        Raises:
            CompileError: with all faults.
        """
        if self.binding_errors or self.errors:
            raise CompileError(self.binding_errors or self.errors)

    def label(self, ident: ast.Ident) -> AnyLabel:
        """Label that an identifier denotes."""
        name = ident.name
        if name[0] == "#":
            return labels.definition(name)
        if name[0] == "_":
            return labels.hidden(name, self.package_id)
        return name

    # ---- expressions

    def expr(self, node: ast.Expr) -> Expr:
        """Compile an expression."""
        return _EXPRESSIONS[type(node)](self, node)

    def ident(self, node: ast.Ident) -> Expr:
        name = node.name
        src = Src(node, self.source)
        if name == "_":
            return Top(src)
        up = 0
        scope = self.scope
        while scope is not None:
            found = scope.names.get(name)
            if found is not None and not (isinstance(found, Entry) and found.open and self._is_own_let(found)):
                break
            if scope.vertex is not None and (outer := self._in_vertex(scope.vertex, node)) is not None:
                return ir.FieldReference(up + outer[0], outer[1], src)
            up += scope.level
            scope = scope.parent
        else:
            return self._unbound(node, src)
        if scope is self.pattern_scope and (type(found) is not Entry or found.kind in (DYNAMIC, FIELD_ALIAS, LET)):
            self.binding_error(
                node.pos,
                f'reference "{name}" in label expression refers to field against which it would be matched',
            )
        if isinstance(found, Entry):
            return self._entry(found, scope, up, node, src)
        return ir.FieldReference(up, found, src)

    def _is_own_let(self, entry: Entry) -> bool:
        """A let's own name is not visible in its expression; reaching it through another let is a cycle."""
        return bool(self.lets) and self.lets[-1][0] is entry

    def _in_vertex(self, vertex: Vertex | None, node: ast.Ident) -> tuple[int, AnyLabel] | None:
        """Levels up from the scope's vertex, and the label, of a field of an existing value."""
        label, up = self.label(node), 0
        while vertex is not None:
            if label in vertex.arcs:
                return up, label
            vertex = vertex.parent
            up += 1
        return None

    def _unbound(self, node: ast.Ident, src: Src) -> Expr:
        name = node.name
        if name == "self":
            if not self.on("aliasv2"):
                return self.error(node.pos, 'predeclared identifier "self" requires @experiment(aliasv2)')
            return ir.ValueReference(1, name, src)
        value = predeclared(name, src, self.on("testing"))
        if value is not None:
            return value
        if self.find_package is not None and (path := self.find_package(name)) is not None:
            full = self.resolve_import(path) if self.resolve_import is not None else path
            return ir.ImportReference(full or path, name, src)
        return self.error(node.pos, f'reference "{name}" not found')

    def _entry(self, entry: Entry, scope: Scope, up: int, node: ast.Ident, src: Src) -> Expr:
        entry.used = True
        kind = entry.kind
        if kind == VARIABLE:
            for let, depth in self.lets:
                if scope.depth <= depth:
                    let.mark_multi()
            assert entry.label is not None
            return ir.FieldReference(up, entry.label, src)
        if kind == LET:
            return self._let_reference(entry, scope, up, node, src)
        if kind == FIELD_ALIAS:
            assert entry.label is not None
            return ir.FieldReference(up, entry.label, src)
        if kind == VALUE:
            return ir.ValueReference(up, node.name, src)
        if kind == KEY:
            return entry.key if entry.key is not None else ir.LabelReference(up, node.name, src)
        if kind == DYNAMIC:
            if entry.key is None:  # it is another such label that is being compiled, or its own
                return self.error(node.pos, "cyclic reference in field alias")
            return ir.DynamicReference(up, entry.key, node.name, src)
        assert kind == IMPORT
        return ir.ImportReference(entry.package, node.name, src)

    def _let_reference(self, entry: Entry, scope: Scope, up: int, node: ast.Ident, src: Src) -> Expr:
        for let, depth in self.lets:
            if scope.depth <= depth:
                entry.dependents.setdefault(let, (node.pos, tuple(self.path)))
                if entry.is_multi:
                    let.mark_multi()
        if entry.let is not None and type(entry.let.value) is ir.ValueReference and entry.let.value.up_count:
            # A name for an enclosing value, not a copy of it.
            return ir.ValueReference(up + entry.let.value.up_count, node.name, src)
        assert entry.label is not None
        reference = ir.LetReference(up, entry.label, entry.let.value if entry.let else Top(), src)
        if entry.let is None:
            entry.references.append(reference)
        return reference

    def basic_literal(self, node: ast.BasicLit) -> Expr:
        kind, text = node.kind, node.value
        src = Src(node, self.source)
        if kind == "STRING":
            return self.string_literal(text, node.pos, src)
        if kind == "INT" or kind == "FLOAT":
            try:
                return Num(parse_number(text), k.INT if kind == "INT" else k.FLOAT, src)
            except ValueError as fault:
                return self.error(node.pos, f"parse error: {fault}")
        if kind == "NULL":
            return Null(src)
        return Bool(kind == "TRUE", src)

    def string_literal(self, text: str, pos: int, src: Src) -> Expr:
        try:
            value = unquote(text)
        except ValueError as fault:
            reason = str(fault).removeprefix("invalid string: ")
            return self.error(pos, f"invalid string: {reason}")
        return String(value, src) if isinstance(value, str) else Bytes(value, src)

    def bottom(self, node: ast.BottomLit) -> Expr:
        src = Src(node, self.source)
        text = "explicit error (_|_ literal) in source"
        return Bottom(LEGACY_USER, [Message(text, position=src.position, code="cue.user")], src)

    def interpolation(self, node: ast.Interpolation) -> Expr:
        src = Src(node, self.source)
        try:
            fragments = unquote_fragments([part.value for part in node.elts[::2]])  # type: ignore[attr-defined]
        except ValueError as fault:
            return self.error(node.pos, f"invalid string: {str(fault).removeprefix('invalid string: ')}")
        parts: list[Expr] = []
        for index, part in enumerate(node.elts):
            if index % 2:
                parts.append(self.expr(part))
                continue
            value = fragments[index // 2]
            part_src = Src(part, self.source)
            parts.append(String(value, part_src) if isinstance(value, str) else Bytes(value, part_src))
        return ir.Interpolation(parts, isinstance(fragments[0], bytes), src)

    def paren(self, node: ast.ParenExpr) -> Expr:
        return self.expr(node.x)

    def selector(self, node: ast.SelectorExpr) -> Expr:
        x = self.expr(node.x)
        sel = node.sel
        if isinstance(sel, ast.Ident):
            label = self.label(sel)
            if sel.name == "_":
                return self.error(sel.pos, "invalid selector _")
        else:
            label = self.string_label(sel)
        return ir.SelectorExpr(x, label, Src(node, self.source), Src(sel, self.source))

    def string_label(self, node: ast.Node) -> AnyLabel:
        """Label of a string literal, in normal form C."""
        assert isinstance(node, ast.BasicLit)
        try:
            value = unquote(node.value)
        except ValueError as fault:
            self.error(node.pos, f"invalid string: {str(fault).removeprefix('invalid string: ')}")
            return ""
        return normal_form(value if isinstance(value, str) else value.decode("utf-8", "replace"))

    def index(self, node: ast.IndexExpr) -> Expr:
        return ir.IndexExpr(self.expr(node.x), self.expr(node.index), Src(node, self.source))

    def slice(self, node: ast.SliceExpr) -> Expr:
        x = self.expr(node.x)
        low = self.expr(node.low) if node.low is not None else None
        high = self.expr(node.high) if node.high is not None else None
        return ir.SliceExpr(x, low, high, Src(node, self.source))

    def call(self, node: ast.CallExpr) -> Expr:
        fun = self.expr(node.fun)
        return ir.CallExpr(fun, [self.expr(arg) for arg in node.args], Src(node, self.source))

    def unary(self, node: ast.UnaryExpr) -> Expr:
        op = node.op
        if op == "*":
            known = len(self.errors)
            self.expr(node.x)  # what it names is used all the same
            del self.errors[known:]
            return self.error(node.pos, "preference mark not allowed at this position")
        x = self.expr(node.x)
        src = Src(node, self.source)
        if op in _COMPARISONS:
            return ir.BoundExpr(op, x, src)
        return ir.UnaryExpr(op, x, src)

    def binary(self, node: ast.BinaryExpr) -> Expr:
        op = node.op
        if op == "|":
            return self.disjunction(node)
        chain = [node]  # left operands, outermost first: long chains must not nest deeply
        left = node.x
        while type(left) is ast.BinaryExpr and left.op != "|":
            chain.append(left)
            left = left.x
        x, syntax = self.expr(left), left
        for item in reversed(chain):
            x = self._binary(item, x, syntax)
            syntax = item
        return x

    def _binary(self, node: ast.BinaryExpr, x: Expr, left: ast.Expr) -> Expr:
        op = node.op
        y = self.expr(node.y)
        src = Src(node, self.source)
        if op == "&":
            return ir.BinaryExpr(op, x, y, src)
        self._require_concrete(op, x, left)
        self._require_concrete(op, y, node.y)
        if op in ("==", "!="):
            if type(x) is Bottom or type(y) is Bottom:
                return ir.BinaryExpr(op, x, y, src, BOTTOM_TEST)
            if not self.on("structcmp"):
                return ir.BinaryExpr(op, x, y, src, SCALARS_ONLY)
        elif op in ("&&", "||") and self.on("shortcircuit"):
            return ir.BinaryExpr(op, x, y, src, SHORT_CIRCUIT)
        return ir.BinaryExpr(op, x, y, src)

    def _require_concrete(self, op: str, x: Expr, node: ast.Expr) -> None:
        if isinstance(x, (BasicType, BoundValue, Conjunction, ir.BoundExpr, Top)):
            from pycue.syntax.format import format_node

            self.error(node.pos, f"invalid operand {format_node(node)} ('{op}' requires concrete value)")

    def disjunction(self, node: ast.BinaryExpr) -> Expr:
        operands: list[ast.Expr] = []
        left: ast.Expr = node
        while type(left) is ast.BinaryExpr and left.op == "|":
            operands.append(left.y)
            left = left.x
        operands.append(left)
        values = []
        for operand in reversed(operands):
            if type(operand) is ast.UnaryExpr and operand.op == "*":
                values.append((self.expr(operand.x), True))
            else:
                values.append((self.expr(operand), False))
        return ir.DisjunctionExpr(values, Src(node, self.source))

    def postfix(self, node: ast.PostfixExpr) -> Expr:
        src = Src(node, self.source)
        if node.op == "...":
            if not self.on("explicitopen"):
                self.binding_error(node.op_pos, "postfix ... operator requires @experiment(explicitopen)")
            return ir.OpenExpr(self.expr(node.x), src)
        if not self.on("try"):
            self.error(node.pos, "optional marker (?) requires the try experiment (language version v0.16.0 or later)")
        elif not self.in_try:
            self.error(node.pos, "optional marker (?) is only valid within a try clause")
        return ir.OptionalExpr(self.expr(node.x), src)

    def alias(self, node: ast.Alias) -> Expr:
        return self.error(node.pos, "alias values not allowed in this position")


def normal_form(text: str) -> str:
    """Unicode normal form C, in which labels are compared."""
    if text.isascii():
        return text
    import unicodedata

    return unicodedata.normalize("NFC", text)


def path_element(node: ast.Node) -> str:
    """How a label that is being compiled prints in a path."""
    if isinstance(node, ast.Ident):
        return node.name
    if isinstance(node, ast.Alias):
        return path_element(node.expr)
    if isinstance(node, ast.BasicLit):
        try:
            value = unquote(node.value)
        except ValueError:
            return node.value
        return printed_label(normal_form(value if isinstance(value, str) else value.decode("utf-8", "replace")))
    if isinstance(node, ast.Interpolation):
        return "?"
    return "[]" if isinstance(node, ast.ListLit) else "<unknown>"


_EXPRESSIONS: dict[type, Callable[[Any, Any], Expr]] = {
    ast.Ident: ExpressionCompiler.ident,
    ast.BasicLit: ExpressionCompiler.basic_literal,
    ast.BottomLit: ExpressionCompiler.bottom,
    ast.Interpolation: ExpressionCompiler.interpolation,
    ast.ParenExpr: ExpressionCompiler.paren,
    ast.SelectorExpr: ExpressionCompiler.selector,
    ast.IndexExpr: ExpressionCompiler.index,
    ast.SliceExpr: ExpressionCompiler.slice,
    ast.CallExpr: ExpressionCompiler.call,
    ast.UnaryExpr: ExpressionCompiler.unary,
    ast.BinaryExpr: ExpressionCompiler.binary,
    ast.PostfixExpr: ExpressionCompiler.postfix,
    ast.Alias: ExpressionCompiler.alias,
}
