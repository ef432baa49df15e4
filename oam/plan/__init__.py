"""What would change: objects before and after, field by field."""

from oam.plan.difference import Change, difference
from oam.plan.plan import Action, Plan, PlannedObject, make_plan

__all__ = ["Action", "Change", "Plan", "PlannedObject", "difference", "make_plan"]
