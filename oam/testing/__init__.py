"""Trying things out without a cluster: simulations of workflows."""

from __future__ import annotations

from oam.testing.scenario import Scenario, ScenarioError, read_scenario
from oam.testing.simulation import Moment, Outcome, simulate

__all__ = ["Moment", "Outcome", "Scenario", "ScenarioError", "read_scenario", "simulate"]
