"""Environments of env-binding policies: the steps that they imply, and the steps about cloud resources in them."""

from __future__ import annotations

from typing import Any

import pytest

from oam.errors import OamError

COMPONENTS = """\
  components:
  - {name: web, type: worker, properties: {image: one}}
  - {name: note, type: k8s-objects, properties: {objects: [{apiVersion: v1, kind: ConfigMap}]}}
"""


def policy(envs: str) -> str:
    return f"  policies:\n  - {{name: places, type: env-binding, properties: {{envs: {envs}}}}}\n"


def steps(record: Any) -> list[tuple[str, str, str]]:
    return [(status.name, status.type, str(status.phase)) for status in record.run.statuses]


def test_each_environment_is_a_step(world: Any) -> None:
    change = "{name: web, type: worker, properties: {image: two}, traits: [{type: scaler, properties: {replicas: 3}}]}"
    envs = f"""
    - {{name: test, placement: {{namespaceSelector: {{name: other}}}}, patch: {{components: [{change}]}}}}
    - {{name: prod, placement: {{clusterSelector: {{name: local}}}}, selector: {{components: [note]}}}}
    """
    more = "  policies:\n  - name: places\n    type: env-binding\n    properties:\n      envs:" + envs.replace(
        "\n    ", "\n      "
    )
    record = world.up(world.application(components=COMPONENTS, more=more.rstrip() + "\n"))
    assert steps(record) == [
        ("deploy-places-test", "deploy2env", "succeeded"),
        ("deploy-places-prod", "deploy2env", "succeeded"),
    ]
    deployment = world.get("Deployment", "web", "other")
    assert deployment["spec"]["replicas"] == 3
    assert deployment["spec"]["template"]["spec"]["containers"][0]["image"] == "two"
    assert world.get("ConfigMap", "note", "other", "v1")["metadata"]["labels"]["app.oam.dev/component"] == "note"
    assert world.get("ConfigMap", "note", "default", "v1")
    with pytest.raises(AssertionError):
        world.get("Deployment", "web")


def test_without_environments_components_are_steps(world: Any) -> None:
    record = world.up(world.application(components=COMPONENTS, more=policy("[]")))
    assert [type_ for _, type_, _ in steps(record)] == ["apply-component", "apply-component"]


def test_malformed_environments_are_refused(world: Any) -> None:
    with pytest.raises(OamError, match=r"generate step failed .*EnvBindingSpec.envs of type \[\]v1alpha1.EnvConfig"):
        world.submit(world.application(components=COMPONENTS, more=policy("no")))


@pytest.mark.parametrize(
    ("placement", "message"),
    [
        ("{clusterSelector: {name: far}}", 'virtualclusters.cluster.core.oam.dev "far" not found'),
        ("{clusterSelector: {labels: {a: b}}}", "invalid env test: cluster selector in env-binding does not support"),
    ],
)
def test_places_that_are_none(world: Any, placement: str, message: str) -> None:
    envs = f"[{{name: test, placement: {placement}}}]"
    record = world.up(world.application(components=COMPONENTS, more=policy(envs)))
    assert message in record.run.statuses[0].message


def test_all_components_before_any_is_waited_for(world: Any) -> None:
    step = "- {name: all, type: deploy2env, properties: {env: test, parallel: true}}"
    envs = "[{name: test, placement: {}}]"
    record = world.up(world.application(step, policy(envs), COMPONENTS))
    assert steps(record) == [("all", "deploy2env", "succeeded")]
    assert {service["name"] for service in record.services.values()} == {"web", "note"}


@pytest.mark.parametrize(
    ("properties", "where"),
    [
        ("{env: prod}", "prepareDeploy.prepare.placementDecisions.inputs.policyName"),
        ("{env: prod, policy: none}", "prepareDeploy.prepare.loadEnv.loadPolicy: undefined field: none"),
    ],
)
def test_cloud_resources_need_the_policy(world: Any, properties: str, where: str) -> None:
    step = f"- {{name: s, type: deploy-cloud-resource, properties: {properties}}}"
    record = world.up(world.application(step, components=COMPONENTS))
    assert (str(record.run.statuses[0].phase), where in record.run.statuses[0].message) == ("failed", True)


CLOUD = """\
apiVersion: core.oam.dev/v1beta1
kind: ComponentDefinition
metadata: {name: bucket}
spec:
  workload: {type: configurations.terraform.core.oam.dev}
  schematic:
    terraform: {configuration: 'variable "acl" {}'}
"""


def test_cloud_resources_are_made_under_the_name_of_the_environment(world: Any) -> None:
    step = "- {name: s, type: deploy-cloud-resource, properties: {env: prod}}"
    components = "  components:\n  - {name: store, type: bucket, properties: {acl: private}}\n"
    envs = "[{name: prod, placement: {}}]"
    world.up(CLOUD, world.application(step, policy(envs), components))
    made = world.get("Configuration", "store-prod", version="terraform.core.oam.dev/v1beta2")
    assert made["spec"]["variable"] == {"acl": "private"}
    assert made["spec"]["writeConnectionSecretToRef"] == {"name": "store-prod", "namespace": "default"}


def test_places_of_topology_policies_in_the_older_package(world: Any) -> None:
    template = 'import "vela/op"\nget: op.#GetPlacementsFromTopologyPolicies & {policies: ["here"]}'
    definition = world.step_definition("t", template)
    output = "- {name: s, type: t, outputs: [{name: found, valueFrom: get.placements}]}"
    more = "  policies: [{name: here, type: topology, properties: {clusters: [local], namespace: x}}]\n"
    record = world.up(definition, world.application(output, more))
    assert record.run.variables == {"found": [{"cluster": "local", "namespace": "x"}]}
