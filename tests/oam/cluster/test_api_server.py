"""The cluster port behind an API server, against one in this process."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Any

import pytest

from oam.cluster import (
    ClusterError,
    Conflict,
    Forbidden,
    Invalid,
    KubernetesCluster,
    MissingClient,
    NoSuchKind,
    NotFound,
    Unreachable,
    connect,
)
from oam.cluster.kubernetes import LAST_APPLIED
from oam.errors import UsageError
from oam.ports import ObjectRef

pytest.importorskip("kubernetes", reason="the official client is an extra")

CONFIG = ObjectRef("v1", "ConfigMap", "shop", "c")


@pytest.fixture
def pauses() -> list[float]:
    return []


@pytest.fixture
def cluster(api: Any, tmp_path: Path, pauses: list[float]) -> KubernetesCluster:
    return KubernetesCluster(connect(api.kubeconfig(tmp_path), timeout=5.0), sleep=pauses.append)


def config(data: dict[str, Any], **metadata: Any) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "c", "namespace": "shop", **metadata},
        "data": data,
    }


def test_what_is_applied_is_there(cluster: KubernetesCluster, api: Any) -> None:
    assert cluster.get(CONFIG) is None
    made = cluster.apply(config({"a": "1"}))
    assert made["metadata"]["uid"]
    assert cluster.get(CONFIG) == made
    assert api.tokens[-1] == "Bearer secret-token"
    assert cluster.delete(CONFIG)
    assert not cluster.delete(CONFIG)
    assert cluster.get(CONFIG) is None


def test_fields_of_others_stay_and_own_ones_go(cluster: KubernetesCluster, api: Any) -> None:
    cluster.apply(config({"a": "1", "b": "2"}, labels={"mine": "x", "old": "z"}))
    (live,) = api.objects.values()
    live["data"]["theirs"] = "3"
    live["metadata"]["labels"]["theirs"] = "y"
    merged = cluster.apply(config({"a": "9"}, labels={"mine": "x"}))
    assert merged["data"] == {"a": "9", "theirs": "3"}
    assert merged["metadata"]["labels"] == {"mine": "x", "theirs": "y"}
    replaced = cluster.apply(config({"z": "1"}), replace=True)
    assert replaced["data"] == {"z": "1"}


def test_nothing_is_written_where_nothing_changed(cluster: KubernetesCluster, api: Any) -> None:
    cluster.apply(config({"a": "1"}))
    before = cluster.version()
    api.requests.clear()
    cluster.apply(config({"a": "1"}))
    assert [line.split()[0] for line in api.requests] == ["GET"]
    assert cluster.version() == before


def test_a_dry_run_changes_nothing(cluster: KubernetesCluster, api: Any) -> None:
    cluster.apply(config({"a": "1"}), dry_run=True)
    assert api.objects == {}
    assert cluster.version() == 0
    with pytest.raises(Invalid, match='"C" is invalid'):
        cluster.apply(config({}, name="C"), dry_run=True)


def test_plain_text_of_secrets_is_stored_as_the_server_does(cluster: KubernetesCluster, api: Any) -> None:
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, "stringData": {"k": "v"}}
    made = cluster.apply(secret)
    assert made["data"] == {"k": "dg=="}
    api.requests.clear()
    cluster.apply(secret)
    assert len(api.requests) == 1, "it is the same"


def test_objects_of_a_kind_come_in_pages(cluster: KubernetesCluster, api: Any) -> None:
    for name in "edcba":
        cluster.apply(config({}, name=name, labels={"odd": str("ace".count(name))}))
    cluster.apply(config({}, name="a", namespace="other"))
    found = cluster.list("v1", "ConfigMap")
    assert [(o["metadata"]["namespace"], o["metadata"]["name"]) for o in found] == [
        ("other", "a"), *(("shop", name) for name in "abcde")
    ]  # fmt: skip
    assert found[0]["kind"] == "ConfigMap"
    assert [o["metadata"]["name"] for o in cluster.list("v1", "ConfigMap", "shop", {"odd": "1"})] == ["a", "c", "e"]


def test_the_status_is_written_apart_where_the_kind_has_it_so(cluster: KubernetesCluster, api: Any) -> None:
    ref = ObjectRef("apps/v1", "Deployment", "shop", "d")
    cluster.apply({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "d", "namespace": "shop"}})
    assert cluster.set_status(ref, {"readyReplicas": 2})["status"] == {"readyReplicas": 2}
    assert api.requests[-1].endswith("/deployments/d/status")
    cluster.apply(config({}))
    assert cluster.set_status(CONFIG, {"x": 1})["status"] == {"x": 1}
    with pytest.raises(NotFound):
        cluster.set_status(ObjectRef("v1", "ConfigMap", "shop", "none"), {})


def test_a_kind_may_come_and_go(cluster: KubernetesCluster, api: Any) -> None:
    toy = {"apiVersion": "toys.example/v1", "kind": "Toy", "metadata": {"name": "t"}}
    with pytest.raises(NoSuchKind, match=r'no matches for kind "Toy" in version "toys\.example/v1"'):
        cluster.apply(toy)
    assert cluster.list("toys.example/v1", "Toy") == []
    assert cluster.get(ObjectRef.of(toy)) is None
    api.serve("toys.example/v1", "toys", "Toy", namespaced=False)
    assert cluster.apply(toy)["metadata"]["name"] == "t"
    assert not cluster.is_namespaced("toys.example/v1", "Toy")
    del api.kinds["/apis/toys.example/v1"]
    assert cluster.get(ObjectRef.of(toy)) is None
    assert not cluster.delete(ObjectRef.of(toy))
    assert cluster.list("toys.example/v1", "Toy") == []
    with pytest.raises(NoSuchKind):
        cluster.apply(toy)


def test_a_defined_kind_is_waited_for(cluster: KubernetesCluster, api: Any, pauses: list[float]) -> None:
    def serve(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 2:
            api.serve("toys.example/v1", "toys", "Toy")

    cluster = KubernetesCluster(cluster._transport, sleep=serve)
    spec = {"group": "toys.example", "names": {"kind": "Toy", "plural": "toys"}, "versions": [{"name": "v1"}]}
    cluster.apply(
        {
            "apiVersion": "apiextensions.k8s.io/v1",
            "kind": "CustomResourceDefinition",
            "metadata": {"name": "toys.toys.example"},
            "spec": spec,
        }
    )
    assert cluster.apply({"apiVersion": "toys.example/v1", "kind": "Toy", "metadata": {"name": "t"}})


def test_elements_of_lists_that_have_a_name_are_merged_one_by_one(cluster: KubernetesCluster, api: Any) -> None:
    def deployment(*containers: dict[str, Any]) -> dict[str, Any]:
        template = {"spec": {"containers": list(containers)}}
        metadata = {"name": "d", "namespace": "shop"}
        return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": {"template": template}}

    cluster.apply(deployment({"name": "a", "image": "x"}, {"name": "b", "image": "y"}))
    (live,) = api.objects.values()
    found = live["spec"]["template"]["spec"]["containers"]
    found[0]["imagePullPolicy"] = "Always"
    found.append({"name": "sidecar", "image": "s"})
    merged = cluster.apply(deployment({"name": "a", "image": "z", "env": [{"name": "E", "value": "1"}]}))
    assert merged["spec"]["template"]["spec"]["containers"] == [
        {"name": "a", "image": "z", "imagePullPolicy": "Always", "env": [{"name": "E", "value": "1"}]},
        {"name": "sidecar", "image": "s"},
    ]


# ---- when others or the server get in the way


def conflict(name: str = "c") -> tuple[int, str, dict[str, str], float]:
    return 409, json.dumps({"message": f'Operation cannot be fulfilled on configmaps "{name}"'}), {}, 0.0


def test_a_conflict_is_tried_again_after_growing_pauses(
    cluster: KubernetesCluster, api: Any, pauses: list[float]
) -> None:
    cluster.apply(config({"a": "1"}))
    api.troubles = [None, conflict(), None, conflict()]
    assert cluster.apply(config({"a": "2"}))["data"] == {"a": "2"}
    assert pauses == sorted(pauses)
    assert len(pauses) == 2


def test_a_conflict_without_end_is_told(cluster: KubernetesCluster, api: Any, pauses: list[float]) -> None:
    cluster.apply(config({"a": "1"}))
    api.troubles = [None, conflict()] * 20
    with pytest.raises(Conflict, match="Operation cannot be fulfilled"):
        cluster.apply(config({"a": "2"}))
    assert len(pauses) == 4


def test_an_object_made_by_another_in_between_is_merged(cluster: KubernetesCluster, api: Any) -> None:
    cluster.apply(config({"theirs": "1"}))
    missing = (404, json.dumps({"message": "not found"}), {}, 0.0)
    api.troubles = [missing]
    assert cluster.apply(config({"mine": "2"}), replace=False)["data"] == {"mine": "2"}


def test_what_is_forbidden_is_told_in_the_servers_words(cluster: KubernetesCluster, api: Any) -> None:
    text = 'configmaps "c" is forbidden: User "u" cannot get resource "configmaps" in the namespace "shop"'
    cluster.get(CONFIG)
    api.troubles = [(403, json.dumps({"message": text}), {}, 0.0)]
    with pytest.raises(Forbidden) as caught:
        cluster.get(CONFIG)
    assert str(caught.value) == text
    assert caught.value.status == 403


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_server_is_given_time(cluster: KubernetesCluster, api: Any, pauses: list[float], status: int) -> None:
    api.troubles = [(status, "{}", {"Retry-After": "2"}, 0.0), (status, "{}", {}, 0.0)]
    assert cluster.get(CONFIG) is None
    assert pauses[0] == 2.0
    assert 0 < pauses[1] < 2.0


def test_a_server_error_is_told(cluster: KubernetesCluster, api: Any) -> None:
    cluster.get(CONFIG)
    api.troubles = [(500, "etcdserver: no leader", {}, 0.0)]
    with pytest.raises(ClusterError, match="etcdserver: no leader"):
        cluster.get(CONFIG)


@pytest.mark.parametrize("text", ['{"apiVersion": "v1", "kin', "<html>proxy</html>", "[]", ""])
def test_an_answer_that_is_no_object_is_no_answer(cluster: KubernetesCluster, api: Any, text: str) -> None:
    cluster.get(CONFIG)
    api.troubles = [(200, text, {}, 0.0)]
    with pytest.raises(Unreachable, match=r"the answer to GET .* is no JSON object"):
        cluster.get(CONFIG)


def test_a_broken_list_of_kinds_is_no_missing_kind(cluster: KubernetesCluster, api: Any) -> None:
    api.troubles = [(200, "{}}", {}, 0.0)]
    with pytest.raises(Unreachable):
        cluster.get(CONFIG)
    api.troubles = [(403, json.dumps({"message": "forbidden: no"}), {}, 0.0)]
    with pytest.raises(Forbidden, match="forbidden: no"):
        cluster.get(CONFIG)


def test_a_slow_server_is_not_waited_for(api: Any, tmp_path: Path) -> None:
    cluster = KubernetesCluster(connect(api.kubeconfig(tmp_path), timeout=0.1))
    api.troubles = [(200, "{}", {}, 0.5)]
    with pytest.raises(Unreachable, match=r"127\.0\.0\.1.*: no answer within 0\.1 seconds"):
        cluster.server_version()


def test_an_answer_cut_short_is_no_answer(cluster: KubernetesCluster, api: Any) -> None:
    api.troubles = [(200, '{"a"', {"Content-Length": "100", "Connection": "close"}, 0.0)]
    with pytest.raises(Unreachable):
        cluster.server_version()


def test_a_dead_server_is_named(api: Any, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    path = Path(api.kubeconfig(tmp_path))
    path.write_text(path.read_text().replace(str(api.http.server_port), str(port)))
    cluster = KubernetesCluster(connect(str(path)))
    with pytest.raises(Unreachable, match=f"http://127.0.0.1:{port}: connection refused"):
        cluster.get(CONFIG)


def test_the_version_of_the_server(cluster: KubernetesCluster) -> None:
    assert cluster.server_version() == {
        "major": "1", "minor": 34, "gitVersion": "v1.34.1", "platform": "linux/amd64"
    }  # fmt: skip


# ---- getting there


def test_a_missing_or_broken_kubeconfig_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match=r"none\.yaml"):
        connect(str(tmp_path / "none.yaml"))
    broken = tmp_path / "broken"
    for text in ("{", "[]", "apiVersion: v1\n", "clusters: 3\ncurrent-context: x\ncontexts: []\n"):
        broken.write_text(text)
        with pytest.raises(UsageError, match="broken: not a usable kubeconfig"):
            connect(str(broken))
    monkeypatch.delenv("KUBECONFIG", raising=False)
    monkeypatch.delenv("KUBERNETES_SERVICE_HOST", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(UsageError, match="neither a kubeconfig nor KUBECONFIG is given"):
        connect()


def test_without_the_official_client_its_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "kubernetes", None)
    with pytest.raises(MissingClient, match=r"pip install 'pycue-oam\[kubernetes\]'"):
        connect()


def test_the_annotation_is_left_empty_where_an_object_is_too_long_for_it(cluster: KubernetesCluster) -> None:
    made = cluster.apply(config({"a": "x" * 300_000}))
    assert made["metadata"]["annotations"][LAST_APPLIED] == ""
    assert cluster.apply(config({"b": "y"}))["data"].keys() == {"a", "b"}
