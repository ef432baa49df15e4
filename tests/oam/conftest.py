"""The two documents that describe the protocol, where they lie beside the checkout.

Their texts are not part of this repository: tests that need them are skipped where the folder is absent. The second one
lists its YAML with line numbers and without indentation, which is put back here.
"""

import re
import sqlite3
from pathlib import Path

import pytest

from oam.store import SqliteStore

SEEDS = Path(__file__).resolve().parents[3] / "shared" / "seeds"
_NUMBERED = re.compile(r"^  (\d+)\. ?(.*)$")
_DEPTHS = {"apiVersion": 0, "kind": 0, "metadata": 0, "spec": 0}
_NESTED = {"annotations": 2, "labels": 2, "definition": 2}


def _document(prefix):
    found = sorted(SEEDS.glob(f"{prefix}_*.txt")) if SEEDS.is_dir() else []
    if not found:
        pytest.skip("the seed documents are not beside the checkout")
    return found[0].read_text("utf-8")


def listings(text):
    """The numbered listings of a text, each as its lines without numbers."""
    out = []
    for line in text.splitlines():
        match = _NUMBERED.match(line)
        if match:
            if match[1] == "1":
                out.append([])
            out[-1].append(match[2])
    return out


def indented(lines):
    """A definition's YAML with its indentation put back; the lines after ``template: |`` are the template."""
    out = []
    group, depth = "", 0
    for number, line in enumerate(lines):
        key = line.partition(":")[0]
        if key == "template":
            out.append("        " + line)
            out += ["          " + rest for rest in lines[number + 1 :]]
            break
        if key in _DEPTHS and not (group and key in ("apiVersion", "kind")):
            out.append(line)
            group, depth = "", 2
            section = key
        elif key in ("schematic", "cue"):
            depth = 2 if key == "schematic" else 4
            out.append(" " * depth + line)
        elif section == "metadata":
            out.append(" " * (4 if group else 2) + line)
            group = key if line.endswith(":") else group
            if key in ("name", "namespace"):
                out[-1] = "  " + line
                group = ""
        else:
            indent = 2 + 2 * len(group.split(".")) if group and not line.startswith("-") else 2
            if line.startswith("- "):
                indent = 2
            elif key not in ("apiVersion", "kind", "type", "definition"):
                indent, group = 2, ""
            out.append(" " * indent + line)
            if line.endswith(":"):
                group = f"{group}.{key}".strip(".")
    return "\n".join(out) + "\n"


@pytest.fixture(scope="session")
def data_flow():
    """The YAML listings of the first document: definitions, step definitions, application."""
    return re.findall(r"```yaml\n(.*?)```", _document("000"), re.DOTALL)


@pytest.fixture(scope="session")
def protocol():
    """The definitions of the second document that have a template, by name, as YAML."""
    out = {}
    for lines in listings(_document("004")):
        name = next((line.partition(": ")[2] for line in lines if line.startswith("name: ")), "")
        if "template: |" in lines and re.fullmatch(r"[a-z-]+", name):
            out[name] = indented(lines)
    return out


@pytest.fixture(scope="session")
def protocol_text():
    return _document("004")


@pytest.fixture
def open_store():
    """Opens stores in files; their connections are closed behind the test."""
    connections = []

    def opened(path):
        connections.append(sqlite3.connect(path, check_same_thread=False))
        return SqliteStore(connections[-1])

    yield opened
    for connection in connections:
        connection.close()
