"""The operations that workflow step templates can call, and their declarations in CUE."""

from oam.providers.packages import PACKAGES, package_source
from oam.providers.registry import Effect, Operation, find_operation
from oam.providers.session import Action, ActionError, Applied, Flow, Resource, Session, StopStep

__all__ = [
    "PACKAGES",
    "Action",
    "ActionError",
    "Applied",
    "Effect",
    "Flow",
    "Operation",
    "Resource",
    "Session",
    "StopStep",
    "find_operation",
    "package_source",
]
