"""Which function carries out which action."""

from __future__ import annotations

from enum import StrEnum
from importlib import import_module
from typing import TYPE_CHECKING, Any

import attrs

from oam.providers.session import ActionError

if TYPE_CHECKING:
    from collections.abc import Callable

    from oam.providers.session import Action, Session

__all__ = ["Effect", "Operation", "find_operation"]


class Effect(StrEnum):
    """What an operation does to the world; only ``EXTERNAL`` ones must not be repeated when a step is run again."""

    PURE = "pure"
    FLOW = "flow"
    READ = "read"
    WRITE = "write"
    EXTERNAL = "external"


@attrs.frozen
class Operation:
    """How an action is carried out.

    Attributes:
        run: does it and gives its results.
        effect: what it does to the world.
        replay: for a write that has been done: its results as they are now, without writing; None where what was
            written is no longer there. Writes that have none are done again with each turn, and find nothing to do.
    """

    run: Callable[[Action, Session], dict[str, Any] | None]
    effect: Effect
    replay: Callable[[Action, Session], dict[str, Any] | None] | None = None


_MODULES = {
    "builtin": "flow",
    "kube": "kube",
    "oam": "application",
    "util": "util",
    "time": "times",
    "http": "web",
    "config": "config",
    "multicluster": "placement",
    "query": "query",
    "ql": "query",
    "email": "mail",
    "metrics": "metrics",
    "terraform": "terraform",
}
_LEGACY = {
    **dict.fromkeys(("wait", "suspend", "break", "fail", "message", "var"), "builtin"),
    **dict.fromkeys(("apply", "patch", "apply-in-parallel", "read", "list", "delete"), "kube"),
    **dict.fromkeys(("component-apply", "component-render", "load", "load-comps-in-order", "load-policies"), "oam"),
    **dict.fromkeys(("patch-k8s-object", "string", "log"), "util"),
    **dict.fromkeys(("timestamp", "date"), "time"),
    **dict.fromkeys(("create-config", "read-config", "delete-config", "list-config"), "config"),
    **dict.fromkeys(("deploy", "list-clusters", "get-placements-from-topology-policies"), "multicluster"),
    **dict.fromkeys(("make-placement-decisions", "patch-application"), "multicluster"),
    **dict.fromkeys(("load-terraform-components", "get-connection-status"), "terraform"),
    "do": "http",
    "send": "email",
    "promCheck": "metrics",
}


def find_operation(provider: str, function: str) -> Operation:
    """The operation of a provider. Raises :class:`ActionError` where there is none."""
    if provider == "op":
        owner, function = _LEGACY.get(function, ""), function.removesuffix("-config")
    else:
        owner = provider
    module = _MODULES.get(owner)
    if module is None and provider != "op":
        raise ActionError(f"provider {provider} not found", code="oam.action.provider")
    table: dict[str, Operation] = import_module(f"oam.providers.{module}").OPERATIONS if module else {}
    found = table.get(function)
    if found is None:
        raise ActionError(f"function {function} not found in provider {provider}", code="oam.action.function")
    return found
