"""Functions of the standard packages keep to the budgets."""

from __future__ import annotations

import pytest

import pycue
from pycue.errors import LimitError

BIG = 'strings.Repeat("x", 1000)'
CALLS = [
    ("", f"strings.Repeat({BIG}, 1000)"),
    ("", f'strings.Replace({BIG}, "x", {BIG}, -1)'),
    ("", f'strings.Join([for _ in list.Range(0, 1000, 1) {{""}}], {BIG})'),
    ("path", f"path.Join([for _ in list.Range(0, 1000, 1) {{{BIG}}}])"),
    ("regexp", f'regexp.ReplaceAll("x", {BIG}, {BIG})'),
    ("encoding/json", f"json.Marshal([for _ in list.Range(0, 1000, 1) {{{BIG}}}])"),
    ("encoding/json", f'json.Indent("[1, 2, [3, 4, 5], 6]", {BIG}, strings.Repeat("y", 50000))'),
    ("encoding/yaml", f"yaml.MarshalStream([for _ in list.Range(0, 1000, 1) {{{BIG}}}])"),
    ("encoding/csv", f"csv.Encode([for _ in list.Range(0, 1000, 1) {{[{BIG}]}}])"),
    (
        "text/template",
        f'template.Execute("{{{{range .}}}}{{{{.}}}}{{{{end}}}}", [for _ in list.Range(0, 99, 1) {{{BIG}}}])',
    ),
    ("strconv", 'strconv.FormatFloat(1.5, "f", 1000000, 64)'),
]


@pytest.mark.parametrize(("package", "expression"), CALLS)
def test_output(package: str, expression: str) -> None:
    lines = [
        f'import "{path}"' for path in ("strings", "list", package) if path and path.rpartition("/")[2] in expression
    ]
    context = pycue.Context(limits=pycue.Limits(output=90_000))
    with pytest.raises(LimitError, match="limit of output"):
        context.compile("\n".join([*lines, f"x: {expression}"])).lookup("x").error()
