from __future__ import annotations

import pytest

from pycue.loader.attributes import parse_body


@pytest.mark.parametrize(
    ("body", "items"),
    [
        ("", []),
        ("a", [("", "a")]),
        ("a,b=c, d = e", [("", "a"), ("b", "c"), ("d", "e")]),
        ('"x,y",k="v(1)"', [("", "x,y"), ("k", "v(1)")]),
        ("f(a,b),[1,2]", [("", "f(a,b)"), ("", "[1,2]")]),
        ("file=y/test.json, type=text", [("file", "y/test.json"), ("type", "text")]),
    ],
)
def test_items(body: str, items: list[tuple[str, str]]) -> None:
    assert [(key, value) for key, value, _ in parse_body(body).items] == items


def test_lookup_and_flags() -> None:
    body = parse_body("env,short=a|b,allow")
    assert body.string(0) == "env"
    assert body.lookup("short", 1) == "a|b"
    assert body.lookup("type") is None
    assert body.flag("allow", 1)
    assert not body.flag("env", 1)
