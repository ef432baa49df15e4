"""What the documents show is what happens."""

import doctest
import importlib
import re
import shlex
from pathlib import Path

import pytest

import oam.cli
import pycue.cli

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_python_examples_of_the_readme() -> None:
    parser = doctest.DocTestParser()
    for number, block in enumerate(re.findall(r"```python\n(.*?)```", README, re.S)):
        test = parser.get_doctest(block, {}, f"README block {number}", "README.md", 0)
        assert doctest.DocTestRunner().run(test).failed == 0


@pytest.mark.parametrize("module", ["pycue.context", "pycue.value", "pycue.path"])
def test_docstrings_of_the_api(module: str) -> None:
    failed, attempted = doctest.testmod(importlib.import_module(module))
    assert attempted
    assert not failed


def test_commands_of_the_readme_exist(capsys: pytest.CaptureFixture[str]) -> None:
    lines = re.findall(r"^    ((?:pycue|oam) [^#;\n]*)", README, re.M)
    assert len(lines) > 6
    for line in lines:
        program, *words = shlex.split(line)
        main = pycue.cli.main if program == "pycue" else oam.cli.main
        main([*words[:1], "--help"])
        shown = capsys.readouterr()
        assert "Usage" in shown.out or "usage" in shown.out, (line, shown.err)
