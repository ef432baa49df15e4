"""The first seed document, row by row (those about rendering)."""

import pytest

from oam.definition.library import read_definitions
from oam.errors import RenderError
from oam.render import Renderer
from oam.render.context import Surroundings
from oam.render.dry_run import dry_run_text
from oam.render.template import TemplateCompiler
from pycue import CompileError

TRAIT_APP = """\
metadata: {{name: one}}
spec:
  components:
  - name: svc
    type: my-service
    properties: {{image: nginx}}
    traits:
    - type: ingress
      properties: {properties}
"""


@pytest.fixture
def guide(make_shop, data_flow):
    shop = make_shop()
    for text in data_flow[:2]:
        shop.define(text)
    return shop, data_flow[2]


def test_a1_many_definitions_in_one_text(data_flow):
    found = read_definitions("guide.yaml", data_flow[0])
    assert [(d.kind, d.name, d.namespace) for d in found] == [
        ("ComponentDefinition", "my-service", ""),
        ("TraitDefinition", "ingress", ""),
    ]


def test_a2_a_component_needs_no_workload_indicator(guide):
    shop, app = guide
    assert "workload" not in shop.library.find("ComponentDefinition", "my-service").spec
    assert shop.objects(app)


def test_a3_names_and_labels_of_the_deployment(guide):
    shop, app = guide
    deployment = shop.objects(app)[0]
    assert deployment["metadata"]["name"] == "base-service"
    assert deployment["metadata"]["labels"]["app"] == "base-service"
    assert deployment["metadata"]["labels"]["app.oam.dev/component"] == "base-service"
    assert deployment["spec"]["selector"]["matchLabels"] == {"app": "base-service"}
    assert deployment["spec"]["template"]["metadata"]["labels"] == {"app": "base-service"}
    assert deployment["spec"]["template"]["spec"]["containers"][0]["name"] == "base-service"


@pytest.mark.parametrize(
    ("properties", "message"),
    [("{}", "parameter.image: incomplete value string"), ("{image: 1}", "parameter.image: conflicting values")],
)
def test_a4_the_image_is_required_and_a_string(guide, properties, message):
    shop, _ = guide
    with pytest.raises(RenderError) as caught:
        shop.one("my-service", properties)
    assert message in caught.value.text
    assert shop.one("my-service", "{image: x}")["spec"]["template"]["spec"]["containers"][0]["image"] == "x"


def test_a5_ports_must_be_numbers(guide):
    shop, _ = guide
    text = TRAIT_APP.format(properties='{domain: d, http: {"/": "x"}}')
    with pytest.raises(RenderError) as caught:
        shop.objects(text)
    assert 'parameter.http."/": conflicting values' in caught.value.text
    assert "app.yaml:9:43" in caught.value.text


def test_a6_outputs_with_quoted_keys(guide):
    shop, app = guide
    (component, _) = shop.render(app).placements[0].components
    assert [item.resource for item in component.auxiliaries] == ["service", "ingress"]
    assert [item.data["metadata"]["labels"]["trait.oam.dev/resource"] for item in component.auxiliaries] == [
        "service",
        "ingress",
    ]


def test_a7_one_port_for_each_entry_of_the_map(guide):
    shop, _ = guide
    objects = shop.objects(TRAIT_APP.format(properties='{domain: d, http: {"/a": 81, "/b": 82}}'))
    assert objects[1]["spec"]["ports"] == [
        {"protocol": "TCP", "port": 81, "targetPort": 81},
        {"protocol": "TCP", "port": 82, "targetPort": 82},
    ]


def test_a8_the_name_of_the_ingress_is_interpolated(guide):
    shop, app = guide
    assert [o["metadata"]["name"] for o in shop.objects(app) if o["kind"] == "Ingress"] == [
        "base-service-ingress",
        "proxy-service-ingress",
    ]


def test_a9_the_ingress_as_a_whole(guide):
    shop, app = guide
    assert shop.objects(app)[2]["spec"] == {
        "rules": [
            {
                "host": "base-service.dev.example.com",
                "http": {
                    "paths": [
                        {
                            "path": "/",
                            "pathType": "Prefix",
                            "backend": {"service": {"name": "base-service", "port": {"number": 11001}}},
                        }
                    ]
                },
            }
        ]
    }


def test_a10_namespace_of_trait_objects(guide):
    shop, app = guide
    assert {o["metadata"]["namespace"] for o in shop.objects(app)} == {"default"}


def test_a11_order_of_all_objects(guide):
    shop, app = guide
    rendered = shop.render(app)
    assert [o["kind"] for o in shop.objects(app)] == ["Deployment", "Service", "Ingress"] * 2
    text = dry_run_text(rendered)
    assert text.startswith(
        "---\n# Application(data-flow-example) -- Component(base-service)\n---\n\napiVersion: apps/v1\n"
    )
    assert text.count("## From the trait ingress\n") == 4
    assert text.endswith("\n---\n\n")


def test_a12_step_definitions_of_the_system_namespace(guide):
    shop, _ = guide
    found = shop.library.find("WorkflowStepDefinition", "apply-base", "default")
    assert found.namespace == "vela-system"


def test_a28_each_service_has_its_own_port(guide):
    shop, app = guide
    assert [o["spec"]["ports"][0]["port"] for o in shop.objects(app) if o["kind"] == "Service"] == [11001, 11002]


def test_a13_a14_step_templates_compile_with_an_unused_import(guide):
    shop, _ = guide
    packages = {"vela/op": "#ApplyComponent: {...}\n#ConditionalWait: {...}"}
    for name in ("apply-base", "apply-proxy"):
        template = shop.library.find("WorkflowStepDefinition", name).require_template()
        compiled = TemplateCompiler(packages=packages, allow_unused_imports=True).compile(template, ("context",))
        value = compiled.fill(parameter={"component": "web", "backendIP": "10.0.0.1"})
        assert value.lookup("apply.component").decode() == "web"
    strict = TemplateCompiler(packages=packages)
    with pytest.raises(CompileError, match='imported and not used: "encoding/json"'):
        strict.compile(template, ("context",))


def test_a25_the_patch_of_the_second_step(guide):
    shop, _ = guide
    packages = {"vela/op": "#ApplyComponent: {...}\n#ConditionalWait: {...}"}
    compiler = TemplateCompiler(packages=packages, allow_unused_imports=True)
    template = compiler.compile(shop.library.find("WorkflowStepDefinition", "apply-proxy").require_template(), ())
    step = template.fill(parameter={"component": "proxy", "backendIP": "10.0.0.1"})
    app = shop.application(
        "metadata: {name: a}\nspec:\n  components:\n  - {name: proxy, type: my-service, properties: {image: nginx}}\n"
    )
    rendering = Renderer(shop.library).begin(app, app.components[0], Surroundings())
    rendering.patch_workload(step.lookup("apply.workload.patch"))
    (container,) = rendering.finish().workload["spec"]["template"]["spec"]["containers"]
    assert container == {"name": "proxy", "image": "nginx", "env": [{"name": "BackendIP", "value": "10.0.0.1"}]}
