"""Components without a CUE template."""

import pytest

from oam.errors import RenderError

TERRAFORM = """\
kind: ComponentDefinition
metadata: {name: bucket, annotations: {note: cloud}}
spec:
  schematic:
    terraform:
      configuration: 'variable "size" {}'
      providerRef: {name: default, namespace: infra}
"""

KUBE = """\
kind: ComponentDefinition
metadata: {name: box}
spec:
  schematic:
    kube:
      template: {apiVersion: apps/v1, kind: Deployment, spec: {template: {spec: {containers: [{image: old}]}}}}
      parameters:
      - {name: image, type: string, required: true, fieldPaths: ["spec.template.spec.containers[0].image"]}
      - {name: count, type: number, fieldPaths: [spec.replicas, "spec.limits[a/b]"]}
      - {name: quiet, type: boolean, fieldPaths: [spec.quiet]}
"""


def test_terraform(shop):
    shop.define(TERRAFORM)
    obj = shop.one("bucket", "{size: 3, providerRef: {name: mine}, writeConnectionSecretToRef: {name: s}}")
    assert (obj["apiVersion"], obj["kind"]) == ("terraform.core.oam.dev/v1beta2", "Configuration")
    assert obj["metadata"]["annotations"] == {"note": "cloud"}
    assert obj["spec"] == {
        "deleteResource": True,
        "hcl": 'variable "size" {}',
        "providerRef": {"name": "mine"},
        "variable": {"size": 3},
        "writeConnectionSecretToRef": {"name": "s", "namespace": "default"},
    }


def test_remote_terraform(shop):
    hcl = "configuration: 'variable \"size\" {}'"
    text = TERRAFORM.replace(hcl, "configuration: u\n      type: remote\n      path: sub")
    spec = shop.define(text).one("bucket", "{deleteResource: false}")["spec"]
    assert (spec["remote"], spec["path"], spec["deleteResource"], "hcl" in spec) == ("u", "sub", False, False)


def test_kube(shop):
    shop.define(KUBE)
    obj = shop.one("box", "{image: new, count: 2, quiet: true}")
    assert obj["spec"] == {
        "template": {"spec": {"containers": [{"image": "new"}]}},
        "replicas": 2,
        "limits": {"a/b": 2},
        "quiet": True,
    }
    assert shop.one("box", "{image: other}")["spec"]["template"]["spec"]["containers"] == [{"image": "other"}]


@pytest.mark.parametrize(
    ("properties", "message"),
    [
        ("{}", 'require parameter "image"'),
        ("{image: 1}", 'require "string" type parameter value for "image"'),
        ("{image: a, count: true}", 'require "number" type parameter value for "count"'),
        ("{image: a, quiet: 1}", 'require "boolean" type parameter value for "quiet"'),
    ],
)
def test_kube_faults(shop, properties, message):
    shop.define(KUBE)
    with pytest.raises(RenderError) as caught:
        shop.one("box", properties)
    assert message in caught.value.text
