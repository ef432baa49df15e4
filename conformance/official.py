"""The official command, asked about a program: what it answers, and whether it always answers the same."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from conformance.command import Outcome
from conformance.meaning import meaning
from conformance.reorder import reverse
from pycue.errors import CueError
from pycue.source import Source
from pycue.syntax import ast
from pycue.syntax.format import format_node
from pycue.syntax.parser import parse_file

__all__ = ["ENVIRONMENT", "Official", "deal", "lay_out"]

ENVIRONMENT = {"HOME": "/no-home", "PATH": "", "NO_COLOR": "1"}


def deal(text: str) -> dict[str, str]:
    """Files of a program by name: a program with a package clause is two, with its declarations in turn."""
    if not text.startswith("package "):
        return {"in.cue": text}
    clause, *decls = parse_file(Source("in.cue", text)).decls
    return {
        name: format_node(ast.File(name, [clause, *decls[start::2]]))
        for start, name in enumerate(("in.cue", "more.cue"))
    }


def lay_out(text: str, folder: str) -> list[str]:
    """Write the files of a program; their names."""
    files = deal(text)
    for name, content in files.items():
        (Path(folder) / name).write_text(content, encoding="utf-8")
    return list(files)


class Official:
    """The program ``command``; ``found`` says whether there is one on PATH. ``timeout`` is in seconds."""

    def __init__(self, command: str, timeout: float) -> None:
        self.program = shutil.which(command)
        self.found = self.program is not None
        self.timeout = timeout

    def ask(self, args: list[str], folder: str) -> Outcome:
        """Run it; a panic it caught itself is a ``crash`` too."""
        assert self.program is not None
        try:
            done = subprocess.run(
                [self.program, *args],
                cwd=folder,
                env=ENVIRONMENT,
                capture_output=True,
                timeout=self.timeout,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return Outcome(1, "", "", "timeout")
        stderr = done.stderr.decode("utf-8", "surrogateescape")
        crashed = done.returncode not in (0, 1) or re.search(r"^panic: |^fatal error: |PANIC", stderr, re.M)
        how = "crash" if crashed else "ok"
        return Outcome(done.returncode, done.stdout.decode("utf-8", "surrogateescape"), stderr, how)

    def depends_on_order(self, command: str, text: str, answer: Outcome) -> bool:
        """Whether ``answer``, its answer to a program, becomes another value where only the order is another.

        Order of fields and of operands in the answer do not count, nor do error texts, which tell of positions.
        """
        turned = reverse(text)
        if turned is None:
            return False
        with tempfile.TemporaryDirectory() as folder:
            other = self.ask([*command.split(), *lay_out(turned, folder)], folder)
        if other.how == "crash" or (other.how == "ok" and (other.status == 0) != (answer.status == 0)):
            return True
        if other.how != "ok" or other.status:
            return False
        try:
            return meaning(command, answer.stdout) != meaning(command, other.stdout)
        except (CueError, ValueError):
            return False
