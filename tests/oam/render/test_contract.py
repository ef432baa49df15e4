"""Names, labels, annotations and references of rendered objects."""

import pytest

from oam.errors import OamError
from oam.render import contract
from oam.render.fieldpath import parse_path, set_path
from oam.render.namehash import dump, object_hash


def test_dump_is_go_syntax():
    obj = {
        "s": "a b",
        "n": None,
        "t": True,
        "i": 3,
        "f": 1.5,
        "big": 2500000.5,
        "l": [1, {}],
        "m": {"z": [], "a": "x\ny"},
    }
    assert dump(obj) == (
        "(map[string]interface {})map[big:(float64)2.5000005e+06 f:(float64)1.5 i:(int64)3 "
        "l:([]interface {})[(int64)1 (map[string]interface {})map[]] "
        "m:(map[string]interface {})map[a:(string)x\ny z:([]interface {})[]] "
        "n:(interface {})<nil> s:(string)a b t:(bool)true]"
    )


def test_hash_uses_safe_letters_and_follows_the_content():
    one, two = object_hash({"kind": "A"}), object_hash({"kind": "B"})
    assert one != two
    assert set(one + two) <= set("bcdfghjklmnpqrstvwxz2456789")
    assert object_hash({"kind": "A"}) == one


def test_hash_of_a_config_map():
    assert object_hash({"apiVersion": "v1", "kind": "ConfigMap"}) == "9d8444f45"


def test_auxiliary_names_ignore_the_revision():
    def named(revision):
        obj = {"apiVersion": "v1", "kind": "Secret"}
        contract.label_auxiliary(obj, "shop", "web", revision, "Route", "main")
        contract.name_auxiliary(obj, "web", "Route")
        return obj["metadata"]["name"]

    assert named("shop-v1") == named("shop-v2")
    assert named("").startswith("web-route-")


def test_own_names_and_namespaces_stay():
    obj = {"kind": "X", "apiVersion": "v1", "metadata": {"name": "mine", "namespace": "there"}}
    contract.name_auxiliary(obj, "web", "t")
    contract.set_namespace(obj, "here")
    assert obj["metadata"] == {"name": "mine", "namespace": "there"}


def test_a_namespace_gets_no_namespace():
    obj = {"kind": "Namespace", "apiVersion": "v1", "metadata": {}}
    contract.set_namespace(obj, "here")
    assert obj["metadata"] == {}


def test_application_labels_and_filters():
    obj = {"kind": "X", "apiVersion": "v1", "metadata": {"labels": {"app.oam.dev/name": "spoofed", "own": "1"}}}
    contract.label_workload(obj, "shop", "web", "", "server")
    contract.add_application_labels(
        obj,
        app="shop",
        namespace="prod",
        component="web",
        revision="",
        resource_type="WORKLOAD",
        replica_key="",
        labels={"team": "red", "secret": "x"},
        annotations={
            "note": "n",
            "hidden": "h",
            "filter.oam.dev/label-keys": "secret, app.oam.dev/namespace",
            "filter.oam.dev/annotation-keys": "hidden",
        },
    )
    assert obj["metadata"]["labels"] == {
        "own": "1",
        "team": "red",
        "workload.oam.dev/type": "server",
        "app.oam.dev/name": "shop",
        "app.oam.dev/component": "web",
        "app.oam.dev/appRevision": "",
        "app.oam.dev/resourceType": "WORKLOAD",
    }
    assert obj["metadata"]["annotations"] == {"note": "n"}


def test_field_paths():
    assert parse_path("spec.targets[0].metadata.annotations[a.b/c]") == [
        "spec", "targets", 0, "metadata", "annotations", "a.b/c",
    ]  # fmt: skip
    obj = {"spec": {"ref": {"uid": 1}}}
    set_path(obj, "spec.list[1].ref", "x")
    set_path(obj, "spec.ref", {"name": "n"})
    assert obj == {"spec": {"ref": {"name": "n"}, "list": [None, {"ref": "x"}]}}


@pytest.mark.parametrize("path", ["", ".a", "a..b", "a[", "a[]"])
def test_malformed_field_paths(path):
    with pytest.raises(OamError):
        parse_path(path)


def test_field_path_into_a_scalar():
    with pytest.raises(OamError, match="no object"):
        set_path({"spec": "x"}, "spec.ref", 1)
