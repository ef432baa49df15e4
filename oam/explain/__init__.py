"""Why an application's objects are what they are: for each field the template line, parameter, trait and policy."""

from oam.explain.explanation import ExplainedObject, Field, explain
from oam.explain.provenance import Actor, Cause, Read

__all__ = ["Actor", "Cause", "ExplainedObject", "Field", "Read", "explain"]
