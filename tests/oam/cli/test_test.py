"""``oam test``, by the entry point that is installed."""

from __future__ import annotations

import json
from importlib.metadata import EntryPoint
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

main = EntryPoint("oam", "oam.cli:main", "console_scripts").load()

WEB = """web: type: "component"
template: {
	output: {apiVersion: "v1", kind: "Web", spec: size: parameter.size, if parameter.loud {spec: loud: true}}
	parameter: {size: *1 | int, loud: *false | bool}
}
"""
GOOD = """# about the component
cases:
- name: default
  expect: {output.spec.size: 1}
- name: size ${size}
  each: [{size: 2}, {size: 3}]
  given: {parameter: {size: "${size}"}}
  expect: {output.spec: {size: "${size}"}}
"""
BAD = """cases:
- name: wrong
  expect: {output.spec.size: 2}
- name: later
  skip: not yet
  expect: {errors: []}
- {name: right, expect: {output.spec.size: 1}}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "defs").mkdir()
    (tmp_path / "defs" / "web.cue").write_text(WEB)
    (tmp_path / "defs" / "web.test.yaml").write_text(GOOD)
    return tmp_path


def test_all_suites_below_a_folder(folder, capsys):
    assert main(["test"]) == 0
    assert capsys.readouterr().out == "defs/web.test.yaml ✓✓✓\n\n3 passed\n"


@pytest.mark.parametrize("path", ["defs", "defs/web.cue", "defs/web.test.yaml"])
def test_paths(folder, capsys, path):
    assert main(["test", path, "-q"]) == 0
    assert capsys.readouterr().out == "3 passed\n"


def test_one_case(folder, capsys):
    assert main(["test", "-v", "defs/web.cue::size 2"]) == 0
    assert capsys.readouterr().out == "defs/web.test.yaml\n  ✓ size 2\n\n1 passed\n"


@pytest.mark.parametrize("flag", ["-k", "--filter"])
def test_filter(folder, capsys, flag):
    assert main(["test", flag, "SIZE [23]", "-q"]) == 0
    assert capsys.readouterr().out == "2 passed\n"


def test_failures(folder, capsys):
    (folder / "defs" / "web.test.yaml").write_text(BAD)
    assert main(["test"]) == 1
    assert capsys.readouterr().out == (
        "defs/web.test.yaml ✗-✓\n\n"
        "✗ wrong  defs/web.test.yaml:2:3\n"
        "  output.spec.size is 1, not 2\n"
        "    expected: 2   defs/web.test.yaml:3:30\n"
        "    found:    1   defs/web.cue:3:54\n\n"
        "1 failed, 1 passed, 1 skipped\n"
    )


def test_stopping_at_the_first_failure(folder, capsys):
    (folder / "defs" / "web.test.yaml").write_text(BAD)
    (folder / "z.test.yaml").write_text(f"definition: defs/web.cue\n{BAD}")
    assert main(["test", "-x", "-q"]) == 1
    assert capsys.readouterr().out.endswith("\n1 failed\n")


def test_json(folder, capsys):
    (folder / "defs" / "web.test.yaml").write_text(BAD)
    assert main(["test", "--format", "json", "--coverage"]) == 1
    document = json.loads(capsys.readouterr().out)
    assert document["summary"] == {"passed": 1, "failed": 1, "skipped": 1, "invalid": 0, "updated": 0}
    (suite,) = document["suites"]
    assert [(case["name"], case["line"], case["outcome"]) for case in suite["cases"]] == [
        ("wrong", 2, "failed"),
        ("later", 4, "skipped"),
        ("right", 7, "passed"),
    ]
    assert suite["cases"][0]["failures"] == [
        {
            "path": "output.spec.size",
            "text": "",
            "expected": 2,
            "found": 1,
            "position": {"file": "defs/web.test.yaml", "line": 3, "column": 30},
            "origin": {"file": "defs/web.cue", "line": 3, "column": 54},
        }
    ]
    assert [(one["name"], one["reached"], one["total"]) for one in document["coverage"]] == [("web", 1, 4)]


def test_junit(folder, capsys):
    (folder / "defs" / "web.test.yaml").write_text(BAD.replace("wrong", '"<a & \\u0001>"'))
    assert main(["test", "--junit", "out/junit.xml"]) == 1
    root = ElementTree.parse(folder / "out" / "junit.xml").getroot()
    assert (root.get("tests"), root.get("failures"), root.get("skipped")) == ("3", "1", "1")
    cases = root.findall("testsuite/testcase")
    assert [case.get("name") for case in cases] == ["<a & \ufffd>", "later", "right"]
    assert cases[0].get("classname") == "component.web"
    failure = cases[0].find("failure")
    assert failure is not None
    assert failure.get("message") == "output.spec.size is 1, not 2"
    assert "defs/web.cue:3:54" in (failure.text or "")


def test_coverage(folder, capsys):
    assert main(["test", "--coverage", "-q"]) == 0
    assert capsys.readouterr().out == (
        "\ncomponent web   50.0 %  branches 1/2, parameters 1/2\n"
        "    defs/web.cue:3:70: never true: if parameter.loud\n"
        "    defs/web.cue:4:36: never given: loud\n\n"
        "3 passed\n"
    )
    assert main(["test", "--fail-under", "50"]) == 0
    assert main(["test", "--fail-under", "50.5", "-q"]) == 1
    assert "component web is covered to 50.0 %, less than 50.5 %" in capsys.readouterr().out


def test_several_suites_of_one_definition_count_together(folder, capsys):
    (folder / "more.test.yaml").write_text(
        "definition: ./defs/web.cue\n"
        "cases: [{name: loud, given: {parameter: {loud: true}}, expect: {output.spec.loud: true}}]\n"
    )
    assert main(["test", "--fail-under", "100", "--coverage", "-q"]) == 0
    assert "component web  100.0 %  branches 2/2, parameters 2/2" in capsys.readouterr().out


def test_snapshots(folder, capsys):
    suite = folder / "defs" / "web.test.yaml"
    text = "# why\r\ncases:\r\n- name: a # one\r\n  expect:\r\n    output.spec:\r\n      snapshot: # taken\r\n# end\r\n"
    suite.write_bytes(text.encode())
    assert main(["test"]) == 1
    assert "hint: take it with --update" in capsys.readouterr().out
    assert suite.read_bytes() == text.encode()
    assert main(["test", "--update"]) == 0
    assert capsys.readouterr().out.endswith("\n1 passed, 1 snapshot taken\n")
    assert suite.read_bytes() == text.replace("# taken\r\n", "# taken\r\n        size: 1\r\n").encode()
    assert main(["test", "-q"]) == 0
    assert capsys.readouterr().out == "1 passed\n"
    assert sorted(path.name for path in suite.parent.iterdir()) == ["web.cue", "web.test.yaml"]


def test_suites_that_are_none(folder, capsys):
    (folder / "defs" / "other.test.yaml").write_text("cases: [{name: a, expect: {}}]\n")
    (folder / "defs" / "broken.test.yaml").write_text("definition: web.cue\ncases: [\n")
    (folder / "defs" / "c.test.cue").write_text("cases: [\n")
    (folder / "defs" / "d.cue").write_text("d: type: 5\ntemplate: x: 1\n")
    (folder / "defs" / "d.test.yaml").write_text("cases: []\n")
    assert main(["test"]) == 2
    printed = capsys.readouterr()
    assert printed.out == "defs/web.test.yaml ✓✓✓\n\n3 passed, 4 invalid suites\n"
    assert "Error: defs/broken.test.yaml:2:10: yaml: " in printed.err
    assert "Error: defs/other.test.yaml:1:1: there is no definition defs/other.cue beside the suite\n" in printed.err
    assert "Error: defs/c.test.cue:" in printed.err
    assert "Error: defs/d.cue:1:4: " in printed.err
    assert "Traceback" not in printed.err
    assert "internal" not in printed.err


@pytest.mark.parametrize(
    ("argv", "text"),
    [
        (["none"], "none: no such file or directory"),
        (["defs/web.cue::none"], 'defs/web.test.yaml: there is no case "none"'),
        (["-k", "("], "--filter: not a regular expression"),
        (["-k", "zzz"], "no case is chosen"),
        (["--format", "xml"], "--format is text or json"),
        (["--fail-under", "many"], "--fail-under takes a number from 0 to 100"),
        (["--nope"], "unknown flag: --nope"),
        (["empty"], "there are no suites"),
        (["lonely.cue"], "lonely.cue: no suite lonely.test.yaml beside it"),
    ],
)
def test_wrong_arguments(folder, capsys, argv, text):
    (folder / "empty").mkdir()
    (folder / "lonely.cue").write_text(WEB)
    assert main(["test", *argv]) == 2
    assert f"Error: {text}" in capsys.readouterr().err


def test_warnings(folder, capsys):
    (folder / "defs" / "web.test.yaml").write_text(
        "cases: [{name: a, given: {parameter: {sise: 1}, context: {on: 1}}, expect: {errors: []}}]\n"
    )
    assert main(["test"]) == 0
    err = capsys.readouterr().err
    assert "web.test.yaml:1:59: this key is the boolean true in YAML 1.1" in err
    assert 'web.test.yaml:1:45: parameter.sise: web takes no such parameter [OAM202] (did you mean "size"?)' in err


def test_other_commands_leave_suites_alone(folder, capsys):
    assert main(["def", "vet", "defs"]) == 0
    assert main(["def", "render", "defs", "-o", "out"]) == 0
    assert [path.name for path in (folder / "out").iterdir()] == ["web.yaml"]


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-99, 99) | st.text(st.characters(exclude_categories=["C"]), max_size=6),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text("ab-.", max_size=3), inner, max_size=2),
    max_leaves=5,
)
STYLES = ("{snapshot: }", "{path: 'spec', snapshot: {x: 1}}", "\n      snapshot:", "\n      snapshot: # c\n        - a")


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(VALUES, min_size=1, max_size=3), st.lists(st.sampled_from(STYLES), min_size=3, max_size=3))
def test_what_is_updated_passes(folder, capsys, values, styles):
    (folder / "defs" / "web.cue").write_text(
        'web: type: "component"\n'
        'template: {output: {apiVersion: "v1", kind: "Web", spec: parameter.value}, parameter: value: _}\n'
    )
    cases = [
        f"- name: case {at} # number {at}\n"
        f"  given: {{parameter: {{value: {json.dumps({'it': value}, ensure_ascii=False)}}}}}\n"
        f"  expect:\n    output: {style}\n    snapshot:\n"
        for at, (value, style) in enumerate(zip(values, styles, strict=False))
    ]
    suite = folder / "defs" / "web.test.yaml"
    suite.write_text("# head\ncases:\n" + "".join(cases) + "# end\n")
    assert main(["test", "--update", "-q"]) == 0
    text = suite.read_text()
    assert main(["test", "-q"]) == 0
    assert main(["test", "--update", "-q"]) == 0
    assert suite.read_text() == text
    assert all(f"# number {at}" in text for at in range(len(cases)))
    assert text.startswith("# head\n")
    assert text.endswith("# end\n")
