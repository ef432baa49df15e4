from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pycue.compile import compile_expr
from pycue.evaluator.debug import debug_string
from pycue.source import Source
from pycue.syntax.parser import parse_expr

Evaluate = Callable[[str], Any]


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("{a: 1, b?: int, #c: 2, d!: _}", "{a:1,b?:int,#c:2,d!:_}"),
        ('{"a-b": 1, "#x": 2, [string]: int, ...}', '{"a-b":1,"#x":2,[string]:int,...}'),
        ("[1, 2, ...int]", "[1,2,...int]"),
        ("{a: 1 + 2, b: a & int}", "{a:(1 + 2),b:(a & int)}"),
        ("*1 | 2 | 3", "(*1|2|3)"),
        ("uint8", "uint8"),
        ("{a: len([1]), b: a.c[0:1], c: a[b]}", "{a:len([1]),b:a.c[0:1],c:a[b]}"),
        ("{a: 1, b: \"x \\(a) 'y'\"}", "{a:1,b:\"x \\(a) 'y'\"}"),
        ("{let x = 1, y: x}", "{let x#1=1,y:x}"),
        ("[for k, v in {} if k != v {k}]", "[for k, v in {} if (k != v) {k}]"),
        ("-1", "-1"),
        ("!=null", "!=null"),
        ('=~"x"', '=~"x"'),
        ("{(a): 1, (a + 1): 2, a: b: 2}", "{a:1,(a + 1):2,a:{b:2}}"),
    ],
)
def test_expressions(text: str, printed: str) -> None:
    source = Source("x", text)
    assert debug_string(compile_expr(parse_expr(source), source=source)) == printed


def test_values(evaluate: Evaluate) -> None:
    result = evaluate("x: {a: 1, b?: int, l: [1, {c: 2}]}\ny: *1 | 2\nz: >5 & int\ne: {f: 1 & 2}")
    assert result["x"] == "{a:1,b?:int,l:[1,{c:2}]}"
    assert result["y"] == "*1 | 2"
    assert result["z"] == ">5 & int"
    assert result["e"] == "{f:_|_(e.f: conflicting values 2 and 1)}"


def test_packages_of_labels_and_references() -> None:
    source = Source("x", "{_a: 1, b: [_a, j.Marshal, m]}")
    packages = {"j": "encoding/json", "m": "math"}
    expr = compile_expr(parse_expr(source), source=source, package_id=":p", find_package=packages.get)
    assert debug_string(expr) == '{_a(:p):1,b:[_a(:p),"encoding/json".Marshal,math]}'
