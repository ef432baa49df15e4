"""Where results go: the file or stream, its encoding, and one writer for all of a command's values."""

from __future__ import annotations

from pycue.errors import Diagnostic, EncodeError, LoadError
from pycue.loader import filetypes

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Sequence

    from pycue.cli.app import Run
    from pycue.cli.build import Item
    from pycue.evaluator.context import OpContext
    from pycue.evaluator.values import Value

__all__ = ["Output"]

_SCHEMAS = ("jsonschema", "pb", "koala")


class Output:
    """Output of ``export``, ``eval`` and ``def``.

    ``encoding`` is known from the start, so that what cannot be written is refused before anything is evaluated.

    Args:
        run: gives ``--out``, ``-o`` and ``--force``.
        default: encoding where neither says one.
    """

    def __init__(self, run: Run, default: str) -> None:
        self._run = run
        self._path = "-"
        self._pieces: list[bytes] = []
        self._count = 0
        scope = None
        out = run.text("out")
        if out:
            scope = filetypes.parse(out)
            if not scope.encoding and not scope.interpretation:
                raise LoadError("no encoding specified")
        target = run.text("outfile")
        if target:
            head, colon, rest = target.partition(":")
            if colon:
                scope = filetypes.parse(head)
                target = rest
            self._path = target
        if self._path == "-":
            encoding = scope.encoding if scope and scope.encoding else default
            if scope and not scope.encoding and scope.interpretation == "openapi":
                encoding = "json"
            self.type = filetypes.FileType(encoding, scope.interpretation if scope else "")
        else:
            self.type = filetypes.for_file(self._path, scope, output=True)
        self.encoding = self.type.encoding
        if self.encoding not in ("cue", "json", "jsonl", "yaml", "toml", "text", "binary"):
            raise LoadError(f'unsupported encoding "{"code" if self.encoding == "go" else self.encoding}"')

    def add_cue(self, text: str, *, separate: bool = True) -> None:
        """One value as CUE; ``// ---`` separates it from the one before, unless a header does."""
        self._check_interpretation()
        if self._count and separate:
            self._emit(b"// ---\n")
        self._count += 1
        self._emit(text.encode("utf-8", "replace"))

    @property
    def is_schema(self) -> bool:
        """Whether definitions are written as schemas rather than the value as data."""
        return self.type.interpretation == "openapi"

    def add_schema(self, ctx: OpContext, item: Item) -> None:
        """The definitions of one value in the schema language asked for.

        Raises:
            EncodeError: something has no form in that language.
        """
        from pycue.cli.schema import as_cue, openapi_document
        from pycue.encoding import registry

        document = openapi_document(ctx, item)
        if self.encoding == "cue":
            self.add_cue(as_cue(ctx, document))
            return
        if self._count and self.encoding == "yaml":
            self._emit(b"---\n")
        self._count += 1
        self._emit(registry.encode(self.encoding, [document], escape_html=self._run.flag("escape")))

    def header(self, text: str) -> None:
        """A comment line in front of the next value."""
        self._emit(f"// {text}\n".encode())

    def add(self, ctx: OpContext, value: Value, path: tuple[str, ...] = (), labels: Sequence[str] = ()) -> None:
        """One value in a data format; ``path`` is for messages, ``labels`` the spelling of where it is put.

        Raises:
            EncodeError: the value cannot be written in this format; what was added before stays.
        """
        from pycue.encoding import registry
        from pycue.encoding.data import to_data

        self._check_interpretation()
        if self.encoding in ("text", "binary"):
            self._check_text(ctx, value, path)
        try:
            data = to_data(ctx, value, spelled=self.encoding == "yaml")
            for spelling in reversed(labels):
                data = {_plain(spelling): data}
            encoded = registry.encode(self.encoding, [data], escape_html=self._run.flag("escape"))
        except EncodeError as error:
            raise EncodeError([_with_path(d, path) for d in error.diagnostics]) from None
        if self._count and self.encoding == "yaml":
            self._emit(b"---\n")
        self._count += 1
        self._emit(encoded)

    def _check_interpretation(self) -> None:
        """Refuse schema languages; only now, as faults of the value are reported first."""
        if self.type.interpretation in _SCHEMAS:
            raise EncodeError(f'unsupported encoding "{self.type.interpretation}"')

    def _check_text(self, ctx: OpContext, value: Value, path: tuple[str, ...]) -> None:
        """Refuse what is not a string (or bytes), in the words of the official command."""
        from pycue.evaluator import kind as k
        from pycue.evaluator.debug import debug_string
        from pycue.evaluator.vertex import Vertex
        from pycue.export.view import final_value

        allowed, name = (k.STRING, "string") if self.encoding == "text" else (k.STRING | k.BYTES, "(string|bytes)")
        found = final_value(ctx, value)
        base = found.base if isinstance(found, Vertex) and found.base is not None else found
        if base.kind & allowed:
            return
        text = f"cannot use value {debug_string(found, ctx)} (type {k.kind_string(base.kind)}) as {name}"
        where = base.src.position if base.src is not None and base is not found and not _is_composite(base) else None
        raise EncodeError(Diagnostic(text, path=path, inputs=[where] if where else []))

    def _emit(self, data: bytes) -> None:
        if self._path == "-":
            self._run.console.write(data)
        else:
            self._pieces.append(data)

    def close(self) -> None:
        """Write the file, if it goes to one.

        Raises:
            LoadError: the file exists and ``--force`` is not given, or it cannot be written.
        """
        if self._path == "-":
            return
        data = b"".join(self._pieces)
        try:
            with open(self._path, "wb" if self._run.flag("force") or _is_special(self._path) else "xb") as file:
                file.write(data)
        except FileExistsError:
            raise LoadError(f'error writing "{self._path}": file already exists') from None
        except OSError as error:
            raise LoadError(f"open {self._path}: {(error.strerror or str(error)).lower()}") from None


def _is_special(path: str) -> bool:
    """Whether something other than a regular file (a pipe, a device) is there already."""
    import os
    import stat

    try:
        return not stat.S_ISREG(os.stat(path).st_mode)
    except OSError:
        return False


def _is_composite(base: Value) -> bool:
    from pycue.evaluator.values import ListMarker, StructMarker

    return isinstance(base, (ListMarker, StructMarker))


def _plain(spelling: str) -> str:
    """Name that a label's spelling stands for."""
    from pycue.syntax.literal import unquote

    return str(unquote(spelling)) if spelling[:1] == '"' else spelling


def _with_path(diagnostic: Diagnostic, path: tuple[str, ...]) -> Diagnostic:
    if diagnostic.path or not path:
        return diagnostic
    return Diagnostic(
        diagnostic.message, code=diagnostic.code, path=path, position=diagnostic.position, inputs=diagnostic.inputs
    )
