from __future__ import annotations

import pytest

from pycue.encoding.data import to_data
from pycue.errors import LoadError
from pycue.loader import filetypes
from pycue.loader.instance import DataFile
from pycue.loader.placement import Placement
from pycue.loader.program import Program

STREAM = "kind: Service\nname: a\n---\nkind: Job\nname: b\n---\nkind: Service\nname: c\n"


def placed(
    text: str, *paths: str, as_list: bool = False, with_context: bool = False, name: str = "/d/x.yaml"
) -> list[object]:
    """Data of each file that placement makes."""
    program = Program()
    placement = Placement(program, paths, as_list=as_list, with_context=with_context)
    out = []
    for file in placement.files(DataFile(name, text.encode(), filetypes.for_file(name, None))):
        from pycue.compile import compile_files

        vertex = program.vertex(compile_files([file]))
        program.ctx.unify(vertex)
        out.append(to_data(program.ctx, vertex))
    return out


def test_documents_stay_apart_without_a_path() -> None:
    assert placed("a: 1\n---\na: 2\n") == [{"a": 1}, {"a": 2}]


def test_a_list_collects_them() -> None:
    assert placed("a: 1\n---\na: 2\n", as_list=True) == [[{"a": 1}, {"a": 2}]]


def test_fixed_labels() -> None:
    assert placed("a: 1", "x:") == [{"x": {"a": 1}}]
    assert placed("a: 1", 'x: "y z":') == [{"x": {"y z": {"a": 1}}}]


def test_labels_from_the_data() -> None:
    assert placed(STREAM, "strings.ToLower(kind)", "name") == [
        {
            "service": {"a": {"kind": "Service", "name": "a"}, "c": {"kind": "Service", "name": "c"}},
            "job": {"b": {"kind": "Job", "name": "b"}},
        }
    ]


def test_dynamic_and_interpolated_labels() -> None:
    assert placed("k: v", "(k):") == [{"v": {"k": "v"}}]
    assert placed("k: v", '"\\(k)-x"') == [{"v-x": {"k": "v"}}]


def test_equal_paths_make_lists() -> None:
    assert placed("k: a\nn: 1\n---\nk: a\nn: 2\n", "k", as_list=True) == [
        {"a": [{"k": "a", "n": 1}, {"k": "a", "n": 2}]}
    ]


def test_context() -> None:
    path = '"\\(path.Base(filename)) \\(index + 1)/\\(recordCount)"'
    assert placed("n: 1\n---\nn: 2\n", path, '"\\(data.n)"', with_context=True) == [
        {"x.yaml 1/2": {"1": {"n": 1}}, "x.yaml 2/2": {"2": {"n": 2}}}
    ]


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("missing", 'error evaluating label missing: reference "missing" not found'),
        ("n", "error evaluating label n: 1"),
        ('(*n|"x")', 'expression is not a valid label: (*n|"x")'),
    ],
)
def test_faults(path: str, message: str) -> None:
    with pytest.raises(LoadError) as error:
        placed("n: 1", path)
    assert str(error.value) == message


def test_schemas_are_not_taken_for_data() -> None:
    file = DataFile("/x.json", b"{}", filetypes.parse("json+openapi"))
    with pytest.raises(LoadError, match="cannot read json as openapi"):
        Placement(Program(), ()).files(file)
