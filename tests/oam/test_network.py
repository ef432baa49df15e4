"""What the allow-list lets pass, and what the clients do with a real server on this host."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from oam.cli import main
from oam.errors import UsageError
from oam.network import MOST, AllowList, ForbiddenError, NetworkClient
from oam.ports import HttpRequest


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self.server.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))  # type: ignore[attr-defined]
        self._answer()

    def _answer(self) -> None:
        status, location = 200, ""
        if self.path == "/moved":
            status, location = 302, "/new"
        elif self.path == "/away":
            status, location = 302, "http://elsewhere.example/"
        elif self.path == "/loop":
            status, location = 302, "/loop"
        body = b"x" * (MOST + 2) if self.path == "/huge" else json.dumps(f"{self.command} {self.path}").encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        if location:
            self.send_header("Location", location)
        self.end_headers()
        try:
            self.wfile.write(body)
        except ConnectionError:
            pass  # the client has read enough

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def server() -> Iterator[ThreadingHTTPServer]:
    made = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.bodies = []  # type: ignore[attr-defined]
    thread = threading.Thread(target=made.serve_forever, daemon=True)
    thread.start()
    yield made
    made.shutdown()
    made.server_close()


def base(server: ThreadingHTTPServer) -> str:
    return f"127.0.0.1:{server.server_port}"


@pytest.mark.parametrize(
    ("entry", "url", "passes"),
    [
        ("a.example", "http://a.example/x", True),
        ("a.example", "https://A.example/", True),
        ("a.example", "http://b.example/", False),
        ("a.example", "http://a.example.evil/", False),
        ("a.example:443", "https://a.example/", True),
        ("a.example:443", "http://a.example/", False),
        ("a.example/api", "http://a.example/api", True),
        ("a.example/api", "http://a.example/api/v1", True),
        ("a.example/api", "http://a.example/apis", False),
        ("a.example", "ftp://a.example/", False),
        ("a.example", "http://a.example@b.example/", False),
        ("127.0.0.1", "http://127.0.0.1:8080/", True),
        ("*", "http://127.0.0.1:8080/", False),
        ("*.0.0.1", "http://127.0.0.1/", False),
        ("*", "http://169.254.169.254/latest", False),
        ("*", "http://8.8.8.8/", True),
    ],
)
def test_what_the_list_lets_pass(entry: str, url: str, passes: bool) -> None:
    allowed = AllowList([entry])
    if passes:
        allowed.check(url)
    else:
        with pytest.raises(ForbiddenError):
            allowed.check(url)


@pytest.mark.parametrize("entry", ["", "/x", "a:b", "http://a.example", "u@a.example", "a.example?q"])
def test_entries_have_one_form(entry: str) -> None:
    with pytest.raises(UsageError, match=r"is no HOST\[:PORT\]\[/PREFIX\]"):
        AllowList([entry])


def test_requests_and_redirects(server: ThreadingHTTPServer) -> None:
    client = NetworkClient(AllowList([base(server)]))
    answer = client.send(HttpRequest("POST", f"http://{base(server)}/a?b=c", {}, b"body"))
    assert (answer.status, answer.body, server.bodies) == (200, b'"POST /a?b=c"', [b"body"])  # type: ignore[attr-defined]
    assert client.send(HttpRequest("GET", f"http://{base(server)}/moved")).body == b'"GET /new"'
    for path, text in (
        ("away", "leads to another host"),
        ("loop", "more than 5 redirects"),
        ("huge", "more than 5 MB"),
    ):
        with pytest.raises(ForbiddenError, match=text):
            client.send(HttpRequest("GET", f"http://{base(server)}/{path}"))


def test_a_server_that_is_not_there_is_an_error_of_the_system() -> None:
    with pytest.raises(OSError, match="refused"):
        NetworkClient(AllowList(["127.0.0.1"])).send(HttpRequest("GET", "http://127.0.0.1:1/"))


APPLICATION = """
apiVersion: core.oam.dev/v1beta1
kind: Application
metadata: {name: caller}
spec:
  components: []
  workflow: {steps: [{name: call, type: request, properties: {url: "http://ADDRESS/ping", method: POST}}]}
"""


@pytest.mark.parametrize("way", ["flag", "file"])
def test_up_reaches_only_what_is_allowed(
    server: ThreadingHTTPServer, tmp_path: Path, way: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "app.yaml"
    file.write_text(APPLICATION.replace("ADDRESS", base(server)))
    config = tmp_path / "config.yaml"
    config.write_text(f"allowHttp: ['{base(server)}/ping']\n")
    allow = ["--allow-http", base(server)] if way == "flag" else ["--config", str(config)]
    assert main(["up", "-f", str(file)]) == 1
    assert "is not allowed" in capsys.readouterr().err
    assert main(["up", "-f", str(file), *allow]) == 0
    assert len(server.bodies) == 1  # type: ignore[attr-defined]
    config.write_text("allowHttp: 1\n")
    assert main(["up", "-f", str(file), "--config", str(config)]) == 1
    assert "allowHttp must be a list" in capsys.readouterr().err
