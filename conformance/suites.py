"""Suites of cases that are no scripts: a file holds one or many, and each is one check.

JSON files hold ``{"about": …, "cases": […]}``. The fields of a case tell what it is about: ``rounds`` reconciliation,
``text`` and ``hash`` the names of objects without one, ``context`` and ``definition`` health.
"""

from __future__ import annotations

import json
import time
import traceback
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from conformance.alarm import TimeUp, alarm
from conformance.judge import compare_hash, compare_health
from conformance.live import Live
from conformance.reconcile import reconcile
from conformance.report import Result
from conformance.script import Check
from conformance.workflow import play
from oam.definition.profile import UPSTREAM, Profile

__all__ = ["SUFFIXES", "run_cases"]

SUFFIXES = (".json", ".yaml")

Case = dict[str, Any]


def run_cases(folder: str, path: Path, timeout: float, profile: Profile = UPSTREAM, live: Live | None = None) -> Result:
    """Play the cases of a file: a workflow in YAML, or a list of cases in JSON.

    Args:
        folder: what the file counts for in the figures.
        timeout: seconds a case.
        profile: whose rules hold.
        live: the real cluster to play workflows on; the other cases need one without controllers, and are left out.
    """
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".yaml":
        return Result(folder, path.stem, [_check(1, path.stem, partial(play, text, profile, live), timeout)])
    if live is not None:
        return Result(folder, path.stem, [], "nothing may become ready by itself here: not for a real cluster")
    cases = json.loads(text)["cases"]
    checks = [
        _check(at, case.get("name") or str(at), partial(_player(case, profile), case), timeout)
        for at, case in enumerate(cases, 1)
    ]
    return Result(folder, path.stem, checks)


def _player(case: Case, profile: Profile) -> Callable[[Case], list[str]]:
    if "hash" in case:
        return compare_hash
    return compare_health if "definition" in case else partial(reconcile, profile=profile)


def _check(number: int, name: str, play_case: Callable[[], list[str]], timeout: float) -> Check:
    check = Check(number, name, "success")
    begun = time.perf_counter()
    try:
        with alarm(timeout):
            faults = play_case()
    except TimeUp:
        check.mark("timeout", f"over {timeout} seconds")
    except Exception:
        check.mark("crash", traceback.format_exc(limit=-5))
    else:
        if faults:
            check.mark("fail", "\n".join(faults))
    check.seconds = time.perf_counter() - begun
    return check
