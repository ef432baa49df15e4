"""Calls a command's ``main(argv) -> int`` in this process, with its own directory, environment and streams."""

from __future__ import annotations

import contextlib
import importlib
import io
import os
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from typing import IO

from conformance.alarm import TimeUp, alarm

__all__ = ["Outcome", "call", "resolve"]

Main = Callable[[list[str]], int | None]


class Outcome:
    """What a call came to; ``how`` is ``ok``, ``crash`` (an exception left main) or ``timeout``."""

    def __init__(self, status: int, stdout: str, stderr: str, how: str = "ok", seconds: float = 0.0) -> None:
        self.status = status
        self.stdout = stdout
        self.stderr = stderr
        self.how = how
        self.seconds = seconds


def resolve(spec: str) -> Main:
    """The function that ``module:function`` names."""
    module, _, function = spec.partition(":")
    main: Main = getattr(importlib.import_module(module), function)
    return main


@contextlib.contextmanager
def _surroundings(cwd: str, env: dict[str, str]) -> Iterator[None]:
    old_env, old_cwd = dict(os.environ), os.getcwd()
    try:
        os.environ.clear()
        os.environ.update(env)
        os.chdir(cwd)
        yield
    finally:
        os.chdir(old_cwd)
        os.environ.clear()
        os.environ.update(old_env)


@contextlib.contextmanager
def _descriptors(stdin: bytes) -> Iterator[tuple[IO[bytes], IO[bytes]]]:
    """Replace descriptors 0 to 2 and the ``sys`` streams; yields the files behind stdout and stderr."""
    names = ("stdin", "stdout", "stderr")
    with contextlib.ExitStack() as stack:
        files = [stack.enter_context(tempfile.TemporaryFile()) for _ in names]
        files[0].write(stdin)
        files[0].seek(0)
        for fd, file in enumerate(files):
            saved = os.dup(fd)
            stack.callback(os.close, saved)
            stack.callback(os.dup2, saved, fd)
            os.dup2(file.fileno(), fd)
        for fd, name in enumerate(names):
            stack.callback(setattr, sys, name, getattr(sys, name))
            mode = "rb" if fd == 0 else "wb"
            raw = open(fd, mode, closefd=False)  # noqa: SIM115 - closing must not close the descriptor
            stream = io.TextIOWrapper(raw, "utf-8", "surrogateescape", write_through=fd == 2)
            setattr(sys, name, stream)
        try:
            yield files[1], files[2]
        finally:
            for name in names[1:]:
                with contextlib.suppress(OSError, ValueError):
                    getattr(sys, name).flush()


def call(main: Main, argv: list[str], *, cwd: str, env: dict[str, str], stdin: str, timeout: float) -> Outcome:
    """Run ``main(argv)``; ``timeout`` is in seconds of wall time."""
    status, how, trace, begin = 1, "ok", "", time.perf_counter()
    with _descriptors(stdin.encode("utf-8", "surrogateescape")) as (out, err):
        with _surroundings(cwd, env):
            try:
                with alarm(timeout):
                    status = int(main(argv) or 0)
            except SystemExit as e:
                status = e.code if isinstance(e.code, int) else int(e.code is not None)
            except TimeUp:
                how = "timeout"
            except BaseException:
                how, trace = "crash", traceback.format_exc(limit=-5)
        for name in ("stdout", "stderr"):
            with contextlib.suppress(OSError, ValueError):
                getattr(sys, name).flush()
        texts = []
        for file in (out, err):
            file.seek(0)
            texts.append(file.read().decode("utf-8", "surrogateescape"))
    return Outcome(status, texts[0], texts[1] + trace, how, time.perf_counter() - begin)
