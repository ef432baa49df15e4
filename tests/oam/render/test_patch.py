"""Alignment of strategic patches with their base, on syntax trees."""

import pytest

from oam.definition.markers import markers
from oam.render.patch import Aligner, open_lists
from pycue.source import Source
from pycue.syntax import ast
from pycue.syntax.format import format_node
from pycue.syntax.parser import parse_file


def tree(text):
    return ast.StructLit(1, parse_file(Source("-", text)).decls, 1)


def squeeze(node):
    text = format_node(ast.File("", node.elts), simplify=True)
    lines = [line.strip() for line in text.splitlines() if not line.strip().startswith("//")]
    return " ".join(" ".join(lines).split())


def align(base, patch, tags=None, *, slot_safe=True):
    left, right = tree(base), tree(patch)
    open_lists(left)
    Aligner(slot_safe=slot_safe).align(left, right, tags or {})
    return squeeze(left), squeeze(right)


BASE = 'l: [{name: "a", v: 1}, {name: "b"}]'


def test_lists_of_the_base_are_opened_everywhere():
    node = tree("a: [1, [2]], b: {c: [{d: []}]}, e: [...int]")
    open_lists(node)
    assert squeeze(node) == "a: [1, [2], ...], b: c: [{d: [...]}, ...], e: [...int]"


@pytest.mark.parametrize(
    ("patch", "aligned"),
    [
        ('// +patchKey=name\nl: [{name: "b", x: 1}]', 'l: [{}, {name: "b", x: 1}, ...]'),
        ('// +patchKey=name\nl: [{name: "c"}, {name: "a"}]', 'l: [{name: "a"}, {}, {name: "c"}, ...]'),
        ("// +patchKey=name\nl: []", "l: [{}, {}, ...]"),
        ("// +patchKey=name\nl: [{x: 1}]", "l: [{x: 1}]"),
        ('// +patchKey=other\nl: [{name: "b"}]', 'l: [{name: "b"}]'),
        ('// +patchKey=name\nm: [{name: "b"}]', 'm: [{name: "b"}]'),
        ('l: [{name: "b"}]', 'l: [{name: "b"}]'),
        ('//  +  patchKey = name\nl: [{name: "b"}]', 'l: [{}, {name: "b"}, ...]'),
        ('// patchKey=name\nl: [{name: "b"}]', 'l: [{}, {name: "b"}, ...]'),
        ('// +patchKey=id\n// +patchKey=name\nl: [{name: "b"}]', 'l: [{}, {name: "b"}, ...]'),
        ('// +patchKey=name\nl: close([{name: "b"}])', 'l: [{}, {name: "b"}, ...]'),
    ],
)
def test_lists_by_key(patch, aligned):
    assert align(BASE, patch)[1] == aligned


def test_a_key_may_be_a_path_or_one_of_several():
    base = 'l: [{meta: name: "a"}, {ip: "i"}, {other: 1}]'
    patch = '// +patchKey=ip, meta.name\nl: [{meta: name: "a", w: 1}, {ip: "i", w: 2}, {meta: name: "n"}]'
    assert align(base, patch)[1] == ('l: [{meta: name: "a", w: 1}, {ip: "i", w: 2}, {}, {meta: name: "n"}, ...]')


def test_elements_without_the_key_keep_their_place():
    base = 'l: [{name: "a"}, {ip: "i"}, {name: "b"}]'
    patch = '// +patchKey=name\nl: [{name: "b", w: 1}]'
    assert align(base, patch)[1] == 'l: [{}, {}, {name: "b", w: 1}, ...]'
    assert align(base, patch, slot_safe=False)[1] == 'l: [{}, {name: "b", w: 1}, ...]'


def test_a_key_is_inherited_below():
    base = 'c: [{name: "x", env: [{name: "A"}, {name: "B"}]}]'
    patch = '// +patchKey=name\nc: [{name: "x", env: [{name: "B", v: 1}]}]'
    assert align(base, patch)[1] == 'c: [{name: "x", env: [{}, {name: "B", v: 1}, ...]}, ...]'
    assert align(base, patch.split("\n", 1)[1], {"patchKey": "name"})[1].endswith("...]}, ...]")


def test_retain_keys_puts_the_patch_in_place_of_the_base():
    base, patch = align(BASE, '// +patchKey=name\n// +patchStrategy=retainKeys\nl: [{name: "a", w: 2}]')
    assert base == 'l: [{}, {name: "b"}, ...]'
    assert patch == 'l: [{name: "a", w: 2}, {}, ...]'
    assert align("m: {k1: 1, k2: 2}", "// +patchStrategy=retainKeys\nm: k9: 9")[0] == "m: k9: 9"
    assert align("m: 1", "// +patchStrategy=retainKeys\nn: 2")[0] == "m: 1"


def test_replace_takes_the_list_of_the_patch():
    base, patch = align(BASE, "// +patchStrategy=replace\nl: [{x: 1}]")
    assert base == patch == "l: [{x: 1}]"
    assert align("m: {k1: 1}", "// +patchStrategy=replace\nm: k2: 2")[0] == "m: k1: 1"


def test_markers():
    assert markers([" +patchKey=name", "+patchStrategy=replace"]) == {"patchKey": "name", "patchStrategy": "replace"}
    assert markers(["+patchKey=a, b ,c"]) == {"patchKey": "a,b,c"}
    assert markers(["+patchKey=two words", "the patchKey=name of it", "+usage=some text"]) == {}
