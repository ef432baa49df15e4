"""Trying things out without a cluster: simulations of workflows, and tests of definitions.

Names are imported when they are first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from oam.testing.coverage import Coverage
    from oam.testing.outcome import Moment, Outcome
    from oam.testing.running import CaseResult, Failure, SuiteRun
    from oam.testing.scenario import Scenario, ScenarioError, read_scenario
    from oam.testing.simulation import simulate
    from oam.testing.suite import Case, Suite, SuiteError, read_suite

__all__ = [
    "Case",
    "CaseResult",
    "Coverage",
    "Failure",
    "Moment",
    "Outcome",
    "Scenario",
    "ScenarioError",
    "Suite",
    "SuiteError",
    "SuiteRun",
    "read_scenario",
    "read_suite",
    "simulate",
]

_MODULES = {
    "Coverage": "coverage",
    **dict.fromkeys(("CaseResult", "Failure", "SuiteRun"), "running"),
    **dict.fromkeys(("Scenario", "ScenarioError", "read_scenario"), "scenario"),
    **dict.fromkeys(("Moment", "Outcome"), "outcome"),
    "simulate": "simulation",
    **dict.fromkeys(("Case", "Suite", "SuiteError", "read_suite"), "suite"),
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module 'oam.testing' has no attribute {name!r}")
    from importlib import import_module

    found = getattr(import_module(f"oam.testing.{_MODULES[name]}"), name)
    globals()[name] = found
    return found
