"""Functions of the standard packages, called from CUE."""

from __future__ import annotations

import pytest

import pycue
from pycue import std
from pycue.errors import CueError


def value(package: str, expression: str) -> pycue.Value:
    return pycue.Context().compile(f'import "{package}"\nx: {expression}').lookup("x")


def result(package: str, expression: str) -> object:
    return value(package, expression).decode()


def message(package: str, expression: str) -> str:
    with pytest.raises(CueError) as caught:
        value(package, expression).validate(concrete=True)
    return caught.value.diagnostics[0].message


CALLS = [
    ("strings", 'strings.ToTitle("two words")', "Two Words"),
    ("strings", 'strings.ToCamel("Two Words")', "two words"),
    ("strings", 'strings.Index("é-x", "x")', 3),
    ("strings", 'strings.SliceRunes("é-x", 1, 3)', "-x"),
    ("strings", 'strings.SplitAfterN("a,b,c", ",", 2)', ["a,", "b,c"]),
    ("strings", 'strings.SplitN("abc", "", 2)', ["a", "bc"]),
    ("strings", 'strings.Fields(" a\\t b ")', ["a", "b"]),
    ("strings", 'strings.Count("abc", "")', 4),
    ("strings", 'strings.TrimSpace("\\u00a0x ")', "x"),
    ("strings", 'strings.LastIndexAny("golang", "gn")', 5),
    ("regexp", 'regexp.FindAll("a*", "baab", -1)', ["", "aa", ""]),
    ("regexp", 'regexp.ReplaceAll("(?P<first>a)(b)", "xaby", "$2${first}$$")', "xba$y"),
    ("regexp", 'regexp.FindNamedSubmatch("(?P<k>.)=(?P<v>.)", "a=1")', {"k": "a", "v": "1"}),
    ("regexp", 'regexp.ReplaceAllLiteral("a", "banana", "$0")', "b$0n$0n$0"),
    ("math", "math.Pow(2, 10)", 1024),
    ("math", "math.Floor(-2.5)", -3),
    ("math", "math.Round(-2.5)", -3),
    ("math", "math.RoundToEven(2.5)", 2),
    ("math", "math.Jacobi(2, 15)", 1),
    ("math", "math.MultipleOf(7.5, 2.5)", True),
    ("math", "math.J0(1)", 0.7651976865579666),
    ("math", "math.Yn(3, 50)", 0.06445912206022249),
    ("math", "math.Erfinv(0.5)", 0.4769362762044699),
    ("math/bits", "bits.Clear(0xF, 0x3)", 12),
    ("math/bits", "bits.Set(0, 3, 1)", 8),
    ("strconv", 'strconv.ParseInt("-ff", 16, 0)', -255),
    ("strconv", "strconv.FormatInt(61, 62)", "Z"),
    ("strconv", 'strconv.ParseNumber("1Ki")', 1024),
    ("strconv", 'strconv.FormatFloat(1.5, "e", 2, 64)', "1.50e+00"),
    ("list", "list.FlattenN([1, [2, [3]]], 1)", [1, 2, [3]]),
    ("list", "list.Range(0, 1, 0.5)", [0, 0.5]),
    ("list", "list.Sort(['b', 'a'], list.Ascending)", [b"a", b"b"]),
    ("strconv", "strconv.Unquote(\"#'a\\\\#tb'#\")", "a\tb"),
    ("strconv", 'strconv.FormatFloat(0.3, "x", 1, 32)', "0x1.3p-02"),
    ("net", 'net.FQDN("xn--0")', False),
    ("text/tabwriter", 'tabwriter.Write("a\\tb\\fccc\\td\\t")', "a b\nccc d"),
    ("list", "list.Sort([3, 1, 2], list.Descending)", [3, 2, 1]),
    ("list", "list.Sort([{n: 2}, {n: 1}], {x: {}, y: {}, less: x.n < y.n})", [{"n": 1}, {"n": 2}]),
    ("list", "list.Sort([2, 3, 1], {x: int, y: number, less: x < y})", [1, 2, 3]),
    ("list", "list.Sort([2, 3, 1], {x: _, y: _, swap: x > y, less: swap})", [3, 2, 1]),
    ("list", "list.Sort([{}, {n: 1}], {x: n: *2 | int, y: n: *2 | int, less: x.n < y.n})", [{"n": 1}, {}]),
    ("list", "list.Sort([[1, 2], [0, 9]], {x: _, y: _, less: x[0] < y[0]})", [[0, 9], [1, 2]]),
    ("list", 'list.Contains([1, "a"], "a")', True),
    ("list", "list.Avg([1, 2])", 1.5),
    ("net", 'net.JoinHostPort("::1", 80)', "[::1]:80"),
    ("net", 'net.InCIDR("10.1.2.3", "10.0.0.0/8")', True),
    ("net", 'net.AddIPCIDR("10.0.0.0/24", 1)', "10.0.1.0/24"),
    ("net", 'net.ToIP16("1.2.3.4")', [0] * 10 + [255, 255, 1, 2, 3, 4]),
    ("path", 'path.Join(["a", "..", "b"])', "b"),
    ("path", r'path.Join(["C:", "a"], path.Windows)', "C:a"),
    ("time", "time.Unix(1, 1500000000)", "1970-01-01T00:00:02.5Z"),
    ("time", 'time.FormatString(time.Kitchen, "2020-05-06T15:04:05Z")', "3:04PM"),
    ("uuid", 'uuid.Parse("{123E4567-e89b-12d3-a456-426655440000}")', "123e4567-e89b-12d3-a456-426655440000"),
    ("uuid", 'uuid.Version(uuid.SHA1(uuid.ns.DNS, "example.com"))', 5),
    ("text/template", 'template.Execute("{{range .}}<{{.}}>{{end}}", ["a", "b"])', "<a><b>"),
    ("text/tabwriter", 'tabwriter.Write(["a\\tb", "ccc\\td"])', "a   b\nccc d\n"),
    ("encoding/json", 'json.Marshal({b: 1, a: [null, "<"]})', '{"b":1,"a":[null,"<"]}'),
    ("encoding/json", 'json.Unmarshal("{\\"a\\": [1.50]}")', {"a": [1.5]}),
    ("encoding/json", 'json.Indent("{\\"a\\":[1,{}]}", "", " ")', '{\n "a": [\n  1,\n  {}\n ]\n}'),
    ("encoding/yaml", "yaml.Marshal({a: [1]})", "a:\n  - 1\n"),
    ("encoding/yaml", 'yaml.UnmarshalStream("a: 1\\n---\\n2")', [{"a": 1}, 2]),
    ("encoding/yaml", 'yaml.ValidatePartial("a: 1", {a: int, b: int})', True),
    ("encoding/toml", 'toml.Unmarshal("a = [1]")', {"a": [1]}),
    ("encoding/csv", 'csv.Decode("a,\\"b\\nc\\"\\n")', [["a", "b\nc"]]),
    ("encoding/csv", 'csv.Encode([[1, "a,b", true]])', '1,"a,b",true\n'),
    ("encoding/hex", 'hex.Decode("666f6f")', b"foo"),
    ("encoding/hex", "hex.Dump('foo')", "00000000  66 6f 6f" + " " * 41 + " |foo|\n"),
    ("encoding/base64", 'base64.Decode(null, "Zm9v")', b"foo"),
    ("html", 'html.Escape("<a>")', "&lt;a&gt;"),
    ("crypto/md5", 'len(md5.Sum("x"))', 16),
    ("crypto/sha512", 'len(sha512.Sum512_256("x"))', 32),
]


@pytest.mark.parametrize(("package", "expression", "want"), CALLS, ids=[c[1] for c in CALLS])
def test_call(package: str, expression: str, want: object) -> None:
    assert result(package, expression) == want


FAULTS = [
    ("strings", 'strings.Repeat("a", -1)', "error in call to strings.Repeat: negative count"),
    (
        "strings",
        'strings.Join([1], "")',
        (
            "error in call to strings.Join: "
            "invalid list element 0 in argument 0 to call: cannot use value 1 (int) as string"
        ),
    ),
    ("regexp", 'regexp.Find("x", "a")', "error in call to regexp.Find: no match"),
    ("math", "math.Log(-1)", "error in call to math.Log: invalid operation"),
    ("list", "list.Max([])", "error in call to list.Max: empty list"),
    (
        "list",
        "[1, 1] & list.UniqueItems()",
        "invalid value [1,1] (does not satisfy list.UniqueItems): equal value (1) at position 0 and 1",
    ),
    (
        "list",
        "[] & list.MinItems(1)",
        "invalid value [] (does not satisfy list.MinItems(1)): len(list) < MinItems(1) (0 < 1)",
    ),
    (
        "strconv",
        'strconv.ParseInt("128", 10, 8)',
        'error in call to strconv.ParseInt: strconv.ParseInt: parsing "128": value out of range',
    ),
    ("net", 'net.ParseIP("x")', 'error in call to net.ParseIP: invalid IP address "x"'),
    ("uuid", '"x" & uuid.Valid', 'invalid value "x" (does not satisfy uuid.Valid): invalid UUID length: 1'),
    (
        "encoding/csv",
        'csv.Decode("a,b\\nc")',
        "error in call to encoding/csv.Decode: record on line 2: wrong number of fields",
    ),
    (
        "encoding/hex",
        'hex.Decode("fx")',
        "error in call to encoding/hex.Decode: encoding/hex: invalid byte: U+0078 'x'",
    ),
    (
        "encoding/base64",
        'base64.Decode(null, "foo")',
        "error in call to encoding/base64.Decode: illegal base64 data at input byte 0",
    ),
    ("encoding/json", 'json.Unmarshal("{")', "error in call to encoding/json.Unmarshal: json: invalid JSON"),
    ("time", '"x" & time.Time', 'invalid value "x" (does not satisfy time.Time): invalid time "x"'),
]


@pytest.mark.parametrize(("package", "expression", "want"), FAULTS, ids=[f[1] for f in FAULTS])
def test_fault(package: str, expression: str, want: str) -> None:
    assert message(package, expression) == want


@pytest.mark.parametrize("path", std.paths())
def test_every_package_compiles(path: str) -> None:
    package = std.find(path)
    assert package is not None
    assert package.path == path
    assert package.bodies()


def test_names() -> None:
    assert std.by_name("yaml") == "encoding/yaml"
    assert std.by_name("nonsense") is None
    assert std.find("nonsense") is None


def test_incomplete_arguments_leave_the_call_incomplete() -> None:
    error = value("encoding/json", "json.Marshal({a: int})").error()
    assert error is None or "incomplete" in str(error) or "non-concrete" in str(error)


def test_ed25519() -> None:
    # RFC 8032, 7.1, test 2
    key = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
    signature = (
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    )
    call = f'ed25519.Valid(hex.Decode("{key}"), %s, hex.Decode("{signature}"))'
    source = f'import ("crypto/ed25519", "encoding/hex")\nx: {call}'
    good, bad = (pycue.Context().compile(source % text).lookup("x").decode() for text in ("'r'", "'s'"))
    assert (good, bad) == (True, False)


WRONG = [
    ("list", "list.Take([1/0], 0)", "error in call to list.Take: failed arithmetic: division by zero"),
    ("list", "list.Max(_)", "error in call to list.Max: non-concrete list for argument 0"),
    ("net", "net.IP(string)", "error in call to net.IP: non-concrete argument 0"),
    ("strconv", 'strconv.Atoi(=~"x")', "error in call to strconv.Atoi: non-concrete value string"),
    ("math", "math.Pow10(4294967296)", "error in call to math.Pow10: int 4294967296 overflows int32 in argument 0"),
    (
        "encoding/yaml",
        'yaml.Unmarshal(".nan")',
        "error in call to encoding/yaml.Unmarshal: parse error: illegal number",
    ),
]


WRONG += [
    (
        "text/template",
        f'template.Execute("{text}", {data})',
        f"error in call to text/template.Execute: template: :{start}",
    )
    for text, data, start in [
        ("x {{if .a}}{{end}}", "1", '1:7: executing "" at <.a>: can\'t evaluate field a in type int64'),
        ("\\n {{index . 5}}", "[1]", '2:3: executing "" at <index . 5>: error calling index: index out of range: 5'),
        ("é{{.a.b.c}}", "{a: 1}", '1:6: executing "" at <.a.b.c>: can\'t evaluate field b in type interface {}'),
    ]
]


@pytest.mark.parametrize(("package", "expression", "start"), WRONG)
def test_wrong_arguments(package: str, expression: str, start: str) -> None:
    assert message(package, expression).startswith(start)


def test_last_incomplete_argument_is_told() -> None:
    assert message("math/bits", "bits.And(int, >1)").endswith("non-concrete value number")


def test_constants_have_a_place_of_their_own() -> None:
    with pytest.raises(CueError) as caught:
        value("time", "time.Kitchen & 1").validate()
    assert "<builtin:Kitchen>" in [place.filename for place in caught.value.diagnostics[0].positions()]


def test_first_wrong_element_is_told() -> None:
    with pytest.raises(CueError) as caught:
        value("list", 'list.Sum([1, 2 + "a", 3 + "b"])').validate()
    assert len(caught.value.diagnostics) == 1
