"""Diagnostics for people and machines: the catalogue of codes, spelling hints, and the formats that reports have.

A diagnostic is a :class:`pycue.errors.Diagnostic`; those of renderings are :class:`oam.errors.Finding`.
"""

from __future__ import annotations

from oam.diagnostics.catalogue import RULES, Rule, rule
from oam.diagnostics.formats import FORMATS, render
from oam.diagnostics.spelling import closest, did_you_mean

__all__ = ["FORMATS", "RULES", "Rule", "closest", "did_you_mean", "render", "rule"]
