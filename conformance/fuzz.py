"""Differential fuzzing: generated programs, our answers beside those of an official ``cue``.

What differs is shrunk to a minimal program and saved as a recorded case. Without an official command on PATH only our
own promises are checked: an answer or a clean error, within the time.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from functools import partial
from pathlib import Path

from conformance.command import Main, Outcome, call
from conformance.generate import Generator
from conformance.record import record
from conformance.shrink import shrink
from pycue.source import Source
from pycue.syntax import ast
from pycue.syntax.format import format_node
from pycue.syntax.parser import parse_file

__all__ = ["Fuzzer", "deal"]

_COMMANDS = ("export", "eval")


def deal(text: str) -> dict[str, str]:
    """Files of a program by name: a program with a package clause is two, with its declarations in turn."""
    if not text.startswith("package "):
        return {"in.cue": text}
    clause, *decls = parse_file(Source("in.cue", text)).decls
    return {
        name: format_node(ast.File(name, [clause, *decls[start::2]]))
        for start, name in enumerate(("in.cue", "more.cue"))
    }


class Fuzzer:
    """Compares ``main`` with the program ``command`` (None where there is no such program).

    ``what`` is ``values`` (success and output of export and eval), or ``errors`` (the text of errors too).
    """

    def __init__(self, main: Main, command: str = "cue", what: str = "values", timeout: float = 10.0) -> None:
        self.main = main
        self.command = command
        self.official = shutil.which(command)
        self.what = what
        self.timeout = timeout
        self.found: dict[str, int] = {}

    def run(self, seed: int, count: int, keep: Path | None) -> int:
        """Try ``count`` programs; returns how many differ, and saves each new difference below ``keep``."""
        generator = Generator(seed)
        differing = 0
        for number in range(count):
            text = generator.program()
            kind = self.difference(text)
            if not kind:
                continue
            differing += 1
            self.found[kind] = self.found.get(kind, 0) + 1
            if keep is not None:
                small = shrink(text, partial(self._shows, kind))
                self._save(keep / f"seed{seed}-{number:05d}.txtar", kind, small)
        return differing

    def _shows(self, kind: str, text: str) -> bool:
        return self.difference(text) == kind

    def difference(self, text: str) -> str:
        """What differs (``crash``, ``export value`` …), or ``""``."""
        files = deal(text)
        with tempfile.TemporaryDirectory() as folder:
            for name, content in files.items():
                (Path(folder) / name).write_text(content, encoding="utf-8")
            for command in _COMMANDS:
                kind = self._one([command, *files], folder)
                if kind:
                    return kind
        return ""

    def _one(self, args: list[str], folder: str) -> str:
        env = {"HOME": "/no-home", "PATH": "", "NO_COLOR": "1"}
        ours = call(self.main, args, cwd=folder, env=env, stdin="", timeout=self.timeout)
        if ours.how != "ok" or "internal error" in ours.stderr:
            return f"{args[0]} {ours.how if ours.how != 'ok' else 'internal error'}"
        if self.official is None:
            return ""
        theirs = self._ask(args, folder, env)
        if theirs.how != "ok":
            return ""  # the official command itself crashed or hung
        if (ours.status == 0) != (theirs.status == 0):
            return f"{args[0]} {'accepts' if ours.status == 0 else 'refuses'}"
        if ours.stdout != theirs.stdout:
            return f"{args[0]} value"
        if self.what == "errors" and ours.stderr != theirs.stderr:
            return f"{args[0]} error text"
        return ""

    def _ask(self, args: list[str], folder: str, env: dict[str, str]) -> Outcome:
        assert self.official is not None
        try:
            done = subprocess.run(
                [self.official, *args], cwd=folder, env=env, capture_output=True, timeout=self.timeout, check=False
            )
        except subprocess.TimeoutExpired:
            return Outcome(1, "", "", "timeout")
        stderr = done.stderr.decode("utf-8", "surrogateescape")
        crashed = done.returncode not in (0, 1) or re.search(r"^panic: |^fatal error: |PANIC", stderr, re.M)
        how = "crash" if crashed else "ok"
        return Outcome(done.returncode, done.stdout.decode("utf-8", "surrogateescape"), stderr, how)

    def _save(self, path: Path, kind: str, text: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        files = deal(text)
        calls = "\n".join(" ".join(("exec cue", command, *files)) for command in _COMMANDS)
        parts = "".join(f"-- {name} --\n{content}" for name, content in files.items())
        path.write_text(f"# found by fuzzing: {kind}\n{calls}\n{parts}", encoding="utf-8")
        if self.official is not None:
            record(path, self.command)
