"""CUE package encoding/openapi."""

from __future__ import annotations

from pycue.encoding import openapi
from pycue.encoding.data import to_data
from pycue.encoding.json import encode
from pycue.errors import EncodeError
from pycue.evaluator.calls import CallError
from pycue.evaluator.kind import STRING, kind_string
from pycue.evaluator.values import EVAL, INCOMPLETE, Bool, Bottom, Message, String
from pycue.evaluator.vertex import MEMBER, Vertex
from pycue.std._declare import Package, raw_function

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from typing import Any

    from pycue.evaluator.calls import CallContext
    from pycue.evaluator.values import Value

__all__ = ["PACKAGE"]

_SOURCE = """{
\t#Config: {
\t\tversion!:         "3.0.0"
\t\tinfo?:            #Info
\t\tselfContained:    bool | *false
\t\texpandReferences: bool | *false
\t}
\t#Info: {
\t\ttitle!:          string
\t\tversion!:        string
\t\tsummary?:        string
\t\tdescription?:    string
\t\ttermsOfService?: string
\t\tcontact?:        #Contact
\t\tlicense?:        #License
\t}
\t#Contact: {
\t\tname?:  string
\t\turl?:   string
\t\temail?: string
\t}
\t#License: {
\t\tname!: string
\t\turl?:  string
\t}
}"""


def _field(call: CallContext, label: str) -> Value | None:
    """A field of the first argument."""
    config = call.value(0)
    arc = config.arcs.get(label) if isinstance(config, Vertex) else None
    if arc is None or arc.arc_type != MEMBER:
        return None
    return call.ctx.default(arc)


def _version(call: CallContext) -> str:
    ctx, config, value = call.ctx, call.value(0), _field(call, "version")
    if value is None:
        code = INCOMPLETE if isinstance(config, Vertex) else EVAL
        error = call.error(code, "field not found: version")
        if code == EVAL:
            ctx.add_position(error.bottom, config)
        raise error
    if isinstance(value, String):
        if value.value not in ("3.0.0", "3.1.0"):
            raise ValueError(f"unsupported version {value.value}")
        return value.value
    if value.kind & STRING:
        raise call.error(INCOMPLETE, "non-concrete value %s", value)
    raise call.error(EVAL, "cannot use value %s (type %s) as string", value, kind_string(value.kind))


def _info(call: CallContext) -> dict[str, Any] | None:
    value = _field(call, "info")
    if value is None:
        return None
    try:
        info = to_data(call.ctx, value)
    except EncodeError as e:
        text = "openapi: could not encode info section: json: error calling MarshalJSON for type cue.Value: "
        raise ValueError(f"{text}cue: marshal error: info: {e.diagnostics[0].message}") from None
    if not isinstance(info, dict):
        got = "ListLit" if isinstance(info, list) else "BasicLit"
        raise ValueError(f"Info field supplied must marshal to a struct but got *ast.{got}")
    return info


def _schema(call: CallContext) -> Vertex:
    """The second argument, finished; what is wrong in it is the call's error."""
    ctx = call.ctx
    schema = call.args[1]
    vertex = schema if isinstance(schema, Vertex) else Vertex()
    ctx.unify(vertex)
    error = ctx.error_of(vertex)
    if error is not None:
        raise CallError(error, wrapped=False)
    incomplete = vertex.deref().child_incomplete
    if incomplete is not None:
        raise CallError(incomplete)
    return vertex


def _marshal_schema(call: CallContext) -> str:
    """The schemas of a value's definitions as compact JSON."""
    ctx = call.ctx
    call.args[0] = ctx.default(call.value(0))
    config = call.value(0)
    if isinstance(config, Vertex):
        ctx.unify(config)
        error = ctx.error_of(config)
        if error is not None:
            raise CallError(error, wrapped=False)
    elif not config.concrete:
        raise call.error(INCOMPLETE, "non-concrete argument 0")
    version, info = _version(call), _info(call)
    expand = _field(call, "expandReferences")
    expanded = isinstance(expand, Bool) and expand.value
    try:
        document = openapi.document(ctx, _schema(call), version=version, info=info, expand=expanded)
    except EncodeError as e:
        messages = [Message("%s", (d.message,), (), None, [d.position] if d.position else []) for d in e.diagnostics]
        raise CallError(Bottom(EVAL, messages)) from None
    missing = openapi.unfinished(document)
    if missing:
        raise ValueError(f'cannot convert incomplete value "{missing[0][1]}" to JSON')
    return encode(document)


PACKAGE = Package(
    "encoding/openapi",
    [raw_function("MarshalSchema", "_ _", "s", _marshal_schema, non_concrete=True)],
    source=_SOURCE,
)
