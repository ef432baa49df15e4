"""What can go wrong around a workflow: each fault is one clear error, and the run goes on once it is mended."""

from __future__ import annotations

import http.server
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

import oam.store.sqlite
from oam.cli import main

HEAD = """
apiVersion: core.oam.dev/v1beta1
kind: Application
metadata: {name: app}
spec:
  components: []
  workflow:
    steps:
    - {name: first, type: export2config, properties: {configName: first, data: {text: one}}}
"""
CALL = HEAD + '    - {name: call, type: webhook, properties: {url: {value: "http://%s/x"}, data: {text: hello}}}\n'
LOOP = """
apiVersion: core.oam.dev/v1beta1
kind: WorkflowStepDefinition
metadata: {name: loop}
spec:
  schematic:
    cue:
      template: |
        import "list"
        %s
        parameter: {}
---
"""
ENDLESS = 'x: {for i in list.Range(0, 100000, 1) for j in list.Range(0, 100000, 1) {"\\(i)-\\(j)": 1}}'
SIMPLE = "x: list.Range(0, 3, 1)"


class Server(http.server.ThreadingHTTPServer):
    """Answers with so many bytes; counts what it is asked to do by idempotency key.

    Attributes:
        length: of the answers.
        cut: close the connection in the middle of the answer.
    """

    daemon_threads = True
    length = 2
    cut = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.keys: list[str] = []
        self.address = f"127.0.0.1:{self.server_address[1]}"


class Handler(http.server.BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        self.server.keys.append(self.headers["Idempotency-Key"])
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", str(self.server.length))
        self.end_headers()
        try:
            for _ in range(0, self.server.length // 2 if self.server.cut else self.server.length, 1 << 16):
                self.wfile.write(b"x" * min(1 << 16, self.server.length))
        except OSError:
            pass  # the client has had enough

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def up(text: str, *flags: str) -> int:
    Path("app.yaml").write_text(text)
    return main(["up", "-f", "app.yaml", "--state", "s.db", *flags])


def objects(path: str = "s.db") -> list[str]:
    connection = sqlite3.connect(path)
    rows = connection.execute("SELECT key FROM documents WHERE bucket = 'objects' ORDER BY key").fetchall()
    connection.close()
    return [key for (key,) in rows if "ConfigMap" in key]


FIRST = ["/ConfigMap/default/first"]


def test_a_server_that_is_not_allowed(place: Path, server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    text = CALL % server.address
    assert up(text, "--allow-http", "example.com") == 1
    said = f"http://{server.address}/x is not allowed: allow {server.address} to let it pass"
    assert said in capsys.readouterr().err
    assert (server.keys, objects()) == ([], FIRST)
    again = ["workflow", "restart", "app", "--step", "call", "--state", "s.db", "--allow-http", server.address]
    assert main(again) == 0
    assert len(server.keys) == 1


@pytest.mark.parametrize(
    ("length", "cut", "said"), [(50 << 20, False, "more than 5 MB"), (1 << 20, True, "the answer ended")]
)
def test_an_answer_that_is_too_large_or_cut_in_the_middle(
    place: Path, server: Server, capsys: pytest.CaptureFixture[str], length: int, cut: bool, said: str
) -> None:
    server.length, server.cut = length, cut
    assert up(CALL % server.address, "--allow-http", server.address) == 1
    assert said in capsys.readouterr().err
    assert len(set(server.keys)) == 1  # as often as it was tried, it was one and the same request
    server.length, server.cut = 2, False
    again = ["workflow", "restart", "app", "--step", "call", "--state", "s.db", "--allow-http", server.address]
    assert main(again) == 0
    assert objects() == FIRST


def test_a_template_that_does_not_end(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    application = HEAD + "    - {name: loop, type: loop}\n"
    assert up(LOOP % ENDLESS + application) == 1
    assert "Error: step loop failed (Rendering): evaluation exceeds the limit of" in capsys.readouterr().err
    assert objects() == FIRST
    Path("definition.yaml").write_text(LOOP % SIMPLE)
    assert main(["up", "-f", "definition.yaml", "--state", "s.db"]) == 0
    assert main(["workflow", "restart", "app", "--step", "loop", "--state", "s.db"]) == 0


def test_a_store_that_is_full(place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    big = HEAD + "".join(
        f"    - {{name: s{n}, type: export2config, properties: {{configName: c{n}, data: {{text: {'x' * 20000}}}}}}}\n"
        for n in range(8)
    )
    Path("app.yaml").write_text(HEAD)
    assert main(["up", "-f", "app.yaml", "--state", "s.db"]) == 0
    original = oam.store.sqlite.SqliteStore.__init__

    def small(store: oam.store.SqliteStore, connection: sqlite3.Connection) -> None:
        original(store, connection)
        connection.execute("PRAGMA max_page_count = 40")

    monkeypatch.setattr(oam.store.sqlite.SqliteStore, "__init__", small)
    capsys.readouterr()
    assert up(big) == 1
    said = capsys.readouterr().err
    assert said == (
        "Error: cannot write the state file: database or disk is full\n"
        "    hint: make room, then give the command again: nothing is lost\n"
    )
    assert objects() == FIRST
    monkeypatch.undo()
    os.chdir(place)
    assert up(big) == 0
    assert len(objects()) == 9


def test_a_disk_that_is_full(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = shutil.which("mount")
    if (
        mount is None
        or subprocess.run([mount, "-t", "tmpfs", "-o", "size=2m", "none", disk], capture_output=True).returncode
    ):
        pytest.skip("no file system may be mounted here")
    try:
        _fill(tmp_path, disk)
    finally:
        subprocess.run(["umount", disk], check=True)


def _fill(place: Path, disk: Path) -> None:
    steps = "".join(
        f"    - {{name: s{n}, type: export2config, properties: {{configName: c{n}, data: {{text: {'x' * 9000}}}}}}}\n"
        for n in range(3)
    )
    (place / "app.yaml").write_text(HEAD + steps)
    command = [sys.executable, "-m", "oam", "up", "-f", place / "app.yaml", "--state", disk / "s.db"]
    (disk / "ballast").write_bytes(b"x" * 1_900_000)
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert done.stderr.startswith("Error: cannot write the state file: ")
    (disk / "ballast").unlink()
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert len(objects(str(disk / "s.db"))) == 4


def test_a_damaged_store(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert up(HEAD) == 0
    good = Path("s.db").read_bytes()
    bad = bytearray(good)
    bad[4096 : len(bad) // 2] = b"\xff" * (len(bad) // 2 - 4096)
    Path("s.db").write_bytes(bad)
    capsys.readouterr()
    for command in (["up", "-f", "app.yaml"], ["workflow", "list"], ["delete", "app"]):
        assert main([*command, "--state", "s.db"]) == 1
        said = capsys.readouterr().err
        assert said.startswith("Error: the state file is damaged: ")
        assert "restore the file from a copy" in said
    assert Path("s.db").read_bytes() == bad
    Path("s.db").write_bytes(good)
    assert main(["workflow", "restart", "app", "--state", "s.db"]) == 0
