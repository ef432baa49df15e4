"""The embedded cluster against what an API server does."""

from __future__ import annotations

import pytest

from oam.cluster import EmbeddedCluster, Invalid, NoSuchKind, NotFound, Simulator
from oam.ports import Object, ObjectRef
from oam.store import MemoryStore
from oam.workflow.clock import SeededRandom, VirtualClock


class Lab:
    """A cluster with its clock and store."""

    def __init__(self, **options: object) -> None:
        self.clock = VirtualClock(1_700_000_000)
        self.store = MemoryStore()
        self.cluster = EmbeddedCluster(self.store, self.clock, SeededRandom(), **options)  # type: ignore[arg-type]

    def apply(self, obj: Object, **options: bool) -> Object:
        with self.store.transaction():
            return self.cluster.apply(obj, **options)

    def delete(self, obj: Object) -> bool:
        with self.store.transaction():
            return self.cluster.delete(ObjectRef.of(obj))


def deployment(name: str = "web", image: str = "nginx:1", **spec: object) -> Object:
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": "shop", "labels": {"app": name}},
        "spec": {
            "selector": {"matchLabels": {"app": name}},
            "template": {"spec": {"containers": [{"name": name, "image": image}]}},
            **spec,
        },
    }


def service(name: str = "web") -> Object:
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name, "namespace": "shop"},
        "spec": {"ports": [{"port": 80}]},
    }


def config(name: str = "c", **data: object) -> Object:
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": name, "namespace": "shop"},
        "data": data,
    }


def test_first_write_gives_identity() -> None:
    lab = Lab()
    metadata = lab.apply(deployment())["metadata"]
    assert metadata["generation"] == 1
    assert metadata["creationTimestamp"] == "2023-11-14T22:13:20Z"
    assert len(metadata["uid"]) == 36
    assert metadata["resourceVersion"] == "1"


def test_generation_counts_changes_of_the_specification_only() -> None:
    lab = Lab()
    first = lab.apply(deployment())
    assert lab.apply(deployment())["metadata"] == first["metadata"], "an apply without change writes nothing"
    labelled = deployment()
    labelled["metadata"]["labels"]["tier"] = "front"
    second = lab.apply(labelled)["metadata"]
    assert (second["generation"], second["resourceVersion"]) == (1, "2")
    assert lab.apply(deployment(image="nginx:2"))["metadata"]["generation"] == 2
    assert lab.apply(deployment(image="nginx:2"))["metadata"]["uid"] == first["metadata"]["uid"]


def test_workload_becomes_ready_after_the_delay() -> None:
    lab = Lab(simulator=Simulator(delay=2))
    ref = ObjectRef.of(lab.apply(deployment(replicas=3)))
    assert lab.cluster.settle() == lab.clock.now() + 2
    assert "status" not in (lab.cluster.get(ref) or {})
    lab.clock.sleep(2)
    assert lab.cluster.settle() is None
    live = lab.cluster.get(ref)
    assert live is not None
    assert live["status"]["readyReplicas"] == live["status"]["replicas"] == 3
    assert live["status"]["observedGeneration"] == live["metadata"]["generation"] == 1


def test_a_change_is_observed_later() -> None:
    lab = Lab()
    lab.apply(deployment())
    lab.clock.sleep(5)
    lab.cluster.settle()
    changed = lab.apply(deployment(image="nginx:2"))
    assert (changed["metadata"]["generation"], changed["status"]["observedGeneration"]) == (2, 1)
    lab.clock.sleep(5)
    lab.cluster.settle()
    live = lab.cluster.get(ObjectRef.of(changed))
    assert live is not None
    assert live["status"]["observedGeneration"] == 2


def test_services_get_addresses_and_keep_them() -> None:
    lab = Lab()
    assert lab.apply(service("a"))["spec"]["clusterIP"] == "10.96.0.1"
    assert lab.apply(service("b"))["spec"]["clusterIP"] == "10.96.0.2"
    changed = service("a")
    changed["spec"]["ports"] = [{"port": 81}]
    live = lab.apply(changed)
    assert live["spec"] == {"ports": [{"port": 81}], "clusterIP": "10.96.0.1", "clusterIPs": ["10.96.0.1"]}
    headless = service("h")
    headless["spec"]["clusterIP"] = "None"
    assert lab.apply(headless)["spec"]["clusterIP"] == "None"


def test_merge_keeps_what_others_wrote_and_removes_what_is_no_longer_sent() -> None:
    lab = Lab()
    lab.apply(config(a="1", b="2"))
    with lab.store.transaction():
        theirs = lab.cluster.get(ObjectRef.of(config()))
        assert theirs is not None
        theirs["data"]["theirs"] = "x"
        lab.store.write("objects", "/ConfigMap/shop/c", theirs)
    assert lab.apply(config(a="9"))["data"] == {"a": "9", "theirs": "x"}
    assert lab.apply(config(a="9"), replace=True)["data"] == {"a": "9"}


def test_dry_run_changes_nothing() -> None:
    lab = Lab()
    lab.apply(deployment(), dry_run=True)
    assert lab.cluster.objects() == []
    lab.apply(deployment())
    version = lab.cluster.version()
    assert (
        lab.apply(deployment(image="nginx:2"), dry_run=True)["spec"]["template"]["spec"]["containers"][0]["image"]
        == "nginx:2"
    )
    assert lab.cluster.version() == version


@pytest.mark.parametrize(
    ("obj", "text"),
    [
        (config("Upper"), 'ConfigMap "Upper" is invalid: metadata.name: Invalid value: "Upper"'),
        (config("c", k=1), "json: cannot unmarshal number into Go struct field ConfigMap.data of type string"),
        (config("c", **{"a b": "x"}), 'ConfigMap "c" is invalid: data[a b]: Invalid value: "a b"'),
        (service("0web"), 'Service "0web" is invalid: metadata.name'),
        ({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {}}, "resource name may not be empty"),
    ],
)
def test_bad_objects_are_refused(obj: Object, text: str) -> None:
    lab = Lab()
    with pytest.raises(Invalid) as caught:
        lab.apply(obj)
    assert text in str(caught.value)
    assert lab.cluster.objects() == []


def test_selector_of_a_deployment_does_not_change() -> None:
    lab = Lab()
    lab.apply(deployment())
    changed = deployment()
    changed["spec"]["selector"] = {"matchLabels": {"app": "other"}}
    with pytest.raises(Invalid, match="field is immutable"):
        lab.apply(changed)


def test_kinds() -> None:
    lab = Lab(strict=True)
    widget = {"apiVersion": "toys.example/v1", "kind": "Widget", "metadata": {"name": "w"}}
    with pytest.raises(NoSuchKind, match=r'no matches for kind "Widget" in version "toys\.example/v1"'):
        lab.apply(widget)
    lab.apply(
        {
            "apiVersion": "apiextensions.k8s.io/v1",
            "kind": "CustomResourceDefinition",
            "metadata": {"name": "widgets.toys.example"},
            "spec": {
                "group": "toys.example",
                "names": {"kind": "Widget", "plural": "widgets"},
                "scope": "Cluster",
                "versions": [{"name": "v1", "served": True}],
            },
        }
    )
    assert "namespace" not in lab.apply(widget)["metadata"]
    assert lab.cluster.get(ObjectRef("toys.example/v1", "Widget", "any", "w")), "a namespace does not matter there"


def test_namespaces() -> None:
    lab = Lab(namespaces=frozenset({"default"}))
    with pytest.raises(NotFound, match='namespaces "shop" not found'):
        lab.apply(config())
    lab.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}})
    lab.apply(config())
    plain = config()
    del plain["metadata"]["namespace"]
    assert lab.apply(plain)["metadata"]["namespace"] == "default"


def test_list_by_namespace_and_labels() -> None:
    lab = Lab()
    lab.apply(deployment("a"))
    lab.apply(deployment("b"))
    assert [o["metadata"]["name"] for o in lab.cluster.list("apps/v1", "Deployment")] == ["a", "b"]
    assert [o["metadata"]["name"] for o in lab.cluster.list("apps/v1", "Deployment", "shop", {"app": "b"})] == ["b"]
    assert lab.cluster.list("apps/v1", "Deployment", "elsewhere") == []


def test_delete_takes_what_is_owned() -> None:
    lab = Lab()
    owner = lab.apply(deployment())
    owned = config()
    owned["metadata"]["ownerReferences"] = [{"uid": owner["metadata"]["uid"]}]
    lab.apply(owned)
    assert lab.delete(owner)
    assert lab.cluster.objects() == []
    assert not lab.delete(owner)


def test_delete_of_a_namespace_empties_it() -> None:
    lab = Lab()
    namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}}
    lab.apply(namespace)
    lab.apply(config())
    lab.delete(namespace)
    assert lab.cluster.objects() == []


def test_finalizers_hold_back_a_deletion() -> None:
    lab = Lab()
    held = config(a="1")
    held["metadata"]["finalizers"] = ["example.com/wait"]
    lab.apply(held)
    assert lab.delete(held)
    live = lab.cluster.get(ObjectRef.of(held))
    assert live is not None
    assert live["metadata"]["deletionTimestamp"]
    lab.apply(config(a="1"))
    assert lab.cluster.get(ObjectRef.of(held)) is None


def test_secret_text_is_encoded() -> None:
    lab = Lab()
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, "stringData": {"k": "v"}}
    assert lab.apply(secret)["data"] == {"k": "dg=="}
