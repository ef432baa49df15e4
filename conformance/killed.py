"""Runs commands of ``oam``, each in a process of its own, which may be told to kill itself at one of its commits.

Reads jobs from standard input, one JSON object a line: ``argv``, ``folder``, ``out`` (a file for what it prints),
``kill`` (number of the commit, 0 for none) and ``when`` (``before`` or ``after``). Answers each with ``status``
(negative: the signal that ended it) and ``commits``, how many there were. The processes are forked from this one,
which has imported everything but opened nothing.
"""

from __future__ import annotations

import json
import mmap
import os
import signal
import struct
import sys
from importlib.metadata import entry_points
from typing import Any

import oam.__main__
import oam.cli.delete
import oam.cli.up
import oam.cli.workflow
from oam.store import SqliteStore

__all__ = ["main"]

_NUMBER = struct.Struct("q")


def _entry_point() -> Any:
    """What the installed script ``oam`` calls."""
    found = [entry for entry in entry_points(group="console_scripts") if entry.name == "oam"]
    return found[0].load() if found else oam.__main__.run


def _count_commits(counter: mmap.mmap, kill: int, when: str) -> None:
    """Count the commits of this process, and end it at one of them, as a loss of power would."""
    commit = SqliteStore.commit

    def counting(store: SqliteStore) -> None:
        number = _NUMBER.unpack_from(counter)[0] + 1
        if number == kill and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        commit(store)
        _NUMBER.pack_into(counter, 0, number)
        if number == kill:
            os.kill(os.getpid(), signal.SIGKILL)

    SqliteStore.commit = counting  # type: ignore[method-assign, assignment]  # every commit of this process counts


def _run(job: dict[str, Any]) -> dict[str, int]:
    counter = mmap.mmap(-1, _NUMBER.size)
    child = os.fork()
    if not child:
        out = os.open(job["out"], os.O_CREAT | os.O_WRONLY | os.O_APPEND)
        for stream in (1, 2):
            os.dup2(out, stream)
        os.chdir(job["folder"])
        sys.argv = ["oam", *job["argv"]]
        _count_commits(counter, job["kill"], job["when"])
        status = _entry_point()()  # some of them end the process themselves
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status or 0)
    _, status = os.waitpid(child, 0)
    return {"status": os.waitstatus_to_exitcode(status), "commits": _NUMBER.unpack_from(counter)[0]}


def main() -> None:
    """Answer jobs until there are none."""
    for line in sys.stdin:
        print(json.dumps(_run(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
