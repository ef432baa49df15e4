"""The wheel alone, in a fresh environment outside the checkout, is enough to run both commands."""

import json
import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def scripts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of the installed scripts."""
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    subprocess.run([*pip, "wheel", "--no-deps", "--wheel-dir", folder, ROOT], check=True, timeout=240)
    (wheel,) = folder.glob("pycue_oam-*.whl")
    venv.create(folder / "env", with_pip=True)
    python = folder / "env" / "bin" / "python"
    subprocess.run(
        [python, "-m", "pip", "--disable-pip-version-check", "--quiet", "install", wheel], check=True, timeout=240
    )
    return python.parent


def run(scripts: Path, *args: str, cwd: Path, stdin: str = "") -> subprocess.CompletedProcess[str]:
    env = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    return subprocess.run(
        [scripts / args[0], *args[1:]],
        cwd=cwd,
        env=env,
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.slow
def test_both_commands_run_outside_the_checkout(scripts: Path, tmp_path: Path) -> None:
    exported = run(scripts, "pycue", "export", "-", cwd=tmp_path, stdin="a: 1\nb: a + 1\n")
    assert exported.returncode == 0, exported.stderr
    assert json.loads(exported.stdout) == {"a": 1, "b": 2}
    up = run(scripts, "oam", "up", "-f", str(ROOT / "examples" / "data-flow"), cwd=tmp_path)
    assert up.returncode == 0, up.stderr
    assert "succeeded" in up.stdout
    grammar = next(scripts.parent.rglob("pycue/_grammar/cue.lark"))
    assert grammar.read_text() == (ROOT / "grammar" / "cue.lark").read_text()
