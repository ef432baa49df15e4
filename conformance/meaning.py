"""What an output says, whatever the order it says it in: outputs that mean the same compare equal."""

from __future__ import annotations

import json
import re

from conformance.reorder import operands
from pycue.source import Source
from pycue.syntax import ast
from pycue.syntax.parser import parse_file

__all__ = ["meaning"]


def meaning(command: str, output: str) -> object:
    """Data of the JSON that ``export`` prints, or the sets of declarations and operands of the CUE of ``eval``."""
    return json.loads(output or "null") if command == "export" else _of(parse_file(Source("out.cue", output)))


def _of(part: object) -> object:
    """The part without positions, comments, brackets, and numbers that names were given to tell them apart."""
    if isinstance(part, ast.ParenExpr | ast.EmbedDecl):
        return _of(part.x if isinstance(part, ast.ParenExpr) else part.expr)
    if isinstance(part, ast.Ident):
        return ("name", re.sub(r"(?<=.)_[0-9A-F]+$", "", part.name))
    if isinstance(part, ast.File | ast.StructLit):
        return ("struct", frozenset(map(_of, part.decls if isinstance(part, ast.File) else part.elts)))
    if isinstance(part, ast.BinaryExpr) and part.op in ("&", "|"):
        return (part.op, frozenset(map(_of, operands(part))))
    if isinstance(part, ast.Node):
        held = (getattr(part, name) for name in type(part).__slots__)
        return (type(part).__name__, *(_of(value) for value in held if not isinstance(value, int)))
    return tuple(map(_of, part)) if isinstance(part, list) else part
