"""The formats of reports."""

from __future__ import annotations

import json
from typing import Any

import pytest

from oam.diagnostics import FORMATS, RULES, did_you_mean, render, rule
from oam.diagnostics.text import source_line
from oam.errors import Finding
from pycue.errors import Diagnostic
from pycue.source import Position, Source

APP = Source("dir/my app.yaml", "a: b\n  ü: 5%\n")
DEFINITION = Source("./web.cue", "x: string\n")


def findings() -> list[Diagnostic]:
    both = [Position(APP, APP.text.index("5")), Position(DEFINITION, 3)]
    return [
        Finding(
            "conflicting values, 5%\nand string",
            code="oam.parameter",
            path=("parameter", "x"),
            position=both[0],
            inputs=both[1:],
            help="quote it",
            subject="component web",
            args=("5", "string"),
        ),
        Diagnostic("no place", code="OAM301", severity="warning"),
        Diagnostic("no place", code="OAM301", severity="warning"),
        Diagnostic("by the way", code="oam.note", severity="note"),
    ]


def test_text() -> None:
    assert render(findings(), "text").splitlines()[1:] == [
        "and string [oam.parameter] (quote it)",
        "warning: no place [OAM301]",
        "note: by the way [oam.note]",
    ]


def test_json() -> None:
    data = json.loads(render(findings(), "json"))
    assert data["version"] == 1
    assert data["summary"] == {"errors": 1, "warnings": 1}
    assert data["diagnostics"][0] == {
        "code": "oam.parameter",
        "severity": "error",
        "message": "conflicting values, 5%\nand string",
        "path": ["parameter", "x"],
        "positions": [
            {"file": "dir/my app.yaml", "line": 2, "column": 7},
            {"file": "./web.cue", "line": 1, "column": 4},
        ],
        "args": ["5", "string"],
        "help": "quote it",
        "subject": "component web",
    }


def test_github() -> None:
    place = "file=dir/my app.yaml,line=2,col=7"
    text = "conflicting values, 5%25%0Aand string%0Asee ./web.cue:1:4%0Ahint: quote it"
    assert render(findings(), "github").splitlines() == [
        f"::error {place},title=oam.parameter::component web: parameter.x: {text}",
        "::warning title=OAM301::no place",
        "::notice title=oam.note::by the way",
    ]


def test_github_escapes_properties() -> None:
    place = Position(Source("a,b:c%.yaml", "x"), 0)
    assert render([Diagnostic("m", position=place)], "github").startswith("::error file=a%2Cb%3Ac%25.yaml,line=1")


def test_sarif() -> None:
    log = json.loads(render(findings(), "sarif"))
    check_sarif(log)
    run = log["runs"][0]
    assert [item["id"] for item in run["tool"]["driver"]["rules"]] == ["OAM301", "oam.note", "oam.parameter"]
    first, second, third = run["results"]
    assert first["ruleIndex"] == 2
    assert first["level"] == "error"
    place = first["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "dir/my%20app.yaml"
    assert place["region"] == {"startLine": 2, "startColumn": 6, "snippet": {"text": "ü: 5%"}}  # code points, not bytes
    assert first["relatedLocations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "web.cue"
    assert second["level"] == "warning"
    assert "locations" not in second
    assert third["level"] == "note"


def check_sarif(log: dict[str, Any]) -> None:
    """What the schema of SARIF 2.1.0 asks of the parts that are used here."""
    assert log["version"] == "2.1.0"
    for run in log["runs"]:
        rules = run["tool"]["driver"]["rules"]
        assert isinstance(run["tool"]["driver"]["name"], str)
        assert run["columnKind"] in ("utf16CodeUnits", "unicodeCodePoints")
        ids = [item["id"] for item in rules]
        assert len(ids) == len(set(ids))
        for item in rules:
            assert item["shortDescription"]["text"]
            assert item["help"]["text"]
            assert item["defaultConfiguration"]["level"] in ("none", "note", "warning", "error")
        for result in run["results"]:
            assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
            assert result["message"]["text"]
            assert result["level"] in ("none", "note", "warning", "error")
            for place in [*result.get("locations", []), *result.get("relatedLocations", [])]:
                assert " " not in place["physicalLocation"]["artifactLocation"]["uri"]
                region = place["physicalLocation"].get("region")
                assert region is None or (region["startLine"] >= 1 and region["startColumn"] >= 1)


def test_places_in_texts_of_yaml_scalars_have_no_region() -> None:
    inner = Position(Source("d.yaml#spec.schematic.cue.template", "x: y"), 3)
    log = json.loads(render([Diagnostic("m", position=inner)], "sarif"))
    place = log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
    assert place == {"artifactLocation": {"uri": "d.yaml"}}


def test_absolute_files_are_uris() -> None:
    log = json.loads(render([Diagnostic("m", position=Position(Source("/a b/c.cue", "x"), 0))], "sarif"))
    place = log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "file:///a%20b/c.cue"


@pytest.mark.parametrize("form", FORMATS)
def test_nothing_to_tell(form: str) -> None:
    assert render([], form).strip() == "" or json.loads(render([], form))


def test_rules() -> None:
    assert rule("OAM220").severity == "warning"
    assert rule("cue.conflict") is RULES["cue"]
    assert rule("oam.definition.spec.deep") is RULES["oam.definition"]
    assert rule("something") is RULES["oam"]
    assert all(item.title and item.help for item in RULES.values())


def test_spelling() -> None:
    assert did_you_mean("imgae", ["image", "name"]) == 'did you mean "image"?'
    assert did_you_mean("Image", ["image", "name"]) == 'did you mean "image"?'
    assert did_you_mean("xyz", ["image"]) == ""


@pytest.mark.parametrize(("at", "shown"), [(2, "abcdefghi…"), (14, "…klmnopqr…"), (27, "…stuvwxyz!")])
def test_long_lines_are_shown_around_the_place(at: int, shown: str) -> None:
    source = Source("a", "x\n  abcdefghijklmnopqrstuvwxyz!\ny")
    assert source_line(Position(source, at + 4), 10) == shown
