"""Differential fuzzing: generated programs, our answers beside those of an official ``cue``.

What differs is shrunk to a minimal program and saved as a recorded case. Without an official command on PATH only our
own promises are checked: an answer or a clean error, within the time. A difference counts as explained where the
official command crashed or hung, or where its own value of the program changes when only the order of declarations
and operands does, which the specification says does not matter.
"""

from __future__ import annotations

import tempfile
from functools import partial
from pathlib import Path
from typing import Protocol

from conformance.command import Main, call
from conformance.official import ENVIRONMENT, Official, deal, lay_out
from conformance.record import record
from conformance.shrink import shrink

__all__ = ["Difference", "Fuzzer"]

_COMMANDS = {
    "values": ("export", "eval"),
    "errors": ("export", "eval"),
    "commands": ("export", "eval", "eval --all", "def", "vet -c"),
}
"""What each sort of comparison runs."""


class Programs(Protocol):
    """Where programs come from."""

    def program(self) -> str:
        """One more."""


class Difference:
    """How two answers to ``command`` differ (``value``, ``crash`` …), and what explains it (``""``: nothing does)."""

    def __init__(self, command: str, how: str, explanation: str = "") -> None:
        self.command = command
        self.kind = f"{command} {how}"
        self.explanation = explanation

    def __str__(self) -> str:
        return f"{self.kind} (explained: {self.explanation})" if self.explanation else self.kind


class Fuzzer:
    """Compares ``main`` with the program ``command``, where there is such a program.

    ``what`` is ``values`` (success and output of export and eval), ``errors`` (the text of errors too) or ``commands``
    (both, and of def, vet and eval of all fields). ``found`` counts what differed by its text, ``explained`` by its
    explanation.
    """

    def __init__(self, main: Main, command: str = "cue", what: str = "values", timeout: float = 10.0) -> None:
        self.main = main
        self.command = command
        self.official = Official(command, timeout)
        self.what = what
        self.timeout = timeout
        self.found: dict[str, int] = {}
        self.explained: dict[str, int] = {}

    def run(self, source: Programs, count: int, keep: Path | None, prefix: str = "") -> int:
        """Try ``count`` programs; returns how many differ without explanation, and saves these, small, in ``keep``.

        Those that are explained are saved as they are and without answers, in a folder of their own below it.
        """
        unexplained = 0
        for number in range(count):
            text = source.program()
            difference = self.difference(text)
            if difference is None:
                continue
            self.found[str(difference)] = self.found.get(str(difference), 0) + 1
            why = difference.explanation
            if why:
                self.explained[why] = self.explained.get(why, 0) + 1
            else:
                unexplained += 1
            if keep is not None:
                small = text if why else shrink(text, partial(self._shows, difference))
                folder = keep / "explained" if why else keep
                self._save(folder / f"{prefix}{number:05d}.txtar", difference, small)
        return unexplained

    def _shows(self, sought: Difference, text: str) -> bool:
        """Whether a program differs as ``sought`` does; other commands are not asked."""
        difference = self._first(text, (sought.command,))
        return difference is not None and difference.kind == sought.kind and not difference.explanation

    def difference(self, text: str) -> Difference | None:
        """The first difference that nothing explains; without one the first of those that something explains."""
        return self._first(text, _COMMANDS[self.what])

    def _first(self, text: str, commands: tuple[str, ...]) -> Difference | None:
        explained = None
        with tempfile.TemporaryDirectory() as folder:
            names = lay_out(text, folder)
            for command in commands:
                difference = self._one(command, text, folder, names)
                if difference is not None and not difference.explanation:
                    return difference
                explained = explained or difference
        return explained

    def _one(self, command: str, text: str, folder: str, names: list[str]) -> Difference | None:
        args = [*command.split(), *names]
        ours = call(self.main, args, cwd=folder, env=ENVIRONMENT, stdin="", timeout=self.timeout)
        if ours.how != "ok" or "internal error" in ours.stderr:
            return Difference(command, ours.how if ours.how != "ok" else "internal error")
        if not self.official.found:
            return None
        theirs = self.official.ask(args, folder)
        if theirs.how != "ok":
            return Difference(command, "value", f"official {theirs.how}")
        if (ours.status == 0) != (theirs.status == 0):
            how = "accepts" if ours.status == 0 else "refuses"
        elif ours.stdout != theirs.stdout:
            how = "value"
        else:
            errors = self.what != "values" and ours.stderr != theirs.stderr
            return Difference(command, "error text") if errors else None
        ordered = self.official.depends_on_order(command, text, theirs)
        return Difference(command, how, "official depends on order" if ordered else "")

    def _save(self, path: Path, difference: Difference, text: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        files = deal(text)
        calls = "\n".join(" ".join(("exec cue", command, *files)) for command in _COMMANDS[self.what])
        parts = "".join(f"-- {name} --\n{content}" for name, content in files.items())
        path.write_text(f"# found by fuzzing: {difference}\n{calls}\n{parts}", encoding="utf-8")
        if self.official.found and not difference.explanation:
            record(path, self.command)
