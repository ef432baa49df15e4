"""The ``processing`` section of a trait: one HTTP request whose JSON answer the template may use.

Source: behaviour of the reference. ``processing.http`` has ``method``, ``url`` and ``request`` with ``body``,
``header`` and ``trailer``; the answer is unified with ``processing.output``.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from oam.definition.trees import field_values
from oam.errors import OamError
from pycue.syntax import ast

if TYPE_CHECKING:
    from oam.ports import HttpClient
    from pycue import Value

__all__ = ["process"]

_CODE = "oam.render.processing"


def process(root: Value, template: ast.File, client: HttpClient | None) -> Value:
    """The template after its request; itself where it has none.

    Args:
        root: an evaluated trait template.
        template: its syntax tree.
        client: the way to the network; None where there is none.

    Raises:
        OamError: the request is incomplete, denied or fails, or the answer is no JSON object.
    """
    section = root.lookup("processing")
    if not section.exists():
        return root
    http = section.lookup("http")
    if not http.exists():
        raise OamError("there is no http in processing", code=_CODE, position=section.position)
    request = _Request(http, template)
    headers = {**request.texts("header"), **request.texts("trailer")}
    body = http.lookup("request.body")
    data = json.dumps(request.concrete(body, "request", "body")).encode() if body.exists() else b""
    method, url = request.text("method"), request.text("url")
    if client is None:
        text = f"fail to exec http task, {method} {url}: there is no network here"
        raise OamError(text, code="OAM410", position=http.position)

    from oam.ports import HttpRequest

    try:
        response = client.send(HttpRequest(method, url, headers, data))
        answer = json.loads(response.body)
    except (OSError, ValueError) as error:
        raise OamError(f"fail to exec http task, {error}", code=_CODE, position=http.position) from None
    return root.fill("processing.output", answer)


class _Request:
    """Concrete parts of ``processing.http``."""

    def __init__(self, http: Value, template: ast.File) -> None:
        self.http = http
        self.template = template

    def text(self, name: str) -> str:
        value = self.http.lookup(name)
        if not value.exists():
            raise OamError(f"fail to exec http task, field not found: {name}", code=_CODE, position=self.http.position)
        return str(self.concrete(value, name))

    def texts(self, part: str) -> dict[str, str]:
        fields = self.http.lookup(f"request.{part}").fields()
        return {selector.name: str(self.concrete(value, "request", part, selector.name)) for selector, value in fields}

    def concrete(self, value: Value, *path: str) -> Any:
        """Data of a part; what is missing is named as the template names it."""
        if value.is_concrete():
            return value.decode()

        from pycue.syntax.format import format_node

        where = str(value.path)
        for field in field_values(self.template.decls, ("processing", "http", *path)):
            if isinstance(field.value, ast.SelectorExpr | ast.Ident):
                where = format_node(field.value)
        text = f"fail to exec http task, {where}: non-concrete value {value.incomplete_kind}"
        raise OamError(text, code=_CODE, position=value.position)
