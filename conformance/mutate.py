"""Programs made of recorded ones: an excerpt of one, with one to three things in it changed."""

from __future__ import annotations

import random
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from conformance.txtar import Archive
from pycue.errors import CueSyntaxError
from pycue.source import Source
from pycue.syntax import ast
from pycue.syntax.format import format_node
from pycue.syntax.parser import parse_expr, parse_file
from pycue.syntax.walk import children, walk

__all__ = ["Mutator", "programs"]

_PLACES: dict[type[ast.Node], tuple[str, ...]] = {
    ast.Field: ("value",),
    ast.EmbedDecl: ("expr",),
    ast.LetClause: ("expr",),
    ast.IfClause: ("condition",),
    ast.ForClause: ("source",),
    ast.BinaryExpr: ("x", "y"),
    ast.UnaryExpr: ("x",),
    ast.ParenExpr: ("x",),
    ast.SelectorExpr: ("x",),
    ast.IndexExpr: ("x", "index"),
    ast.CallExpr: ("args",),
    ast.ListLit: ("elts",),
}
"""Attributes that hold an expression, or a list of them, which another expression may take the place of."""

_EXPRESSIONS = (  # % is the expression that stood there, $ another one of the program
    *("$",) * 3,
    *("(%) & $", "$ & (%)") * 2,
    *("(%) | $", "*(%) | $", "$ | *(%)", "{%}", "[%]", "close(%)", "[...%]"),
    *("{%, ...}", "{[string]: %}", "{if true {%}}", "_", "{}", "1", '"x"', "[]", "null", "int", "string", "_|_"),
)
_DECLARATIONS = (  # % is the declaration
    *("if true {%}", "if false {%}", "for k, v in {x: 1} {%}", "for v in [1, 2] {%}", "{%}", "x: {%}", "#X: {%}"),
    *("let X = {%}", "x: close({%})", "[string]: {%}", "..."),
)


def programs(paths: Iterable[Path]) -> list[str]:
    """CUE files of the archives at ``paths`` (files, or folders of them), without those that say what is wanted."""
    found = []
    for path in paths:
        for archive in sorted(path.rglob("*.txtar")) if path.is_dir() else [path]:
            files = Archive.parse(archive.read_bytes().decode("utf-8", "surrogateescape")).files
            found += [text for name, text in files.items() if name.endswith(".cue") and not name.startswith("want/")]
    return [text for text in found if _stands_alone(text)]


class Mutator:
    """Makes programs of ``texts`` from one seed; the same seed gives the same programs."""

    def __init__(self, seed: int, texts: list[str]) -> None:
        self.random = random.Random(seed)
        self.texts = texts

    def program(self) -> str:
        """One file: up to three fields of a text with all that they refer to, changed in one to three places."""
        r = self.random
        while True:
            tree = _excerpt(_parse(r.choice(self.texts)), r)
            try:
                for _ in range(r.choice((1, 1, 2, 3))):
                    tree = _parse(format_node(r.choice((self._expression, self._expression, self._declaration))(tree)))
                return format_node(_excerpt(tree, None))
            except (CueSyntaxError, ValueError):
                continue

    def _expression(self, tree: ast.File) -> ast.File:
        """Another expression somewhere."""
        r = self.random
        places = [(node, name) for node in _below(tree) for name in _PLACES.get(type(node), ()) if getattr(node, name)]
        if not places:
            return tree
        node, name = r.choice(places)
        other = getattr(*r.choice(places))
        donor = r.choice(other) if isinstance(other, list) else other
        held = getattr(node, name)
        if isinstance(held, list):
            index = r.randrange(len(held))
            held[index] = self._instead(held[index], donor)
        else:
            setattr(node, name, self._instead(held, donor))
        return tree

    def _instead(self, old: ast.Node, donor: ast.Node) -> ast.Expr:
        text = self.random.choice(_EXPRESSIONS).replace("%", format_node(old)).replace("$", f"({format_node(donor)})")
        return parse_expr(Source("in.cue", text))

    def _declaration(self, tree: ast.File) -> ast.File:
        """A declaration dropped, repeated, moved, wrapped, or made optional, required or regular."""
        r = self.random
        bodies: list[list[ast.Node]] = [body for body in map(_body, _below(tree)) if body]
        if not bodies:
            return tree
        body = r.choice(bodies)
        index = r.randrange(len(body))
        decl = body[index]
        turn = r.randrange(5)
        if isinstance(decl, ast.ImportDecl | ast.Attribute | ast.Ellipsis) or turn == 0:
            del body[index]
        elif turn == 1:
            target = r.choice(bodies)
            target[:0] = _parse(format_node(decl)).decls
        elif turn == 2:
            body.insert(r.randrange(len(body)), body.pop(index))
        elif turn == 3 or not isinstance(decl, ast.Field):
            text = r.choice(_DECLARATIONS).replace("%", format_node(decl))
            body[index : index + 1] = _parse(text).decls
        else:
            decl.constraint = r.choice(("", "?", "!"))
        return tree


def _parse(text: str) -> ast.File:
    return parse_file(Source("in.cue", text), comments=False)


def _stands_alone(text: str) -> bool:
    """Whether a program parses, declares something and imports standard packages only."""
    try:
        tree = _parse(text)
    except CueSyntaxError:
        return False
    paths = [spec.path.value for decl in tree.decls if isinstance(decl, ast.ImportDecl) for spec in decl.specs]
    return bool(_own(tree)) and not any("." in path or ":" in path for path in paths)


def _own(tree: ast.File) -> list[ast.Decl]:
    """Declarations that are not about the file itself."""
    return [decl for decl in tree.decls if not isinstance(decl, ast.Package | ast.ImportDecl | ast.Attribute)]


def _excerpt(tree: ast.File, chance: random.Random | None) -> ast.File:
    """The file with some of its declarations (all without ``chance``), what they refer to, and the imports in use."""
    own = _own(tree)
    kept = chance.sample(own, min(len(own), chance.choice((1, 2, 3)))) if chance else own
    used: set[str] = set()
    again = True
    while again:
        used = {name for decl in kept for name in _names(decl)}
        more = [decl for decl in own if decl not in kept and _declares(decl) & used]
        kept, again = kept + more, bool(more)
    heads: list[ast.Decl] = []
    for decl in tree.decls:
        if isinstance(decl, ast.ImportDecl):
            decl.specs = [spec for spec in decl.specs if _local(spec) in used]
        if isinstance(decl, ast.Attribute) or (isinstance(decl, ast.ImportDecl) and decl.specs):
            heads.append(decl)
    tree.decls = heads + [decl for decl in own if decl in kept]
    return tree


def _local(spec: ast.ImportSpec) -> str:
    """The name that an import is known by in its file."""
    return spec.name.name if spec.name else spec.path.value.strip('"').split("/")[-1]


def _declares(decl: ast.Node) -> set[str]:
    """Names that a declaration at the top of a file gives to others."""
    if isinstance(decl, ast.LetClause):
        return {decl.ident.name}
    if not isinstance(decl, ast.Field):
        return set()
    label, names = decl.label, set()
    if isinstance(label, ast.Alias):
        names.add(label.ident.name)
        label = label.expr
    if isinstance(decl.value, ast.Alias):
        names.add(decl.value.ident.name)
    if decl.alias is not None:
        names |= {node.name for node in children(decl.alias) if isinstance(node, ast.Ident)}
    if isinstance(label, ast.Ident):
        names.add(label.name)
    return names


def _names(decl: ast.Node) -> set[str]:
    """Names that occur in a declaration, whatever they mean there."""
    found: set[str] = set()
    walk(decl, before=lambda node: found.add(node.name) if isinstance(node, ast.Ident) else None)
    return found


def _below(tree: ast.Node) -> list[ast.Node]:
    """A tree's nodes, itself first."""
    found: list[ast.Node] = []
    walk(tree, before=found.append)
    return found


def _body(node: ast.Node) -> list[Any]:
    """The declarations in a file or struct."""
    return node.decls if isinstance(node, ast.File) else node.elts if isinstance(node, ast.StructLit) else []
