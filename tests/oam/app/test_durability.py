"""What survives: failures of the cluster at any request, two processes on one store, actions of unknown outcome."""

from __future__ import annotations

import sqlite3
import threading
from typing import TYPE_CHECKING, Any

import pytest

from conformance.table import Table
from oam.app import Runtime, read_bundle
from oam.cluster.errors import Unreachable
from oam.errors import Interruption
from oam.ports import HttpResponse, NotSentError
from oam.store import LeaseLost, Leases, MemoryStore, SqliteStore
from oam.workflow.clock import SeededRandom, SystemClock, VirtualClock
from pycue.source import Source

if TYPE_CHECKING:
    from pathlib import Path

    from oam.app import Record
    from oam.ports import HttpRequest, StateStore

STEP = """
apiVersion: core.oam.dev/v1beta1
kind: WorkflowStepDefinition
metadata: {name: %s}
spec:
  schematic:
    cue:
      template: |
        import (
          "vela/builtin"
          "vela/http"
          "vela/kube"
        )
        %s
        parameter: {...}
"""
APPLICATION = """
apiVersion: core.oam.dev/v1beta1
kind: Application
metadata: {name: app}
spec:
  components: []
  workflow:
    steps:
%s
"""
MAKE_AND_DROP = STEP % (
    "t",
    """object: {apiVersion: "v1", kind: "ConfigMap", metadata: name: "scratch"}
        make: kube.#Apply & {$params: value: object}
        keep: kube.#Apply & {$params: value: {apiVersion: "v1", kind: "ConfigMap", metadata: name: "kept"}}
        drop: kube.#Delete & {$params: value: object}""",
)
POST = STEP % ("t", 'post: http.#HTTPDo & {$params: {method: "POST", url: "http://server/x"}} %s')


class Dying(Table):
    """Fails at one of its requests: it is not carried out, or its answer is lost."""

    def __init__(self) -> None:
        super().__init__()
        self.writes: list[str] = []
        self.requests = 0
        self.fails = 0
        self.answer_lost = False

    def apply(self, obj: Any, *, dry_run: bool = False, replace: bool = False) -> Any:
        before = self.version()
        live = self._request(lambda: super(Dying, self).apply(obj, dry_run=dry_run, replace=replace), dry_run)
        if self.version() != before and obj["kind"] == "ConfigMap":
            self.writes.append(f"apply {obj['metadata']['name']}")
        return live

    def delete(self, ref: Any) -> bool:
        there = self.get(ref) is not None
        gone = self._request(lambda: super(Dying, self).delete(ref), False)
        if there:
            self.writes.append(f"delete {ref.name}")
        return bool(gone)

    def _request(self, carry_out: Any, dry_run: bool) -> Any:
        self.requests += not dry_run
        failing = self.requests == self.fails and not dry_run
        if failing and not self.answer_lost:
            raise Unreachable("connection refused")
        result = carry_out()
        if failing:
            raise Unreachable("connection cut")
        return result


def begin(store: StateStore, texts: tuple[str, ...], **options: Any) -> tuple[Runtime, Record]:
    runtime = Runtime(store, VirtualClock(1_700_000_000), SeededRandom(), **options)
    records, _ = runtime.submit(read_bundle([Source(f"{at}.yaml", text) for at, text in enumerate(texts)]))
    return runtime, records[-1]


def finish(store: StateStore, texts: tuple[str, ...], cluster: Dying) -> tuple[Runtime, Record]:
    runtime, record = begin(store, texts, cluster=cluster)
    return runtime, runtime.run(record)


@pytest.mark.parametrize("answer_lost", [False, True])
def test_a_cluster_that_dies_at_any_request(answer_lost: bool) -> None:
    texts = (MAKE_AND_DROP, APPLICATION % "    - {name: s, type: t}")
    whole = Dying()
    runtime, record = begin(MemoryStore(), texts, cluster=whole)
    assert runtime.run(record).phase == "running"
    requests = whole.requests
    assert requests > 4
    for fails in range(1, requests + 1):
        cluster, store = Dying(), MemoryStore()
        cluster.fails, cluster.answer_lost = fails, answer_lost
        with pytest.raises(Unreachable, match="connection"):
            finish(store, texts, cluster)
        runtime, record = finish(store, texts, cluster)
        assert record.phase == "running"
        assert [obj["metadata"]["name"] for obj in cluster.objects() if obj["kind"] == "ConfigMap"] == ["kept"]
        assert [str(entry.ref) for entry in runtime.managed(record)] == ["ConfigMap/kept"]
        assert cluster.writes.count("apply kept") <= 1  # what is there already is not written again


class Web:
    """Counts what it does by key; the first so many answers are lost."""

    def __init__(self, lost: int = 0) -> None:
        self.keys: list[str] = []
        self.lost = lost

    def send(self, request: HttpRequest) -> HttpResponse:
        self.keys.append(request.headers["Idempotency-Key"])
        if len(self.keys) <= self.lost:
            raise ConnectionError("the answer was lost")
        return HttpResponse(200, {}, b"{}")


def test_a_request_whose_answer_is_lost_is_sent_again_as_the_same_one() -> None:
    web = Web(2)
    runtime, record = begin(MemoryStore(), (POST % "", APPLICATION % "    - {name: s, type: t}"), http=web)
    assert runtime.run(record).phase == "running"
    assert (len(web.keys), len(set(web.keys))) == (3, 1)


def test_two_requests_of_one_step_are_two() -> None:
    web = Web()
    twice = POST % '\n        more: http.#HTTPDo & {$params: {method: "POST", url: "http://server/x"}}'
    runtime, record = begin(MemoryStore(), (twice, APPLICATION % "    - {name: s, type: t}"), http=web)
    runtime.run(record)
    assert len(set(web.keys)) == 2


def test_what_nobody_knows_may_fail_the_step() -> None:
    web = Web(1)
    runtime, record = begin(
        MemoryStore(), (POST % "@unknown(fail)", APPLICATION % "    - {name: s, type: t}"), http=web
    )
    record = runtime.run(record)
    assert record.phase == "workflowFailed"
    assert record.run.statuses[0].message == "whether post was carried out is not known"
    assert len(web.keys) == 1


def test_what_nobody_knows_may_suspend_the_step() -> None:
    web = Web(1)
    texts = (POST % "@unknown(suspend)", APPLICATION % "    - {name: s, type: t}")
    runtime, record = begin(MemoryStore(), texts, http=web)
    record = runtime.run(record)
    assert (record.phase, len(web.keys)) == ("workflowSuspending", 1)
    assert runtime.run(runtime.operate(record, "resume")).phase == "running"
    assert (len(web.keys), len(set(web.keys))) == (2, 1)


def test_what_certainly_was_not_sent_is_not_unknown() -> None:
    class Refusing(Web):
        def send(self, request: HttpRequest) -> HttpResponse:
            if not self.keys:
                self.keys.append("")
                raise NotSentError("connection refused")
            return super().send(request)

    web = Refusing()
    runtime, record = begin(
        MemoryStore(), (POST % "@unknown(fail)", APPLICATION % "    - {name: s, type: t}"), http=web
    )
    assert runtime.run(record).phase == "running"


def test_an_action_may_ask_to_be_done_again_with_each_turn() -> None:
    web = Web()
    again = '@rerun()\n        wait: builtin.#ConditionalWait & {$params: continue: context.name == "other"}'
    runtime, record = begin(MemoryStore(), (POST % again, APPLICATION % "    - {name: s, type: t}"), http=web)
    runtime.run(record, 3)
    assert len(set(web.keys)) == 3


def test_a_finished_write_is_not_repeated() -> None:
    """A step that waits does not put back what somebody changed meanwhile, but makes again what is gone."""
    step = STEP % (
        "t",
        """object: {apiVersion: "v1", kind: "ConfigMap", metadata: name: "c"}
        make: kube.#Apply & {$params: value: object & {data: a: "ours"}}
        wait: builtin.#ConditionalWait & {$params: continue: make.$returns.value.data.a == "theirs"}""",
    )
    runtime, record = begin(MemoryStore(), (step, APPLICATION % "    - {name: s, type: t}"))
    record = runtime.run(record, 2)
    assert record.run.phase == "executing"
    (ref,) = [entry.ref for entry in runtime.managed(record)]
    with runtime.store.transaction():
        runtime.cluster.delete(ref)
    record = runtime.run(record, 1)
    live = runtime.cluster.get(ref)
    assert live is not None
    with runtime.store.transaction():
        runtime.cluster.apply({**live, "data": {"a": "theirs"}}, replace=True)
    assert runtime.run(record).phase == "running"


class Slow(Web):
    """Waits for the other one to have tried."""

    def __init__(self, tried: threading.Event) -> None:
        super().__init__()
        self.tried = tried
        self.sending = threading.Event()

    def send(self, request: HttpRequest) -> HttpResponse:
        self.sending.set()
        self.tried.wait(0.3)
        return super().send(request)


def test_two_processes_never_both_act(tmp_path: Path) -> None:
    texts = (POST % "", APPLICATION % "    - {name: s, type: t}")
    web = Slow(threading.Event())
    ends: list[str] = []

    def work() -> None:
        connection = sqlite3.connect(tmp_path / "s.db")
        store = SqliteStore(connection)
        leases = Leases(store, SystemClock(), threading.current_thread().name)
        runtime, record = begin(store, texts, http=web, leases=leases)
        ends.append(runtime.run(record).phase)
        connection.close()

    threads = [threading.Thread(target=work, name=f"process-{n}") for n in range(3)]
    threads[0].start()
    web.sending.wait()
    for thread in threads[1:]:
        thread.start()
    for thread in threads:
        thread.join()
    assert ends == ["running"] * 3
    assert len(web.keys) == 1


def test_who_lost_the_lease_writes_nothing() -> None:
    store, clock = MemoryStore(), VirtualClock()

    class Away(Web):
        def send(self, request: HttpRequest) -> HttpResponse:
            clock.sleep(61)
            other = Leases(store, clock, "other")
            with store.transaction():
                assert other.holder("default/app") == ""
                other.take("default/app")
            return super().send(request)

    texts = (POST % "", APPLICATION % "    - {name: s, type: t}")
    runtime, record = begin(store, texts, http=Away(), leases=Leases(store, clock, "one"))
    with pytest.raises(LeaseLost):
        runtime.run(record)
    run = runtime.find("app").run
    assert not run.finished
    assert "result" not in str(run.journal)
    assert issubclass(LeaseLost, Interruption)
