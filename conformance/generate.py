"""Random CUE programs: small, mostly meaningful, with every mechanism of the language mixed into one another."""

from __future__ import annotations

import random

__all__ = ["Generator"]

_NAMES = "a b c d e f".split()
_DEFINITIONS = "#A #B #C".split()
_SCALARS = ("1", "2", "3", "-1", "0.5", '"x"', '"y"', '"xy"', "true", "false", "null")
_TYPES = ("int", "string", "number", "bool", "_", "float", "uint8", "null")
_BOUNDS = (">0", ">=1", "<3", "<=2", "!=2", '!="x"', '=~"^x"', '!~"y"', ">0.5")


class Generator:
    """Makes programs from one seed; the same seed gives the same programs."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def program(self) -> str:
        """One file."""
        r = self.random
        fields = r.sample(_NAMES, r.randint(2, len(_NAMES)))
        definitions = r.sample(_DEFINITIONS, r.randint(0, 2))
        self.scope = fields + definitions
        lines = [f"{n}: {self.struct(2) if r.random() < 0.7 else self.expression(2)}" for n in definitions]
        for name in fields:
            lines.extend(f"{name}: {self.expression(3)}" for _ in range(r.choice((1, 1, 1, 2))))
        if r.random() < 0.15:
            lines.append(f"let L = {self.expression(2)}")
            lines.append(f"g: L & {self.expression(1)}" if r.random() < 0.5 else "g: L")
        if r.random() < 0.15:
            lines.append(self.comprehension(2))
        r.shuffle(lines)
        return "\n".join(lines) + "\n"

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
            (1, lambda: self.interpolation()),
            (1, lambda: self.call(depth - 1)),
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
        return f"{name}.{r.choice(_NAMES)}" if r.random() < 0.3 else name

    def conjunction(self, depth: int) -> str:
        return f"{self.operand(depth)} & {self.operand(depth)}"

    def disjunction(self, depth: int) -> str:
        r = self.random
        parts = [("*" if r.random() < 0.3 else "") + self.operand(depth) for _ in range(r.randint(2, 3))]
        return "(" + " | ".join(parts) + ")" if r.random() < 0.6 else " | ".join(parts)

    def operand(self, depth: int) -> str:
        text = self.expression(depth)
        return f"({text})" if (" " in text and text[0] not in "{[(") or text.count(" | ") else text

    def operation(self, depth: int) -> str:
        operator = self.random.choice(("+", "-", "*", "==", "!=", "<", "&&"))
        left = self.random.choice((self.scalar, self.reference))()
        right = self.random.choice((self.scalar, self.reference))()
        return f"{left} {operator} {right}"

    def interpolation(self) -> str:
        return f'"v\\({self.reference()})"'

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
            items.append("..." + (self.constraint() if r.random() < 0.5 else ""))
        elif r.random() < 0.15:
            items.append(f"for x in {self.reference()} {{x}}")
        return "[" + ", ".join(items) + "]"

    def struct(self, depth: int) -> str:
        r = self.random
        outer = self.scope
        own = r.sample(_NAMES, r.randint(0, 3))
        self.scope = outer + own * 2
        parts = []
        for name in own:
            mark = r.choices(("", "?", "!"), (8, 2, 1))[0]
            parts.append(f"{name}{mark}: {self.expression(depth)}")
        if r.random() < 0.15:
            parts.append(r.choice(("[string]", '[=~"^[ab]"]', "[X=string]")) + f": {self.expression(depth - 1)}")
        if r.random() < 0.15:
            parts.append(r.choice([s for s in self.scope if s.startswith("#")] or ["{}"]))
        if r.random() < 0.12:
            parts.append(self.comprehension(depth - 1))
        if r.random() < 0.08:
            parts.append("...")
        self.scope = outer
        r.shuffle(parts)
        return "{" + ", ".join(parts) + "}"

    def comprehension(self, depth: int) -> str:
        r = self.random
        body = "{" + f"{r.choice(_NAMES)}: {self.expression(depth)}" + "}"
        name = self.reference()
        return r.choice(
            (
                lambda: f"if {name} != _|_ {body}",
                lambda: f"if {name} == {self.scalar()} {body}",
                lambda: f'for k, v in {name} {{"\\(k)1": v}}',
                lambda: f"for v in {name} {body}",
            )
        )()
