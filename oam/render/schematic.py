"""Components whose definition is no CUE template: Terraform modules, and objects with parameters set at field paths."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

from oam.errors import RenderError
from oam.render.fieldpath import set_path

if TYPE_CHECKING:
    from oam.definition.definition import Definition
    from oam.model.application import Component

__all__ = ["schematic_object"]

_TERRAFORM_API = "terraform.core.oam.dev/v1beta2"
_META_PROPERTIES = (
    "writeConnectionSecretToRef",
    "providerRef",
    "deleteResource",
    "customRegion",
    "forceDelete",
    "gitCredentialsSecretReference",
)
_KUBE_TYPES: dict[str, tuple[type, ...]] = {"string": (str,), "number": (int, float), "boolean": (bool,)}


def schematic_object(definition: Definition, component: Component, namespace: str) -> dict[str, Any] | None:
    """The object of a component, or None where its definition has another kind of schematic.

    Raises:
        RenderError: a parameter is missing or has the wrong type.
    """
    schematic = definition.spec.get("schematic") or {}
    if schematic.get("terraform"):
        return _terraform(definition, schematic["terraform"], component, namespace)
    if schematic.get("kube"):
        return _kube(schematic["kube"], component)
    return None


def _terraform(definition: Definition, module: dict[str, Any], component: Component, namespace: str) -> dict[str, Any]:
    """A Configuration: properties are the module's variables, save those about the module itself."""
    properties = component.properties or {}
    spec: dict[str, Any] = {"deleteResource": True}
    given = {**module, **{key: properties[key] for key in _META_PROPERTIES if key in properties}}
    spec.update({key: deepcopy(given[key]) for key in _META_PROPERTIES if given.get(key) is not None})
    secret = spec.get("writeConnectionSecretToRef")
    if isinstance(secret, dict):
        secret.setdefault("namespace", namespace)
    if module.get("type") == "remote":
        spec["remote"] = module.get("configuration", "")
        if module.get("path"):
            spec["path"] = module["path"]
    else:
        spec["hcl"] = module.get("configuration", "")
    spec["variable"] = {key: value for key, value in properties.items() if key not in _META_PROPERTIES}
    metadata = {"name": component.name, "annotations": dict(definition.annotations)}
    return {"apiVersion": _TERRAFORM_API, "kind": "Configuration", "metadata": metadata, "spec": spec}


def _kube(schematic: dict[str, Any], component: Component) -> dict[str, Any]:
    """A copy of the template with each given parameter at all its field paths."""
    obj: dict[str, Any] = deepcopy(schematic.get("template") or {})
    properties = component.properties or {}
    for parameter in schematic.get("parameters") or []:
        name, type_ = parameter.get("name", ""), parameter.get("type", "string")
        if name not in properties:
            if parameter.get("required"):
                raise _failure(component, f'require parameter "{name}"')
            continue
        value = properties[name]
        types = _KUBE_TYPES.get(type_, ())
        if not isinstance(value, types) or (isinstance(value, bool) and type_ != "boolean"):
            raise _failure(component, f'require "{type_}" type parameter value for "{name}"')
        for path in parameter.get("fieldPaths") or []:
            set_path(obj, path, value)
    return obj


def _failure(component: Component, text: str) -> RenderError:
    return RenderError(f"cannot resolve parameters of component {component.name}: {text}", code="oam.render.schematic")
