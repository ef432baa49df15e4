"""A definition beside the text that it was read from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from oam.definition.cue_reader import read_cue
from oam.definition.lint.edits import Edit
from oam.definition.trees import field_values, label_name
from oam.definition.yaml_reader import is_definition, read_object
from oam.definition.yaml_source import BlockSource
from oam.errors import Finding
from oam.model.yaml_reader import load_documents
from pycue.source import Position, Source
from pycue.syntax import ast, token
from pycue.syntax.literal import unquote
from pycue.syntax.parser import parse_file

if TYPE_CHECKING:
    from collections.abc import Sequence

    from oam.definition.definition import Definition
    from oam.definition.profile import Profile
    from oam.model.document import Document

__all__ = ["Sheet", "import_names", "read_sheets"]


class Sheet:
    """One definition, its trees as written (those of the definition itself may have been rewritten) and its places.

    Attributes:
        definition: what was read.
        tree: the whole CUE file, or of a YAML file the template.
        template: the declarations of the template, imports included.
        text: that the positions of the trees point into.
    """

    def __init__(self, definition: Definition, tree: ast.File, document: Document | None = None) -> None:
        self.definition = definition
        self.tree = tree
        self.document = document
        assert isinstance(tree.source, Source)
        self.source = tree.source
        self.text = tree.source.text
        self.template = tree if document is not None else _template(tree)

    @property
    def editable(self) -> bool:
        """Whether edits of the text can be carried over to the file."""
        return self.document is None or isinstance(self.source, BlockSource)

    def outer(self, edit: Edit) -> Edit:
        """An edit of :attr:`text` as an edit of the file."""
        block = self.source
        if not isinstance(block, BlockSource):
            return edit
        return Edit(block.outer_offset(edit.start), block.outer_offset(edit.end), block.outer_text(edit.text))

    def place(self, node: ast.Node | int) -> Position | None:
        """Position of a node, or of an offset in the text."""
        offset = node if isinstance(node, int) else token.offset(node.pos)
        return Position(self.source, offset) if offset >= 0 else None

    def finding(self, code: str, message: str, node: ast.Node | int, *, help: str = "", severity: str = "") -> Finding:
        """A warning (unless said otherwise) about a place in the text."""
        return Finding(
            message,
            code=code,
            subject=f"{self.definition.kind or 'definition'} {self.definition.name}",
            position=self.place(node),
            severity=severity or "warning",
            help=help,
        )

    def snippet(self, name: str) -> tuple[str, Position | None]:
        """The text of a status snippet (``""`` for none) and where it stands."""
        text = (self.definition.spec.get("status") or {}).get(name)
        if not isinstance(text, str) or not text:
            return "", None
        if self.document is not None:
            return text, self.document.position(("spec", "status", name))
        for top in self.tree.decls:
            if isinstance(top, ast.Field) and label_name(top) != "template" and isinstance(top.value, ast.StructLit):
                for field in field_values(top.value.elts, ("attributes", "status", name)):
                    return text, self.place(field)
        return text, self.definition.position


def read_sheets(name: str, text: str, profile: Profile) -> list[Sheet]:
    """The definitions of a file; other documents of YAML files are left out, as are definitions without CUE template.

    Raises:
        CueError: not CUE, or metadata that cannot be evaluated.
        OamError: not what a definition is.
    """
    source = Source(name, text)
    if name.endswith(".cue"):
        return [Sheet(read_cue(source, profile), parse_file(source))]
    sheets = []
    for document in load_documents(source):
        if not is_definition(document.data):
            continue
        definition = read_object(document, profile)
        tree = definition.template
        if tree is None or not isinstance(tree.source, Source):
            tree = ast.File(name, [], source)
        sheets.append(Sheet(definition, tree, document))
    return sheets


def _template(file: ast.File) -> ast.File:
    decls: list[ast.Decl] = [decl for decl in file.decls if isinstance(decl, ast.ImportDecl)]
    for decl in file.decls:
        if isinstance(decl, ast.Field) and label_name(decl) == "template" and isinstance(decl.value, ast.StructLit):
            decls += decl.value.elts
    return ast.File(file.filename, decls, file.source)


def import_names(decls: Sequence[ast.Decl]) -> list[tuple[ast.ImportDecl, ast.ImportSpec, str, str]]:
    """The imports of a file: declaration, spec, the name that it binds, and the path."""
    out: list[tuple[ast.ImportDecl, ast.ImportSpec, str, str]] = []
    for decl in decls:
        if not isinstance(decl, ast.ImportDecl):
            continue
        for spec in decl.specs:
            path: Any = unquote(spec.path.value)
            name = spec.name.name if spec.name else path.rpartition("/")[2].rpartition(":")[2]
            out.append((decl, spec, name, path))
    return out
