"""Steps that look at what the application made, send mail, measure, and copy objects by reference."""

from __future__ import annotations

import json
from typing import Any

from oam.definition import UPSTREAM
from oam.ports import HttpRequest, HttpResponse, ObjectRef

SERVICE = """
output: {apiVersion: "v1", kind: "Service", spec: ports: [{port: 8080, name: "web"}]}
outputs: way: {apiVersion: "networking.k8s.io/v1", kind: "Ingress", spec: {
	tls: [{hosts: ["shop.example"]}]
	rules: [{host: "shop.example", http: paths: [{path: "/a", pathType: "Prefix", backend: {}}]}]
}}
"""
COMPONENTS = "  components: [{name: shop, type: svc}]\n"


def looked_up(world: Any, template: str, wanted: str) -> Any:
    """The value of a variable that a step gives after the component was applied."""
    steps = f"""
- {{name: a, type: apply-component, properties: {{component: shop}}}}
- {{name: s, type: t, outputs: [{{name: found, valueFrom: "{wanted}"}}]}}
"""
    definitions = world.component_definition("svc", SERVICE), world.step_definition("t", template)
    record = world.up(*definitions, world.application(steps, components=COMPONENTS))
    assert record.phase == "running", record.run.status("s")
    return record.run.variables["found"]


def test_endpoints_of_services_and_ingresses(world: Any) -> None:
    template = """
import "vela/query"
look: query.#CollectServiceEndpoints & {$params: app: {name: context.name, namespace: context.namespace}}
"""
    inner, outer = looked_up(world, template, "look.$returns.list")
    assert inner["endpoint"] == {
        "protocol": "TCP",
        "appProtocol": "http",
        "host": "shop.default",
        "port": 8080,
        "portName": "web",
        "inner": True,
    }
    assert (inner["component"], inner["ref"]["kind"]) == ("shop", "Service")
    assert (outer["endpoint"]["appProtocol"], outer["endpoint"]["host"], outer["endpoint"]["port"]) == (
        "https",
        "shop.example",
        443,
    )


def test_resources_are_filtered(world: Any) -> None:
    template = """
import "vela/ql"
look: ql.#ListResourcesInApp & {app: {name: context.name, namespace: context.namespace, filter: kind: "Ingress"}}
names: [for r in look.list {"\\(r.component) \\(r.object.metadata.name)"}]
"""
    (name,) = looked_up(world, template, "names")
    assert name.startswith("shop shop-")


def test_pods_are_found_by_their_owners(world: Any) -> None:
    template = """
import "vela/query"
look: query.#CollectPods & {$params: app: {name: context.name, namespace: context.namespace}}
names: [for r in look.$returns.list {r.object.metadata.name}]
"""
    assert looked_up(world, template, "names") == []


class Outbox:
    def __init__(self) -> None:
        self.sent: list[Any] = []

    def send(self, host: str, port: int, user: str, password: str, message: Any) -> None:
        self.sent.append((host, port, user, password, message["To"], message.get_content().strip()))


MAIL = """
import "vela/email"
send: email.#SendEmail & {$params: {
	from: {address: "a@example.com", password: "pw", host: "mail.example", port: 25}
	to: ["b@example.com", "c@example.com"]
	content: {subject: "s", body: "<b>hi</b>"}
}}
gate: {
	if parameter.hold {#do: "wait", #provider: "builtin", $params: continue: false}
}
parameter: hold: bool
"""


def test_a_mail_is_sent_once_however_often_its_step_is_run(make_world: Any) -> None:
    outbox = Outbox()
    world = make_world(mail=outbox)
    world.step(MAIL, properties="{hold: true}")
    assert outbox.sent == [("mail.example", 25, "a@example.com", "pw", "b@example.com, c@example.com", "<b>hi</b>")]


def test_no_mail_without_leave(world: Any) -> None:
    record = world.step(MAIL, properties="{hold: false}")
    assert "sending mail is not allowed" in record.run.status("s").message


class Prometheus:
    """Answers with the next of some values."""

    def __init__(self, *values: float) -> None:
        self.values = list(values)

    def send(self, request: HttpRequest) -> HttpResponse:
        value = self.values.pop(0) if len(self.values) > 1 else self.values[0]
        result = [{"metric": {}, "value": [0, str(value)]}]
        return HttpResponse(200, {}, json.dumps({"data": {"resultType": "vector", "result": result}}).encode())


CHECK = """
import (
	"vela/builtin"
	"vela/metrics"
)
check: metrics.#PromCheck & {$params: {query: "up", condition: ">= 0.9", duration: "10s", failDuration: "20s"}}
fail: {
	if check.$returns.failed {builtin.#Fail & {$params: message: check.$returns.message}}
}
wait: builtin.#ConditionalWait & {$params: continue: check.$returns.result}
"""


def test_a_measured_condition_must_hold_for_a_while(make_world: Any) -> None:
    world = make_world(http=Prometheus(0.5, 0.95))
    begun = world.clock.now()
    record = world.step(CHECK)
    assert str(record.run.status("s").phase) == "succeeded"
    assert world.clock.now() - begun >= 10


def test_a_measured_condition_that_fails_for_too_long_fails_the_step(make_world: Any) -> None:
    status = make_world(http=Prometheus(0.5)).step(CHECK).run.status("s")
    assert (str(status.phase), str(status.reason)) == ("failed", "Action")
    assert status.message == "The healthy condition should be >= 0.9, but the query result is 0.5"


def test_objects_by_reference_are_copied(world: Any) -> None:
    with world.store.transaction():
        world.cluster.apply(
            {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "origin"}, "data": {"k": "v"}}
        )
        world.cluster.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "there"}})
    components = "  components: [{name: r, type: ref-objects, properties: {objects: [{resource: cm, name: origin}]}}]\n"
    policies = "  policies: [{name: p, type: topology, properties: {clusters: [local], namespace: there}}]\n"
    record = world.up(world.application(components=components, more=policies))
    assert record.phase == "running"
    copy = world.get("ConfigMap", "origin", "there", "v1")
    assert copy["data"] == {"k": "v"}
    assert copy["metadata"]["labels"]["app.oam.dev/component"] == "r"


def test_kubevela_makes_again_what_a_step_of_the_application_deleted(make_world: Any) -> None:
    template = """
import "vela/kube"
_object: {apiVersion: "v1", kind: "ConfigMap", metadata: {name: "own", namespace: "default"}, data: k: "v"}
make: kube.#Apply & {$params: value: _object}
drop: kube.#Delete & {$params: value: _object}
"""
    for profile, there in ((UPSTREAM, True), (None, False)):
        world = make_world(**({"profile": profile} if profile else {}))
        assert world.step(template).phase == "running"
        found = world.cluster.get(ObjectRef("v1", "ConfigMap", "default", "own"))
        assert (found is not None) is there
