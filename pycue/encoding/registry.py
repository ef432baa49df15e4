"""Which module reads or writes which data format; each is imported on first use.

The names are those of the official file types: ``json``, ``jsonl``, ``yaml``, ``toml``, ``text`` and ``binary``.
"""

from __future__ import annotations

from pycue.errors import EncodeError

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from pycue.source import Source
    from pycue.syntax import ast

__all__ = ["READABLE", "WRITABLE", "decode", "encode"]

READABLE = frozenset(("json", "jsonl", "yaml", "toml", "text"))
WRITABLE = frozenset(("json", "jsonl", "yaml", "toml", "text", "binary"))


def decode(encoding: str, source: Source, *, path: str = "", comments: bool = True) -> list[ast.Expr]:
    """Syntax trees of the documents in a text (one, but for YAML and JSON Lines).

    Args:
        encoding: a member of :data:`READABLE`. For binary files see :func:`pycue.encoding.text.decode_binary`.
        source: the text.
        path: how messages name the file; the source's name if empty.
        comments: keep comments where the format has them.

    Raises:
        CueSyntaxError: the text is not of this format.
        KeyError: no such format.
    """
    if encoding == "json":
        from pycue.encoding import json

        return [json.decode(source, path=path)]
    if encoding == "jsonl":
        from pycue.encoding import json

        return json.decode_stream(source, path=path)
    if encoding == "yaml":
        from pycue.encoding import yaml

        return yaml.decode(source, path=path, comments=comments)
    if encoding == "toml":
        from pycue.encoding import toml

        return [toml.decode(source)]
    if encoding == "text":
        from pycue.encoding import text

        return [text.decode_text(source)]
    raise KeyError(encoding)


def encode(encoding: str, documents: Sequence[Any], *, escape_html: bool = False) -> bytes:
    """Bytes of a file that holds plain data (see :mod:`pycue.encoding.data`), one element a document.

    Raises:
        EncodeError: the data cannot be written in this format.
        KeyError: no such format.
    """
    if encoding == "binary":
        from pycue.encoding.text import encode_binary

        return b"".join(map(encode_binary, documents))
    if encoding == "json" or encoding == "jsonl":
        from pycue.encoding.json import encode as to_json

        texts = [to_json(data, indent="    ", escape_html=escape_html) + "\n" for data in documents]
    elif encoding == "yaml":
        from pycue.encoding.yaml import encode_stream

        texts = [encode_stream(list(documents))]
    elif encoding == "toml":
        from pycue.encoding.toml import encode as to_toml

        if len(documents) > 1:
            raise EncodeError("multi-document TOML is not supported")
        texts = [to_toml(data) for data in documents]
    elif encoding == "text":
        from pycue.encoding.text import encode_text

        texts = [encode_text(data) + "\n" for data in documents]
    else:
        raise KeyError(encoding)
    return "".join(texts).encode("utf-8", "replace")
