"""The script language of testscript archives, as far as the recorded cases use it.

A script is a list of commands. Every ``exec`` of a tested command is one check, judged together with the assertions up
to the next ``exec``. ``! exec`` must fail, ``cmp`` compares bytes, ``cmpjson`` and ``cmpyaml`` documents.
"""

from __future__ import annotations

import difflib
import json
import os
import re
import shutil
from collections.abc import Callable, Collection, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml

from conformance.command import Main, Outcome, call
from conformance.txtar import Archive
from conformance.words import Unsupported, expand, split_words

__all__ = ["Check", "Script"]


class _Stop(Exception):
    """The script ends here on purpose."""


class Check:
    """One call of a tested command; ``result`` is pass, value-ok (only stderr differs), fail, crash or timeout."""

    RESULTS = ("pass", "value-ok", "fail", "crash", "timeout")

    def __init__(self, line: int, text: str, kind: str) -> None:
        self.line = line
        self.text = text
        self.kind = kind  # "success" or "error"
        self.result = "pass"
        self.why = ""
        self.seconds = 0.0

    def mark(self, result: str, why: str) -> None:
        """Keep the worst result and its first reason."""
        if self.RESULTS.index(result) > self.RESULTS.index(self.result):
            self.result, self.why = result, why


class Script:
    """Runs one archive in ``folder`` (an empty directory that it may fill).

    ``omit`` names flags that the tested commands are called without, each with its argument.
    """

    def __init__(
        self,
        archive: Archive,
        folder: Path,
        commands: dict[str, Main],
        timeout: float = 20.0,
        *,
        omit: Collection[str] = (),
    ) -> None:
        self.omit = omit
        self.archive = archive
        self.folder = folder
        self.cwd = folder
        self.commands = commands
        self.timeout = timeout
        self.checks: list[Check] = []
        self.last = Outcome(0, "", "")
        self.stdin = ""
        self.env = {
            "WORK": str(folder),
            "HOME": "/no-home",
            "PATH": os.environ.get("PATH", os.defpath),
            "TMPDIR": str(folder / ".tmp"),
            "TZ": "UTC",
            "NO_COLOR": "1",
            "/": os.sep,
            ":": os.pathsep,
            "CUE_CACHE_DIR": str(folder / ".tmp" / "cache"),
        }

    def run(self) -> list[Check]:
        """Write the files, run the script, return the checks.

        Raises:
            Unsupported: a command of the script is not known here.
        """
        (self.folder / ".tmp").mkdir(parents=True, exist_ok=True)
        for name, body in self.archive.files.items():
            path = self._path(name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(body.encode("utf-8", "surrogateescape"))
        for _, _, words, _ in self._lines():
            if self._command(words[0]) is None:
                raise Unsupported(f"command {words[0]}")
        for number, prefix, words, text in self._lines():
            command = self._command(words[0])
            assert command is not None
            try:
                if words[0] == "exec":
                    self._exec(number, prefix, words[1:], text)
                else:
                    command(prefix, words[1:])
            except _Stop:
                break
            except (OSError, ValueError, IndexError) as e:
                self._fail("fail", f"line {number}: {text}: {e}")
        return self.checks

    def _command(self, name: str) -> Callable[[str, list[str]], None] | None:
        command: Callable[[str, list[str]], None] | None = getattr(self, "do_" + name.replace("-", "_"), None)
        return command

    def _lines(self) -> Iterator[tuple[int, str, list[str], str]]:
        for number, line in enumerate(self.archive.script.splitlines(), 1):
            if line.startswith("#") or not line.strip():
                continue
            words, prefix = split_words(line, self.env), ""
            while words and words[0].startswith("["):
                words = words[1:] if _holds(words[0].strip("[]")) else []
            if words and words[0] in ("!", "?"):
                prefix, words = words[0], words[1:]
            if words:
                yield number, prefix, words, line.strip()

    def _path(self, name: str) -> Path:
        return Path(os.path.normpath(self.cwd / name))

    def _read(self, name: str) -> str:
        if name in ("stdout", "stderr"):
            return self.last.stdout if name == "stdout" else self.last.stderr
        return self._path(name).read_bytes().decode("utf-8", "surrogateescape")

    def _fail(self, result: str, why: str) -> None:
        if self.checks:
            self.checks[-1].mark(result, why.replace(str(self.folder), "$WORK")[:3000])

    # ---- commands

    def do_exec(self, prefix: str, args: list[str]) -> None:
        """Dispatched in :meth:`run`, which knows the line."""

    def _exec(self, number: int, prefix: str, args: list[str], text: str) -> None:
        main = self.commands.get(args[0])
        if main is None:
            raise Unsupported(f"program {args[0]}")
        check = Check(number, text, "error" if prefix == "!" else "success")
        self.checks.append(check)
        env = {**self.env, "PWD": str(self.cwd)}
        stdin, self.stdin = self.stdin, ""
        argv = [word for before, word in pairwise(args) if word not in self.omit and before not in self.omit]
        self.last = call(main, argv, cwd=str(self.cwd), env=env, stdin=stdin, timeout=self.timeout)
        check.seconds = self.last.seconds
        if self.last.how != "ok":
            check.mark(self.last.how, self.last.stderr[-1500:])
        elif prefix != "?" and (self.last.status != 0) != (prefix == "!"):
            check.mark("fail", f"exit status {self.last.status}\n{self.last.stderr}")

    def do_cmp(self, prefix: str, args: list[str], parse: Callable[[str], Any] = str) -> None:
        """``cmp A B``: equal content; ``! cmp``: different."""
        got, want = (self._read(name) for name in args[:2])
        if (parse(got) == parse(want)) == (prefix == "!"):
            diff = difflib.unified_diff(want.splitlines(), got.splitlines(), args[1], args[0], lineterm="", n=2)
            self._fail("value-ok" if args[0] == "stderr" else "fail", "\n".join(diff))

    def do_cmpenv(self, prefix: str, args: list[str]) -> None:
        """``cmp`` with variables of the second file replaced."""
        want = expand(self._read(args[1]), self.env)
        if (self._read(args[0]) == want) == (prefix == "!"):
            self._fail("value-ok" if args[0] == "stderr" else "fail", f"got:\n{self._read(args[0])}\nwant:\n{want}")

    def do_cmpjson(self, prefix: str, args: list[str]) -> None:
        """Compare JSON document streams."""
        self.do_cmp(prefix, args, lambda text: [_typed(d) for d in _json_stream(text)])

    def do_cmpyaml(self, prefix: str, args: list[str]) -> None:
        """Compare YAML document streams."""
        self.do_cmp(prefix, args, lambda text: [_typed(d) for d in yaml.safe_load_all(text)])

    def do_stdout(self, prefix: str, args: list[str]) -> None:
        """``stdout REGEX``: matches somewhere, line by line."""
        self._match(prefix, args[-1], self.last.stdout, "fail")

    def do_stderr(self, prefix: str, args: list[str]) -> None:
        """``stderr REGEX``."""
        self._match(prefix, args[-1], self.last.stderr, "value-ok")

    def do_grep(self, prefix: str, args: list[str]) -> None:
        """``grep REGEX FILE``."""
        self._match(prefix, args[-2], self._read(args[-1]), "fail")

    def _match(self, prefix: str, pattern: str, text: str, result: str) -> None:
        found = re.search(_go_pattern(pattern), text, re.M) is not None
        if found == (prefix == "!"):
            self._fail(result, f"{'unexpected' if found else 'no'} match for {pattern!r} in:\n{text[:1500]}")

    def do_stdin(self, prefix: str, args: list[str]) -> None:
        """Give the next command a file as standard input."""
        self.stdin = self._read(args[0])

    def do_exists(self, prefix: str, args: list[str]) -> None:
        """Files exist (or with ``!`` do not)."""
        for name in args:
            if not name.startswith("-") and os.path.lexists(self._path(name)) == (prefix == "!"):
                self._fail("fail", f"{name} {'exists' if prefix else 'does not exist'}")

    def do_cd(self, prefix: str, args: list[str]) -> None:
        """Change the folder."""
        self.cwd = self._path(args[0])

    def do_env(self, prefix: str, args: list[str]) -> None:
        """Set variables."""
        self.env.update((a.partition("=")[0], a.partition("=")[2]) for a in args if "=" in a)

    def do_mkdir(self, prefix: str, args: list[str]) -> None:
        """Make folders."""
        for name in args:
            self._path(name).mkdir(parents=True, exist_ok=True)

    def do_rm(self, prefix: str, args: list[str]) -> None:
        """Remove files and trees."""
        for name in args:
            path = self._path(name)
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)

    def do_cp(self, prefix: str, args: list[str]) -> None:
        """Copy files, or a stream, to a file or folder."""
        target = self._path(args[-1])
        for name in args[:-1]:
            to = target / Path(name).name if target.is_dir() else target
            to.write_bytes(self._read(name).encode("utf-8", "surrogateescape"))

    def do_mv(self, prefix: str, args: list[str]) -> None:
        """Rename."""
        self._path(args[0]).rename(self._path(args[1]))

    def do_skip(self, prefix: str, args: list[str]) -> None:
        """Leave the script."""
        raise _Stop

    do_stop = do_skip


def _holds(condition: str) -> bool:
    if condition.startswith("!"):
        return not _holds(condition[1:].strip())
    return condition in ("unix", "linux", "symlink", "link", "gc", "amd64") or condition.startswith("go1.")


def _go_pattern(pattern: str) -> str:
    pattern = re.sub(r"\\Q(.*?)(?:\\E|$)", lambda m: re.escape(m[1]), pattern, flags=re.S)
    return re.sub(r"(?<!\\)\{(?!\d+(,\d*)?\})", r"\\{", pattern.replace(r"\z", r"\Z"))


def _json_stream(text: str) -> Iterator[Any]:
    text = text.strip()
    while text:
        document, end = json.JSONDecoder().raw_decode(text)
        yield document
        text = text[end:].lstrip()


def _typed(value: Any) -> Any:
    """A document in which ``1``, ``1.0`` and ``true`` differ."""
    if isinstance(value, dict):
        return {repr(_typed(k)): _typed(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_typed(v) for v in value]
    return f"{type(value).__name__}:{value!r}"
