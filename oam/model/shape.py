"""The shape of an Application: which fields there are, and what sort of value each takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from oam.diagnostics import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = [
    "APPLICATION",
    "POLICIES",
    "SERVED_APPLICATION",
    "UNKNOWN_FIELD",
    "ListOf",
    "Shape",
    "Sort",
    "faults",
    "sort_at",
]

Path = tuple[str | int, ...]
Fault = tuple[Path, str, str]
"""Place, text, hint."""


class Shape:
    """An object with named fields; ``open`` ones may have others."""

    def __init__(self, fields: Mapping[str, Sort], *, required: tuple[str, ...] = (), open: bool = False) -> None:
        self.fields = fields
        self.required = required
        self.open = open


class ListOf:
    """A list whose elements are all of one sort."""

    def __init__(self, item: Sort) -> None:
        self.item = item


Sort = str | Shape | ListOf
"""A shape, a list, or one of ``text``, ``number``, ``truth`` (true or false), ``object``, ``any``."""

_TYPES: dict[str, tuple[type, ...]] = {"text": (str,), "number": (int,), "truth": (bool,), "object": (dict,)}
_BOOLEANS = "y, n, yes, no, on and off without quotes are true or false"

UNKNOWN_FIELD = "there is no such field"


_RETRY_FIELDS: dict[str, Sort] = {
    "times": "number",
    "interval": "text",
    "backoff": "text",
    "maxInterval": "text",
    "only": ListOf("text"),
}


def _application(output: Shape, *, handlers: bool = False) -> Shape:
    """The whole object.

    Args:
        output: shape of the outputs of steps and components.
        handlers: steps may say what becomes of a failure, which KubeVela does not know.
    """
    flow: dict[str, Sort] = {
        "dependsOn": ListOf("text"),
        "inputs": ListOf(Shape({"from": "text", "parameterKey": "text"}, required=("from",))),
        "outputs": ListOf(output),
        "properties": "object",
    }
    fields: dict[str, Sort] = {
        "name": "text",
        "type": "text",
        "meta": "object",
        "if": "text",
        "timeout": "text",
        **flow,
    }
    last: dict[str, Sort] = {}
    if handlers:
        fields.update(retry=Shape(_RETRY_FIELDS), continueOnError="truth")
        last["finally"] = ListOf(Shape(fields, required=("type",)))
        fields = {**fields, "onFailure": last["finally"]}
    sub_step = Shape(fields, required=("type",))
    step = Shape({**fields, "mode": "text", "subSteps": ListOf(sub_step)}, required=("type",))
    typed = Shape({"type": "text", "properties": "object"}, required=("type",))
    named: dict[str, Sort] = {"name": "text", "type": "text"}
    component = Shape(
        {**named, "externalRevision": "text", "traits": ListOf(typed), "scopes": "object", **flow},
        required=("name", "type"),
    )
    policy = Shape({**named, "properties": "object"}, required=("type",))
    mode = Shape({"steps": "text", "subSteps": "text"})
    workflow = Shape({"ref": "text", "mode": mode, "steps": ListOf(step), **last})
    spec = Shape({"components": ListOf(component), "policies": ListOf(policy), "workflow": workflow})
    return Shape({"apiVersion": "text", "kind": "text", "metadata": "object", "spec": spec, "status": "any"})


APPLICATION = _application(
    Shape({"name": "text", "valueFrom": "text", "exportKey": "text"}, required=("name",)), handlers=True
)
"""What we take: ``exportKey`` is the older name of ``valueFrom``."""

SERVED_APPLICATION = _application(Shape({"name": "text", "valueFrom": "text"}, required=("name", "valueFrom")))
"""What KubeVela's API server takes today."""

_SELECTOR = Shape(
    dict.fromkeys(
        ("componentNames", "componentTypes", "oamTypes", "traitTypes", "resourceTypes", "resourceNames"), ListOf("text")
    )
)
_RULES = Shape({"rules": ListOf(Shape({"selector": _SELECTOR}))})
POLICIES: dict[str, Shape] = {
    "topology": Shape(
        {
            "clusters": ListOf("text"),
            "clusterLabelSelector": "object",
            "clusterSelector": "object",
            "allowEmpty": "truth",
            "namespace": "text",
        }
    ),
    "garbage-collect": Shape(
        {
            "applicationRevisionLimit": "number",
            "keepLegacyResource": "truth",
            "continueOnFailure": "truth",
            "order": "text",
            "rules": ListOf(Shape({"selector": _SELECTOR, "strategy": "text", "propagation": "text"})),
        }
    ),
    "take-over": _RULES,
    "read-only": _RULES,
    "shared-resource": _RULES,
    "apply-once": Shape(
        {
            "enable": "truth",
            "rules": ListOf(
                Shape({"selector": _SELECTOR, "strategy": Shape({"path": ListOf("text"), "affect": "text"})})
            ),
        }
    ),
    "resource-update": Shape(
        {
            "rules": ListOf(
                Shape({"selector": _SELECTOR, "strategy": Shape({"op": "text", "recreateFields": ListOf("text")})})
            )
        }
    ),
}
"""Properties of policies that the runtime itself reads."""


def faults(data: Any, sort: Sort, path: Path = ()) -> Iterator[Fault]:
    """Everything in the data that is not of its sort; null stands for a field that is not given."""
    if isinstance(sort, str):
        if sort != "any" and not _is(data, sort):
            yield path, f"must be {_called(sort)}, not {_sort_of(data)}", _BOOLEANS if isinstance(data, bool) else ""
    elif isinstance(sort, ListOf):
        if not isinstance(data, list):
            yield path, f"must be a list, not {_sort_of(data)}", ""
            return
        for index, item in enumerate(data):
            yield from faults(item, sort.item, (*path, index))
    elif not isinstance(data, dict):
        yield path, f"must be an object, not {_sort_of(data)}", ""
    else:
        yield from _object_faults(data, sort, path)


def sort_at(sort: Sort, path: Path) -> Sort | None:
    """What belongs at a place; None where the shape has no such place."""
    for part in path:
        if isinstance(sort, Shape):
            sort = sort.fields.get(part, "") if isinstance(part, str) else ""
        else:
            sort = sort.item if isinstance(sort, ListOf) else ""
    return sort or None


def _object_faults(data: dict[str, Any], shape: Shape, path: Path) -> Iterator[Fault]:
    for key, value in data.items():
        field = shape.fields.get(key)
        if field is None:
            if not shape.open:
                yield (*path, key), UNKNOWN_FIELD, did_you_mean(key, shape.fields)
        elif value is not None:
            yield from faults(value, field, (*path, key))
    for key in shape.required:
        if data.get(key) in (None, ""):
            yield path, f"{key} is missing", ""


def _is(data: Any, sort: str) -> bool:
    return isinstance(data, _TYPES[sort]) and (sort == "truth" or not isinstance(data, bool))


def _called(sort: str) -> str:
    return {"number": "a whole number", "truth": "true or false", "object": "an object"}.get(sort, sort)


def _sort_of(data: Any) -> str:
    names: dict[type, str] = {str: "text", bool: "true or false", list: "a list", dict: "an object", type(None): "null"}
    return names.get(type(data), "a number")
