import pytest

from pycue._go.template import TemplateError, execute


@pytest.mark.parametrize(
    ("text", "output"),
    [
        ("Hello {{.name}}!", "Hello Kim!"),
        ("{{range $i, $x := .items}}{{$i}}={{$x}};{{else}}none{{end}}", "0=1;1=2;"),
        ("a {{- /* gone */ -}} b", "ab"),
        ("{{if and .name (eq .n 3)}}yes{{else}}no{{end}}", "yes"),
        ('{{define "t"}}<{{.}}>{{end}}{{template "t" .m}}', "<map[a:q]>"),
        ("{{with .m}}{{.a}}{{end}}{{len .items}}{{index .items 1}}", "q22"),
        ('{{printf "%03d|%q|%5.2f" 7 "x" 1.5}}', '007|"x"| 1.50'),
        ("{{.missing}}", "<no value>"),
        ("{{range .items}}{{if eq . 2}}{{break}}{{end}}{{.}}{{end}}", "1"),
    ],
)
def test_execute(text: str, output: str) -> None:
    assert execute(text, {"name": "Kim", "items": [1, 2], "m": {"a": "q"}, "n": 3}) == output


@pytest.mark.parametrize(
    "text", ["{{", "{{end}}", "{{if}}x{{end}}", "{{.a.}}", "{{nope}}", "{{$x}}", "{{break}}", '{{"a}}']
)
def test_syntax_errors(text: str) -> None:
    with pytest.raises(TemplateError):
        execute(text, {})
