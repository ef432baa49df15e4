"""Runs a parsed template."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pycue._go.strconv import quote
from pycue._go.template import functions
from pycue._go.template.parse import Node, TemplateError

__all__ = ["Executor", "TemplateError"]

MAX_DEPTH = 1000  # of template calls; Go allows 100,000 before it stops


class _Break(Exception):
    pass


class _Continue(Exception):
    pass


class Executor:
    """Walks the tree; ``dot`` is the current value, variables a stack of (name, value)."""

    def __init__(
        self,
        text: str,
        templates: dict[str, Node],
        name: str,
        check_size: Callable[[int], None] | None = None,
        charge: Callable[[int], None] | None = None,
    ) -> None:
        self.text = text
        self.templates = templates
        self.current = name  # of the template being run
        self.data: Any = None
        self.node: Node | None = None  # being walked
        self.name = name
        self.check_size = check_size
        self.charge = charge
        self.walked = 0
        self.out: list[str] = []
        self.size = 0
        self.variables: list[tuple[str, Any]] = []
        self.depth = 0

    def run(self, root: Node, data: Any) -> str:
        """The template's output."""
        data = functions.typed(data)
        self.variables = [("$", data)]
        self.data = data
        self._walk(root, data)
        return "".join(self.out)

    def _error(self, message: str, node: Node | None = None) -> TemplateError:
        node = node or self.node
        if node is None:
            return TemplateError(f"template: {self.name}: {message}")
        before = self.text[: node[1]]
        line = before.count("\n") + 1
        column = len(before.rpartition("\n")[2].encode())
        where = f"{self.name}:{line}:{column}: executing {quote(self.current)} at <{_source(node)}>"
        return TemplateError(f"template: {where}: {message}")

    def _write(self, text: str) -> None:
        self.size += len(text)
        if self.check_size is not None:
            self.check_size(self.size)
        self.out.append(text)

    def _walk(self, node: Node, dot: Any) -> None:
        self.node = node
        self.walked += 1
        if self.walked & 255 == 0 and self.charge is not None:
            self.charge(4096)
        getattr(self, "_" + node[0])(node, dot)

    # ---- actions

    def _list(self, node: Node, dot: Any) -> None:
        for child in node[2]:
            self._walk(child, dot)

    def _text(self, node: Node, dot: Any) -> None:
        self._write(node[2])

    def _action(self, node: Node, dot: Any) -> None:
        value = self._pipe(node[2], dot)
        if not node[2][2]:
            self._write("<no value>" if value is None else functions.sprint(value))

    def _if(self, node: Node, dot: Any) -> None:
        self._branch(node, dot, rebind=False)

    def _with(self, node: Node, dot: Any) -> None:
        self._branch(node, dot, rebind=True)

    def _branch(self, node: Node, dot: Any, rebind: bool) -> None:
        mark = len(self.variables)
        value = self._pipe(node[2], dot)
        if functions.truth(value):
            self._walk(node[3], value if rebind else dot)
        elif node[4] is not None:
            self._walk(node[4], dot)
        del self.variables[mark:]

    def _range(self, node: Node, dot: Any) -> None:
        mark = len(self.variables)
        names, assign = node[2][2], node[2][3]
        value = self._pipe(node[2], dot, bind=False)
        pairs: list[tuple[Any, Any]]
        if isinstance(value, dict):
            pairs = [(k, value[k]) for k in sorted(value)]
        elif isinstance(value, list):
            pairs = list(enumerate(value))
        elif isinstance(value, int) and not isinstance(value, bool):
            pairs = [(i, i) for i in range(value)]
        elif value is None:
            pairs = []
        else:
            raise self._error(f"range can't iterate over {functions.sprint(value)}", node[2])
        for key, item in pairs:
            bound = [(names[-1], item)] if len(names) == 1 else [(names[0], key), (names[1], item)] if names else []
            for name, bound_value in bound:
                self._set(name, bound_value, assign)
            try:
                self._walk(node[3], item)
            except _Continue:
                continue
            except _Break:
                break
            finally:
                if not assign:
                    del self.variables[mark:]
        del self.variables[mark:]
        if not pairs and node[4] is not None:
            self._walk(node[4], dot)

    def _break(self, node: Node, dot: Any) -> None:
        raise _Break

    def _continue(self, node: Node, dot: Any) -> None:
        raise _Continue

    def _template(self, node: Node, dot: Any) -> None:
        body = self.templates.get(node[2])
        if body is None:
            raise self._error(f"template {quote(node[2])} not defined", node)
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self._error(f"exceeded maximum template depth ({MAX_DEPTH})", node)
        inner = None if node[3] is None else self._pipe(node[3], dot)
        saved, self.variables = (self.variables, self.current), [("$", inner)]
        self.current = node[2]
        self._walk(body, inner)
        self.variables, self.current = saved
        self.depth -= 1

    # ---- values

    def _set(self, name: str, value: Any, assign: bool) -> None:
        if not assign:
            self.variables.append((name, value))
            return
        for index in range(len(self.variables) - 1, -1, -1):
            if self.variables[index][0] == name:
                self.variables[index] = (name, value)
                return

    def _pipe(self, node: Node, dot: Any, bind: bool = True) -> Any:
        value: Any = None
        for index, command in enumerate(node[4]):
            value = self._command(command, dot, [value] if index else [])
        if bind:
            for name in node[2]:
                self._set(name, value, node[3])
        return value

    def _command(self, command: list[Node], dot: Any, final: list[Any]) -> Any:
        head, rest = command[0], command[1:]
        if head[0] == "function":
            return self._function(head, rest, dot, final)
        if rest or final:
            if head[0] in ("field", "chain", "variable", "pipe"):
                raise self._error(f"{_source(head).rpartition('.')[2]} is not a method but has arguments", head)
            raise self._error(f"can't give argument to non-function {_source(head)}", head)
        return self._value(head, dot)

    def _value(self, node: Node, dot: Any) -> Any:
        kind = node[0]
        if kind == "dot":
            return dot
        if kind in ("string", "number", "bool"):
            return node[2]
        if kind == "nil":
            raise self._error("nil is not a command", node)
        if kind == "field":
            return self._fields(dot, node[2], node)
        if kind == "variable":
            value = next(v for n, v in reversed(self.variables) if n == node[2])
            return self._fields(value, node[3], node)
        if kind == "chain":
            inner = node[2][4][0][0] if node[2][0] == "pipe" else node[2]
            return self._fields(self._value(node[2], dot), node[3], inner)
        if kind == "function":
            return self._function(node, [], dot, [])
        return self._pipe(node, dot)

    def _fields(self, value: Any, names: list[str], node: Node) -> Any:
        for index, name in enumerate(names):
            if isinstance(value, dict):
                if name not in value:
                    return None  # and so are the fields of what is missing
                value = value[name]
            elif value is None and value is self.data and not index:
                return None
            elif value is None:
                raise self._error(f"nil data; no entry for key {quote(name)}", node)
            else:
                inside = index or (node[0] == "field" and value is not self.data)
                known = "interface {}" if inside else functions.type_name(value)
                raise self._error(f"can't evaluate field {name} in type {known}", node)
        return value

    def _function(self, node: Node, rest: list[Node], dot: Any, final: list[Any]) -> Any:
        name = node[2]
        least, most = functions.ARITY.get(name, (0, 0))
        count = len(rest) + len(final)
        if count < least or count > (most or count):
            want = f"{least}" if least == most else f"at least {least}"
            raise self._error(f"wrong number of args for {name}: want {want} got {count}", node)
        node = ("command", node[1], " ".join(_source(part) for part in (node, *rest)))
        if name in ("and", "or"):
            return self._shortcut(name, rest, dot, final)
        args = [None if a[0] == "nil" else self._value(a, dot) for a in rest] + final
        if name == "call":
            raise self._error(
                "error calling call: call of nil"
                if not args or args[0] is None
                else f"error calling call: non-function {_source(rest[0])} of type {functions.type_name(args[0])}",
                node,
            )
        try:
            return functions.call(name, args)
        except functions.FunctionError as e:
            raise self._error(f"error calling {name}: {e}", node) from None

    def _shortcut(self, name: str, rest: list[Node], dot: Any, final: list[Any]) -> Any:
        value: Any = None
        for node in rest:
            value = self._value(node, dot)
            if functions.truth(value) == (name == "or"):
                return value
        return final[0] if final else value


def _source(node: Node) -> str:
    """The node as Go prints it in messages."""
    kind = node[0]
    if kind == "command":
        return str(node[2])
    if kind == "dot":
        return "."
    if kind == "field":
        return "".join("." + n for n in node[2])
    if kind == "variable":
        return ".".join([node[2], *node[3]])
    if kind == "chain":
        return f"({_source(node[2])})" + "".join("." + n for n in node[3])
    if kind == "pipe":
        return " | ".join(" ".join(_source(o) for o in command) for command in node[4])
    if kind == "string":
        return quote(node[2])
    if kind == "number":
        return str(node[3])
    if kind == "template":
        return f"{{{{template {quote(node[2])}}}}}"
    return functions.sprint(node[2]) if len(node) > 2 else kind
