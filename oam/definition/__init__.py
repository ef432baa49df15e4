"""Definitions: their two formats, their library, and the rules between traits and workloads."""

from __future__ import annotations

from oam.definition.definition import Definition
from oam.definition.library import Library
from oam.definition.profile import SEED, STANDARD, UPSTREAM, Profile

__all__ = ["SEED", "STANDARD", "UPSTREAM", "Definition", "Library", "Profile"]
