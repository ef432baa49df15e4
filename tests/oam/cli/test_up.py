"""The commands that work on a state file, through the installed script."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "data-flow"
SCRIPT = shutil.which("oam", path=str(Path(sys.executable).parent))


@pytest.fixture
def oam(tmp_path: Path):
    """Run ``oam`` in a folder of its own that holds the example's files."""
    for file in EXAMPLE.glob("*.yaml"):
        shutil.copy(file, tmp_path)

    def run(*argv: str) -> subprocess.CompletedProcess[str]:
        command = (
            [SCRIPT] if SCRIPT else [sys.executable, "-c", "import sys; from oam.cli import main; sys.exit(main())"]
        )
        return subprocess.run([*command, *argv], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)

    return run


def edit(folder: Path, name: str, old: str, new: str) -> None:
    file = folder / name
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def test_the_example(oam, tmp_path: Path) -> None:
    done = oam("up", "--state", "s.db", "-f", ".")
    assert (done.returncode, done.stderr) == (0, "")
    table = [line.split()[:4] for line in done.stdout.splitlines() if line.startswith("✓")]
    assert table == [
        ["✓", "start-store", "start-and-publish", "succeeded"],
        ["✓", "start-proxy", "start-with-upstream", "succeeded"],
    ]
    assert done.stdout.endswith("storefront: running\n")
    proxy = json.loads(oam("get", "--state", "s.db", "deployment/proxy", "-o", "json").stdout)
    store = json.loads(oam("get", "--state", "s.db", "svc/store", "-o", "json").stdout)
    address = store["spec"]["clusterIP"]
    assert f'storeAddress = "{address}"' in done.stdout
    assert proxy["spec"]["template"]["spec"]["containers"][0]["env"] == [
        {"name": "LOG_LEVEL", "value": "info"},
        {"name": "UPSTREAM", "value": address},
    ]


def test_status_get_and_delete(oam) -> None:
    oam("up", "--state", "s.db", "-f", ".")
    status = oam("status", "--state", "s.db", "storefront")
    assert "storefront (default): running, revision storefront-v1" in status.stdout
    data = json.loads(oam("status", "--state", "s.db", "storefront", "-o", "json").stdout)
    assert [step["phase"] for step in data["workflow"]["steps"]] == ["succeeded", "succeeded"]
    listed = oam("get", "--state", "s.db", "deployments").stdout.splitlines()
    assert [line.split()[0] for line in listed] == ["proxy", "store"]
    assert "clusterIP: 10.96.0.1" in oam("get", "--state", "s.db", "service/store", "-o", "yaml").stdout
    assert "deleted Deployment/store" in oam("delete", "--state", "s.db", "storefront").stdout
    gone = oam("get", "--state", "s.db", "deployment/store")
    assert (gone.returncode, gone.stdout) == (1, "")
    assert gone.stderr == 'Error: deployment "store" not found\n'


def test_a_second_time_nothing_changes(oam) -> None:
    oam("up", "--state", "s.db", "-f", ".")
    before = oam("get", "--state", "s.db", "deployment", "-o", "json").stdout
    again = oam("up", "--state", "s.db", "-f", ".")
    assert (again.returncode, again.stdout.splitlines()[-1]) == (0, "storefront: running")
    assert oam("get", "--state", "s.db", "deployment", "-o", "json").stdout == before


def test_a_change_is_a_new_revision(oam, tmp_path: Path) -> None:
    oam("up", "--state", "s.db", "-f", ".")
    edit(tmp_path, "application.yaml", "host: shop.example.com", "")
    done = oam("up", "--state", "s.db", "-f", "application.yaml")
    assert "Applied by storefront-v2:" in done.stdout
    assert "Ingress" not in done.stdout
    assert oam("get", "--state", "s.db", "ingress").stdout == ""


BAD = {
    "wrong type": ("replicas: 2", "replicas: two", ["parameter.replicas", "application.yaml:13:"]),
    "unknown component type": (
        "      type: web-server\n      properties:\n        image: registry.example.com/store",
        "      type: web-sever\n      properties:\n        image: registry.example.com/store",
        [
            'componentdefinitions.core.oam.dev "web-sever" not found',
            "application.yaml:10:",
            'did you mean "web-server"?',
        ],
    ),
    "misspelt parameter": (
        "replicas: 2",
        "replica: 2",
        ["spec.components[0].properties.replica: there is no such parameter", "application.yaml:13:", '"replicas"'],
    ),
    "input that no step produces": (
        "from: storeAddress",
        "from: storeAdress",
        [
            'spec.workflow.steps[1].inputs[0].from: no step produces "storeAdress"',
            "application.yaml:",
            '"storeAddress"',
        ],
    ),
    "unknown step type": (
        "type: start-and-publish",
        "type: start-and-punish",
        ["spec.workflow.steps[0].type", "application.yaml:", '"start-and-publish"'],
    ),
    "misspelt step parameter": (
        "component: proxy",
        "componet: proxy",
        ["spec.workflow.steps[1].properties.componet: there is no such parameter", "application.yaml:"],
    ),
    "missing parameter": (
        "image: registry.example.com/store:1.4\n        ",
        "",
        ["spec.components[0].properties.image: required", "application.yaml:11:"],
    ),
    "broken YAML": ("  workflow:\n", "  workflow: [\n", ["yaml: ", "application.yaml:"]),
    "no such dependency": (
        "- name: start-proxy",
        "- dependsOn: [nobody]\n        name: start-proxy",
        ["no step", "application.yaml:"],
    ),
    "bad duration": (
        "- name: start-proxy",
        "- timeout: 5 minutes\n        name: start-proxy",
        ["timeout: time: ", "application.yaml:"],
    ),
    "bad condition": (
        "- name: start-proxy",
        "- if: 1 +\n        name: start-proxy",
        ["steps[1].if: ", "application.yaml:"],
    ),
}


@pytest.mark.parametrize(("name", "again"), [*((name, False) for name in BAD), ("wrong type", True)])
def test_bad_applications_change_nothing(oam, tmp_path: Path, name: str, again: bool) -> None:
    """Neither a new state nor one that was there before."""
    old, new, parts = BAD[name]
    before = ""
    if again:
        assert oam("up", "--state", "s.db", "-f", ".").returncode == 0
        before = oam("get", "--state", "s.db", "-A", "deployment", "-o", "json").stdout
    edit(tmp_path, "application.yaml", old, new)
    done = oam("up", "--state", "s.db", "-f", "definitions.yaml", "-f", "application.yaml")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("Error: ") == 1
    assert "Traceback" not in done.stderr
    for part in parts:
        assert part in done.stderr
    if again:
        assert oam("get", "--state", "s.db", "-A", "deployment", "-o", "json").stdout == before
    else:
        assert not (tmp_path / "s.db").exists()


def test_a_missing_file(oam, tmp_path: Path) -> None:
    done = oam("up", "--state", "s.db", "-f", "nothing.yaml")
    assert (done.returncode, done.stderr) == (1, "Error: nothing.yaml: no such file or directory\n")
    assert not (tmp_path / "s.db").exists()


def test_broken_cue_in_a_definition(oam, tmp_path: Path) -> None:
    edit(tmp_path, "definitions.yaml", "image: parameter.image", "image: parameter.image +")
    done = oam("up", "--state", "s.db", "-f", ".")
    assert (done.returncode, done.stdout) == (1, "")
    assert 'the template of ComponentDefinition "web-server" is not CUE' in done.stderr
    assert "definitions.yaml:27:" in done.stderr
    assert not (tmp_path / "s.db").exists()


def test_broken_cue_file(oam, tmp_path: Path) -> None:
    (tmp_path / "x.cue").write_text("x: {\n")
    done = oam("up", "-f", "x.cue")
    assert done.returncode == 1
    assert "x.cue:1:" in done.stderr


def test_a_cue_definition(oam, tmp_path: Path) -> None:
    (tmp_path / "note.cue").write_text(
        'note: {type: "component", attributes: workload: type: "autodetects.core.oam.dev"}\n'
        'template: {\n\toutput: {apiVersion: "v1", kind: "ConfigMap", data: text: parameter.text}\n'
        "\tparameter: text: string\n}\n"
    )
    (tmp_path / "a.yaml").write_text(
        "apiVersion: core.oam.dev/v1beta1\nkind: Application\nmetadata: {name: a}\n"
        "spec: {components: [{name: memo, type: note, properties: {text: hello}}]}\n"
    )
    assert oam("up", "--state", "t.db", "-f", "note.cue", "-f", "a.yaml").returncode == 0
    assert json.loads(oam("get", "--state", "t.db", "cm/memo", "-o", "json").stdout)["data"] == {"text": "hello"}


@pytest.mark.parametrize("argv", [["status", "x"], ["get", "deployment"], ["delete", "x"]])
def test_state_is_needed_and_must_exist(oam, argv: list[str]) -> None:
    missing = "--state FILE" if argv[0] == "get" else "--state FILE or --cluster"
    assert oam(*argv).stderr == f"Error: {missing} is needed: there is nothing to look at otherwise\n"
    assert oam(*argv, "--state", "no.db").stderr == "Error: no.db: no such state file\n"


def test_a_state_file_of_another_kind(oam, tmp_path: Path) -> None:
    (tmp_path / "s.db").write_text("not a database, whatever its name says\n" * 50)
    done = oam("up", "--state", "s.db", "-f", ".")
    assert done.returncode == 1
    assert done.stderr.startswith("Error: cannot use the state file: ")


def test_an_unknown_application(oam) -> None:
    oam("up", "--state", "s.db", "-f", ".")
    done = oam("status", "--state", "s.db", "nobody")
    assert (done.returncode, done.stderr) == (1, 'Error: application "nobody" not found in namespace "default"\n')
