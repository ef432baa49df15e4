"""The stand-in for the web server of a workflow case."""

from __future__ import annotations

import json
from email.message import EmailMessage
from typing import Any

from oam.ports import HttpRequest, HttpResponse

__all__ = ["HOST", "MailServer", "Web"]

HOST = "127.0.0.1:18080"


class MailServer:
    """Refuses every connection."""

    def send(self, host: str, port: int, user: str, password: str, message: EmailMessage) -> None:
        """See :meth:`oam.ports.Mailer.send`."""
        raise ConnectionRefusedError(f"dial tcp {host}:{port}: connect: connection refused")


class Web:
    """Answers requests to ``HOST`` as the replies of a case say, and remembers them; refuses all other hosts."""

    def __init__(self, replies: list[dict[str, Any]]) -> None:
        self._replies = replies
        self._used: dict[tuple[int, str, str], int] = {}
        self.requests: list[dict[str, Any]] = []

    def send(self, request: HttpRequest) -> HttpResponse:
        """See :meth:`oam.ports.HttpClient.send`."""
        prefix = f"http://{HOST}"
        if not request.url.startswith(prefix):
            raise ConnectionRefusedError("connect: connection refused")
        path = request.url.removeprefix(prefix) or "/"
        header = {name.lower(): text for name, text in request.headers.items()}
        kept = {k: v for k, v in header.items() if k in ("content-type", "authorization") or k.startswith("x-")}
        entry: dict[str, Any] = {"method": request.method, "path": path, "header": kept}
        if request.body:
            try:
                entry["body"] = json.loads(request.body)
            except ValueError:
                entry["body"] = request.body.decode()
        self.requests.append(entry)
        for at, reply in enumerate(self._replies):
            if reply.get("method", request.method) != request.method or reply.get("path", path) != path:
                continue
            key = (at, request.method, path)
            if "times" in reply and self._used.get(key, 0) >= reply["times"]:
                continue
            self._used[key] = self._used.get(key, 0) + 1
            body = reply.get("body", "")
            text = body if isinstance(body, str) else json.dumps(body)
            headers = {name: [str(value)] for name, value in (reply.get("header") or {}).items()}
            return HttpResponse(int(reply.get("status", 200)), headers, text.encode())
        return HttpResponse(404, {}, b"")
