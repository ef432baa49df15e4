"""The second seed document, row by row (those about definitions and rendering)."""

import pytest

from oam.definition import SEED, Definition
from oam.definition.cue_reader import read_cue
from oam.definition.cue_writer import to_cue
from oam.definition.library import read_definitions
from oam.definition.rules import Subject, check_traits, matches, resource_names
from oam.definition.schema import parameter_schema
from oam.definition.spec import TYPES
from oam.errors import DefinitionError, OamError, RenderError
from oam.model import to_yaml
from pycue.source import Source

COMPONENT = 'output: {apiVersion: "apps/v1", kind: "Deployment"}\nparameter: {...}'


def cue(text, name="d.cue", **options):
    return read_cue(Source(name, text), **options)


def from_document(protocol, name):
    (definition,) = read_definitions(f"{name}.yaml", protocol[name])
    return definition


@pytest.fixture
def helm(shop, protocol):
    return shop.define(protocol["helm"])


HELM = "{repoType: %s, repoUrl: u, chart: c, version: v1%s}"


def helm_objects(shop, repo, more=""):
    text = "metadata: {name: h, namespace: flux}\nspec:\n  components:\n  - {name: chart, type: helm, properties: "
    return shop.objects(text + HELM % (repo, more) + "}\n")


# ---- definitions


def test_b1_shape_of_a_definition(protocol):
    obj = from_document(protocol, "hpa").to_object()
    assert (obj["apiVersion"], obj["kind"]) == ("core.oam.dev/v1beta1", "TraitDefinition")
    assert obj["metadata"]["name"] == "hpa"
    assert "configure k8s" in obj["metadata"]["annotations"]["definition.oam.dev/description"]
    assert isinstance(obj["spec"]["schematic"]["cue"]["template"], str)
    assert read_definitions("x.yaml", to_yaml(obj))[0].to_object() == obj


def test_b2_workload_indicator(protocol):
    assert from_document(protocol, "helm").spec["workload"] == {"type": "autodetects.core.oam.dev"}


def test_b3_provider_indicator_of_traits_is_accepted_as_of_old():
    text = "kind: TraitDefinition\nmetadata: {name: t}\nspec:\n  definition: {apiVersion: v1, kind: K}\n"
    (definition,) = read_definitions("t.yaml", text)
    assert definition.spec["definition"] == {"apiVersion": "v1", "kind": "K"}
    assert [w.message for w in definition.warnings] == ['field "definition" belongs to an earlier release']
    file = 't: {type: "trait", attributes: definition: {apiVersion: "v1", kind: "K"}}\ntemplate: parameter: {}\n'
    assert cue(file, profile=SEED).spec["definition"]["kind"] == "K"
    with pytest.raises(DefinitionError, match='unknown field "definition"'):
        cue(file)


def test_b4_indicators_may_be_omitted():
    definition = cue('c: type: "component"\ntemplate: output: {}\n')
    assert set(definition.spec) == {"schematic"}


def test_b5_interoperability_fields_are_for_traits_only():
    with pytest.raises(DefinitionError, match='unknown field "appliesToWorkloads"'):
        cue('c: {type: "component", attributes: appliesToWorkloads: ["*"]}\ntemplate: output: {}\n')


def test_b6_a_definition_without_cue_template(shop):
    shop.define("kind: ComponentDefinition\nmetadata: {name: c}\nspec: {schematic: {helm: {release: {}}}}\n")
    with pytest.raises(RenderError) as caught:
        shop.one()
    assert "field not found: output" in caught.value.text
    assert "hint: the schematic is of kind helm, not cue" in caught.value.text


FRAME = """\
"my-trait": {
	annotations: {note: "n", "x.oam.dev/y": "z"}
	labels: {team: "red"}
	attributes: podDisruptive: true
	description: "what it does"
	type:        "trait"
}
template: {
	outputs: {}
	parameter: {}
}
"""


def test_b7_the_framework_of_a_cue_file():
    definition = cue(FRAME)
    assert definition.kind == "TraitDefinition"
    assert definition.template_text == "outputs: {}\nparameter: {}\n"


@pytest.mark.parametrize("label", ["plain", '"quoted-name"'])
def test_b8_name(label):
    assert cue(f'{label}: type: "component"\ntemplate: output: {{}}\n').name == label.strip('"')


def test_b9_annotations():
    annotations = cue(FRAME).annotations
    assert annotations["custom.definition.oam.dev/note"] == "n"
    assert annotations["x.oam.dev/y"] == "z"


def test_b10_labels():
    assert cue(FRAME).labels == {"custom.definition.oam.dev/team": "red"}


def test_b11_attributes_are_the_spec():
    assert cue(FRAME).spec["podDisruptive"] is True
    with pytest.raises(DefinitionError, match="of type bool") as caught:
        cue(FRAME.replace("podDisruptive: true", 'podDisruptive: "yes"'))
    assert repr(caught.value.diagnostics[0].position) == "d.cue:4:14"


def test_b12_only_cue_schematics_become_cue_files():
    (definition,) = read_definitions(
        "x.yaml", "kind: TraitDefinition\nmetadata: {name: t}\nspec: {schematic: {kube: {}}}\n"
    )
    with pytest.raises(DefinitionError, match="has no CUE template but a schematic of kind kube"):
        to_cue(definition)


def test_b13_description_both_ways():
    definition = cue(FRAME)
    assert definition.annotations["definition.oam.dev/description"] == "what it does"
    again = cue(to_cue(definition))
    assert (again.description, again.spec, again.labels) == (definition.description, definition.spec, definition.labels)


def test_b14_types():
    for type_, kind in TYPES.items():
        assert cue(f'd: type: "{type_}"\ntemplate: parameter: {{}}\n').kind == kind
    with pytest.raises(DefinitionError) as caught:
        cue('d: type: "service"\ntemplate: parameter: {}\n')
    assert caught.value.text == "invalid type service"
    assert "component, trait, policy, workflow-step" in caught.value.diagnostics[0].help


def test_b15_a_definition_serves_many_applications(shop):
    shop.component("c", 'output: {apiVersion: "v1", kind: "X", spec: size: parameter.size}\nparameter: size: *1 | int')
    assert [shop.one(properties=p)["spec"]["size"] for p in ("{size: 5}", "{}", "{size: 6}")] == [5, 1, 6]


def test_b16_a_component_may_be_any_object(shop):
    shop.component("raw", "output: parameter\nparameter: {...}")
    obj = shop.one("raw", "{apiVersion: v1, kind: Secret, metadata: {name: s}, data: {k: dg==}}")
    assert (obj["kind"], obj["metadata"]["name"], obj["data"]) == ("Secret", "s", {"k": "dg=="})


def test_b18_autodetected_workloads(helm):
    assert helm_objects(helm, "git")[0]["metadata"]["labels"]["workload.oam.dev/type"] == "helm"


def test_b19_helm_from_git(helm):
    repository, release = helm_objects(helm, "git")
    assert repository["kind"] == "GitRepository"
    assert repository["spec"] == {"url": "u", "ref": {"branch": "master"}, "interval": "5m"}
    assert release["kind"] == "HelmRelease"
    assert release["spec"]["chart"]["spec"]["sourceRef"] == {
        "kind": "GitRepository",
        "name": "chart",
        "namespace": "flux",
    }


def test_b20_helm_from_a_repository(helm):
    plain, secret = helm_objects(helm, "helm")[0], helm_objects(helm, "helm", ", secretRef: s")[0]
    assert plain["kind"] == "HelmRepository"
    assert plain["spec"] == {"interval": "5m", "url": "u"}
    assert secret["spec"]["secretRef"] == {"name": "s"}


def test_b21_violated_enumeration(helm):
    with pytest.raises(RenderError) as caught:
        helm_objects(helm, "oci")
    text = caught.value.text
    assert "parameter.repoType: 2 errors in empty disjunction:" in text
    assert 'parameter.repoType: conflicting values "git" and "oci"' in text
    assert 'parameter.repoType: conflicting values "helm" and "oci"' in text


def test_b22_kind_within_conditions(helm):
    assert [helm_objects(helm, repo)[0]["kind"] for repo in ("git", "helm")] == ["GitRepository", "HelmRepository"]


def test_b23_short_form_over_two_lines(helm):
    assert helm_objects(helm, "git")[0]["spec"]["ref"] == {"branch": "master"}


def test_b24_defaults(helm):
    spec = helm_objects(helm, "git", ", branch: dev")[0]["spec"]
    assert (spec["interval"], spec["ref"]["branch"]) == ("5m", "dev")


def test_b25_optional_field_without_guard(helm):
    text = "metadata: {name: h}\nspec:\n  components:\n  - {name: chart, type: helm, properties: "
    with pytest.raises(RenderError) as caught:
        helm.objects(text + "{repoType: git, repoUrl: u, chart: c}}\n")
    assert "outputs.release.spec.chart.spec.version: cannot reference optional field: version" in caught.value.text


def test_b26_guarded_optional_field(helm):
    assert "targetNamespace" not in helm_objects(helm, "git")[1]["spec"]
    assert helm_objects(helm, "git", ", targetNamespace: t")[1]["spec"]["targetNamespace"] == "t"


def test_b27_undeclared_parameters_of_an_open_struct(helm):
    assert helm_objects(helm, "git", ", values: {a: [1]}")[1]["spec"]["values"] == {"a": [1]}


def test_b28_open_map(helm):
    assert helm_objects(helm, "git", ", value: {anything: {goes: true}}")


def test_b29_reference_to_the_source(helm):
    kinds = [helm_objects(helm, repo)[1]["spec"]["chart"]["spec"]["sourceRef"]["kind"] for repo in ("git", "helm")]
    assert kinds == ["GitRepository", "HelmRepository"]


def test_b30_auxiliary_object_of_a_component(helm):
    labels = helm_objects(helm, "git")[1]["metadata"]["labels"]
    assert labels["trait.oam.dev/type"] == "AuxiliaryWorkload"
    assert labels["trait.oam.dev/resource"] == "release"


def test_b32_all_fields_of_a_trait():
    text = """\
kind: TraitDefinition
metadata: {name: t}
spec:
  definition: {apiVersion: v1, kind: K}
  workloadRefPath: spec.ref
  podDisruptive: true
  manageWorkload: true
  skipRevisionAffect: true
  appliesToWorkloads: ["*"]
  conflictsWith: [x]
  revisionEnabled: true
  controlPlaneOnly: true
  schematic: {cue: {template: "parameter: {}"}}
"""
    (definition,) = read_definitions("t.yaml", text)
    assert set(definition.spec) == {
        "definition", "workloadRefPath", "podDisruptive", "manageWorkload", "skipRevisionAffect", "appliesToWorkloads",
        "conflictsWith", "revisionEnabled", "controlPlaneOnly", "schematic",
    }  # fmt: skip


# ---- rules


def workload(api_version, kind):
    names, groups = resource_names([{"apiVersion": api_version, "kind": kind}])
    return Subject(names, groups)


def test_b33_a_resource_as_rule():
    assert matches("deployments.apps", workload("apps/v1", "Deployment"))


def test_b34_a_group_as_rule():
    assert matches("*.apps", workload("apps/v1", "StatefulSet"))


def test_b35_the_group_of_the_protocol():
    assert matches("*.oam.dev", workload("core.oam.dev/v1alpha2", "ContainerizedWorkload"))


def test_b36_no_rule_is_for_all():
    component = Definition("ComponentDefinition", "c")
    traits = [(Definition("TraitDefinition", "t", spec=spec), [], None) for spec in ({}, {"appliesToWorkloads": ["*"]})]
    assert check_traits(component, {"apiVersion": "v1", "kind": "Anything"}, traits) == []


def test_b37_a_trait_for_other_workloads_warns(shop):
    shop.component("c", COMPONENT).trait("t", "parameter: {}", appliesToWorkloads=["jobs.batch"])
    assert shop.one(traits="[{type: t}]")["kind"] == "Deployment"
    assert [w.code for w in shop.warnings] == ["OAM301"]
    assert repr(shop.warnings[0].position) == "app.yaml:7:21"


@pytest.mark.parametrize(
    "rule", ["other", "*.networking.k8s.io", "ingresses.networking.k8s.io", "labelSelector:!x", "*"]
)
def test_b38_to_b41_conflicting_traits_warn(shop, rule):
    shop.component("c", COMPONENT).trait("t", "parameter: {}", conflictsWith=[rule])
    shop.trait("other", 'outputs: i: {apiVersion: "networking.k8s.io/v1", kind: "Ingress"}\nparameter: {}')
    for traits in ("[{type: t}, {type: other}]", "[{type: other}, {type: t}]"):
        shop.one(traits=traits)
        assert [w.message for w in shop.warnings] == [f'trait "t" conflicts with trait "other" (rule "{rule}")']


# ---- traits


def trait_object(shop, protocol, name, properties="{}"):
    shop.define(protocol[name]).component("c", COMPONENT)
    text = "metadata: {name: a}\nspec:\n  components:\n  - name: mywork\n    type: c\n"
    text += f"    traits: [{{type: {name}, properties: {properties}}}]\n"
    return shop.objects(text)[1]


def test_b42_workload_reference(shop, protocol):
    spec = trait_object(shop, protocol, "myscaler")["spec"]
    assert spec == {"replicaCount": 1, "workloadRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "mywork"}}


def test_b43_markers_without_blanks_do_no_harm(shop, protocol):
    assert trait_object(shop, protocol, "myscaler", "{replicas: 4}")["spec"]["replicaCount"] == 4


def test_b44_workload_reference_without_outputs(shop):
    shop.component("c", COMPONENT).trait("t", "parameter: {}", workloadRefPath="spec.ref")
    assert "spec" not in shop.one(traits="[{type: t}]")


def test_b46_autoscaler(shop, protocol):
    obj = trait_object(shop, protocol, "hpa")
    assert obj["spec"]["scaleTargetRef"] == {"apiVersion": "apps/v1", "kind": "Deployment", "name": "mywork"}
    assert (obj["spec"]["minReplicas"], obj["spec"]["maxReplicas"]) == (1, 10)
    assert obj["spec"]["metrics"][0]["resource"]["target"]["averageUtilization"] == 50
    assert obj["metadata"]["name"].startswith("mywork-hpa-")


# ---- policies


POLICY_APP = """\
metadata: {name: e, namespace: prod}
spec:
  components:
  - {name: web, type: c, properties: {}}
  policies:
  - name: pol
    type: env-binding
    properties: {envs: [{name: test, patch: {components: []}, placement: {clusterSelector: {name: c1}}%s}]}
  workflow: {steps: [{name: s, type: suspend}]}
"""


@pytest.fixture
def env_binding(make_shop, protocol):
    return make_shop(SEED).define(protocol["env-binding"]).component("c", COMPONENT)


def test_b51_b52_a_policy_sees_the_whole_application(env_binding):
    (obj,) = env_binding.render(POLICY_APP % "").policies
    assert obj["kind"] == "EnvBinding"
    assert obj["spec"]["engine"] == "ocm"
    template = obj["spec"]["appTemplate"]
    assert template["metadata"] == {"name": "e", "namespace": "prod"}
    assert template["spec"]["components"] == [{"name": "web", "type": "c", "properties": {}}]


def test_b53_definitions_are_closed(env_binding):
    with pytest.raises(RenderError, match="field not allowed"):
        env_binding.render(POLICY_APP % ", extra: 1")


def test_b54_the_reserved_policy_makes_no_object_by_default(make_shop, protocol):
    shop = make_shop().define(protocol["env-binding"]).component("c", COMPONENT)
    assert shop.render(POLICY_APP % "").policies == []


def test_b55_unnamed_policy_objects(env_binding):
    (obj,) = env_binding.render(POLICY_APP % "").policies
    assert (obj["metadata"]["name"], obj["metadata"]["namespace"]) == ("pol", "prod")


# ---- labels and context


def labels(shop, **around):
    shop.component("c", 'output: {apiVersion: "v1", kind: "X"}\noutputs: aux: {apiVersion: "v1", kind: "Y"}')
    shop.trait("t", 'outputs: made: {apiVersion: "v1", kind: "Z"}\nparameter: {}')
    text = "metadata: {name: a}\nspec:\n  components:\n  - {name: web, type: c, traits: [{type: t, properties: {}}]}\n"
    return [obj["metadata"]["labels"] for obj in shop.objects(text, **around)]


def test_b58_label_of_the_component_definition(shop):
    assert labels(shop)[0]["workload.oam.dev/type"] == "c"


def test_b59_label_of_the_trait_definition(shop):
    assert [item.get("trait.oam.dev/type") for item in labels(shop)] == [None, "AuxiliaryWorkload", "t"]


def test_b60_label_of_the_application(shop):
    assert {item["app.oam.dev/name"] for item in labels(shop)} == {"a"}


def test_b61_label_of_the_component(shop):
    assert {item["app.oam.dev/component"] for item in labels(shop)} == {"web"}


def test_b62_label_of_the_output(shop):
    assert [item.get("trait.oam.dev/resource") for item in labels(shop)] == [None, "aux", "made"]


def test_b63_label_of_the_revision(shop):
    assert {item["app.oam.dev/appRevision"] for item in labels(shop)} == {""}
    assert {item["app.oam.dev/appRevision"] for item in labels(shop, app_revision="a-v3")} == {"a-v3"}


def seen(shop, expression, **around):
    """What an expression is in a component and in a trait."""
    shop.component("c", f'output: {{apiVersion: "v1", kind: "X", v: {expression}}}\nparameter: {{...}}')
    shop.trait("t", f'outputs: made: {{apiVersion: "v1", kind: "Z", v: {expression}}}\nparameter: {{...}}')
    text = "metadata: {name: a}\nspec:\n  components:\n"
    text += "  - {name: web, type: c, properties: {p: 1}, traits: [{type: t, properties: {q: 2}}]}\n"
    return [obj["v"] for obj in shop.objects(text, **around)]


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("context.appRevision", "a-v12"),
        ("context.appRevisionNum", 12),
        ("context.appName", "a"),
        ("context.name", "web"),
        ("context.namespace", "prod"),
        ("context.revision", "abc"),
    ],
    ids=["b64", "b65", "b66", "b67", "b68", "b69"],
)
def test_b64_to_b69_context(shop, expression, value):
    around = {"app_revision": "a-v12", "namespace": "prod", "component_revision": "abc"}
    assert seen(shop, expression, **around) == [value, value]


def test_b67_name_of_a_policy(shop):
    shop.component("c", COMPONENT).policy("p", 'output: {apiVersion: "v1", kind: "X", v: context.name}\nparameter: {}')
    text = "metadata: {name: a}\nspec:\n  components: []\n  policies: [{name: pol, type: p, properties: {}}]\n"
    assert shop.render(text).policies[0]["v"] == "pol"


def test_b70_parameters_of_the_component_in_a_trait(shop):
    assert seen(shop, "context.parameter") == [{"p": 1}, {"p": 1}]


def test_b71_output_in_a_trait(shop):
    shop.component("c", 'output: {apiVersion: "v1", kind: "X", spec: n: 7}')
    shop.trait("t", 'outputs: made: {apiVersion: "v1", kind: "Z", v: context.output.spec.n}\nparameter: {}')
    text = "metadata: {name: a}\nspec:\n  components: [{name: web, type: c, traits: [{type: t, properties: {}}]}]\n"
    assert shop.objects(text)[1]["v"] == 7


def test_b72_outputs_of_the_component_and_of_earlier_traits(shop):
    shop.component("c", 'output: {apiVersion: "v1", kind: "X"}\noutputs: one: {apiVersion: "v1", kind: "Y", n: 1}')
    shop.trait("t", 'outputs: two: {apiVersion: "v1", kind: "Z", n: context.outputs.one.n + 1}\nparameter: {}')
    shop.trait("u", 'outputs: three: {apiVersion: "v1", kind: "Z", n: context.outputs.two.n + 1}\nparameter: {}')
    traits = "[{type: t, properties: {}}, {type: u, properties: {}}]"
    text = f"metadata: {{name: a}}\nspec:\n  components: [{{name: web, type: c, traits: {traits}}}]\n"
    assert [obj.get("n") for obj in shop.objects(text)] == [None, 1, 2, 3]


def test_b76_x1_definitions_survive_the_way_through_cue(protocol):
    for name, text in protocol.items():
        (definition,) = read_definitions(f"{name}.yaml", text)
        again = cue(to_cue(definition), profile=SEED)
        once = cue(to_cue(again), profile=SEED)
        assert again.spec == once.spec
        assert (again.kind, again.name, again.description) == (definition.kind, name, definition.description)
        expected = {key: value for key, value in definition.spec.items() if key != "schematic"}
        assert {key: value for key, value in again.spec.items() if key != "schematic"} == expected


def test_a_template_that_can_never_be_compiled(shop):
    shop.component("c", 'let n = parameter.n\noutput: {apiVersion: "v1", kind: "X", spec: v: n}\nparameter: n: int')
    with pytest.raises(DefinitionError) as caught:
        shop.one(properties="{'n': 1}")
    assert caught.value.text == (
        'failed to parse CUE for definition: cannot have both alias and field with name "n" in same scope'
    )
    assert caught.value.diagnostics[0].position.line == 9


# ---- what users see of a definition


def test_b31_usage_texts_are_kept_verbatim(protocol):
    properties = parameter_schema(from_document(protocol, "helm").template)["properties"]
    assert properties["repoUrl"]["description"] == (
        "The Git or Helm repository URL, accept HTTP/S or SSH address as git url."
    )
    assert properties["chart"]["description"].startswith("1.The relative path to helm chart for git source. 2. ")


@pytest.mark.parametrize(
    ("name", "required"),
    [
        ("helm", ["repoType", "repoUrl", "pullInterval", "chart", "branch"]),
        ("myscaler", ["replicas"]),
        ("hpa", ["min", "max", "cpuUtil"]),
        ("env-binding", ["engine", "envs"]),
        ("apply-component", ["component"]),
    ],
)
def test_b75_schemas_of_all_definitions(protocol, name, required):
    schema = parameter_schema(from_document(protocol, name).template)
    assert schema["type"] == "object"
    assert schema["required"] == required


def test_b77_numbered_listings(protocol):
    assert set(protocol) == {"helm", "myscaler", "hpa", "env-binding", "apply-component"}
    assert all(from_document(protocol, name).name == name for name in protocol)


def test_b78_profiles_say_how_strict_to_be(make_shop):
    template = 'import "strings"\noutput: {apiVersion: "v1", kind: "X"}\nparameter: {}'
    with pytest.raises(RenderError, match='imported and not used: "strings"'):
        make_shop().component("c", template).one()
    assert make_shop(SEED).component("c", template).one()["kind"] == "X"


def test_environments_are_not_rendered_without_a_step_of_ones_own(make_shop):
    shop = make_shop().component("c", COMPONENT)
    text = (POLICY_APP % "").replace("  workflow: {steps: [{name: s, type: suspend}]}\n", "")
    with pytest.raises(OamError, match=r'workflowstepdefinitions\.core\.oam\.dev "deploy2env" not found'):
        shop.render(text)
