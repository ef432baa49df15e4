"""Documents, applications and YAML as Kubernetes reads and writes it."""

from __future__ import annotations

from oam.model.application import Application, Component, Policy, Step, Trait, Workflow
from oam.model.document import Document
from oam.model.yaml_reader import load_documents
from oam.model.yaml_writer import to_yaml

__all__ = [
    "Application",
    "Component",
    "Document",
    "Policy",
    "Step",
    "Trait",
    "Workflow",
    "load_documents",
    "to_yaml",
]
