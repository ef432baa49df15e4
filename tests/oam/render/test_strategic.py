"""Patches of rendered workloads, from template to object."""

import pytest

from oam.definition import UPSTREAM
from oam.errors import RenderError

BASE = """\
output: {
  apiVersion: "apps/v1"
  kind: "Deployment"
  spec: {
    mode: "one"
    count: parameter.count
    m: {k1: "a", k2: "b"}
    containers: [
      {name: "a", image: "i1", env: [{name: "E1", value: "1"}, {name: "E2", value: "2"}], args: ["x", "y"]},
      {name: "b", image: "i2"},
    ]
  }
}
parameter: count: *1 | int
"""


def patched(shop, patch, properties="{}"):
    shop.component("c", BASE).trait("t", patch + "\nparameter: {...}")
    return shop.one(traits=f"[{{type: t, properties: {properties}}}]")["spec"]


def containers(shop, patch, properties="{}"):
    return patched(shop, patch, properties)["containers"]


def names(items):
    return [item["name"] for item in items]


def test_lists_merge_by_index_and_the_base_is_open(shop):
    found = containers(shop, 'patch: spec: containers: [{x: 1}, {}, {name: "c"}]')
    assert found[0]["x"] == 1
    assert names(found) == ["a", "b", "c"]
    assert containers(shop, "patch: spec: containers: [{x: 2}, ...]")[0]["x"] == 2


@pytest.mark.parametrize(
    ("patch", "message"),
    [
        ("spec: containers: [{x: 1}]", "result check err: spec.containers: incompatible list lengths (1 and 2)"),
        ('spec: containers: [{image: "q"}, ...]', 'spec.containers.0.image: conflicting values "q" and "i1"'),
        ('spec: mode: "two"', 'spec.mode: conflicting values "two" and "one"'),
        ('spec: containers: [{image: "q"}]', 'image: conflicting values "q" and "i1" (and 1 more errors)'),
        (
            "spec: {\n// +patchStrategy=replace\ncontainers: [for c in [{a: 1}] {z: c.z, y: c.y, _h: c.h}]}",
            'spec.containers.z: reference "c" not found (and 2 more errors)',
        ),
        ('kind: "Other"', 'kind: conflicting values "Other" and "Deployment"'),
    ],
)
def test_conflicts_are_told_with_their_path(shop, patch, message):
    with pytest.raises(RenderError) as caught:
        patched(shop, f"patch: {patch}")
    head = "evaluate template trait=t app=web: invalid patch trait t into workload: "
    assert head in caught.value.text
    assert message in caught.value.text


KEYED = "patch: spec: {\n// +patchKey=name\ncontainers: [%s]\n}"


def test_elements_by_key(shop):
    found = containers(shop, KEYED % '{name: "b", extra: 1}, {name: "new", image: "i3"}')
    assert names(found) == ["a", "b", "new"]
    assert found[1] == {"name": "b", "image": "i2", "extra": 1}
    assert found[0]["args"] == ["x", "y"]


def test_the_key_is_inherited(shop):
    found = containers(shop, KEYED % '{name: "a", env: [{name: "E2", extra: true}, {name: "E3", value: "3"}]}')
    assert found[0]["env"] == [
        {"name": "E1", "value": "1"},
        {"name": "E2", "value": "2", "extra": True},
        {"name": "E3", "value": "3"},
    ]


def test_a_key_above_an_enclosing_field(shop):
    found = containers(shop, 'patch: {\n// +patchKey=name\nspec: {containers: [{name: "b", extra: 1}]}\n}')
    assert found[1]["extra"] == 1


def test_historic_marker(shop):
    found = containers(shop, 'patch: spec: {\n// patchKey=name\ncontainers: [{name: "b", extra: 1}]\n}')
    assert found[1]["extra"] == 1
    assert [item.message for item in shop.warnings] == ["write the marker as // +patchKey=name"]
    assert repr(shop.warnings[0].position) == "t.yaml:8:9"


def test_retain_keys(shop):
    marked = "patch: spec: {\n// +patchStrategy=retainKeys\n%s\n}"
    assert patched(shop, marked % 'mode: "two"')["mode"] == "two"
    assert patched(shop, marked % "m: {k9: 1}")["m"] == {"k9": 1}
    assert patched(shop, marked % 'fresh: "x"')["fresh"] == "x"
    inner = KEYED % '{name: "a",\n// +patchStrategy=retainKeys\nimage: "other"}'
    assert containers(shop, inner)[0]["image"] == "other"
    whole = KEYED.replace("+patchKey=name", "+patchKey=name\n// +patchStrategy=retainKeys") % '{name: "a", image: "o"}'
    assert containers(shop, whole)[0] == {"name": "a", "image": "o"}


def test_replace(shop):
    found = containers(shop, 'patch: spec: {\n// +patchStrategy=replace\ncontainers: [{name: "only"}]\n}')
    assert found == [{"name": "only"}]
    inner = KEYED % '{name: "a",\n// +patchStrategy=replace\nargs: ["z"]}'
    assert containers(shop, inner)[0]["args"] == ["z"]


def test_json_strategies(shop):
    merge = '// +patchStrategy=jsonMergePatch\npatch: {spec: {mode: null, m: k1: "c", containers: [{name: "z"}]}}'
    spec = patched(shop, merge)
    assert "mode" not in spec
    assert (spec["m"], spec["containers"]) == ({"k1": "c", "k2": "b"}, [{"name": "z"}])
    ops = '{op: "replace", path: "/spec/mode", value: "two"}, {op: "remove", path: "/spec/containers/0"}'
    spec = patched(shop, f"// +patchStrategy=jsonPatch\npatch: {{operations: [{ops}]}}")
    assert (spec["mode"], names(spec["containers"])) == ("two", ["b"])


def test_a_json_patch_that_fails(shop):
    patch = '// +patchStrategy=jsonPatch\npatch: {operations: [{op: "test", path: "/spec/mode", value: "x"}]}'
    with pytest.raises(RenderError, match="failed to apply json patch: testing value /spec/mode failed"):
        patched(shop, patch)


def test_the_default_of_the_base_may_be_changed(shop):
    assert patched(shop, "patch: spec: count: 5")["count"] == 5
    assert patched(shop, "patch: spec: count: int")["count"] == 1


def test_elements_made_by_comprehensions(shop):
    text = KEYED % 'for k, v in parameter.images {name: k, note: v}, if parameter.more {name: "c"}'
    found = containers(shop, text, '{images: {b: "two"}, more: true}')
    assert found[1]["note"] == "two"
    assert names(found) == ["a", "b", "c"]


def test_conditions_on_the_workload(shop):
    text = 'patch: spec: {\nif context.output.spec.mode == "one" {seen: "one"}\n'
    text += 'if context.output.spec.mode == "x" {y: 1}\n}'
    spec = patched(shop, text)
    assert spec["seen"] == "one"
    assert "y" not in spec


def test_values_chosen_through_hidden_fields_of_a_shared_struct(shop):
    text = """\
#Params: name: *"" | string
Change: {
  _params: #Params
  name: _params.name
  _found: [for c in context.output.spec.containers if c.name == name {c}]
  if len(_found) == 0 {err: "no container \\(name)"}
  if len(_found) > 0 {note: "found"}
}
patch: spec: {
  // +patchKey=name
  containers: [{Change & {_params: {
    if parameter.name == "" {name: "a"}
    if parameter.name != "" {name: parameter.name}
  }}}]
}
errs: [for c in patch.spec.containers if c.err != _|_ {c.err}]
parameter: name: *"" | string
"""
    assert containers(shop, text)[0]["note"] == "found"
    assert containers(shop, text, "{name: b}")[1]["note"] == "found"
    with pytest.raises(RenderError, match="User Errors:\n  no container zz"):
        containers(shop, text, "{name: zz}")


def test_incomplete_patches_are_told_at_the_end(shop):
    with pytest.raises(RenderError) as caught:
        patched(shop, "patch: spec: size: context.nothing")
    assert "cannot generate manifests from component web:" in caught.value.text
    assert "spec.size: undefined field: nothing" in caught.value.text


def test_patches_of_other_objects(shop):
    shop.component("c", BASE + 'outputs: svc: {apiVersion: "v1", kind: "Service", spec: ports: [{port: 80}]}')
    shop.trait(
        "t",
        'outputs: own: {apiVersion: "v1", kind: "Own"}\n'
        "patchOutputs: {\nsvc: spec: {\n// +patchStrategy=replace\nports: [{port: 443}]\n}\n"
        "own: spec: x: 1\nunknown: y: 2\n}\nparameter: {}",
    )
    text = "metadata: {name: a}\nspec:\n  components:\n  - {name: web, type: c, traits: [{type: t, properties: {}}]}\n"
    _, service, own = shop.objects(text)
    assert service["spec"] == {"ports": [{"port": 443}]}
    assert own["spec"] == {"x": 1}


def test_places_of_base_elements_without_the_key(make_shop):
    base = 'output: {apiVersion: "v1", kind: "X", l: [{name: "n1"}, {ip: "i1", v: 2}, {name: "n2"}]}'
    trait = 'patch: {\n// +patchKey=name\nl: [{name: "n2", w: 1}]\n}\nparameter: {}'
    shop = make_shop().component("c", base).trait("t", trait)
    assert shop.one(traits="[{type: t}]")["l"] == [{"name": "n1"}, {"ip": "i1", "v": 2}, {"name": "n2", "w": 1}]
    # the reference puts them onto the element that stands in their place
    shop = make_shop(UPSTREAM).component("c", base).trait("t", trait)
    assert shop.one(traits="[{type: t}]")["l"][1] == {"ip": "i1", "v": 2, "name": "n2", "w": 1}
