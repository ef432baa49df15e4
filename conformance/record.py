"""Records what an official ``cue`` answers to our own cases.

A case's script need only hold the calls (``exec cue …``) and what sets them up; recording adds the assertions and the
``want/`` files, and replaces those of an earlier recording.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from conformance.txtar import Archive
from conformance.words import split_words

__all__ = ["record"]

_SETUP = ("exec", "stdin", "cd", "env", "mkdir", "cp", "rm", "mv")


def record(path: Path, command: str = "cue") -> bool:
    """Re-record one archive in place; returns whether it changed.

    Raises:
        FileNotFoundError: ``command`` is not on PATH.
        ValueError: the script holds something that cannot be recorded.
    """
    program = shutil.which(command)
    if program is None:
        raise FileNotFoundError(f"{command}: not found on PATH")
    before = path.read_text(encoding="utf-8")
    archive = Archive.parse(before)
    files = {name: body for name, body in archive.files.items() if not name.startswith("want/")}
    with tempfile.TemporaryDirectory() as folder:
        recorder = _Recorder(Path(folder), program, files)
        script = "\n".join(recorder.line(line) for line in _calls(archive.script)) + "\n"
    after = Archive(script, {**files, **recorder.wanted}).format()
    if after != before:
        path.write_text(after, encoding="utf-8")
    return after != before


def _calls(script: str) -> list[str]:
    kept: list[str] = []
    for line in script.splitlines():
        word = re.sub(r"^[!?]\s*", "", line).split(" ", 1)[0]
        if line.startswith("#") or word in _SETUP:
            kept.append(line)
        elif line.strip() and word not in ("cmp", "cmpenv", "stdout", "stderr"):
            raise ValueError(f"cannot record {line!r}")
    return kept


class _Recorder:
    def __init__(self, folder: Path, program: str, files: dict[str, str]) -> None:
        self.folder = self.cwd = folder
        self.program = program
        self.stdin = ""
        self.wanted: dict[str, str] = {}
        self.count = 0
        self.env = {"HOME": "/no-home", "PATH": os.environ["PATH"], "NO_COLOR": "1", "TZ": "UTC"}
        self.env["CUE_CACHE_DIR"] = str(folder / ".cache")
        for name, body in files.items():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(body, encoding="utf-8")

    def line(self, line: str) -> str:
        """The line as it stands in the recorded script, with its assertions."""
        words = split_words(re.sub(r"^[!?]\s*", "", line), self.env)
        if line.startswith("#") or not words:
            return line
        if words[0] == "stdin":
            self.stdin = (self.cwd / words[1]).read_text(encoding="utf-8")
        elif words[0] == "cd":
            self.cwd = self.folder / words[1]
        elif words[0] == "exec":
            return self._exec(words[2:], line[line.index("exec") :])
        return line

    def _exec(self, words: list[str], call: str) -> str:
        self.count += 1
        done = subprocess.run(
            [self.program, *words],
            cwd=self.cwd,
            env=self.env,
            input=self.stdin.encode(),
            capture_output=True,
            check=False,
        )
        self.stdin = ""
        lines = [("! " if done.returncode else "") + call]
        for stream in ("stdout", "stderr"):
            text = getattr(done, stream).decode("utf-8")
            if text:
                name = f"want/{self.count:02d}-{words[0]}.{stream}"
                compare = "cmpenv" if str(self.folder) in text else "cmp"
                self.wanted[name] = text.replace(str(self.folder), "$WORK")
                lines.append(f"{compare} {stream} {name}")
            else:
                lines.append(f"! {stream} .")
        return "\n".join(lines)
