"""Cases of single functions: how a live object is judged, and the hash in the name of an object without one."""

from __future__ import annotations

from typing import Any

from oam.app.health import judge
from oam.definition.library import read_definitions
from oam.errors import OamError
from oam.render.namehash import object_hash
from oam.render.template import TemplateCompiler

__all__ = ["compare_hash", "compare_health"]


def compare_hash(case: dict[str, Any]) -> list[str]:
    """Whether an object has the hash that the case says."""
    got = object_hash(case["object"])
    return [] if got == case["hash"] else [f"hash: {got} instead of {case['hash']}"]


def compare_health(case: dict[str, Any]) -> list[str]:
    """Whether a definition judges a live object as the case says; ``error`` means that it cannot be read."""
    expected = case["expected"]
    try:
        definition = read_definitions(case["file"], case["definition"])[0]
    except OamError as error:
        wanted = expected.get("error")
        return [] if wanted is not None and wanted in str(error) else [f"error: {error} instead of {wanted}"]
    if "error" in expected:
        return [f"no error instead of {expected['error']}"]
    health = judge(TemplateCompiler(), definition, case["context"], case["parameter"])
    got = {"isHealth": health.healthy, "message": health.message, "details": health.details}
    wanted = {"details": {}, **{key: expected[key] for key in got if key in expected}}
    return [f"{key}: {got[key]!r} instead of {wanted[key]!r}" for key in got if got[key] != wanted[key]]
