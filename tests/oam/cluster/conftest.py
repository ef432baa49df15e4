"""An API server in this process, as far as a client can tell; it can be made to misbehave."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

PATH = re.compile(r"(/api/v1|/apis/[^/]+/[^/]+)(?:/namespaces/([^/]+))?/([a-z]+)(?:/([^/]+))?(/status)?")
WITH_STATUS = ("deployments", "applications")
KINDS = {
    "/api/v1": {
        "configmaps": ("ConfigMap", True),
        "secrets": ("Secret", True),
        "services": ("Service", True),
        "namespaces": ("Namespace", False),
    },
    "/apis/apps/v1": {"deployments": ("Deployment", True)},
    "/apis/apiextensions.k8s.io/v1": {"customresourcedefinitions": ("CustomResourceDefinition", False)},
}


class FakeServer:
    """Objects by path.

    Attributes:
        requests: ``METHOD path?query`` of each.
        troubles: what the next requests get instead of a true answer: (status, body, headers, seconds to wait). None
            lets one pass.
    """

    def __init__(self) -> None:
        self.objects: dict[str, dict[str, Any]] = {}
        self.kinds = {root: dict(kinds) for root, kinds in KINDS.items()}
        self.requests: list[str] = []
        self.troubles: list[tuple[int, str, dict[str, str], float] | None] = []
        self.tokens: list[str | None] = []
        self.version = 0
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def handle_any(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                body = json.loads(self.rfile.read(length)) if length else None
                server.requests.append(f"{self.command} {self.path}")
                server.tokens.append(self.headers.get("Authorization"))
                trouble = server.troubles.pop(0) if server.troubles else None
                headers: dict[str, str] = {}
                if trouble:
                    status, text, headers, seconds = trouble
                    time.sleep(seconds)
                else:
                    status, document = server.answer(self.command, self.path, body)
                    text = json.dumps(document)
                data = text.encode()
                self.send_response(status)
                for name, value in {"Content-Length": str(len(data)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                with suppress(BrokenPipeError):  # the client has stopped waiting
                    self.wfile.write(data)

            do_GET = do_POST = do_PUT = do_DELETE = handle_any

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.thread = threading.Thread(target=self.http.serve_forever, args=(0.01,), daemon=True)
        self.thread.start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.http.server_port}"

    def close(self) -> None:
        self.http.shutdown()
        self.http.server_close()
        self.thread.join()

    def kubeconfig(self, folder: Path) -> str:
        path = folder / "kubeconfig"
        path.write_text(
            json.dumps(
                {
                    "apiVersion": "v1",
                    "kind": "Config",
                    "clusters": [{"name": "c", "cluster": {"server": self.address}}],
                    "users": [{"name": "u", "user": {"token": "secret-token"}}],
                    "contexts": [{"name": "x", "context": {"cluster": "c", "user": "u"}}],
                    "current-context": "x",
                }
            )
        )
        return str(path)

    def serve(self, api_version: str, plural: str, kind: str, namespaced: bool = True) -> None:
        """Make a kind known."""
        self.kinds.setdefault(f"/apis/{api_version}", {})[plural] = (kind, namespaced)

    def answer(self, method: str, target: str, body: Any) -> tuple[int, Any]:
        parts = urlsplit(target)
        query = {key: values[0] for key, values in parse_qs(parts.query).items()}
        if parts.path == "/version":
            return 200, {"major": "1", "minor": "34+", "gitVersion": "v1.34.1", "platform": "linux/amd64"}
        if parts.path in self.kinds:
            return 200, {"resources": list(self._resources(self.kinds[parts.path]))}
        match = PATH.fullmatch(parts.path)
        if match is None or match[3] not in self.kinds.get(match[1], {}):
            return 404, "404 page not found"
        root, _, plural, name, status = match.groups()
        kind = self.kinds[root][plural][0]
        group = root.split("/")[2] if root.startswith("/apis") else ""
        resource = f"{plural}.{group}" if group else plural
        if method == "POST":
            return self._create(parts.path, body, resource, "dryRun" in query, kind)
        if name is None:
            return 200, self._page(parts.path, f"{root}/", plural, query)
        path = parts.path.removesuffix("/status")
        live = self.objects.get(path)
        if live is None:
            return 404, failure(f'{resource} "{name}" not found')
        if method == "PUT":
            return self._replace(path, live, body, resource, bool(status), "dryRun" in query)
        if method == "DELETE":
            del self.objects[path]
        return 200, live

    @staticmethod
    def _resources(kinds: dict[str, tuple[str, bool]]) -> Iterator[dict[str, Any]]:
        for plural, (kind, namespaced) in kinds.items():
            yield {"name": plural, "kind": kind, "namespaced": namespaced}
            if plural in WITH_STATUS:
                yield {"name": f"{plural}/status", "kind": kind, "namespaced": namespaced}

    def _create(self, path: str, obj: Any, resource: str, dry: bool, kind: str) -> tuple[int, Any]:
        name = obj["metadata"]["name"]
        if f"{path}/{name}" in self.objects:
            return 409, failure(f'{resource} "{name}" already exists')
        if name != name.lower():
            return 422, failure(f'{kind} "{name}" is invalid: metadata.name: Invalid value: "{name}"')
        self.version += 1
        made = {**obj, "metadata": {**obj["metadata"], "uid": f"u{self.version}", "resourceVersion": str(self.version)}}
        made.setdefault("spec", {"filled": "in"}) if kind == "Service" else None
        if not dry:
            self.objects[f"{path}/{name}"] = made
        return 201, made

    def _replace(
        self, path: str, live: dict[str, Any], obj: Any, resource: str, status: bool, dry: bool
    ) -> tuple[int, Any]:
        if (
            obj["metadata"].get("resourceVersion", live["metadata"]["resourceVersion"])
            != live["metadata"]["resourceVersion"]
        ):
            text = (
                f'Operation cannot be fulfilled on {resource} "{obj["metadata"]["name"]}": the object has been modified'
            )
            return 409, failure(text)
        new = {**live, "status": obj.get("status")} if status else dict(obj)
        if not status and resource.partition(".")[0] in WITH_STATUS:
            new["status"] = live.get("status")
        if new.get("status") is None:
            new.pop("status", None)
        if new != live and not dry:
            self.version += 1
            new["metadata"] = {**new["metadata"], "resourceVersion": str(self.version)}
            self.objects[path] = new
        return 200, new

    def _page(self, path: str, root: str, plural: str, query: dict[str, str]) -> dict[str, Any]:
        """Two objects a page."""
        wanted = dict(term.split("=", 1) for term in query.get("labelSelector", "").split(",") if term)
        found = [
            {key: value for key, value in obj.items() if key not in ("apiVersion", "kind")}
            for at, obj in sorted(self.objects.items())
            if at.startswith(root)
            and at.split("/")[-2] == plural
            and (path.count("/namespaces/") == 0 or at.startswith(f"{path}/"))
            and wanted.items() <= (obj["metadata"].get("labels") or {}).items()
        ]
        begin = int(query.get("continue", 0))
        more = str(begin + 2) if len(found) > begin + 2 else ""
        return {"metadata": {"continue": more}, "items": found[begin : begin + 2]}


def failure(message: str) -> dict[str, str]:
    return {"kind": "Status", "message": message}


@pytest.fixture
def api() -> Iterator[FakeServer]:
    server = FakeServer()
    yield server
    server.close()
