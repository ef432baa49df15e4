"""Random CUE programs: small, mostly meaningful, with every mechanism of the language mixed into one another."""

from __future__ import annotations

import random

__all__ = ["Generator"]

_NAMES = "a b c d e f".split()
_DEFINITIONS = "#A #B #C".split()
_SCALARS = ("1", "2", "3", "-1", "0.5", '"x"', '"y"', '"xy"', "true", "false", "null")
_TYPES = ("int", "string", "number", "bool", "_", "float", "uint8", "null")
_AGREEING = (  # unify with one another
    ("1", "int", ">0", "<=2", "number", "_", "uint8", "(*1 | int)", "(1 | 2)", '(1 | "x")', ">=1"),
    ('"xy"', "string", '=~"^x"', '!="x"', "_", '(*"xy" | string)', '("xy" | "x")', '>"a"', "(string | int)"),
    ("[1, 2]", "[...]", "[...int]", "[int, ...]", "[_, _]", "[1, ...number]", "[*1 | 3, 2]"),
    ("{a: 1}", "{a: int}", "{...}", "{[string]: int}", "{a?: int}", "{a!: 1}", "{b?: string, a: _}", "{a: *1 | 2}"),
)
_LABELS = ("string", '=~"^[ab]"', '!="a"', '"a"', "X=string")
_CALLS = {  # package -> calls; % is an operand, $ a list, @ a struct
    "strings": ("strings.ToUpper(%)", 'strings.Join($, "-")', "strings.MinRunes(2)", 'strings.Split(%, "x")'),
    "list": (
        "list.Sum($)",
        "list.Concat([$, $])",
        "list.MaxItems(2)",
        "list.Contains($, %)",
        "list.Sort($, list.Ascending)",
    ),
    "math": ("math.Abs(%)", "math.Pow(%, 2)", "math.MultipleOf(2)"),
    "struct": ("struct.MinFields(1)", "struct.MaxFields(1)"),
    "encoding/json": ("json.Marshal(%)", "json.Marshal(@)", 'json.Unmarshal("{\\"a\\": [1]}")'),
    "strconv": ("strconv.FormatInt(%, 2)", "strconv.Atoi(%)"),
}
_BOUNDS = (">0", ">=1", "<3", "<=2", "!=2", '!="x"', '=~"^x"', '!~"y"', ">0.5")


class Generator:
    """Makes programs from one seed; the same seed gives the same programs. Those that are ``plain`` import nothing."""

    def __init__(self, seed: int, *, plain: bool = False) -> None:
        self.random = random.Random(seed)
        self.plain = plain
        self.scope: list[str] = []
        self.imports: set[str] = set()
        self.names = 0

    def program(self) -> str:
        """One file."""
        r = self.random
        self.imports = set()
        self.names = 0
        fields = r.sample(_NAMES, r.choice((1, 2, 2, 3, 3, 4, 5)))
        definitions = r.sample(_DEFINITIONS, r.randint(0, 2))
        hidden = ["_h"] if r.random() < 0.15 else []
        self.scope = fields + definitions + hidden
        lines = [f"{n}: {self.struct(2) if r.random() < 0.7 else self.expression(2)}" for n in definitions]
        for name in fields + hidden:
            lines.extend(f"{name}: {self.expression(3)}" for _ in range(r.choice((1, 1, 1, 2))))
        if r.random() < 0.1:
            lines.append(f"X=h: {self.struct(1)}\ni: X.{r.choice(_NAMES)}")
        if r.random() < 0.1:
            lines.append(f"{r.choice(fields)}: {r.choice(_NAMES)}: {self.expression(1)}")
        if r.random() < 0.1:
            lines.append(f"{self.dynamic()}: {self.expression(1)}")
        if r.random() < 0.15:
            lines.append(f"let L = {self.expression(2)}")
            lines.append(f"g: L & {self.expression(1)}" if r.random() < 0.5 else "g: L")
        if r.random() < 0.15:
            lines.append(self.comprehension(2))
        r.shuffle(lines)
        head = [f'import "{path}"' for path in sorted(self.imports)]
        if not (head or self.plain) and r.random() < 0.1:
            head = ["package p"]  # which is dealt to two files
        return "\n".join(head + lines) + "\n"

    # ---- expressions

    def expression(self, depth: int) -> str:
        """Any expression at most ``depth`` levels deep."""
        r = self.random
        if depth <= 0:
            return r.choice((self.scalar, self.reference, self.constraint))()
        kinds = (
            (6, self.scalar),
            (5, self.reference),
            (4, self.constraint),
            (6, lambda: self.struct(depth - 1)),
            (3, lambda: self.list(depth - 1)),
            (4, lambda: self.conjunction(depth - 1)),
            (4, lambda: self.disjunction(depth - 1)),
            (2, lambda: self.operation(depth - 1)),
            (1, self.interpolation),
            (1, lambda: self.call(depth - 1)),
            (0 if self.plain else 1, lambda: self.library(depth - 1)),
        )
        weights = [w for w, _ in kinds]
        return r.choices([f for _, f in kinds], weights)[0]()

    def scalar(self) -> str:
        return self.random.choice(_SCALARS)

    def constraint(self) -> str:
        return self.random.choice(_TYPES if self.random.random() < 0.6 else _BOUNDS)

    def reference(self) -> str:
        r = self.random
        name = r.choice(self.scope)
        if r.random() < 0.3:
            name += f".{r.choice(_NAMES)}"
        if r.random() < 0.05:
            name += "[" + r.choice(("0", "1", "a", '"a"')) + "]"
        return name

    def conjunction(self, depth: int) -> str:
        r = self.random
        chance = r.random()
        if chance < 0.3:
            return f"{self.struct(depth)} & {self.struct(depth)}"
        if chance < 0.6:
            return " & ".join(r.sample(r.choice(_AGREEING), 2))
        return f"{self.operand(depth)} & {self.operand(depth)}"

    def disjunction(self, depth: int) -> str:
        r = self.random
        parts = [("*" if r.random() < 0.3 else "") + self.operand(depth) for _ in range(r.randint(2, 3))]
        return "(" + " | ".join(parts) + ")" if r.random() < 0.6 else " | ".join(parts)

    def operand(self, depth: int) -> str:
        text = self.expression(depth)
        return f"({text})" if " " in text and not _is_group(text) else text

    def operation(self, depth: int) -> str:
        operator = self.random.choice(("+", "+", "-", "*", "/", "==", "!=", "<", ">=", "&&", "||"))
        left = self.random.choice((self.scalar, self.reference))()
        right = self.random.choice((self.scalar, self.reference))()
        return f"{left} {operator} {right}"

    def interpolation(self) -> str:
        return (
            f'"v\\({self.reference()})"'
            if self.random.random() < 0.8
            else f'"\\({self.reference()})\\({self.scalar()})"'
        )

    def dynamic(self) -> str:
        """A label that is computed."""
        return f"({self.reference()})" if self.random.random() < 0.5 else self.interpolation()

    def library(self, depth: int) -> str:
        """A call of a standard package, or a validator of one."""
        r = self.random
        package = r.choice(sorted(_CALLS))
        self.imports.add(package)
        text = ""
        for char in r.choice(_CALLS[package]):
            if char == "%":
                text += r.choice((self.scalar, self.reference))()
            elif char == "$":
                text += self.reference() if r.random() < 0.4 else self.list(depth)
            else:
                text += self.struct(depth) if char == "@" else char
        return text

    def call(self, depth: int) -> str:
        r = self.random
        return r.choice(
            (
                lambda: f"len({self.operand(depth)})",
                lambda: f"close({self.struct(depth)})",
                lambda: f"and([{self.operand(depth)}, {self.constraint()}])",
                lambda: f"or([{self.scalar()}, {self.operand(depth)}])",
            )
        )()

    # ---- composites

    def list(self, depth: int) -> str:
        r = self.random
        items = [self.expression(depth) for _ in range(r.randint(0, 3))]
        if r.random() < 0.25:
            items.append("..." + r.choice(("", self.constraint(), self.expression(depth - 1))))
        elif r.random() < 0.2:
            body = self.struct(depth - 1) if r.random() < 0.3 else "{x}"
            items.append(f"for x in {self.reference()}{self.clauses()} {body}")
        return "[" + ", ".join(items) + "]"

    def struct(self, depth: int) -> str:
        r = self.random
        outer = self.scope
        own = r.sample(_NAMES, r.randint(0, 3))
        self.scope = outer + own * 2
        parts = []
        if r.random() < 0.06:
            let = self.name("M")
            parts.append(f"let {let} = {self.expression(depth - 1)}")
            parts.append(f"{r.choice(_NAMES)}: {let}")
            self.scope = [*self.scope, let]
        for name in own:
            mark = r.choices(("", "?", "!"), (8, 2, 1))[0]
            alias = ""
            if r.random() < 0.03:
                alias = self.name("X")
                parts.append(f"{r.choice(_NAMES)}: {alias}{r.choice(('', '', '.a'))}")
                alias += "="
            parts.append(f"{alias}{name}{mark}: {self.expression(depth)}")
        if r.random() < 0.15:
            parts.append(f"[{r.choice(_LABELS)}]: {self.expression(depth - 1)}")
        if r.random() < 0.04:
            parts.append(f"{self.dynamic()}: {self.expression(depth - 1)}")
        if r.random() < 0.04:
            parts.append(f"#d: {self.expression(depth - 1)}")
        if r.random() < 0.05:
            parts.append(self.operand(depth - 1))
        if r.random() < 0.15:
            parts.append(r.choice([s for s in self.scope if s.startswith("#")] or ["{}"]))
        if r.random() < 0.12:
            parts.append(self.comprehension(depth - 1))
        if r.random() < 0.08:
            parts.append("...")
        self.scope = outer
        r.shuffle(parts)
        return "{" + ", ".join(parts) + "}"

    def name(self, letter: str) -> str:
        """A name that nothing else has."""
        self.names += 1
        return f"{letter}{self.names}"

    def clauses(self) -> str:
        """More clauses behind the first of a comprehension."""
        r = self.random
        text = ""
        while r.random() < 0.25:
            text += r.choice(
                (
                    lambda: f" if {self.reference()} {r.choice(('==', '!=', '>'))} {self.scalar()}",
                    lambda: f" if {self.reference()} {r.choice(('==', '!='))} _|_",
                    lambda: f" for y in {self.reference()}",
                    lambda: f" let z = {self.reference()}",
                )
            )()
        return text

    def comprehension(self, depth: int) -> str:
        r = self.random
        body = "{" + f"{r.choice(_NAMES)}: {self.expression(depth)}" + "}"
        name = self.reference()
        return r.choice(
            (
                lambda: f"if {name} {r.choice(('!=', '!=', '=='))} _|_{self.clauses()} {body}",
                lambda: f"if {name} {r.choice(('==', '!=', '<'))} {self.scalar()}{self.clauses()} {body}",
                lambda: f'for k, v in {name}{self.clauses()} {{"\\(k)1": v}}',
                lambda: f"for k, v in {name}{self.clauses()} {{(k): v}}",
                lambda: f"for v in {name}{self.clauses()} {body}",
            )
        )()


def _is_group(text: str) -> bool:
    """Whether the whole text stands in one pair of brackets."""
    if text[0] not in "{[(":
        return False
    depth, quoted = 0, False
    for at, char in enumerate(text):
        if char == '"' and text[at - 1] != "\\":
            quoted = not quoted
        if not quoted:
            depth += (char in "{[(") - (char in "}])")
        if not depth:
            return at == len(text) - 1
    return False
