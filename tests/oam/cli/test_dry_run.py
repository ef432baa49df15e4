"""``oam dry-run``."""

import json
import re
from pathlib import Path

import pytest

from oam.cli import main

ROOT = Path(__file__).resolve().parents[3]

DEFINITION = """\
c: type: "component"
template: {
	output: {apiVersion: "v1", kind: "ConfigMap", data: text: parameter.text}
	parameter: text: string
}
"""
APP = """\
apiVersion: core.oam.dev/v1beta1
kind: Application
metadata:
  name: app
spec:
  components:
  - name: web
    type: c
    properties:
      text: hello
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "defs").mkdir()
    (tmp_path / "defs" / "c.cue").write_text(DEFINITION)
    (tmp_path / "app.yaml").write_text(APP)
    return tmp_path


def test_output(folder, capsys):
    assert main(["dry-run", "--offline", "-d", "defs", "-f", "app.yaml"]) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    assert captured.out == (
        "---\n# Application(app) -- Component(web)\n---\n\napiVersion: v1\ndata:\n  text: hello\nkind: ConfigMap\n"
        'metadata:\n  annotations: {}\n  labels:\n    app.oam.dev/appRevision: ""\n    app.oam.dev/component: web\n'
        "    app.oam.dev/name: app\n    app.oam.dev/namespace: default\n    app.oam.dev/resourceType: WORKLOAD\n"
        "    workload.oam.dev/type: c\n  name: web\n  namespace: default\n\n---\n\n"
    )


def test_namespace_flag(folder, capsys):
    assert main(["dry-run", "-d", "defs", "-f", "app.yaml", "-n", "other"]) == 0
    assert "  namespace: other\n" in capsys.readouterr().out


def test_a_fault_names_file_line_and_path(folder, capsys):
    (folder / "app.yaml").write_text(APP.replace("text: hello", "text: 5"))
    assert main(["dry-run", "-d", "defs", "-f", "app.yaml"]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    lines = captured.err.splitlines()
    assert lines[0].endswith("validation failed for workload web:")
    assert lines[2] == "Parameter errors:"
    assert lines[3] == "  parameter.text: conflicting values string and 5 (mismatched types string and int)"
    assert lines[4:] == [
        "      app.yaml:10:13   text: 5",
        "      defs/c.cue:4:19  parameter: text: string",
        '      hint: put it in quotes: "5"',
    ]


def test_a_missing_property_names_its_place(folder, capsys):
    (folder / "app.yaml").write_text(APP.replace("text: hello", "other: hello"))
    assert main(["dry-run", "-d", "defs", "-f", "app.yaml"]) == 1
    err = capsys.readouterr().err
    assert (
        "Parameter errors:\n  parameter.text: incomplete value string\n"
        "      app.yaml:9:5     properties:\n      defs/c.cue:4:19  parameter: text: string\n" in err
    )
    assert "Template errors:\n  output.data.text: incomplete value string\n" in err


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: [", "read application files: [app.yaml]: yaml: "),
        ("kind: Service\n", 'not kind "Service"'),
        ("", "no application provided"),
        (APP.replace("type: c", "type: d"), "failed to parseComponents: fetch component/policy type of web"),
        (APP.replace("name: web", "name: {}"), "spec.components.0.name: cannot use object as string"),
        (APP + "  policies: [{name: p, type: q}]\n", "policy q named p must not have empty properties"),
        (APP + "  workflow: {steps: [{name: s, type: t}]}\n", 'workflowstepdefinitions.core.oam.dev "t" not found'),
        (APP + "  workflow: {ref: w}\n", 'workflows.core.oam.dev "w" not found'),
        (
            APP + "  workflow: {steps: [{name: s, type: deploy, properties: {speed: 1}}]}\n",
            'invalid WorkflowStep s: json: unknown field "speed"',
        ),
        (
            APP + "  workflow: {steps: [{name: s, type: deploy, properties: {policies: [p]}}]}\n",
            "external policy p not found",
        ),
    ],
)
def test_faults(folder, capsys, text, message):
    (folder / "app.yaml").write_text(text)
    assert main(["dry-run", "-d", "defs", "-f", "app.yaml"]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert message in captured.err
    assert "Traceback" not in captured.err


def test_files_that_are_missing(folder, capsys):
    assert main(["dry-run", "-d", "nowhere", "-f", "app.yaml"]) == 1
    assert main(["dry-run", "-d", "defs", "-f", "gone.yaml"]) == 1
    err = capsys.readouterr().err
    assert "stat nowhere: no such file or directory" in err
    assert "open gone.yaml: no such file or directory" in err


def test_overrides_and_topologies(folder, capsys):
    policies = """\
  policies:
  - {name: east, type: topology, properties: {clusters: [e]}}
  - {name: west, type: topology, properties: {clusters: [w]}}
  - {name: loud, type: override, properties: {components: [{name: web, properties: {text: HELLO}}]}}
"""
    (folder / "app.yaml").write_text(APP + policies)
    assert main(["dry-run", "-d", "defs", "-f", "app.yaml"]) == 0
    out = capsys.readouterr().out
    assert out.count("  text: HELLO\n") == 2
    assert "# Application(app with topology east) -- Component(web)\n" in out
    assert "# Application(app with topology west) -- Component(web)\n" in out


def test_external_policies(folder, capsys):
    (folder / "policy.yaml").write_text(
        "apiVersion: core.oam.dev/v1alpha1\nkind: Policy\nmetadata: {name: p}\ntype: override\n"
        "properties: {components: [{type: c, properties: {text: outside}}]}\n"
    )
    argv = ["dry-run", "-d", "defs", "-f", "app.yaml", "-f", "policy.yaml"]
    assert main(argv) == 0
    out = capsys.readouterr().out
    assert out.startswith("WARNING: policy p not referenced by application\n")
    assert "text: hello" in out
    assert main([*argv, "--merge"]) == 0
    out = capsys.readouterr().out
    assert "text: outside" in out
    assert "WARNING" not in out


def test_strict_turns_warnings_into_failure(folder, capsys):
    (folder / "defs" / "t.cue").write_text(
        't: {type: "trait", attributes: appliesToWorkloads: ["jobs.batch"]}\ntemplate: parameter: {}\n'
    )
    (folder / "app.yaml").write_text(APP + "    traits: [{type: t, properties: {}}]\n")
    argv = ["dry-run", "-d", "defs", "-f", "app.yaml"]
    assert main(argv) == 0
    assert "warning: app.yaml:11:21: trait" in capsys.readouterr().err
    assert main([*argv, "--strict"]) == 1
    assert capsys.readouterr().out == ""


def test_the_example(capsys):
    argv = ["-d", str(ROOT / "examples/definitions"), "-f", str(ROOT / "examples/shop/application.yaml")]
    assert main(["dry-run", *argv]) == 0
    out = capsys.readouterr().out
    assert "- image: shipper:2\n" not in out.split("kind: CronJob")[1]
    assert "      - args:\n        - --to\n        - logs.example.com:514\n        image: shipper:2\n" in out
    assert "    scaleTargetRef:\n" not in out
    assert "  scaleTargetRef:\n    apiVersion: apps/v1\n    kind: Deployment\n    name: front\n" in out
    assert "            - --yesterday\n            - --app\n            - shop\n" in out
    assert "    pods: 15\n" in out


STEPS = """\
  workflow:
    steps:
    - {name: one, type: read-object, outputs: [{name: a, valueFrom: outptu.x}],
       properties: {apiVersion: v1, kind: X, nmae: z, name: 5}}
    - {name: two, type: suspend, dependsOn: [oen], timeout: 5q, inputs: [{from: before, parameterKey: duration}]}
"""


def test_what_is_wrong_with_steps_and_shape_is_told(folder, capsys):
    (folder / "app.yaml").write_text(APP.replace("    properties:", "    trait: []\n    properties:") + STEPS)
    assert main(["dry-run", "-d", "defs", "-f", "app.yaml"]) == 0
    captured = capsys.readouterr()
    assert "kind: ConfigMap" in captured.out
    assert [(line.split(": ")[0], re.search(r"\[(\S+)\]( \(|$)", line)[1]) for line in captured.err.splitlines()] == [
        ("warning", "oam.application.shape"),
        ("warning", "OAM507"),
        ("warning", "OAM504"),
        ("warning", "OAM502"),
        ("warning", "OAM502"),
        ("warning", "oam.parameter"),
        ("warning", "OAM202"),
    ]


def test_strict_makes_errors_of_warnings(folder, capsys):
    (folder / "app.yaml").write_text(APP + "      txet: x\n")
    assert main(["dry-run", "-d", "defs", "-f", "app.yaml"]) == 0
    warned = capsys.readouterr()
    assert warned.err == (
        'warning: app.yaml:11:13: parameter.txet: c takes no such parameter [OAM202] (did you mean "text"?)\n'
    )
    assert main(["dry-run", "-d", "defs", "-f", "app.yaml", "--strict"]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == warned.err.replace("warning", "error", 1) + "Error: 1 warning(s) in strict mode\n"


@pytest.mark.parametrize("form", ["json", "github", "sarif"])
def test_formats(folder, capsys, form):
    (folder / "app.yaml").write_text(APP.replace("text: hello", "text: 5\n      txet: x"))
    assert main(["dry-run", "-d", "defs", "-f", "app.yaml", "--format", form]) == 1
    captured = capsys.readouterr()
    assert captured.err == ""
    if form == "github":
        assert [line.partition(",title=")[0] for line in captured.out.splitlines()] == [
            "::warning file=app.yaml,line=11,col=13",
            "::error file=app.yaml,line=10,col=13",
        ]
        return
    data = json.loads(captured.out)
    found = data["diagnostics"] if form == "json" else data["runs"][0]["results"]
    assert [item["code" if form == "json" else "ruleId"] for item in found] == ["OAM202", "oam.parameter"]


def test_a_good_application_has_an_empty_report(folder, capsys):
    assert main(["dry-run", "-d", "defs", "-f", "app.yaml", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "version": 1,
        "summary": {"errors": 0, "warnings": 0},
        "diagnostics": [],
    }


def test_all_definitions_that_cannot_be_read_are_told(folder, capsys):
    (folder / "defs" / "a.cue").write_text("a: {\n")
    (folder / "defs" / "b.yaml").write_text("kind: TraitDefinition\n")
    assert main(["dry-run", "-d", "defs", "-f", "app.yaml"]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert [line for line in lines if line.startswith("Error")] == [
        "Error: failed to parse CUE for definition: expected '}', found 'EOF'",
        "Error: the definition has no name",
    ]


def test_an_external_policy_is_where_its_values_stand(folder, capsys):
    policy = "kind: Policy\nmetadata: {name: more}\ntype: override\n"
    policy += "properties: {components: [{name: web, properties: {text: 5}}]}\n"
    (folder / "policy.yaml").write_text(policy)
    deploy = "  workflow: {steps: [{name: d, type: deploy, properties: {policies: [more]}}]}\n"
    (folder / "app.yaml").write_text(APP + deploy)
    assert main(["dry-run", "-d", "defs", "-f", "app.yaml", "-f", "policy.yaml"]) == 1
    assert re.search(r"\n      policy.yaml:4:\d+  .*\{text: 5\}", capsys.readouterr().err)


def codes(folder, capsys, text):
    (folder / "app.yaml").write_text(APP + text)
    main(["dry-run", "-d", "defs", "-f", "app.yaml"])
    return re.findall(r"\[(OAM\d+)\]", capsys.readouterr().err)


@pytest.mark.parametrize(
    ("steps", "code"),
    [
        ("[{name: one, type: suspend}, {name: one, type: suspend}]", "OAM501"),
        ("[{name: one, type: suspend, dependsOn: [two]}, {name: two, type: suspend, dependsOn: [one]}]", "OAM503"),
        ('[{name: one, type: suspend, if: "1 +"}]', "OAM505"),
    ],
)
def test_codes_of_steps(folder, capsys, steps, code):
    assert codes(folder, capsys, f"  workflow: {{steps: {steps}}}\n") == [code]


def test_an_override_of_nothing(folder, capsys):
    policy = "  policies: [{name: p, type: override, properties: {components: [{name: wbe, properties: {}}]}}]\n"
    assert codes(folder, capsys, policy) == ["OAM320"]


def test_traits_that_exclude_each_other(folder, capsys):
    for name, other in (("a", "b"), ("b", "")):
        attributes = f'attributes: conflictsWith: ["{other}"]' if other else "attributes: {}"
        (folder / "defs" / f"{name}.cue").write_text(
            f'{name}: {{type: "trait", {attributes}}}\ntemplate: patch: {{}}\n'
        )
    assert codes(folder, capsys, "    traits: [{type: a}, {type: b}]\n") == ["OAM302"]


def test_a_denied_call_is_located(folder, capsys):
    template = 'patch: {}\nprocessing: {output: {}, http: {method: "GET", url: "http://x"}}'
    (folder / "defs" / "a.cue").write_text(f'a: {{type: "trait", attributes: {{}}}}\ntemplate: {{\n{template}\n}}\n')
    (folder / "app.yaml").write_text(APP + "    traits: [{type: a}]\n")
    assert main(["dry-run", "-d", "defs", "-f", "app.yaml", "--format", "github"]) == 1
    out = capsys.readouterr().out
    assert out.startswith("::error file=defs/a.cue,line=4,col=32,title=OAM410::trait a of component web: ")
    assert out.endswith("%0Asee app.yaml:11:21\n")
