"""Override policies: changes to an application's components before they are rendered."""

from __future__ import annotations

import fnmatch
import re
from typing import TYPE_CHECKING, Any

from oam import records
from oam.errors import DocumentError, RenderError, warning
from oam.model.application import Component, Trait
from oam.model.strict import ANY, BOOL, STRING, ListOf, Struct, check

if TYPE_CHECKING:
    from collections.abc import Sequence

    from oam.definition.profile import Profile
    from oam.model.application import Application, Given, Policy
    from pycue.errors import Diagnostic

__all__ = ["apply_overrides", "merge_properties"]

_TRAIT = Struct("v1alpha1.EnvTraitPatch", {"type": STRING, "properties": ANY, "disable": BOOL})
_COMPONENT = Struct(
    "v1alpha1.EnvComponentPatch",
    {"name": STRING, "type": STRING, "properties": ANY, "traits": ListOf(_TRAIT), "externalRevision": STRING},
)
_SPEC = Struct("v1alpha1.OverridePolicySpec", {"components": ListOf(_COMPONENT), "selector": ListOf(STRING)})

_NAME = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")


def apply_overrides(
    app: Application, policies: Sequence[Policy], profile: Profile, warnings: list[Diagnostic]
) -> Application:
    """The application with the patches of ``policies``, in their order.

    Raises:
        RenderError: the properties of a policy are not those of an override.
    """
    components = list(app.components)
    for policy in policies:
        properties = policy.properties or {}
        try:
            check(properties, _SPEC)
        except DocumentError as error:
            text = f"failed to parse override policy {policy.name}: {error.text}"
            raise RenderError(text, code="oam.render.override", position=app.position(policy.path)) from None
        for index, patch in enumerate(properties.get("components") or []):
            before = components
            patch = patch or {}  # null is the same as nothing
            document = policy.document or app.document
            path = (*policy.path, "properties", "components", index)
            given = (document, path) if document is not None and (policy.path or policy.document) else None
            components = _patch(components, patch, profile, given)
            if components == before and patch.get("name") and not any(_matches(c, patch, profile) for c in before):
                place = app.position((*policy.path, "properties", "components", index))
                text = f'override policy "{policy.name}" matches no component by "{patch["name"]}"'
                warnings.append(warning("OAM320", text, position=place))
        if properties.get("selector") is not None:
            wanted = properties["selector"]
            components = [component for component in components if component.name in wanted]
    raw = {**app.raw, "spec": {**(app.raw.get("spec") or {}), "components": [_raw(c) for c in components]}}
    return records.evolve(app, components=tuple(components), raw=raw)


def _patch(
    components: list[Component], patch: dict[str, Any], profile: Profile, given: Given | None
) -> list[Component]:
    matched = [_matches(component, patch, profile) for component in components]
    out = [_patched(c, patch, given) if hit else c for c, hit in zip(components, matched, strict=True)]
    name = patch.get("name") or ""
    if not any(matched) and _NAME.fullmatch(name) and patch.get("type"):
        out.append(_fresh(name, patch, given))
    return out


def _matches(component: Component, patch: dict[str, Any], profile: Profile) -> bool:
    name, type_ = patch.get("name") or "", patch.get("type") or ""
    if not name:
        return not type_ or component.type == type_
    if profile.exact_names:
        if len(name) > 2 and name[0] == name[-1] == "/":
            return _search(name[1:-1], component.name)
        return fnmatch.fnmatchcase(component.name, name)
    return _search(name.replace("*", ".*"), component.name)


def _search(pattern: str, text: str) -> bool:
    try:
        return re.search(pattern, text) is not None
    except re.error:
        return False


def _traits(patch: dict[str, Any], given: Given | None) -> list[tuple[dict[str, Any], tuple[Given, ...]]]:
    """The traits of a patch, each with its place."""
    places = [((given[0], (*given[1], "traits", at)),) if given else () for at in range(len(patch.get("traits") or []))]
    return [(item, place) for item, place in zip(patch.get("traits") or [], places, strict=True) if item]


def _fresh(name: str, patch: dict[str, Any], given: Given | None) -> Component:
    traits = [
        Trait(item.get("type") or "", item.get("properties"), given=place) for item, place in _traits(patch, given)
    ]
    return Component(
        name,
        patch.get("type") or "",
        patch.get("properties"),
        tuple(traits),
        external_revision=patch.get("externalRevision") or "",
        raw={key: patch[key] for key in ("name", "type", "properties", "traits") if key in patch},
        given=(given,) if given else (),
    )


def _patched(component: Component, patch: dict[str, Any], given: Given | None) -> Component:
    type_ = patch.get("type") or ""
    if type_ and type_ != component.type:
        return records.evolve(_fresh(component.name, patch, given), path=component.path)
    properties = component.properties
    if patch.get("properties") is not None:
        properties = merge_properties(properties or {}, patch["properties"])
    traits = component.traits
    if patch.get("traits"):
        by_type = {trait.type: trait for trait in traits}
        for item, place in _traits(patch, given):
            known = by_type.get(item.get("type") or "")
            if item.get("disable"):
                by_type.pop(item.get("type") or "", None)
            elif known is None:
                by_type[item.get("type") or ""] = Trait(item.get("type") or "", item.get("properties"), given=place)
            elif item.get("properties") is not None:
                merged = merge_properties(known.properties or {}, item["properties"])
                by_type[known.type] = records.evolve(known, properties=merged, given=(*known.given, *place))
        traits = tuple(by_type.values())
    revision = patch.get("externalRevision") or component.external_revision
    places = (*component.given, given) if given else component.given
    return records.evolve(component, properties=properties, traits=traits, external_revision=revision, given=places)


def merge_properties(base: Any, patch: Any) -> Any:
    """Maps merge, everything else of ``patch`` (also null and empty values) takes the base's place."""
    if not isinstance(base, dict) or not isinstance(patch, dict):
        return patch
    out = dict(base)
    for key, value in patch.items():
        out[key] = merge_properties(out[key], value) if key in out else value
    return out


def _raw(component: Component) -> dict[str, Any]:
    """A component as a template sees it in ``context.components``."""
    out = {**component.raw, "name": component.name, "type": component.type}
    if component.properties is not None:
        out["properties"] = component.properties
    if component.traits:
        out["traits"] = [
            {"type": trait.type, **({"properties": trait.properties} if trait.properties is not None else {})}
            for trait in component.traits
        ]
    return out
