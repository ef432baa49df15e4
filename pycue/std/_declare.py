"""How the standard packages declare their members.

A function is declared by its parameters' and result's letters and a plain Python function over Python data::

    function("Repeat", "s i", "s", repeat)

Letters: ``s`` string, ``y`` bytes, ``S`` string or bytes (as bytes), ``i`` 64-bit int, ``r`` rune, ``j`` 32-bit int,
``u`` unsigned 64-bit int, ``I`` int of any size, ``n`` number, ``f`` number as an IEEE float of 64 bits, ``b`` bool,
``l`` and ``L`` list of values (they differ in what is said of incomplete ones), ``ls`` list of strings, ``ln`` list of
numbers, ``t`` struct, ``_`` any value. As a result ``e`` means: an error or nothing. The Python function raises
:class:`ValueError` with the official text.
"""

from __future__ import annotations

import math

from pycue.evaluator import kind as k
from pycue.evaluator.calls import CallError
from pycue.evaluator.ir import Field, StructLit
from pycue.evaluator.values import EVAL, INCOMPLETE, Bottom, Builtin, Num, Param, Src, String
from pycue.evaluator.vertex import MEMBER

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from pycue.evaluator.calls import CallContext
    from pycue.evaluator.values import Value

__all__ = ["Package", "constant", "function", "integral", "raw_function", "read_arguments"]

_START = 1 << 4  # position of the first character of a text
_KINDS = {
    "s": k.STRING,
    "y": k.BYTES,
    "S": k.BYTES | k.STRING,
    "i": k.INT,
    "r": k.INT,
    "j": k.INT,
    "u": k.INT,
    "I": k.INT,
    "n": k.NUMBER,
    "f": k.NUMBER,
    "b": k.BOOL,
    "l": k.LIST,
    "L": k.LIST,
    "ls": k.LIST,
    "ln": k.LIST,
    "t": k.STRUCT,
    "_": k.TOP,
    "e": k.BOTTOM,
}


class Package:
    """A standard package.

    ``functions`` and ``constants`` are its members by name; ``source`` is CUE text of a struct with further members,
    whose positions messages may show under the package's name.
    """

    __slots__ = ("_bodies", "constants", "functions", "path", "source")

    def __init__(
        self,
        path: str,
        functions: Sequence[Builtin] = (),
        constants: Mapping[str, Any] | None = None,
        source: str = "",
    ) -> None:
        self.path = path
        self.functions = {f.name: f for f in functions}
        self.constants = dict(constants or {})
        self.source = source
        self._bodies: list[StructLit] | None = None
        for builtin in functions:
            builtin.package = path

    @property
    def name(self) -> str:
        """Name by which the package is referred to."""
        return self.path.rpartition("/")[2]

    def bodies(self) -> list[StructLit]:
        """The compiled structs that make up the package."""
        if self._bodies is None:
            members: dict[str, Value] = {**self.functions}
            members.update((name, constant(name, value)) for name, value in self.constants.items())
            decls = [Field(name, value, MEMBER, None) for name, value in members.items()]
            bodies = [_compile(self.source, self.path)] if self.source else []
            self._bodies = [*bodies, StructLit(list(decls), None)]
        return self._bodies


def _compile(text: str, name: str) -> StructLit:
    from pycue.compile import compile_expr
    from pycue.source import Source
    from pycue.syntax.parser import parse_expr

    source = Source(name, text)
    body = compile_expr(parse_expr(source), source=source, package_id=name)
    assert isinstance(body, StructLit)
    return body


def constant(name: str, value: Any) -> Value:
    """A value for a Python int, Decimal or str, which stands at the start of a text of its own."""
    from pycue.source import Source
    from pycue.syntax import ast

    src = Src(ast.Ident(_START, name), Source(f"<builtin:{name}>", ""))
    if isinstance(value, str):
        return String(value, src)
    return Num(value, k.INT if isinstance(value, int) else k.FLOAT, src)


def function(
    name: str,
    params: str,
    result: str,
    implementation: Callable[..., Any],
    defaults: Mapping[int, str] | None = None,
    size: Callable[..., int] | None = None,
) -> Builtin:
    """A builtin whose arguments are concrete and become Python data.

    ``defaults``: values of parameters left out. ``size``: about how long the text will be that the arguments make, in
    characters, where it may be much longer than they are.
    """
    letters = params.split()
    readers = [_READERS[letter] for letter in letters]

    def call_implementation(call: CallContext) -> Any:
        args = _read_all(call, readers)
        if size is not None:
            call.ctx.check_size(size(*args))
        answer = implementation(*args)
        return integral(answer) if result == "n" else answer

    types = [Param(_KINDS[letter], _default(defaults, index)) for index, letter in enumerate(letters)]
    return Builtin(name, types, _KINDS[result], call_implementation)


def _default(defaults: Mapping[int, str] | None, index: int) -> Value | None:
    return String(defaults[index]) if defaults and index in defaults else None


def integral(value: Any) -> Any:
    """A decimal without fraction as an int, infinities too; IEEE floats stay floats."""
    if isinstance(value, float) or not hasattr(value, "is_finite"):
        return value
    if not value.is_finite():
        return Num(value, k.INT)
    return int(value) if value == value.to_integral_value() else value


def _float64(call: CallContext, index: int) -> float:
    value = call.number(index)
    try:
        result = float(value)
    except OverflowError:
        result = math.inf
    if math.isinf(result):
        text = "cannot use %s (type %s) as float64 in argument %s: value was rounded %s"
        way = "up" if value > 0 else "down"
        raise call.error(EVAL, text, call.value(index), k.kind_string(call.value(index).kind), index, way)
    return result


def _unsigned(call: CallContext, index: int) -> int:
    number = call.int(index)
    if number < 0:
        text = "cannot use %s (type int) as uint64 in argument %s"
        raise call.error(EVAL, text, call.value(index), index)
    if number >> 64:
        raise call.error(EVAL, "int %s overflows uint64 in argument %s", number, index)
    return number


def _anything(call: CallContext, index: int) -> Value:
    value = call.unified(index)
    if isinstance(value, Bottom):
        raise CallError(value)
    if not value.concrete:
        raise call.error(INCOMPLETE, "non-concrete argument %s", index)
    return value


_READERS: dict[str, Callable[[CallContext, int], Any]] = {
    "s": lambda call, i: call.string(i),
    "y": lambda call, i: call.bytes(i),
    "S": lambda call, i: call.bytes(i),
    "i": lambda call, i: call.int64(i),
    "r": lambda call, i: call.int32(i, "rune"),
    "j": lambda call, i: call.int32(i, "int32"),
    "u": _unsigned,
    "I": lambda call, i: call.int(i),
    "n": lambda call, i: call.number(i),
    "f": _float64,
    "b": lambda call, i: call.bool(i),
    "l": lambda call, i: call.list(i),
    "L": lambda call, i: call.list(i, "list"),
    "ls": lambda call, i: call.strings(i),
    "ln": lambda call, i: call.numbers(i),
    "t": lambda call, i: call.struct(i),
    "_": _anything,
}


def read_arguments(call: CallContext, params: str) -> list[Any]:
    """The arguments as Python data, by the parameters' letters."""
    return _read_all(call, [_READERS[letter] for letter in params.split()])


def _read_all(call: CallContext, readers: Sequence[Callable[[CallContext, int], Any]]) -> list[Any]:
    """All arguments; where several are at fault, the last one is what the official command tells."""
    fault: CallError | None = None
    values = []
    for index, reader in enumerate(readers):
        try:
            values.append(reader(call, index))
        except CallError as error:
            fault = error
    if fault is not None:
        raise fault
    return values


def raw_function(
    name: str,
    params: str,
    result: str,
    implementation: Callable[[CallContext], Any],
    defaults: Mapping[int, str] | None = None,
    *,
    non_concrete: bool = False,
    reads: bool = True,
) -> Builtin:
    """A builtin that gets the call itself, once the arguments were read.

    It reads them itself with ``non_concrete``, which lets it have incomplete ones, or unless ``reads``.
    """

    def read_and_call(call: CallContext) -> Any:
        read_arguments(call, params)
        return implementation(call)

    types = [Param(_KINDS[letter], _default(defaults, index)) for index, letter in enumerate(params.split())]
    return Builtin(
        name,
        types,
        _KINDS[result],
        read_and_call if reads and not non_concrete else implementation,
        non_concrete=non_concrete,
    )
