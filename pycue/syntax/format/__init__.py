"""Formatter: the text of syntax trees, as ``cue fmt`` writes it.

Source: behaviour of the official package cue/format.
"""

from __future__ import annotations

from pycue.syntax import ast
from pycue.syntax.format.decls import Formatter
from pycue.syntax.format.simplify import bare_labels

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from pycue.source import Source

__all__ = ["format_node", "format_source"]

_TAB_WIDTH = 8


def format_node(
    node: ast.Node | list[ast.Decl], *, indent: str = "\t", simplify: bool = False, source: Source | None = None
) -> str:
    """Text of a node; of a file with a final newline, of anything else without.

    Args:
        node: a file, declaration, expression or list of declarations. It is not changed.
        indent: what a level of indentation looks like: a tab or blanks.
        simplify: drop quotes and braces that are not needed.
        source: the text that positions in ``node`` point into; for a file that of the file.
    """
    if source is None and isinstance(node, ast.File):
        source = node.source  # type: ignore[assignment]
    bare = None
    if simplify:
        bare = bare_labels(ast.File("", node) if isinstance(node, list) else node)
    formatter = Formatter(source, bare)
    if isinstance(node, ast.File):
        formatter.file(node)
    elif isinstance(node, list):
        formatter.decl_list(node)
    elif isinstance(node, ast.Decl):
        formatter.decl(node)
    else:
        formatter.expr(node)  # type: ignore[arg-type]
    if indent == "\t":
        return formatter.result(_TAB_WIDTH)
    return formatter.result(len(indent)).replace("\t", indent)


def format_source(text: str, filename: str, *, simplify: bool = False) -> str:
    """Format the text of a file.

    Raises:
        CueSyntaxError: if the text is not a CUE file.
    """
    from pycue.source import Source
    from pycue.syntax.parser import parse_file

    return format_node(parse_file(Source(filename, text)), simplify=simplify)
