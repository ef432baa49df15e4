"""Outcomes that only KubeVela's own profile has."""

from __future__ import annotations

from typing import Any

import pytest

from oam.definition import UPSTREAM

OVERRIDDEN = """
  policies:
  - name: o
    type: override
    properties: {components: [{name: c, traits: [{type: scaler, disable: true}, {type: labels, properties: {k: v}}]}]}
"""
COMPONENTS = """  components:
  - {name: c, type: webservice, properties: {image: "nginx:1"}, traits: [{type: scaler, properties: {replicas: 1}}]}
"""


def test_traits_that_a_deployment_gave_stay_in_the_status(make_world: Any) -> None:
    world = make_world()
    steps = "- {name: d, type: deploy, properties: {policies: [o]}}"
    record = world.up(world.application(steps, OVERRIDDEN[1:], COMPONENTS))
    (service,) = record.services.values()
    assert [trait["type"] for trait in service["traits"]] == ["labels", "scaler"]


@pytest.mark.parametrize("upstream", [True, False])
def test_an_output_that_is_not_decided_yet(make_world: Any, upstream: bool) -> None:
    world = make_world(**({"profile": UPSTREAM} if upstream else {}))
    steps = "- {name: s, type: t, outputs: [{name: ip, valueFrom: ip}], timeout: 1s}"
    record = world.up(world.step_definition("t", "service: {...}\nip: service.ip"), world.application(steps))
    status = record.run.status("s")
    assert (str(status.phase), status.message == "") == (("succeeded", True) if upstream else ("failed", False))
    assert record.run.variables == {"ip": None}


def test_an_unused_import_is_an_error(make_world: Any) -> None:
    world = make_world(profile=UPSTREAM)
    template = world.step_definition("t", 'import "strings"\nx: 1')
    record = world.runtime.turn(world.submit(template, world.application("- {name: s, type: t}")))
    assert record.run.status("s").message == 'imported and not used: "strings"'
