"""Workflow cases: applications run on an embedded cluster, compared with what a real controller made of them.

``python -m conformance.workflow [--filter TEXT] [-v] PATH…`` runs the YAML files in the folders. The format of a case
is described beside the cases (README.md there). Time is virtual and the web servers of the cases are played by a
stand-in.
"""

from __future__ import annotations

import argparse
import base64
import json
import re
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from oam.app.bundle import read_bundle
from oam.app.runtime import NotFoundError, Runtime
from oam.cluster import EmbeddedCluster, Simulator
from oam.definition.profile import UPSTREAM
from oam.errors import OamError
from oam.ports import HttpRequest, HttpResponse, ObjectRef
from oam.store import MemoryStore
from oam.workflow.clock import SeededRandom, VirtualClock
from pycue.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from oam.app.record import Record

__all__ = ["main", "run_case"]

NAMESPACE = "wf-case"
HTTP = "127.0.0.1:18080"
_KINDS = frozenset(
    {
        "Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob", "Service", "Endpoints", "Ingress", "ConfigMap",
        "Secret", "HorizontalPodAutoscaler", "PersistentVolumeClaim", "ServiceAccount",
    }
)  # fmt: skip
_MESSAGE_HEAD = re.compile(r"(function call error for [^:]*:|pre check error:)")


class Web:
    """The web server of a case."""

    def __init__(self, replies: list[dict[str, Any]]) -> None:
        self._replies = replies
        self._used: dict[tuple[int, str, str], int] = {}
        self.requests: list[dict[str, Any]] = []

    def send(self, request: HttpRequest) -> HttpResponse:
        """See :meth:`oam.ports.HttpClient.send`."""
        prefix = f"http://{HTTP}"
        if not request.url.startswith(prefix):
            raise ConnectionRefusedError("connect: connection refused")
        path = request.url.removeprefix(prefix) or "/"
        header = {name.lower(): text for name, text in request.headers.items()}
        kept = {k: v for k, v in header.items() if k in ("content-type", "authorization") or k.startswith("x-")}
        entry: dict[str, Any] = {"method": request.method, "path": path, "header": kept}
        if request.body:
            try:
                entry["body"] = json.loads(request.body)
            except ValueError:
                entry["body"] = request.body.decode()
        self.requests.append(entry)
        for at, reply in enumerate(self._replies):
            if reply.get("method", request.method) != request.method or reply.get("path", path) != path:
                continue
            key = (at, request.method, path)
            if "times" in reply and self._used.get(key, 0) >= reply["times"]:
                continue
            self._used[key] = self._used.get(key, 0) + 1
            body = reply.get("body", "")
            text = body if isinstance(body, str) else json.dumps(body)
            headers = {name: [str(value)] for name, value in (reply.get("header") or {}).items()}
            return HttpResponse(int(reply.get("status", 200)), headers, text.encode())
        return HttpResponse(404, {}, b"")


class Case:
    """One case being played."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.data = data
        self.web = Web(data.get("http") or [])
        self.store = MemoryStore()
        clock = VirtualClock(1_700_000_000)
        random = SeededRandom()
        self.cluster = EmbeddedCluster(
            self.store,
            clock,
            random,
            simulator=Simulator(1.0),
            strict=True,
            namespaces=frozenset({NAMESPACE, "default", "vela-system"}),
        )
        self.runtime = Runtime(self.store, clock, random, cluster=self.cluster, http=self.web, profile=UPSTREAM)
        for file in sorted((Path(__file__).parent / "definitions").glob("*.yaml")):
            self.runtime.submit(read_bundle([Source(file.name, file.read_text(encoding="utf-8"))], UPSTREAM))
        self.record: Record | None = None
        self.faults: list[str] = []

    def run(self) -> list[str]:
        """What differs."""
        for round_ in [self.data, *(self.data.get("then") or [])]:
            self._round(round_)
            if self.faults:
                break
        return self.faults

    def _round(self, round_: dict[str, Any]) -> None:
        expect = round_.get("expect") or {}
        self.web.requests.clear()
        with self.store.transaction():
            for obj in round_.get("cluster") or []:
                obj["metadata"].setdefault("namespace", NAMESPACE)
                if obj.pop("delete", False):
                    self.cluster.delete(ObjectRef.of(obj))
                else:
                    self.cluster.apply(obj)
        try:
            self._submit(round_)
        except OamError as error:
            if "refused" not in expect:
                self.faults.append(f"refused: {error}")
            return
        if "refused" in expect:
            self.faults.append(f"not refused: {expect['refused']}")
            return
        if round_.get("delete") and self.record is not None:
            self.runtime.delete(self.record)
        if (verb := round_.get("vela")) and self.record is not None:
            name, _, step = verb.partition(" --step ")
            self.record = self.runtime.operate(self.record, name, step)
        self._settle(list(round_.get("actions") or []), 4 if _is_retrying(expect.get("steps") or []) else None)
        self._compare(expect)

    def _submit(self, round_: dict[str, Any]) -> None:
        documents = [*(round_.get("definitions") or []), *filter(None, [round_.get("application")])]
        for document in documents:
            document["metadata"].setdefault("namespace", NAMESPACE)
        if documents:
            text = "\n---\n".join(json.dumps(document) for document in documents)
            records, _ = self.runtime.submit(read_bundle([Source("case.yaml", text)], UPSTREAM), NAMESPACE)
            self.record = records[-1] if records else self.record

    def _settle(self, actions: list[str], turns: int | None) -> None:
        if self.record is None:
            return
        try:
            self.record = self.runtime.run(self.runtime.find(self.record.name, NAMESPACE), turns)
            while actions and self.record.phase == "workflowSuspending":
                verb, _, step = actions.pop(0).partition(" --step ")
                self.record = self.runtime.run(self.runtime.operate(self.record, verb, step), turns)
        except NotFoundError:
            self.record = None

    # ---- comparing

    def _compare(self, expect: dict[str, Any]) -> None:
        record = self.record
        self._equal("phase", expect.get("phase"), record.phase if record else "deleted")
        if record is not None and record.phase != "deleted":
            run = record.run
            for field in ("finished", "terminated", "suspend"):
                self._equal(field, bool(expect.get(field)), getattr(run, field))
            self._equal("mode", expect.get("mode"), f"{run.mode}-{run.sub_mode}")
            self._equal("revision", expect.get("revision"), record.revision)
            self._steps("steps", expect.get("steps") or [], [status.to_dict() for status in run.statuses])
            self._equal("vars", expect.get("vars") or {}, run.variables)
            self._services(expect.get("services") or [], list(record.services.values()))
        if "requests" in expect:
            self._equal("requests", expect["requests"], self.web.requests)
        self._objects(expect.get("objects") or [])

    def _equal(self, what: str, wanted: Any, got: Any) -> None:
        if wanted != got:
            self.faults.append(f"{what}: wanted {wanted!r}, got {got!r}")

    def _steps(self, where: str, wanted: list[dict[str, Any]], got: list[dict[str, Any]]) -> None:
        self._equal(f"{where} names", [step["name"] for step in wanted], [step["name"] for step in got])
        for left, right in zip(wanted, got, strict=False):
            for field in ("type", "phase", "reason"):
                self._equal(f"{where} {left['name']} {field}", left.get(field), right.get(field))
            if not _same_message(left.get("message", ""), right.get("message", "")):
                self._equal(f"{where} {left['name']} message", left.get("message", ""), right.get("message", ""))
            self._steps(f"{where} {left['name']}", left.get("subSteps") or [], right.get("subSteps") or [])

    def _services(self, wanted: list[dict[str, Any]], got: list[dict[str, Any]]) -> None:
        fields = ("name", "healthy", "message", "traits")
        right = [{key: service[key] for key in fields if key in service} for service in got]
        left = [{key: service[key] for key in fields if key in service} for service in wanted]
        for service in (*left, *right):
            if "traits" in service:
                service["traits"] = sorted(service["traits"], key=lambda trait: trait["type"])
        self._equal("services", sorted(left, key=_name), sorted(right, key=_name))

    def _objects(self, wanted: list[dict[str, Any]]) -> None:
        got = {_identity(obj): _cleaned(obj) for obj in self._sent()}
        for obj in wanted:
            _take_name(obj, got)
        left = {_identity(obj): _cleaned(obj) for obj in wanted}
        self._equal("object names", sorted(left), sorted(got))
        for key in left.keys() & got.keys():
            self._equal(f"object {key}", left[key], got[key])

    def _sent(self) -> Iterator[dict[str, Any]]:
        """The objects that a case looks at, as they were applied."""
        own = {
            obj["spec"]["names"]["kind"]
            for obj in self.cluster.list("apiextensions.k8s.io/v1", "CustomResourceDefinition")
        }
        for obj in self.cluster.objects():
            labels = obj["metadata"].get("labels") or {}
            inside = obj["metadata"].get("namespace") == NAMESPACE or labels.get("app.oam.dev/namespace") == NAMESPACE
            if inside and obj["kind"] in _KINDS | own:
                stored = obj["kind"] in ("ConfigMap", "Secret")
                yield obj if stored else self.cluster.sent(ObjectRef.of(obj)) or obj


def run_case(path: Path) -> list[str]:
    """Play a case; gives what differs, nothing if it passes."""
    text = path.read_text(encoding="utf-8").replace("${NAMESPACE}", NAMESPACE).replace("${HTTP}", HTTP)
    return Case(yaml.safe_load(text)).run()


def main(argv: list[str] | None = None) -> int:
    """The command; gives 0 where all cases pass."""
    parser = argparse.ArgumentParser(prog="python -m conformance.workflow")
    parser.add_argument("path", nargs="+", type=Path)
    parser.add_argument("--filter", default="", help="only cases with this text in their name")
    parser.add_argument("-v", "--verbose", action="store_true", help="print what differs")
    parser.add_argument("--timeout", type=int, default=20, help="seconds for one case")
    options = parser.parse_args(argv)
    signal.signal(signal.SIGALRM, _out_of_time)
    files = [file for path in options.path for file in (sorted(path.glob("*.yaml")) if path.is_dir() else [path])]
    files = [file for file in files if options.filter in file.stem]
    passed = 0
    for file in files:
        begun = time.perf_counter()
        try:
            signal.alarm(options.timeout)
            faults = run_case(file)
        except Exception as error:
            faults = [f"crash: {type(error).__name__}: {error}"]
        finally:
            signal.alarm(0)
        passed += not faults
        spent = time.perf_counter() - begun
        print(
            f"{'ok  ' if not faults else 'FAIL'} {spent:5.1f}s {file.stem}"
            + (f": {faults[0][:150]}" if faults and not options.verbose else ""),
            flush=True,
        )
        if options.verbose:
            for fault in faults:
                print(f"     {fault}")
    print(f"{passed} of {len(files)} pass")
    return 0 if passed == len(files) else 1


def _out_of_time(*_: object) -> None:
    raise TimeoutError("out of time")


def _is_retrying(steps: list[dict[str, Any]]) -> bool:
    """Whether the recorder stopped looking while a step was being tried again."""
    return any(step.get("reason") == "Execute" or _is_retrying(step.get("subSteps") or []) for step in steps)


def _same_message(wanted: str, got: str) -> bool:
    if wanted == got:
        return True
    left, right = _MESSAGE_HEAD.match(wanted), _MESSAGE_HEAD.match(got)
    if left is None or right is None:
        return False
    return left[0] == right[0] or left[0] == "function call error for :"


def _name(service: dict[str, Any]) -> str:
    return str(service["name"])


def _identity(obj: dict[str, Any]) -> str:
    metadata = obj["metadata"]
    return f"{obj['apiVersion']} {obj['kind']} {metadata.get('namespace', '')}/{metadata['name']}"


def _take_name(obj: dict[str, Any], got: dict[str, dict[str, Any]]) -> None:
    """Give an expected object whose name ends in a placeholder the name that was made."""
    head, placeholder, _ = obj["metadata"]["name"].partition("${")
    if placeholder:
        for candidate in got.values():
            if candidate["kind"] == obj["kind"] and candidate["metadata"]["name"].startswith(head):
                obj["metadata"]["name"] = candidate["metadata"]["name"]


def _cleaned(obj: dict[str, Any]) -> dict[str, Any]:
    """Without what a server fills in, and without empty maps."""
    metadata = {
        key: obj["metadata"][key] for key in ("name", "namespace", "labels", "annotations") if key in obj["metadata"]
    }
    data = {**obj, "metadata": metadata}
    data.pop("status", None)
    if obj["kind"] == "Secret" and "data" in data:
        plain = {key: base64.b64decode(text).decode() for key, text in data.pop("data").items()}
        data["stringData"] = {**plain, **(data.get("stringData") or {})}
    cleaned: dict[str, Any] = _without_empty(data)
    return cleaned


def _without_empty(value: Any) -> Any:
    if isinstance(value, dict):
        items = {key: _without_empty(item) for key, item in value.items()}
        return {key: item for key, item in items.items() if item != {}}
    if isinstance(value, list):
        return [_without_empty(item) for item in value]
    return value


if __name__ == "__main__":
    sys.exit(main())
