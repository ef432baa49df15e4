"""The layout as a test: which way imports may point, how long a module may be, what a module must say of itself."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import TypeGuard

import pytest

ROOT = Path(__file__).resolve().parents[1]
MAX_LINES = 600
MAX_FUNCTION_LINES = 60

# Longest prefix wins. A module may import its own floor and what lies below.
PYCUE_FLOORS = {
    "pycue.cli": 9,
    "pycue.__main__": 9,
    "pycue": 8,
    "pycue.loader": 6,
    "pycue.encoding": 5,
    "pycue.std": 5,
    "pycue.export": 4,
    "pycue.compile": 3,
    "pycue.evaluator": 2,
    "pycue.syntax": 1,
    "pycue._go": 0,
    "pycue.errors": 0,
    "pycue.limits": 0,
    "pycue.labels": 0,
    "pycue.process": 0,
    "pycue.source": 0,
}
OAM_FLOORS = {
    "oam.cli": 8,
    "oam.__main__": 8,
    "oam": 7,
    "oam.testing": 7,
    "oam.app": 6,
    "oam.explain": 5,
    "oam.plan": 7,
    "oam.workflow": 5,
    "oam.providers": 4,
    "oam.render": 4,
    "oam.definition": 3,
    "oam.cluster": 2,
    "oam.store": 2,
    "oam.model": 1,
    "oam.errors": 0,
    "oam.diagnostics": 0,
    "oam.ports": 0,
    "oam.records": 0,
    "oam.network": 1,
    "oam.timestamps": 0,
}
# What oam may use of pycue: the public API, and the documented public packages.
PYCUE_PUBLIC = ("pycue", "pycue.errors", "pycue.limits", "pycue.process", "pycue.source", "pycue.syntax")


def modules(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def floor(name: str, floors: dict[str, int]) -> int:
    while name not in floors:
        name = name.rpartition(".")[0]
    return floors[name]


def imports(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                is_module = (ROOT / full.replace(".", "/")).with_suffix(".py").exists() or (
                    ROOT / full.replace(".", "/")
                ).is_dir()
                yield node.lineno, full if is_module else node.module


@pytest.mark.parametrize(("package", "floors"), [("pycue", PYCUE_FLOORS), ("oam", OAM_FLOORS)])
def test_imports_point_down(package: str, floors: dict[str, int]) -> None:
    faults = [
        f"{path.relative_to(ROOT)}:{line}: {name_of(path)} imports {imported}"
        for path in modules(package)
        for line, imported in imports(path)
        if imported.split(".")[0] == package and floor(imported, floors) > floor(name_of(path), floors)
    ]
    assert not faults, "\n".join(faults)


def test_oam_uses_public_names_of_pycue() -> None:
    faults = [
        f"{path.relative_to(ROOT)}:{line}: {imported}"
        for path in modules("oam")
        for line, imported in imports(path)
        if imported.split(".")[0] == "pycue"
        and imported not in PYCUE_PUBLIC
        and not imported.startswith("pycue.syntax.")
    ]
    assert not faults, "\n".join(faults)


def test_pycue_knows_nothing_of_oam() -> None:
    assert not [p for p in modules("pycue") for _, imported in imports(p) if imported.split(".")[0] == "oam"]


@pytest.mark.parametrize("package", ["pycue", "oam", "conformance", "benchmarks", "tests"])
def test_modules_are_short(package: str) -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in modules(package)
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > MAX_LINES
        and not path.name.startswith("_tables")
    }
    assert not long


def _is_long(node: ast.AST) -> TypeGuard[ast.FunctionDef]:
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return False
    body = node.body
    start = body[0].end_lineno if ast.get_docstring(node) and body[0].end_lineno else node.lineno
    return (node.end_lineno or 0) - start > MAX_FUNCTION_LINES


@pytest.mark.parametrize("package", ["pycue", "oam", "conformance"])
def test_functions_are_short(package: str) -> None:
    """Scanner loops and dispatch tables may be longer when a comment on the def line says why (``# long:``)."""
    faults = []
    for path in modules(package):
        text = path.read_text(encoding="utf-8")
        lines = text.splitlines()
        faults += [
            f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
            for node in ast.walk(ast.parse(text))
            if _is_long(node) and "# long:" not in lines[node.lineno - 1]
        ]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("package", ["pycue", "oam"])
def test_public_modules_have_all(package: str) -> None:
    faults = []
    for path in modules(package):
        if path.name.startswith("_"):
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = [t.id for n in tree.body if isinstance(n, ast.Assign) for t in n.targets if isinstance(t, ast.Name)]
        if "__all__" not in names:
            faults.append(str(path.relative_to(ROOT)))
        assert ast.get_docstring(tree), path
    assert not faults, "\n".join(faults)
