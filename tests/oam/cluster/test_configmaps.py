"""State in ConfigMaps, and the commands that keep theirs there, against an API server in this process."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from oam.app.record import BUCKET, readable
from oam.cli import main
from oam.cluster import KubernetesCluster, connect
from oam.store import ConfigMapStore, StoreError

pytest.importorskip("kubernetes", reason="the official client is an extra")

HOME = "/api/v1/namespaces/shop/configmaps/workflow-app-context"
APPLICATION = """
apiVersion: core.oam.dev/v1beta1
kind: Application
metadata: {name: app, namespace: shop}
spec:
  components:
  - name: c
    type: k8s-objects
    properties: {objects: [{apiVersion: v1, kind: ConfigMap, metadata: {name: made}, data: {k: v}}]}
  workflow:
    steps:
    - {name: gate, type: suspend}
    - {name: apply, type: apply-component, properties: {component: c}}
"""


def open_store(api: Any, tmp_path: Path) -> ConfigMapStore:
    return ConfigMapStore(KubernetesCluster(connect(api.kubeconfig(tmp_path))), BUCKET, readable)


@pytest.fixture
def store(api: Any, tmp_path: Path) -> ConfigMapStore:
    return open_store(api, tmp_path)


def record(**variables: Any) -> dict[str, Any]:
    return {"run": {"variables": variables}}


def test_documents_of_an_application_are_in_one_configmap(store: ConfigMapStore, api: Any, tmp_path: Path) -> None:
    with store.transaction():
        store.write(BUCKET, "shop/app", record(a=1, b={"c": "d"}))
        store.write("history", "shop/app/00000001", ["x"])
        store.write("trackers", "shop/app", [])
        store.write(BUCKET, "other/app", record())
        assert api.objects == {}
    assert api.objects[HOME]["data"] == {"vars": '"a": 1\n"b": {"c": "d"}\n'}
    assert len(api.objects) == 2
    again = open_store(api, tmp_path)
    assert again.read("history", "shop/app/00000001") == ["x"]
    assert again.read("history", "shop/app/00000002") is None
    assert [key for key, _ in again.scan(BUCKET)] == ["other/app", "shop/app"]
    assert list(again.scan("history", "shop/app/")) == [("shop/app/00000001", ["x"])]
    assert again.first(BUCKET) == ("other/app", record())
    assert again.first("nothing") is None


def test_what_is_removed_is_gone_and_its_configmap_with_it(store: ConfigMapStore, api: Any) -> None:
    with store.transaction():
        store.write(BUCKET, "shop/app", record())
        store.write("leases", "shop/app", {"owner": "", "number": 1, "until": 0.0})
    with store.transaction():
        assert store.remove(BUCKET, "shop/app")
        assert not store.remove(BUCKET, "shop/app")
    assert api.objects == {}


def test_a_failed_transaction_leaves_nothing(store: ConfigMapStore, api: Any) -> None:
    with pytest.raises(RuntimeError, match="outside"):
        store.write(BUCKET, "shop/app", {})

    def fail() -> None:
        with store.transaction():
            store.write(BUCKET, "shop/app", record())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert api.objects == {}
    assert store.read(BUCKET, "shop/app") is None


def test_of_two_who_write_one_is_told(store: ConfigMapStore, api: Any, tmp_path: Path) -> None:
    other = open_store(api, tmp_path)
    with store.transaction():
        store.write(BUCKET, "shop/app", record(a=1))

    def overtaken() -> None:
        with store.transaction():
            assert store.read(BUCKET, "shop/app") == record(a=1)
            with other.transaction():
                other.write(BUCKET, "shop/app", record(a=2))
            store.write(BUCKET, "shop/app", record(a=3))

    with pytest.raises(StoreError, match="changed by another process"):
        overtaken()
    assert store.read(BUCKET, "shop/app") == record(a=2)


def test_a_pause_keeps_what_was_written_but_no_short_lease(store: ConfigMapStore, api: Any) -> None:
    def lease(number: int, until: float) -> None:
        store.write("leases", "shop/app", {"owner": "me", "number": number, "until": until})

    with store.transaction():
        store.write(BUCKET, "shop/app", record())
        lease(1, 60.0)
        with store.pause():
            version = api.version
            assert HOME in api.objects
        lease(2, 65.0)
        with store.pause():
            assert api.version == version, "it holds for long enough"
        lease(3, 90.0)
        with store.pause():
            assert api.version == version + 1
        lease(4, 91.0)
    assert api.version == version + 2, "the end writes everything"


def test_what_is_not_of_an_application_ends_with_the_process(store: ConfigMapStore, api: Any, tmp_path: Path) -> None:
    with store.transaction():
        store.write("clock", "now", 1.0)
    assert store.read("clock", "now") == 1.0
    assert open_store(api, tmp_path).read("clock", "now") is None
    with store.transaction():
        assert store.remove("clock", "now")
    assert api.objects == {}


def test_a_configmap_of_somebody_else_is_left_alone(store: ConfigMapStore, api: Any) -> None:
    api.objects[HOME] = {"metadata": {"name": "workflow-app-context", "namespace": "shop"}, "data": {"vars": ""}}
    with pytest.raises(StoreError, match="belongs to somebody else"):
        store.read(BUCKET, "shop/app")


@pytest.mark.parametrize("state", ["", "!", "AAAA", "H4sIAAAAAAACAwMAAAAAAAAAAAA="])
def test_a_damaged_configmap_is_told(store: ConfigMapStore, api: Any, state: str) -> None:
    with store.transaction():
        store.write(BUCKET, "shop/app", record())
    api.objects[HOME]["binaryData"]["state"] = state
    with pytest.raises(StoreError, match="is damaged"):
        store.read(BUCKET, "shop/app")


def test_a_state_too_large_for_a_configmap_is_told(store: ConfigMapStore, api: Any) -> None:
    with pytest.raises(StoreError, match="too large") as caught, store.transaction():
        store.write(BUCKET, "shop/app", record(a="x" * 2_000_000))
    assert "--state" in caught.value.diagnostics[0].help
    assert api.objects == {}


def test_a_server_that_refuses_is_no_failure_of_a_step(store: ConfigMapStore, api: Any) -> None:
    api.troubles = [None, None, (403, json.dumps({"message": "configmaps is forbidden"}), {}, 0.0)]
    with pytest.raises(StoreError, match="configmaps is forbidden"), store.transaction():
        store.write(BUCKET, "shop/app", record())


# ---- commands


@pytest.fixture
def cluster(api: Any, tmp_path: Path) -> str:
    api.serve("core.oam.dev/v1beta1", "applications", "Application")
    for kind in ("Component", "Trait", "Policy", "WorkflowStep"):
        api.serve("core.oam.dev/v1beta1", f"{kind.lower()}definitions", f"{kind}Definition")
    (tmp_path / "app.yaml").write_text(APPLICATION)
    return str(api.kubeconfig(tmp_path))


def test_a_workflow_in_the_cluster(cluster: str, api: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["up", "-f", str(tmp_path / "app.yaml"), "--cluster", cluster]) == 0
    app = api.objects["/apis/core.oam.dev/v1beta1/namespaces/shop/applications/app"]
    assert app["status"]["status"] == "workflowSuspending"
    assert app["status"]["workflow"]["contextBackend"]["name"] == "workflow-app-context"
    made = "/api/v1/namespaces/shop/configmaps/made"
    assert made not in api.objects
    assert main(["workflow", "resume", "app", "-n", "shop", "--cluster", cluster]) == 0
    assert api.objects[made]["metadata"]["labels"]["app.oam.dev/name"] == "app"
    assert main(["status", "app", "-n", "shop", f"--cluster={cluster}"]) == 0
    assert "running" in capsys.readouterr().out
    assert main(["delete", "app", "-n", "shop", "--cluster", cluster]) == 0
    assert list(api.objects) == []


def test_a_workflow_in_the_cluster_with_its_state_in_a_file(
    cluster: str, api: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    state = ["--state", str(tmp_path / "s.db")]
    assert main(["up", "-f", str(tmp_path / "app.yaml"), "--cluster", cluster, *state]) == 0
    assert HOME not in api.objects
    capsys.readouterr()
    assert main(["status", "app", "-n", "shop", *state]) == 1
    assert "give --cluster" in capsys.readouterr().err
    assert main(["delete", "app", "-n", "shop", "--cluster", cluster, *state]) == 0
    assert list(api.objects) == []
    embedded = ["--state", str(tmp_path / "e.db")]
    assert main(["up", "-f", str(tmp_path / "app.yaml"), *embedded]) == 0
    capsys.readouterr()
    assert main(["status", "app", "-n", "shop", *embedded, "--cluster", cluster]) == 1
    assert "holds a cluster of its own" in capsys.readouterr().err


def test_a_cluster_without_the_kinds_of_applications(
    api: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "app.yaml").write_text(APPLICATION)
    assert main(["up", "-f", str(tmp_path / "app.yaml"), "--cluster", api.kubeconfig(tmp_path)]) == 1
    assert "--install-crds" in capsys.readouterr().err
    assert api.objects == {}


def test_applications_of_others_are_not_run(
    cluster: str, api: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    theirs = {
        "apiVersion": "core.oam.dev/v1beta1",
        "kind": "Application",
        "metadata": {"name": "theirs", "namespace": "shop", "resourceVersion": "1"},
        "spec": {"components": []},
    }
    place = "/apis/core.oam.dev/v1beta1/namespaces/shop/applications/theirs"
    api.objects[place] = theirs
    main(["up", "-f", str(tmp_path / "app.yaml"), "--cluster", cluster])
    assert api.objects[place] == theirs


def test_a_server_that_dies_leaves_a_run_to_go_on_with(
    cluster: str, api: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("oam.cli.state._owner", lambda: "h/n/1/me")  # another process would find this one gone
    main(["up", "-f", str(tmp_path / "app.yaml"), "--cluster", cluster])
    whole = api.answer

    def dying(method: str, target: str, body: Any) -> Any:
        if method == "POST" and "dryRun" not in target and target.endswith("/configmaps"):
            api.troubles = [(200, "gone", {}, 0.0)] * 50
        return whole(method, target, body)

    api.answer = dying
    capsys.readouterr()
    resume = ["workflow", "resume", "app", "-n", "shop", "--cluster", cluster]
    assert main(resume) == 1
    assert "is no JSON object" in capsys.readouterr().err
    api.troubles, api.answer = [], whole
    assert main(["up", "-f", str(tmp_path / "app.yaml"), "--cluster", cluster]) == 0
    assert "app: running" in capsys.readouterr().out
    assert "/api/v1/namespaces/shop/configmaps/made" in api.objects
