"""Plans between versions and against a state, through the command."""

import json

import pytest

from oam.cli import main
from oam.cluster import EmbeddedCluster
from oam.plan import PlannedObject, make_plan
from oam.plan.report import plan_text
from oam.ports import ObjectRef
from oam.workflow.clock import SystemRandom, VirtualClock

DEFINITIONS = {
    "web": """web: {type: "component"}
template: {
	output: {
		apiVersion: "apps/v1", kind: "Deployment"
		spec: {
			replicas: parameter.replicas
			selector: matchLabels: app: context.name
			template: {
				metadata: labels: app: context.name
				spec: containers: [{name: context.name, image: parameter.image}]
			}
		}
	}
	if parameter.secret != _|_ {
		outputs: secret: {apiVersion: "v1", kind: "Secret"}
		outputs: secret: metadata: name: context.name
		outputs: secret: stringData: key: parameter.secret
	}
	parameter: {image: string, replicas: *1 | int, secret?: string}
}
""",
    "note": """note: {type: "component"}
template: {
	output: {apiVersion: "v1", kind: "ConfigMap", data: text: parameter.text}
	parameter: text: string
}
""",
    "pin": """pin: {type: "trait", attributes: podDisruptive: true}
template: {
	patch: metadata: annotations: pin: parameter.to
	parameter: to: string
}
""",
}
APP = """apiVersion: core.oam.dev/v1beta1
kind: Application
metadata: {name: shop}
spec:
  components:
  - name: front
    type: web
    properties: {image: "a:1"}
  - name: hint
    type: note
    properties: {text: hello}
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "defs").mkdir()
    for name, text in DEFINITIONS.items():
        (tmp_path / "defs" / f"{name}.cue").write_text(text)
    (tmp_path / "old.yaml").write_text(APP)
    return tmp_path


def write(folder, text, name="new.yaml"):
    (folder / name).write_text(text)


def versions(capsys, *more):
    status = main(["plan", "-f", "new.yaml", "--from", "old.yaml", "-d", "defs", *more])
    return status, capsys.readouterr().out


def test_fields_restarts_and_objects_that_come_and_go(folder, capsys):
    text = APP.replace("a:1", "a:2").replace("name: hint", "name: word").replace('"a:2"', '"a:2", secret: s3cret')
    write(folder, text)
    assert versions(capsys)[1] == (
        "~ Deployment default/front, component front\n"
        '    ~ spec.template.spec.containers[name=front].image: "a:1" -> "a:2"\n'
        "    ! pods restart: the pod template changes\n"
        "+ Secret default/front, component front\n"
        "+ ConfigMap default/word, component word\n"
        "- ConfigMap default/hint, component hint\n"
        "\n"
        "Plan: 2 to create, 1 to update (1 with a restart of pods), 1 to delete, 0 unchanged.\n"
    )


def test_exit_codes(folder, capsys):
    write(folder, APP)
    assert versions(capsys, "--exit-code") == (0, "No changes, 2 objects.\n")
    write(folder, APP.replace("hello", "bye"))
    assert versions(capsys)[0] == 0
    assert versions(capsys, "--exit-code")[0] == 2
    assert main(["diff", "-f", "new.yaml", "--from", "nothing.yaml", "-d", "defs", "--exit-code"]) == 1


def test_two_versions_of_definitions(folder, capsys):
    (folder / "more").mkdir()
    (folder / "more" / "note.cue").write_text(DEFINITIONS["note"].replace("parameter.text\n", "parameter.text\n", 1))
    for name, text in DEFINITIONS.items():
        (folder / "more" / f"{name}.cue").write_text(text.replace("*1 | int", "*2 | int"))
    args = ["plan", "-f", "old.yaml", "-d", "more", "--from-d", "defs", "--format", "json"]
    assert main(args) == 0
    found = json.loads(capsys.readouterr().out)
    (action,) = [action for action in found["actions"] if action["verb"] == "update"]
    assert action["changes"] == [{"path": "spec.replicas", "kind": "change", "old": 1, "new": 2}]
    assert found["summary"]["unchanged"] == 1


def test_traits_that_restart_pods(folder, capsys):
    trait = "    traits: [{type: pin, properties: {to: TO}}]\n"
    (before, after) = (APP.replace('"a:1"}\n', f'"a:1"}}\n{trait.replace("TO", to)}') for to in ("one", "two"))
    write(folder, before, "old.yaml")
    write(folder, after)
    assert "    ! pods restart: trait pin is podDisruptive\n" in versions(capsys)[1]


def test_secrets_are_not_shown(folder, capsys):
    write(folder, APP.replace('"a:1"', '"a:1", secret: first-word'), "old.yaml")
    write(folder, APP.replace('"a:1"', '"a:1", secret: second-word'))
    for more in ((), ("--format", "json")):
        text = versions(capsys, *more)[1]
        assert "***(" in text
        assert "-word" not in text


def test_topologies_are_told_apart(folder, capsys):
    policies = "  policies:\n  - {name: here, type: topology, properties: {clusters: [local]}}\n"
    write(folder, APP + policies, "old.yaml")
    write(folder, APP.replace("hello", "bye") + policies)
    assert versions(capsys)[1].startswith("# with topology here\n~ ConfigMap default/hint, component hint\n")


def test_colours():
    obj = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}}
    text = plan_text(make_plan([], [PlannedObject(obj)]), colour=True)
    assert text.startswith("\x1b[32m+\x1b[0m ConfigMap a\n")


# ---- against a state


def up(*more):
    return main(["up", *more, "--state", "s.db"])


def against(capsys, *more):
    capsys.readouterr()
    status = main(["plan", "-d", "defs", "--state", "s.db", *more])
    return status, capsys.readouterr()


def test_a_state_is_only_looked_at(folder, capsys):
    status, printed = against(capsys, "-f", "old.yaml")
    assert status == 0
    assert printed.out.endswith("\nPlan: 2 to create, 0 to update, 0 to delete, 0 unchanged.\n")
    assert not (folder / "s.db").exists()
    assert up("-f", "defs", "-f", "old.yaml") == 0
    before = (folder / "s.db").read_bytes()
    write(folder, APP.replace("hello", "bye"))
    assert "text" in against(capsys, "-f", "new.yaml")[1].out
    assert (folder / "s.db").read_bytes() == before
    assert against(capsys, "-f", "old.yaml", "--exit-code")[1].out == "No changes, 2 objects.\n"


def test_what_the_plan_says_is_what_happens(folder, capsys):
    assert up("-f", "defs", "-f", "old.yaml") == 0
    write(folder, APP[: APP.index("  - name: hint")].replace("a:1", "a:2"))
    status, printed = against(capsys, "-f", "new.yaml", "--exit-code")
    assert status == 2
    assert "- ConfigMap default/hint, component hint\n" in printed.out
    assert '"a:1" -> "a:2"' in printed.out
    assert up("-f", "new.yaml") == 0
    capsys.readouterr()
    assert main(["get", "configmap/hint", "--state", "s.db"]) == 1


def test_objects_that_policies_keep(folder, capsys):
    policy = """  policies:
  - name: keep
    type: garbage-collect
    properties: {rules: [{selector: {resourceTypes: [ConfigMap]}, strategy: onAppDelete}]}
"""
    write(folder, APP + policy, "old.yaml")
    assert up("-f", "defs", "-f", "old.yaml") == 0
    write(folder, APP[: APP.index("  - name: hint")] + policy)
    assert (
        "= ConfigMap default/hint, component hint, stays until the application is deleted\n"
        in against(capsys, "-f", "new.yaml")[1].out
    )


def test_what_somebody_else_changed_is_set_right(folder, capsys, open_store):
    assert up("-f", "defs", "-f", "old.yaml") == 0
    store = open_store("s.db")
    cluster = EmbeddedCluster(store, VirtualClock(0), SystemRandom())
    found = cluster.get(ObjectRef("v1", "ConfigMap", "default", "hint"))
    found["data"] = {"text": "changed", "more": "1"}
    with store.transaction():
        cluster.apply(found, replace=True)
    write(folder, APP.replace("a:1", "a:2"))
    assert '    ~ data.text: "changed" -> "hello"\n' in against(capsys, "-f", "new.yaml")[1].out


def test_saved_plans(folder, capsys):
    assert up("-f", "defs", "-f", "old.yaml") == 0
    write(folder, APP.replace("hello", "bye"))
    assert against(capsys, "-f", "new.yaml", "--out", "plan.json")[0] == 0
    write(folder, APP.replace("hello", "never planned"))
    assert up("--plan", "plan.json") == 0
    capsys.readouterr()
    assert main(["get", "configmap/hint", "--state", "s.db", "-o", "yaml"]) == 0
    assert "text: bye" in capsys.readouterr().out
    assert up("--plan", "plan.json") == 1
    assert "ConfigMap default/hint has changed" in capsys.readouterr().err


def test_steps_that_cannot_be_rehearsed_are_named(folder, capsys):
    workflow = """  workflow:
    steps:
    - {name: wait, type: suspend}
    - {name: call, type: request, properties: {url: "http://hooks.example"}}
    - {name: first, type: apply-component, properties: {component: front}}
"""
    write(folder, APP + workflow)
    out = against(capsys, "-f", "new.yaml")[1].out
    assert "note: the workflow of shop waits for somebody at wait\n" in out
    assert "note: step call of shop is " in out
    assert "note: what comes after that in the workflow of shop is not in the plan\n" in out


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["-f", "old.yaml"], "compare with what?"),
        (["-f", "old.yaml", "--from", "old.yaml", "--state", "s.db"], "compare with what?"),
        (["-f", "old.yaml", "--from", "old.yaml", "--out", "p"], "--out needs --state"),
        (["-f", "old.yaml", "--from", "old.yaml", "--format", "x"], "unknown format"),
        (["--state", "s.db"], "needs at least one -f PATH"),
    ],
)
def test_wrong_use(folder, capsys, argv, message):
    assert main(["plan", *argv]) == 1
    assert message in capsys.readouterr().err


def test_plans_that_are_none(folder, capsys):
    write(folder, "{}", "plan.json")
    assert up("--plan", "plan.json") == 1
    assert "plan.json: not a plan of format 1" in capsys.readouterr().err
    assert up("--plan", "plan.json", "-f", "old.yaml") == 1
    assert "takes the place of -f" in capsys.readouterr().err
