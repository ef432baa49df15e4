"""Step templates: the order of actions, what each operation does, outputs and inputs."""

from __future__ import annotations

from typing import Any

import pytest

from oam.errors import OamError
from oam.ports import HttpRequest, HttpResponse


def outcome(record: Any, name: str = "s") -> tuple[str, str, str]:
    status = record.run.status(name)
    return str(status.phase), str(status.reason), status.message


CONFIG = '{apiVersion: "v1", kind: "ConfigMap", metadata: {name: "%s", namespace: "default"}, data: {%s}}'


NAME = "\\(each)"


def config(name: str, data: str) -> str:
    return CONFIG % (name, data)


def test_actions_run_in_the_order_of_the_text(world: Any) -> None:
    template = f"""
import "vela/kube"
first: kube.#Apply & {{$params: value: {config("a", 'n: "1"')}}}
second: kube.#Apply & {{$params: value: {config("b", "uid: first.$returns.value.metadata.uid")}}}
"""
    record = world.step(template)
    assert outcome(record) == ("succeeded", "", "")
    uid = world.get("ConfigMap", "a", version="v1")["metadata"]["uid"]
    assert world.get("ConfigMap", "b", version="v1")["data"] == {"uid": uid}


def test_step_attributes_change_the_order(world: Any) -> None:
    template = f"""
import "vela/kube"
second: kube.#Apply & {{$params: value: {config("b", "uid: first.$returns.value.metadata.uid")}}} @step(2)
first: kube.#Apply & {{$params: value: {config("a", 'n: "1"')}}} @step(1)
"""
    assert outcome(world.step(template)) == ("succeeded", "", "")


def test_an_action_that_needs_a_later_one_fails(world: Any) -> None:
    template = f"""
import "vela/kube"
second: kube.#Apply & {{$params: value: {config("b", "uid: first.$returns.value.metadata.uid")}}}
first: kube.#Apply & {{$params: value: {config("a", 'n: "1"')}}}
"""
    phase, reason, message = outcome(world.step(template))
    assert (phase, reason) == ("failed", "FailedAfterRetries")
    assert message.startswith("function call error for second: cue: marshal error: second.$params.value.data.uid: ")


def test_results_bring_new_actions(world: Any) -> None:
    template = f"""
import ("vela/builtin", "vela/kube")
read: kube.#Read & {{$params: value: {{apiVersion: "v1", kind: "ConfigMap", metadata: name: "none"}}}}
if read.$returns.err != _|_ {{
  tell: builtin.#Message & {{$params: message: read.$returns.err}}
}}
for each in ["x", "y"] {{
  "make-\\(each)": kube.#Apply & {{$params: value: {config(NAME, 'k: "v"')}}}
}}
"""
    record = world.step(template)
    assert outcome(record) == ("succeeded", "", 'configmaps "none" not found')
    assert world.get("ConfigMap", "x", version="v1")["data"] == world.get("ConfigMap", "y", version="v1")["data"]


def test_actions_in_lists(world: Any) -> None:
    template = f"""
import "vela/kube"
all: [for each in ["x", "y"] {{kube.#Apply & {{$params: value: {config(NAME, 'k: "v"')}}}}}]
made: all[1].$returns.value.metadata.name
"""
    steps = world.application("- {name: s, type: t, outputs: [{name: last, valueFrom: made}]}")
    assert world.up(world.step_definition("t", template), steps).run.variables == {"last": "y"}


@pytest.mark.parametrize(
    ("action", "end", "run"),
    [
        ('builtin.#Fail & {$params: message: "no luck"}', ("failed", "Action", "no luck"), "workflowFailed"),
        ('builtin.#Break & {$params: message: "enough"}', ("succeeded", "Terminate", "enough"), "workflowFailed"),
        ('builtin.#Message & {$params: message: "hello"}', ("succeeded", "", "hello"), "running"),
        ("builtin.#ConditionalWait & {$params: continue: 1 < 2}", ("succeeded", "", ""), "running"),
        (
            'builtin.#ConditionalWait & {$params: {continue: 1 > 2, message: "never"}}',
            ("running", "Wait", "never"),
            "runningWorkflow",
        ),
        ("builtin.#Suspend", ("suspending", "Suspend", "Suspended by field a"), "workflowSuspending"),
        ('builtin.#Suspend & {$params: message: "ask Jo"}', ("suspending", "Suspend", "ask Jo"), "workflowSuspending"),
    ],
)
def test_flow(world: Any, make_world: Any, action: str, end: tuple[str, str, str], run: str) -> None:
    record = world.step(f'import "vela/builtin"\na: {action}\n')
    assert outcome(record) == end
    assert record.phase == run
    older = (
        action.replace("builtin.", "op.").replace("$params: ", "")
        if "$params" in action
        else action.replace("builtin", "op")
    )
    record = make_world().step(f'import "vela/op"\na: {older.replace("& {{", "& {").replace("}}", "}")}\n')
    assert outcome(record) == end


def test_nothing_is_done_after_a_failure(world: Any) -> None:
    template = f"""
import ("vela/builtin", "vela/kube")
fail: builtin.#Fail & {{$params: message: "stop"}}
never: kube.#Apply & {{$params: value: {config("never", 'k: "v"')}}}
"""
    world.step(template)
    assert world.cluster.list("v1", "ConfigMap") == []


def test_suspend_for_a_while(world: Any) -> None:
    record = world.up(
        world.application(
            "- {name: s, type: suspend, properties: {duration: 90s}}\n"
            "- {name: t, type: suspend, properties: {duration: 1s}}"
        )
    )
    assert record.phase == "running"
    assert world.clock.now() == pytest.approx(1_700_000_000 + 91, abs=1)


def test_two_suspends_in_one_step(world: Any) -> None:
    template = 'import "vela/builtin"\na: builtin.#Suspend\nb: builtin.#Suspend & {$params: duration: "10s"}\n'
    record = world.step(template)
    assert outcome(record)[2] == "Suspended by field a"
    record = world.runtime.run(world.runtime.operate(record, "resume"))
    assert outcome(record) == ("succeeded", "", "")
    assert world.clock.now() >= 1_700_000_000 + 10


def test_terminate(world: Any) -> None:
    record = world.up(world.application("- {name: s, type: suspend}\n- {name: t, type: suspend}"))
    record = world.runtime.run(world.runtime.operate(record, "terminate"))
    assert record.phase == "workflowTerminated"
    assert outcome(record)[:2] == ("failed", "Terminate")


def test_variables(world: Any) -> None:
    template = """
import "vela/builtin"
put: builtin.#DoVar & {$params: {method: "Put", path: "a.b", value: {n: 1}}}
get: builtin.#DoVar & {$params: path: "a.b.n"}
seen: get.$returns.value + 1
"""
    steps = world.application("- {name: s, type: t, outputs: [{name: seen, valueFrom: seen}]}")
    assert world.up(
        world.step_definition(
            "t", template.replace('path: "a.b.n"', 'path: "a.b"').replace("value + 1", "value.n + 1")
        ),
        steps,
    ).run.variables == {
        "a": {"b": {"n": 1}},
        "seen": 2,
    }


def test_reading_listing_patching_deleting(world: Any) -> None:
    template = f"""
import "vela/kube"
a: kube.#ApplyInParallel & {{$params: value: [{config("one", 'k: "1"')}, {config("two", 'k: "2"')}]}}
list: kube.#List & {{$params: resource: {{apiVersion: "v1", kind: "ConfigMap"}}}}
patch: kube.#Patch & {{$params: {{
  value: {{apiVersion: "v1", kind: "ConfigMap", metadata: name: "one"}}
  patch: data: more: "m"
}}}}
gone: kube.#Delete & {{$params: value: {{apiVersion: "v1", kind: "ConfigMap", metadata: name: "two"}}}}
again: kube.#Delete & {{$params: value: {{apiVersion: "v1", kind: "ConfigMap", metadata: name: "two"}}}}
names: [for item in list.$returns.values.items {{item.metadata.name}}]
"""
    record = world.up(
        world.step_definition("t", template),
        world.application("- {name: s, type: t, outputs: [{name: names, valueFrom: names}]}"),
    )
    assert record.run.variables == {"names": ["one", "two"]}
    assert world.get("ConfigMap", "one", version="v1")["data"] == {"k": "1", "more": "m"}
    assert len(world.cluster.list("v1", "ConfigMap")) == 1


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("out.val", "x"),
        ("out.list[1].k", 2),
        ('out["a-b"]', True),
        ('"pre-" + out.val', "pre-x"),
        ("{z: out.n + 1}", {"z": 2}),
        ("[for item in out.list {item.k * 10}]", [10, 20]),
        ("context.name", "app"),
        ("parameter.v", 7),
        ('import "strings"\nstrings.ToUpper(out.val)', "X"),
        ("out.none?", None),
    ],
)
def test_outputs(world: Any, expression: str, value: Any) -> None:
    template = 'parameter: v: int\nout: {val: "x", n: 1, list: [{k: 1}, {k: 2}], "a-b": true}\n'
    import json

    steps = f"- {{name: s, type: t, properties: {{v: 7}}, outputs: [{{name: o, valueFrom: {json.dumps(expression)}}}]}}"
    record = world.up(world.step_definition("t", template), world.application(steps))
    assert record.run.variables == {"o": value}


def test_an_output_without_value_fails_the_step(world: Any) -> None:
    steps = world.application("- {name: s, type: t, outputs: [{name: o, valueFrom: x.there}]}")
    record = world.up(world.step_definition("t", "x: y: 1"), steps)
    assert outcome(record)[:2] == ("failed", "Output")
    assert outcome(record)[2].startswith("failed to get output from x.there: ")
    assert record.run.variables == {"o": None}


def test_a_template_in_error_fails_the_step(world: Any) -> None:
    assert outcome(world.step("x: 1 & 2"))[:2] == ("failed", "Rendering")


def test_condition_on_another_step(world: Any) -> None:
    steps = """- {name: a, type: t, outputs: [{name: num, valueFrom: num}]}
- {name: b, type: t, if: 'status.a.succeeded && inputs.num > 1', inputs: [{from: num}]}
- {name: c, type: t, if: 'status.a.failed'}
- {name: d-e, type: t, if: 'status["c"].skipped && context.name == "app"'}"""
    record = world.up(world.step_definition("t", "num: 2"), world.application(steps))
    assert [str(status.phase) for status in record.run.statuses] == ["succeeded", "succeeded", "skipped", "succeeded"]


def test_a_condition_that_is_no_boolean_fails_the_step(world: Any) -> None:
    record = world.up(
        world.step_definition("t", "num: 2"), world.application("- {name: s, type: t, if: 'context.nobody.succeeded'}")
    )
    assert outcome(record)[:2] == ("failed", "Input")
    assert outcome(record)[2].startswith("pre check error: ")


def test_inputs_replace_properties(world: Any) -> None:
    steps = """- {name: a, type: t, outputs: [{name: num, valueFrom: parameter.v}], properties: {v: [1, 2]}}
- {name: b, type: t, inputs: [{from: num, parameterKey: 'v[0]'}, {from: context.namespace, parameterKey: w.ns}],
   properties: {v: [9, 8], w: {k: 1}}, outputs: [{name: seen, valueFrom: parameter}]}"""
    record = world.up(world.step_definition("t", "parameter: {v: _, w?: _}"), world.application(steps))
    assert record.run.variables["seen"] == {"v": [[1, 2], 8], "w": {"k": 1, "ns": "default"}}


class Web:
    """A server that counts."""

    def __init__(self, *statuses: int) -> None:
        self.statuses = list(statuses)
        self.requests: list[HttpRequest] = []

    def send(self, request: HttpRequest) -> HttpResponse:
        self.requests.append(request)
        return HttpResponse(
            self.statuses.pop(0) if self.statuses else 200, {"X-Made": ["here"]}, b'{"n": %d}' % len(self.requests)
        )


@pytest.fixture
def online(make_world: Any) -> Any:
    """A world with a web server, whose next statuses are given."""

    def make(*statuses: int) -> Any:
        return make_world(http=Web(*statuses))

    return make


POST_THEN_WAIT = """
import ("vela/http", "vela/kube", "vela/builtin")
post: http.#HTTPDo & {$params: {
  method: "%s", url: "http://api.example.com/x", request: {body: "b", header: "X-Key": "k"}
}}
read: kube.#Read & {$params: value: {apiVersion: "apps/v1", kind: "Deployment", metadata: name: "c"}}
wait: builtin.#ConditionalWait & {$params: continue: read.$returns.value.status.readyReplicas == 1}
"""
DEPLOYMENT = """
output: {
  apiVersion: "apps/v1"
  kind:       "Deployment"
  spec: {selector: matchLabels: a: "b", template: spec: containers: []}
}
parameter: {}
"""
NOTE = 'output: {apiVersion: "v1", kind: "ConfigMap", data: text: parameter.text}\nparameter: text: string\n'


@pytest.mark.parametrize(("method", "times"), [("POST", 1), ("GET", 3)])
def test_requests_that_change_something_are_sent_once(online: Any, method: str, times: int) -> None:
    world = online()
    web = world.http
    steps = "- {name: c, type: apply-component, properties: {component: c}}\n- {name: s, type: t}"
    record = world.up(
        world.component_definition("dep", DEPLOYMENT),
        world.step_definition("t", POST_THEN_WAIT % method),
        world.application(steps, components="  components: [{name: c, type: dep}]\n"),
    )
    assert outcome(record) == ("succeeded", "", "")
    assert len(web.requests) >= times if method == "GET" else len(web.requests) == 1
    headers = dict(web.requests[0].headers)
    assert ("Idempotency-Key" in headers) == (method == "POST")
    headers.pop("Idempotency-Key", None)
    assert (headers, web.requests[0].body) == ({"X-Key": "k"}, b"b")


def test_without_network_a_request_fails(world: Any) -> None:
    record = world.step('import "vela/http"\nget: http.#HTTPGet & {$params: url: "http://api.example.com/"}\n')
    assert (
        outcome(record)[2]
        == "function call error for get: no network: request of http://api.example.com/ is not allowed"
    )


def test_request_step(online: Any) -> None:
    world = online(200, 500)
    web = world.http
    steps = """- {name: a, type: request, properties: {url: 'http://h/', body: {x: 1}, method: POST},
   outputs: [{name: num, valueFrom: response.n}]}
- {name: b, type: request, properties: {url: 'http://h/'}}"""
    record = world.up(world.application(steps))
    assert record.run.variables == {"num": 1}
    assert web.requests[0].body == b'{"x":1}'
    assert outcome(record, "b") == ("failed", "Action", "request of http://h/ is fail: 500")


def test_configurations(world: Any) -> None:
    steps = """- {name: make, type: create-config, properties: {name: db, config: {host: h, port: 1}}}
- {name: read, type: read-config, properties: {name: db}, outputs: [{name: port, valueFrom: output.config.port}]}
- {name: drop, type: delete-config, properties: {name: db}}
- {name: again, type: read-config, properties: {name: db}}"""
    record = world.up(world.application(steps))
    assert record.run.variables == {"port": 1}
    assert outcome(record, "again")[2] == "function call error for output: the config is not found"


def test_times_and_texts(world: Any) -> None:
    template = """
import ("vela/time", "vela/util")
stamp: time.#DateToTimestamp & {$params: date: "2023-11-14T22:13:20Z"}
date: time.#TimestampToDate & {$params: {timestamp: stamp.$returns.timestamp, layout: "2006/01/02"}}
text: util.#ConvertString & {$params: bt: '\\xe2\\x82\\xac'}
merged: util.#PatchK8sObject & {$params: {
  value: list: [{name: "a", v: 1}, {name: "b", v: 2}]
  // +patchKey=name
  patch: list: [{name: "b", w: 3}]
}}
all: [stamp.$returns.timestamp, date.$returns.date, text.$returns.str, merged.$returns.result.list[1]]
"""
    record = world.up(
        world.step_definition("t", template),
        world.application("- {name: s, type: t, outputs: [{name: all, valueFrom: all}]}"),
    )
    assert record.run.variables == {"all": [1_700_000_000, "2023/11/14", "€", {"name": "b", "v": 2, "w": 3}]}


def test_unknown_operations(world: Any, make_world: Any) -> None:
    template = 'a: {#do: "fly", #provider: "kube"}\n'
    assert outcome(world.step(template))[2] == "function call error for a: function fly not found in provider kube"
    template = 'a: {#do: "fly", #provider: "birds"}\n'
    assert outcome(make_world().step(template))[2] == "function call error for a: provider birds not found"


def test_an_object_of_somebody_else_is_not_touched(world: Any) -> None:
    with world.store.transaction():
        world.cluster.apply(
            {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "theirs"}, "data": {"k": "1"}}
        )
    record = world.up(
        world.application("- {name: s, type: export2config, properties: {configName: theirs, data: {k: '2'}}}")
    )
    assert "exists but not managed by any application now" in outcome(record)[2]
    assert world.get("ConfigMap", "theirs", version="v1")["data"] == {"k": "1"}


def test_what_a_new_revision_does_not_make_is_deleted(world: Any) -> None:
    def two(*names: str) -> str:
        return world.application(
            "\n".join(
                f"- {{name: {n}, type: export2config, properties: {{configName: {n}, data: {{k: v}}}}}}" for n in names
            )
        )

    world.up(two("a", "b"))
    record = world.up(two("b", "c"))
    assert record.revision == "app-v2"
    assert [obj["metadata"]["name"] for obj in world.cluster.list("v1", "ConfigMap")] == ["b", "c"]


def test_health_policy_holds_a_component_back(world: Any) -> None:
    definition = world.component_definition("dep", DEPLOYMENT).replace(
        "spec:\n  schematic:",
        "spec:\n  status:\n    healthPolicy: 'isHealth: context.output.status.readyReplicas == 1'\n"
        "    customStatus: 'message: \"\\(context.output.status.readyReplicas) ready\"'\n  schematic:",
        1,
    )
    record = world.runtime.turn(
        world.submit(definition, world.application(components="  components: [{name: c, type: dep}]\n"))
    )
    assert outcome(record, "c") == ("running", "Wait", "wait healthy")
    assert record.services["c"]["healthy"] is False
    record = world.runtime.run(record)
    assert record.services["c"] == {
        "name": "c",
        "namespace": "default",
        "cluster": "local",
        "workloadDefinition": {"apiVersion": "apps/v1", "kind": "Deployment"},
        "healthy": True,
        "workloadHealthy": True,
        "message": "1 ready",
    }


def test_components_without_workflow_run_side_by_side(world: Any) -> None:
    components = "  components:\n  - {name: a, type: dep, dependsOn: [b]}\n  - {name: b, type: dep}\n"
    record = world.up(world.component_definition("dep", DEPLOYMENT), world.application(components=components))
    assert [(status.name, str(status.phase)) for status in record.run.statuses] == [
        ("b", "succeeded"),
        ("a", "succeeded"),
    ]
    assert record.run.mode == "DAG"


def test_component_outputs_and_inputs(world: Any) -> None:
    note = world.component_definition("note", NOTE)
    components = """  components:
  - {name: b, type: note, inputs: [{from: uid, parameterKey: text}]}
  - {name: a, type: note, properties: {text: x}, outputs: [{name: uid, valueFrom: output.metadata.uid}]}
"""
    world.up(note, world.application(components=components))
    uid = world.get("ConfigMap", "a", version="v1")["metadata"]["uid"]
    assert world.get("ConfigMap", "b", version="v1")["data"] == {"text": uid}


def test_deploy_with_policies(world: Any) -> None:
    note = world.component_definition("note", NOTE)
    policies = """  policies:
  - {name: there, type: topology, properties: {clusters: [local], namespace: elsewhere}}
  - {name: change, type: override, properties: {components: [{name: c, properties: {text: new}}]}}
"""
    components = "  components: [{name: c, type: note, properties: {text: old}}]\n"
    record = world.up(note, world.application(components=components, more=policies))
    assert outcome(record, "deploy-there") == ("succeeded", "", "")
    assert world.get("ConfigMap", "c", "elsewhere", "v1")["data"] == {"text": "new"}


def test_a_stuck_run_comes_to_an_end(world: Any) -> None:
    """Nothing will change any more, so waiting on would be for ever."""
    record = world.step('import "vela/builtin"\na: builtin.#ConditionalWait\n')
    assert record.phase == "runningWorkflow"
    assert world.clock.now() < 1_700_000_000 + 3600


def test_a_submitted_run_is_refused_as_a_whole(world: Any) -> None:
    with pytest.raises(OamError, match="there is no such parameter"):
        world.step("parameter: {a: int}\n", properties="{b: 1}")
    assert world.cluster.objects() == []


def test_applications_may_wait_for_each_other(world: Any) -> None:
    one = world.application("- {name: s, type: depends-on-app, properties: {name: other, namespace: default}}")
    other = world.application("- {name: s, type: suspend, properties: {duration: 600s}}", metadata="{name: other}")
    record = world.runtime.run(world.submit(other, one))
    assert (record.name, record.phase) == ("app", "running")
    assert world.runtime.find("other").phase == "running"
    assert world.clock.now() >= 1_700_000_000 + 600


def test_an_application_made_by_a_step_is_run(world: Any) -> None:
    inner = "{apiVersion: core.oam.dev/v1beta1, kind: Application, metadata: {name: made}, spec: {components: []}}"
    steps = f"""- {{name: make, type: apply-object, properties: {{value: {inner}}}}}
- {{name: wait, type: depends-on-app, properties: {{name: made, namespace: default}}}}"""
    assert world.up(world.application(steps)).phase == "running"
    assert world.runtime.find("made").phase == "running"
