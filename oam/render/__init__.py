"""Rendering: applications and definitions to Kubernetes objects."""

from __future__ import annotations

from oam.render.component import ComponentRendering, RenderedComponent, RenderedObject
from oam.render.renderer import Placement, RenderedApplication, Renderer

__all__ = [
    "ComponentRendering",
    "Placement",
    "RenderedApplication",
    "RenderedComponent",
    "RenderedObject",
    "Renderer",
]
