"""What an API server checks and completes before it stores an object."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from oam.cluster.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Callable

    from oam.ports import Object

__all__ = ["check", "check_update", "complete", "encode_secret"]

_SUBDOMAIN = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
_LABEL = re.compile(r"[a-z]([-a-z0-9]*[a-z0-9])?")
_DATA_KEY = re.compile(r"[-._a-zA-Z0-9]+")
_SUBDOMAIN_RULE = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and "
    "end with an alphanumeric character (e.g. 'example.com', regex used for validation is "
    "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
)
_LABEL_RULE = (
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, "
    "and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is "
    "'[a-z]([-a-z0-9]*[a-z0-9])?')"
)
_DATA_KEY_RULE = (
    "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or "
    "'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"
)
_ANY_NAME = ("Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding")
_IMMUTABLE = {
    "Deployment": ("spec.selector",),
    "StatefulSet": ("spec.selector", "spec.serviceName"),
    "DaemonSet": ("spec.selector",),
    "Job": ("spec.selector", "spec.template"),
}


def check(obj: Object) -> None:
    """Refuse what no server would store. Raises :class:`Invalid`."""
    kind = obj.get("kind")
    metadata = obj.get("metadata") or {}
    name = metadata.get("name")
    if not name:
        raise Invalid(f"{kind}: resource name may not be empty")
    if not isinstance(name, str):
        raise Invalid(f'{kind} "{name}": metadata.name must be a string')
    if kind == "Service":
        _check_name(obj, _LABEL, 63, _LABEL_RULE)
    elif kind not in _ANY_NAME:
        _check_name(obj, _SUBDOMAIN, 253, _SUBDOMAIN_RULE)
    if kind in ("ConfigMap", "Secret"):
        _check_data(obj)
    for field in ("labels", "annotations"):
        for key, value in (metadata.get(field) or {}).items():
            if not isinstance(value, str):
                raise Invalid(
                    f'{kind} in version "{_version(obj)}" cannot be handled as a {kind}: json: cannot unmarshal '
                    f"{_json_type(value)} into Go struct field ObjectMeta.metadata.{field} of type string (key {key})"
                )


def check_update(live: Object, new: Object) -> None:
    """Refuse changes of fields that may not change. Raises :class:`Invalid`."""
    kind = str(new.get("kind"))
    for path in _IMMUTABLE.get(kind, ()):
        if (before := _at(live, path)) is not None and before != (after := _at(new, path)):
            group = str(new.get("apiVersion", "")).rpartition("/")[0]
            name = new["metadata"]["name"]
            raise Invalid(f'{kind}.{group} "{name}" is invalid: {path}: Invalid value: {after!r}: field is immutable')


def complete(obj: Object, allocate: Callable[[], str]) -> None:
    """Fill in what the server decides, in place; ``allocate`` gives the next free service address."""
    if obj.get("kind") == "Service" and obj.get("apiVersion") == "v1":
        spec = obj.setdefault("spec", {})
        if spec.get("type", "ClusterIP") != "ExternalName" and not spec.get("clusterIP"):
            spec["clusterIP"] = allocate()
        if spec.get("clusterIP"):
            spec["clusterIPs"] = [spec["clusterIP"]]
    if obj.get("kind") in ("Deployment", "StatefulSet", "ReplicaSet") and isinstance(obj.get("spec"), dict):
        obj["spec"].setdefault("replicas", 1)
    if obj.get("kind") == "Secret":
        obj.setdefault("type", "Opaque")
    encode_secret(obj)


def encode_secret(obj: Object) -> None:
    """Turn the plain text of a Secret into what is stored, in place."""
    if obj.get("kind") == "Secret" and isinstance(plain := obj.pop("stringData", None), dict):
        from base64 import b64encode

        data = obj.setdefault("data", {})
        data.update({key: b64encode(str(value).encode()).decode() for key, value in plain.items()})


def _check_name(obj: Object, form: re.Pattern[str], length: int, rule: str) -> None:
    name = obj["metadata"]["name"]
    if len(name) > length or not form.fullmatch(name):
        reason = rule if len(name) <= length else f"must be no more than {length} bytes"
        group = str(obj.get("apiVersion", "")).rpartition("/")[0]
        kind = f"{obj['kind']}.{group}" if group else obj["kind"]
        raise Invalid(f'{kind} "{name}" is invalid: metadata.name: Invalid value: "{name}": {reason}')


def _check_data(obj: Object) -> None:
    kind, name = obj["kind"], obj["metadata"]["name"]
    for field in ("data", "stringData"):
        data = obj.get(field) or {}
        if not isinstance(data, dict):
            raise Invalid(f'{kind} "{name}": {field} must be a map of strings')
        for key, value in data.items():
            if value is not None and not isinstance(value, str):
                raise Invalid(
                    f'{kind} in version "{_version(obj)}" cannot be handled as a {kind}: json: cannot unmarshal '
                    f"{_json_type(value)} into Go struct field {kind}.{field} of type string"
                )
            if not _DATA_KEY.fullmatch(key):
                raise Invalid(f'{kind} "{name}" is invalid: {field}[{key}]: Invalid value: "{key}": {_DATA_KEY_RULE}')


def _version(obj: Object) -> str:
    return str(obj.get("apiVersion", "")).rpartition("/")[2]


def _json_type(value: Any) -> str:
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, (int, float)):
        return "number"
    return "object" if isinstance(value, dict) else "array" if isinstance(value, list) else "string"


def _at(obj: Object, path: str) -> Any:
    value: Any = obj
    for key in path.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    return value
