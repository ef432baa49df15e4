"""The command as a process of its own."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

COMMAND = [sys.executable, "-m", "pycue"]


@pytest.fixture
def big(tmp_path: Path) -> Path:
    (tmp_path / "big.cue").write_text("".join(f"a{i}: {i}\n" for i in range(20_000)))
    return tmp_path


def test_status_and_streams(tmp_path: Path) -> None:
    (tmp_path / "a.cue").write_text("a: 1\n")
    done = subprocess.run([*COMMAND, "export", "a.cue"], cwd=tmp_path, capture_output=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, b'{\n    "a": 1\n}\n', b"")
    done = subprocess.run([*COMMAND, "export", "b.cue"], cwd=tmp_path, capture_output=True)
    assert (done.returncode, done.stdout) == (1, b"")


def test_a_reader_that_goes_away(big: Path) -> None:
    with subprocess.Popen(
        [*COMMAND, "export", "big.cue"], cwd=big, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(10)
        process.stdout.close()
        assert b"Traceback" not in process.stderr.read()


def test_a_full_disk(big: Path) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("no /dev/full here")
    with full.open("wb") as stream:
        done = subprocess.run([*COMMAND, "export", "big.cue"], cwd=big, stdout=stream, stderr=subprocess.PIPE)
    assert done.returncode == 1
    assert done.stderr == b"no space left on device\n"


def test_closed_streams(tmp_path: Path) -> None:
    (tmp_path / "a.cue").write_text("a: 1\n")
    script = f'"{sys.executable}" -m pycue export a.cue >&- 2>err; "{sys.executable}" -m pycue export - <&- 2>>err'
    subprocess.run(["sh", "-c", script], cwd=tmp_path, capture_output=True)
    assert "Traceback" not in (tmp_path / "err").read_text()


def test_an_interrupt(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [*COMMAND, "export", "-"],
        cwd=tmp_path,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # jobs in the background ignore it
    )
    time.sleep(0.6)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=10)
    assert (process.returncode, out) == (1, b"")
    assert err == b"interrupted\n"
