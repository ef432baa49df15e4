from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = {
    "argparse",
    "asyncio",
    "attr",
    "attrs",
    "dataclasses",
    "inspect",
    "json",
    "lark",
    "logging",
    "pathlib",
    "pickle",
    "subprocess",
    "tempfile",
    "threading",
    "typing",
    "urllib.parse",
    "yaml",
}

REPORT = "import sys; print(*sorted(m for m in sys.modules))"


def modules(code: str, cwd: Path) -> set[str]:
    """Modules that a fresh interpreter has loaded after running ``code``, without those of site packages' hooks."""
    out = subprocess.run(
        [sys.executable, "-S", "-c", f"import sys; sys.path[:0] = {sys.path!r}\n{code}\n{REPORT}"],
        capture_output=True,
        text=True,
        cwd=cwd,
        check=True,
    )
    return set(out.stdout.splitlines()[-1].split())


def test_importing_the_package(tmp_path: Path) -> None:
    loaded = modules("import pycue", tmp_path)
    assert sorted(loaded & HEAVY) == []
    assert {m for m in loaded if m.startswith("pycue")} == {"pycue"}
    assert "re" not in loaded


@pytest.mark.parametrize("arguments", [["export", "a.cue"], ["vet", "a.cue"], ["eval", "a.cue"]])
def test_running_a_command(tmp_path: Path, arguments: list[str]) -> None:
    (tmp_path / "a.cue").write_text("a: 1\nb: a + 1\n")
    loaded = modules(f"from pycue.cli import main\nassert main({arguments!r}) == 0", tmp_path)
    assert sorted(loaded & HEAVY) == []


def test_the_yaml_writer_needs_no_library(tmp_path: Path) -> None:
    (tmp_path / "a.cue").write_text("a: 1\n")
    loaded = modules("from pycue.cli import main\nassert main(['export', '--out', 'yaml', 'a.cue']) == 0", tmp_path)
    assert "yaml" not in loaded
