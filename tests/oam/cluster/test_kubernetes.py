"""The whole way on a real control plane: what ``--cluster`` does there, as ``kubectl`` would see it.

Needs KUBECONFIG. Each test works in a namespace of its own.
"""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from oam.cli import main
from oam.cluster import KubernetesCluster, Simulator, connect
from oam.cluster.crds import install
from oam.ports import ObjectRef

pytestmark = [
    pytest.mark.cluster,
    pytest.mark.skipif("KUBECONFIG" not in os.environ, reason="needs KUBECONFIG"),
    pytest.mark.filterwarnings("ignore:Unverified HTTPS request"),
]

ROOT = Path(__file__).resolve().parents[3]
FAILING = """
apiVersion: core.oam.dev/v1beta1
kind: Application
metadata: {name: app}
spec:
  components: []
  workflow:
    steps:
    - name: bad
      type: apply-object
      properties: {value: {apiVersion: v1, kind: ConfigMap, metadata: {name: Bad_Name}}}
    - {name: after, type: print-message-in-status, properties: {message: never}}
    - {name: tidy, type: print-message-in-status, if: always, properties: {message: tidied}}
"""


class Site:
    """A namespace of a real cluster."""

    def __init__(self, folder: Path) -> None:
        pytest.importorskip("kubernetes", reason="the official client is an extra")
        self.cluster = KubernetesCluster(connect())
        self.namespace = f"oam-{uuid4().hex[:8]}"
        self.folder = folder
        install(self.cluster)
        self.cluster.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": self.namespace}})

    def up(self, text: str, *more: str) -> int:
        file = self.folder / "app.yaml"
        file.write_text(text)
        return main(["up", "-f", str(file), "-n", self.namespace, "--cluster", *more])

    def oam(self, *words: str) -> int:
        return main([*words, "-n", self.namespace, "--cluster"])

    def get(self, kind: str, name: str, version: str = "v1") -> Any:
        return self.cluster.get(ObjectRef(version, kind, self.namespace, name))

    def status(self, name: str = "app") -> Any:
        return self.get("Application", name, "core.oam.dev/v1beta1")["status"]

    def names(self, kind: str = "ConfigMap", version: str = "v1") -> list[str]:
        """Of the objects that applications made."""
        found = self.cluster.list(version, kind, self.namespace)
        return [o["metadata"]["name"] for o in found if "app.oam.dev/name" in (o["metadata"].get("labels") or {})]


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    found = Site(tmp_path)
    yield found
    found.cluster.delete(ObjectRef("v1", "Namespace", "", found.namespace))


def application(*components: str, steps: str = "", policies: str = "") -> str:
    objects = "\n".join(
        f"  - name: {name}\n    type: k8s-objects\n    properties:\n"
        f"      objects: [{{apiVersion: v1, kind: ConfigMap, metadata: {{name: {name}}}, data: {{of: {name}}}}}]"
        for name in components
    )
    workflow = f"\n  workflow: {{steps: [{steps}]}}" if steps else ""
    return (
        "apiVersion: core.oam.dev/v1beta1\nkind: Application\nmetadata: {name: app}\n"
        f"spec:\n  components:\n{objects}\n{policies}{workflow}\n"
    )


def test_the_data_flow_example(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    """What one component's Service is given by the cluster reaches the other's containers."""
    example = str(ROOT / "examples" / "data-flow")
    assert main(["up", "-f", example, "-n", site.namespace, "--cluster"]) == 0
    address = site.get("Service", "store")["spec"]["clusterIP"]
    assert re.fullmatch(r"[0-9.]+", address)
    proxy = site.get("Deployment", "proxy", "apps/v1")
    env = {entry["name"]: entry["value"] for entry in proxy["spec"]["template"]["spec"]["containers"][0]["env"]}
    assert env["LOG_LEVEL"] == "info"
    assert address in env.values()
    assert proxy["status"]["readyReplicas"] == proxy["spec"]["replicas"]
    status = site.status("storefront")
    assert status["status"] == "running"
    assert [step["phase"] for step in status["workflow"]["steps"]] == ["succeeded", "succeeded"]
    backend = status["workflow"]["contextBackend"]
    kept = site.get(backend["kind"], backend["name"])
    assert kept["data"]["vars"] == f'"storeAddress": {json.dumps(address)}\n'
    assert "storeAddress" in capsys.readouterr().out
    assert main(["up", "-f", example, "-n", site.namespace, "--cluster"]) == 0
    assert site.status("storefront")["latestRevision"]["name"] == "storefront-v1", "nothing was new"
    assert site.oam("delete", "storefront") == 0
    assert site.names("Deployment", "apps/v1") == site.names("Service") == []
    assert site.get("ConfigMap", backend["name"]) is None


@pytest.mark.parametrize("state", ["cluster", "file"])
def test_suspending_and_resuming(site: Site, state: str, capsys: pytest.CaptureFixture[str]) -> None:
    more = ["--state", str(site.folder / "s.db")] if state == "file" else []
    steps = "{name: gate, type: suspend}, {name: go, type: apply-component, properties: {component: c}}"
    assert site.up(application("c", steps=steps), *more) == 0
    assert site.status()["status"] == "workflowSuspending"
    assert site.names() == []
    assert site.oam("workflow", "resume", "app", *more) == 0
    assert site.status()["status"] == "running"
    assert site.names() == ["c"]
    assert (site.get("ConfigMap", "workflow-app-context") is None) == (state == "file")
    capsys.readouterr()
    assert site.oam("status", "app", *more) == 0
    assert "running, revision app-v1" in capsys.readouterr().out


def test_a_failure_is_told_in_the_servers_words(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    began = time.monotonic()
    assert site.up(FAILING) == 1
    assert time.monotonic() - began > 30, "ten tries, in real time"
    bad, after, tidy = site.status()["workflow"]["steps"]
    assert (bad["phase"], bad["reason"]) == ("failed", "FailedAfterRetries")
    assert 'ConfigMap "Bad_Name" is invalid: metadata.name: Invalid value: "Bad_Name"' in bad["message"]
    assert (after["phase"], tidy["phase"]) == ("skipped", "succeeded")
    assert site.status()["status"] == "workflowFailed"
    assert "Bad_Name" in capsys.readouterr().err


def test_what_a_new_version_no_longer_makes_is_collected(site: Site) -> None:
    assert site.up(application("a", "b")) == 0
    theirs = site.get("ConfigMap", "b")
    theirs["data"]["added"] = "by others"
    site.cluster.put(theirs)
    assert site.up(application("b", "c")) == 0
    assert site.names() == ["b", "c"]
    assert site.get("ConfigMap", "b")["data"] == {"of": "b", "added": "by others"}
    assert site.status()["latestRevision"]["name"] == "app-v2"
    assert site.oam("delete", "app") == 0
    assert site.names() == []


def test_an_object_of_others_is_not_touched(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    theirs = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a", "namespace": site.namespace}}
    site.cluster.apply({**theirs, "data": {"of": "them"}})
    steps = "{name: go, type: apply-component, timeout: 2s, properties: {component: a}}"
    assert site.up(application("a", steps=steps)) == 1
    assert "exists but not managed by any application now" in capsys.readouterr().err
    assert site.get("ConfigMap", "a")["data"] == {"of": "them"}


def test_definitions_in_the_cluster_are_used(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    name = f"kept-{site.namespace}"
    template = '"output: {apiVersion: \\"v1\\", kind: \\"ConfigMap\\", data: x: parameter.x}, parameter: x: string"'
    definition = (
        f"apiVersion: core.oam.dev/v1beta1\nkind: ComponentDefinition\nmetadata: {{name: {name}}}\n"
        "spec: {workload: {type: autodetects.core.oam.dev}, schematic: {cue: {template: " + template + "}}}\n"
    )
    assert site.up(definition) == 0
    try:
        app = application("a").replace("k8s-objects", name)
        app = re.sub(r"objects: .*", "x: given", app)
        assert site.up(app) == 0
        assert site.get("ConfigMap", "a")["data"] == {"x": "given"}
        capsys.readouterr()
        assert main(["dry-run", "-f", str(site.folder / "app.yaml"), "-n", site.namespace, "--cluster"]) == 0
        assert "x: given" in capsys.readouterr().out
    finally:
        ref = ObjectRef("core.oam.dev/v1beta1", "ComponentDefinition", "vela-system", name)
        assert site.cluster.delete(ref)


def test_the_page_shows_what_happens(
    site: Site, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The commands of docs/kubernetes.md that need a cluster; a line that is only ``…`` stands for anything."""
    monkeypatch.chdir(site.folder)
    text = (ROOT / "docs" / "kubernetes.md").read_text(encoding="utf-8")
    for name, content in re.findall(r"^```yaml file=(\S+)\n(.*?)^```$", text, re.S | re.M):
        Path(name).write_text(content, encoding="utf-8")
    (block,) = re.findall(r"^```console cluster\n(.*?)^```$", text, re.S | re.M)
    parts = re.split(r"^\$ oam (.*)\n", block, flags=re.M)
    try:
        for command, wanted in zip(parts[1::2], parts[2::2], strict=True):
            assert main(command.split()) == 0
            printed = capfd.readouterr()
            pattern = ".*".join(map(re.escape, wanted.split("…\n")))
            assert re.fullmatch(pattern, printed.out + printed.err, re.S), printed.out + printed.err
    finally:
        site.cluster.delete(ObjectRef("v1", "Namespace", "", "oam-docs"))


def test_the_status_that_is_simulated_is_what_controllers_write(site: Site) -> None:
    """The embedded cluster's readiness, held against the real one's."""
    labels = {"app": "x"}
    pod = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "c", "image": "registry.example.com/x"}]}}
    ref = ObjectRef("apps/v1", "Deployment", site.namespace, "x")
    site.cluster.apply(
        {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {"name": "x", "namespace": site.namespace},
            "spec": {"replicas": 2, "selector": {"matchLabels": labels}, "template": pod},
        }
    )
    for _ in range(300):
        live = site.cluster.get(ref)
        assert live is not None
        if live["status"].get("readyReplicas") == 2:
            break
        time.sleep(0.1)
    expected = Simulator().status(live)
    assert {key: live["status"].get(key) for key in expected} == expected
