"""The kill test: workflows whose process is killed at each of its commits, and started again.

A case is a YAML file: ``files`` (texts by name; ``${HTTP}`` stands for a web server), ``commands`` of ``oam``, and
``requests``, what the server is asked to do in all. Each command is killed just before and just after each of its
commits, given again, and the end compared with that of a run which nobody disturbed: the objects, how often they were
changed, variables, phases, the history, and what the server did. The server remembers idempotency keys, as servers
that heed them do.
"""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import attrs
import yaml

from oam.store import SqliteStore

__all__ = ["CASES", "Figures", "Kills"]

CASES = Path(__file__).parent / "kills"
_STATE = "state.db"
_BUCKETS = ("objects", "sent", "applications", "trackers", "revisions", "history")
_DIFFERENT = frozenset(
    "uid resourceVersion creationTimestamp firstExecuteTime lastExecuteTime startTime endTime id first last start end "
    "wake marks time number turns tries stepSessionID".split()
)
"""What no two runs have in common: identifiers, times, how often somebody looked, how often something was tried."""
_OPERATIONS = ("suspend", "resume", "terminate", "restart", "rollback")
"""Given again they are in the history twice."""


@attrs.define
class Figures:
    """What came of it; ``faults`` tells about each kill that left something wrong."""

    kills: int = 0
    lost: int = 0
    repeated: int = 0
    faults: list[str] = attrs.field(factory=list)

    def line(self) -> str:
        """The figures."""
        return f"kill test: {self.kills} kills, {self.lost} lost, {self.repeated} repeated"


class Server(ThreadingHTTPServer):
    """Does what it is asked to once for each idempotency key, and answers a repetition as it did the first time.

    Attributes:
        done: method, path and body of what it was asked to do.
        cut: paths of which so many connections are closed without an answer, the work being done.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.done: list[str] = []
        self.cut: dict[str, int] = {}
        self.answers: dict[str, bytes] = {}
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def forget(self) -> None:
        """Begin anew."""
        self.done, self.answers, self.cut = [], {}, {"/cut": 2}

    @property
    def address(self) -> str:
        """Host and port."""
        return f"127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self.server.done.append(f"GET {self.path}")
        self._answer(json.dumps({"path": self.path}).encode())

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        key = self.headers.get("Idempotency-Key") or f"none {len(self.server.done)}"
        if key not in self.server.answers:
            self.server.done.append(f"POST {self.path} {body.decode()}")
            self.server.answers[key] = json.dumps({"number": len(self.server.done)}).encode()
        if self.server.cut.get(self.path, 0) > 0:
            self.server.cut[self.path] -= 1
            self.close_connection = True
            return
        self._answer(self.server.answers[key])

    def _answer(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing is to be printed."""


@attrs.frozen
class _End:
    """How it all ended."""

    state: dict[str, Any]
    done: list[str]


class Kills:
    """The test.

    Args:
        every: kill at each n-th commit only.
    """

    def __init__(self, every: int = 1) -> None:
        self.figures = Figures()
        self._every = every
        self._server = Server()
        self._runner = subprocess.Popen(
            [sys.executable, "-m", "conformance.killed"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def close(self) -> None:
        """Stop the server and the process that starts the commands."""
        self._runner.communicate()
        self._server.shutdown()
        self._server.server_close()

    def play(self, path: Path) -> None:
        """Play a case, and add to the figures."""
        case = yaml.safe_load(path.read_text(encoding="utf-8").replace("${HTTP}", self._server.address))
        commands = [command.split() for command in case["commands"]]
        wanted, commits = self._run(case, commands)
        if wanted.done != (case.get("requests") or []):
            self.figures.faults.append(f"{path.stem}: undisturbed, the server was asked for {wanted.done}")
        at = 0
        for place, count in enumerate(commits):
            for number in range(1, count + 1):
                for when in ("before", "after"):
                    at += 1
                    if at % self._every == 0:
                        self._kill(path.stem, case, commands, (place, number, when), wanted)

    def _kill(
        self, name: str, case: dict[str, Any], commands: list[list[str]], kill: tuple[int, int, str], wanted: _End
    ) -> None:
        got, _ = self._run(case, commands, kill)
        self.figures.kills += 1
        place, number, when = kill
        where = f"{name}: killed {when} commit {number} of {' '.join(commands[place])}"
        if any(got.done.count(line) > wanted.done.count(line) for line in got.done):
            self.figures.repeated += 1
            self.figures.faults.append(f"{where}: the server was asked for {got.done}")
        elif got != wanted:
            self.figures.lost += 1
            different = sorted(
                key for key in {*got.state, *wanted.state} if got.state.get(key) != wanted.state.get(key)
            )
            lines = [f"{key}: {wanted.state.get(key)} became {got.state.get(key)}" for key in different]
            self.figures.faults.append("\n  ".join([where, *lines, f"requests: {got.done}"]))

    def _run(
        self, case: dict[str, Any], commands: list[list[str]], kill: tuple[int, int, str] | None = None
    ) -> tuple[_End, list[int]]:
        """Give the commands, one of them twice if it is to be killed; the end, and how often each committed."""
        self._server.forget()
        commits = []
        with tempfile.TemporaryDirectory() as folder:
            for name, text in case["files"].items():
                (Path(folder) / name).write_text(text, encoding="utf-8")
            for place, command in enumerate(commands):
                again = kill is not None and kill[0] == place
                if kill and again:
                    self._command(folder, command, kill[1], kill[2])
                commits.append(self._command(folder, command, again=again))
            return _End(_state(Path(folder) / _STATE), list(self._server.done)), commits

    def _command(self, folder: str, words: list[str], kill: int = 0, when: str = "", *, again: bool = False) -> int:
        """Give a command; how often it committed. Given again it may say that there is nothing left to do."""
        network = ["--allow-http", self._server.address] if words[0] != "delete" else []
        out = Path(folder) / "out.txt"
        job = {"argv": [*words, "--state", _STATE, *network], "folder": folder, "kill": kill, "when": when}
        assert self._runner.stdin is not None
        assert self._runner.stdout is not None
        self._runner.stdin.write(json.dumps({**job, "out": str(out)}) + "\n")
        self._runner.stdin.flush()
        answer = json.loads(self._runner.stdout.readline())
        if answer["status"] not in ((-9,) if kill else (0, 1) if again else (0,)):
            raise RuntimeError(f"{' '.join(words)} ended with {answer['status']}: {out.read_text(encoding='utf-8')}")
        return int(answer["commits"])


def _state(path: Path) -> dict[str, Any]:
    """Everything in the state file that two runs should have in common."""
    connection = sqlite3.connect(path)
    try:
        store = SqliteStore(connection)
        documents = {f"{bucket} {key}": document for bucket in _BUCKETS for key, document in store.scan(bucket)}
    finally:
        connection.close()
    state = {key: _common(_named(document)) for key, document in documents.items() if not key.startswith("history")}
    for key, document in documents.items():
        if isinstance(document, dict) and key.startswith("history") and document["text"] not in _OPERATIONS:
            state.setdefault(key.rpartition("/")[0], []).append([document["subject"], document["text"]])
    return state


def _named(document: Any) -> Any:
    """An application's record with the names of steps for their random ids."""
    if not isinstance(document, dict) or "run" not in document:
        return document
    text = json.dumps(document)
    for status in document["run"]["statuses"]:
        for entry in (status, *status["sub_steps"]):
            text = text.replace(entry["id"], entry["name"])
    return json.loads(text)


def _common(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _common(item) for key, item in value.items() if key not in _DIFFERENT}
    return [_common(item) for item in value] if isinstance(value, list) else value
