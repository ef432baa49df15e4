"""Documentation of definitions as text: Markdown pages, and tables for a terminal."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from unicodedata import east_asian_width

from oam.definition.definition import CUSTOM_PREFIX
from oam.definition.parameters import definition_tables, parameter_tables
from oam.definition.trees import field_values, label_name
from oam.errors import DefinitionError
from pycue import CompileError, Context
from pycue.syntax import ast
from pycue.syntax.literal import unquote

if TYPE_CHECKING:
    from oam.definition.definition import Definition
    from oam.definition.parameters import Parameter, Table

__all__ = ["console_page", "markdown_page", "package_page"]

_HEAD = ("Name", "Description", "Type", "Required", "Default", "Immutable")
_WIDTH = 100
"""Columns that a cell of a terminal's table takes before it is broken."""
_NUMBER = re.compile(r"-?(\d{1,3}(,\d{3})*|\d+)(\.\d+)?")
_PACKAGES = {f"vela/{name}": f"package {name}\n" for name in ("base64", "cue", "http", "kube")}
"""What documented templates may import; a template with other packages counts as one without parameters."""


def _any_package(path: str) -> str | None:
    name = path.removeprefix("vela/")
    return f"package {name}\n" if name != path else None


def _tables(definition: Definition, all_packages: bool) -> list[Table] | None:
    """The tables of a definition's parameters; None where it has none or cannot be compiled alone."""
    template = definition.require_template()
    extra = [ast.Field(ast.Ident(0, "context"), 0, ast.Ident(0, "_"))]
    whole = ast.File(template.filename, [*template.decls, *extra], template.source)
    packages = _any_package if all_packages else _PACKAGES
    try:
        Context(allow_unused_imports=True, packages=packages).compile_file(whole)
    except CompileError:
        return None
    return parameter_tables(template, "Specification")


# ---- terminal


def console_page(definition: Definition, *, all_packages: bool = False) -> str:
    """The tables of a definition's parameters, drawn with lines.

    Args:
        definition: what is documented.
        all_packages: whether its template may import all of KubeVela's packages, or only those that components may.

    Raises:
        DefinitionError: it has no parameters.
    """
    tables = _tables(definition, all_packages)
    if tables is None:
        text = f"failed to retrieve `parameters` value from {definition.name} with err: parameter not exist"
        raise DefinitionError(text, code="oam.definition.parameter", position=definition.position)
    out = []
    for table in tables:
        heading = "#" * (min(table.depth, 2) + 1)
        out.append(f"{heading} {table.title}\n{_drawn([_cells(row) for row in table.rows])}\n\n")
    return "".join(out)


def _cells(row: Parameter) -> tuple[str, ...]:
    immutable = "true" if row.immutable else ""
    return row.name, row.description, row.type, str(row.required).lower(), row.default, immutable


def _drawn(rows: list[tuple[str, ...]]) -> str:
    """A table: words to the left, numbers to the right, headings in the middle. Long cells are broken into lines."""
    broken = [[_broken(cell) for cell in row] for row in rows]
    widths = [len(head) for head in _HEAD]
    for row, lines_of in zip(rows, broken, strict=True):
        for column, (cell, lines) in enumerate(zip(row, lines_of, strict=True)):
            widths[column] = max(widths[column], min(_columns(cell), _WIDTH), *map(_columns, lines))
    rule = "+" + "+".join("-" * (width + 2) for width in widths) + "+\n"
    heads = []
    for head, width in zip(_HEAD, widths, strict=True):
        left = (width - len(head)) // 2
        heads.append(" " * left + head.upper() + " " * (width - len(head) - left))
    out = [rule, "| " + " | ".join(heads) + " |\n", rule]
    for lines_of in broken:
        for at in range(max(map(len, lines_of))):
            cells = [
                _padded(lines[at] if at < len(lines) else "", w) for lines, w in zip(lines_of, widths, strict=True)
            ]
            out.append("| " + " | ".join(cells) + " |\n")
    return "".join([*out, rule])


def _padded(line: str, width: int) -> str:
    blanks = " " * (width - _columns(line))
    return blanks + line if _NUMBER.fullmatch(line) else line + blanks


def _columns(text: str) -> int:
    """How many columns of a terminal a text takes."""
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)


def _broken(text: str) -> list[str]:
    """A text in lines of about equal length: the sum of the squares of what they leave free is least."""
    words = text.replace("\n", " ").split(" ")
    limit = max(_WIDTH, *map(_columns, words))
    best: list[tuple[int, int]] = [(0, len(words))] * (len(words) + 1)  # cost of the rest, where the next line begins
    for first in range(len(words) - 1, -1, -1):
        if _columns(" ".join(words[first:])) <= limit:
            best[first] = (0, len(words))
            continue
        choices = []
        length = -1
        for after in range(first + 1, len(words)):
            length += 1 + _columns(words[after - 1])
            if length > limit:
                break
            choices.append(((limit - length) ** 2 + best[after][0], after))
        best[first] = min(choices)
    lines = []
    first = 0
    while first < len(words):
        after = best[first][1]
        lines.append(" ".join(words[first:after]))
        first = after
    return lines


# ---- Markdown


def markdown_page(definition: Definition, *, all_packages: bool = False) -> str:
    """A page about a definition: what it is for, where it may be used, and its parameters.

    Arguments are those of :func:`console_page`.
    """
    description = definition.description or "description not defined"
    description += "" if description.endswith(".") else "."
    title = re.sub(r"(?<![A-Za-z0-9_])[a-z]", lambda match: match[0].upper(), definition.name)
    out = f"---\ntitle:  {title}\n---\n\n## Description\n\n{description}\n\n"
    if definition.kind == "TraitDefinition":
        if definition.labels.get(f"{CUSTOM_PREFIX}ui-hidden") == "true":
            out += "> For now this trait is hidden from the VelaUX. Available when using CLI\n\n"
        out += f"### Apply To Component Types\n\n{_applies_to(definition)}\n\n\n"
    if definition.kind == "WorkflowStepDefinition":
        scope = definition.labels.get(f"{CUSTOM_PREFIX}scope", "")
        where = f"only valid in {scope}" if scope else "valid in both Application and WorkflowRun"
        out += f"## Scope\n\nThis step type is {where}.\n\n"
    tables = _tables(definition, all_packages)
    body = "This capability has no arguments." if tables is None else _sections(tables)
    return f"{out}## Specification\n{body}\n"


def _applies_to(definition: Definition) -> str:
    kinds = definition.spec.get("appliesToWorkloads") or []
    if "*" in kinds:
        return "All Component Types"
    return "Component based on the following kinds of resources:\n" + "".join(f"- {kind}\n" for kind in kinds)


def _sections(tables: list[Table]) -> str:
    out = []
    for table in tables:
        heading = "#" * (min(table.depth, 2) + 3)
        out.append(f"\n\n{heading} {table.title}\n\n" if table.depth or table.title != "Specification" else "\n\n")
        out.append(f" {' | '.join(_HEAD)} \n {' | '.join('-' * len(head) for head in _HEAD)} \n")
        lines = (" | ".join(cell.replace("|", "&#124;") for cell in _cells(row)) for row in table.rows)
        out += [f" {line} \n" for line in lines]
    return "".join(out)


# ---- packages of operations


def package_page(file: ast.File) -> str:
    """A Markdown page about a package of operations: what each takes and gives.

    Raises:
        CueError: the package cannot be compiled, or is in error whatever it is given.
    """
    error = Context(allow_unused_imports=True).compile_file(file).error()
    if error is not None:
        raise error
    names = [name for decl in file.decls if isinstance(decl, ast.Field) and (name := label_name(decl)) is not None]
    out = [f"# {_provider(file, names)}\n\n"]
    for name in dict.fromkeys(names):
        if not name.startswith("#"):
            continue
        out.append(f"## {name}\n")
        for field, title in (("$params", "*Params*"), ("$returns", "*Returns*")):
            out.append(_sections(definition_tables(file, name, field, title)))
    return "".join([*out, "------\n\n"])


def _provider(file: ast.File, names: list[str]) -> str:
    for name in names:
        for field in field_values(file.decls, (name, "#provider")):
            if isinstance(field.value, ast.BasicLit):
                text = unquote(field.value.value)
                return text if isinstance(text, str) else ""
    return ""
