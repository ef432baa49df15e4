"""The way to web and mail servers that a caller has allowed, and to no others."""

from __future__ import annotations

import http.client
import ipaddress
import smtplib
import socket
import ssl
import time
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

import attrs

from oam.errors import UsageError
from oam.ports import HttpRequest, HttpResponse, NotSentError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from email.message import EmailMessage

__all__ = ["AllowList", "ForbiddenError", "NetworkClient", "SmtpMailer"]

MOST = 5 << 20
"""Bytes that an answer may have."""

_REDIRECTS = 5
_LEAST = 30.0
"""Seconds that a whole answer may take at least; a request's timeout is that of each of its parts."""

_PORTS = {"http": 80, "https": 443}


class ForbiddenError(OSError):
    """An answer is too large, or leads to where one may not go."""


class DeniedError(ForbiddenError, NotSentError):
    """A server is not among those that are allowed."""


@attrs.frozen
class _Entry:
    host: str
    port: int | None
    prefix: str

    @property
    def exact(self) -> bool:
        """Whether it names one host; only then may that host have a private address."""
        return not set("*?[") & set(self.host)

    def fits(self, host: str, port: int, path: str) -> bool:
        """Whether a request may go there."""
        inside = path == self.prefix or path.startswith(self.prefix.rstrip("/") + "/") or not self.prefix
        return fnmatchcase(host, self.host) and self.port in (None, port) and inside


class AllowList:
    """Hosts that may be reached.

    Args:
        entries: each ``HOST[:PORT][/PREFIX]``; ``*`` in a host stands for anything.

    Raises:
        UsageError: an entry is not of that form.
    """

    def __init__(self, entries: Iterable[str]) -> None:
        self._entries = [_parse(entry) for entry in entries]

    def check(self, url: str) -> None:
        """Raises :class:`DeniedError` where a request of the URL is not allowed."""
        parts = urlsplit(url)
        if parts.scheme not in _PORTS or not parts.hostname:
            raise DeniedError(f"{url}: only http and https are spoken")
        self.check_host(parts.hostname, parts.port or _PORTS[parts.scheme], parts.path or "/", url)

    def check_host(self, host: str, port: int, path: str = "", what: str = "") -> None:
        """The same for a host and port."""
        fitting = [entry for entry in self._entries if entry.fits(host.lower(), port, path)]
        if not fitting:
            raise DeniedError(f"{what or host} is not allowed: allow {host}:{port} to let it pass")
        if not any(entry.exact for entry in fitting) and _is_private(host, port):
            raise DeniedError(f"{what or host} is not allowed: {host} has a private address and is not named itself")


def _parse(text: str) -> _Entry:
    parts = urlsplit(f"//{text}")
    try:
        port = parts.port
    except ValueError:
        port = -1
    if "//" in text or not parts.hostname or port == -1 or parts.query or parts.fragment or parts.username:
        raise UsageError(f'"{text}" is no HOST[:PORT][/PREFIX]', code="oam.network.allow")
    return _Entry(parts.hostname, port, parts.path.rstrip("/"))


def _is_private(host: str, port: int) -> bool:
    addresses = {str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    return any(not ipaddress.ip_address(address.partition("%")[0]).is_global for address in addresses)


class NetworkClient:
    """An :class:`oam.ports.HttpClient` for the hosts of an :class:`AllowList`, redirects included."""

    def __init__(self, allowed: AllowList) -> None:
        self._allowed = allowed

    def send(self, request: HttpRequest) -> HttpResponse:
        """See :meth:`oam.ports.HttpClient.send`. Raises :class:`ForbiddenError` too."""
        for hop in range(_REDIRECTS):
            try:
                self._allowed.check(request.url)
                answer = _exchange(request)
            except NotSentError as error:
                if hop:  # the first one was sent
                    raise ForbiddenError(str(error)) from error
                raise
            location = next((v[0] for k, v in answer.headers.items() if k.lower() == "location"), "")
            if answer.status not in (301, 302, 303, 307, 308) or not location:
                return answer
            target = urljoin(request.url, location)
            if urlsplit(target).netloc != urlsplit(request.url).netloc:
                raise ForbiddenError(f"{request.url} leads to another host: {target}")
            request = attrs.evolve(request, url=target)
            if answer.status == 303:
                request = attrs.evolve(request, method="GET", body=b"")
        raise ForbiddenError(f"{request.url}: more than {_REDIRECTS} redirects")


def _exchange(request: HttpRequest) -> HttpResponse:
    parts = urlsplit(request.url)
    host, port = parts.hostname or "", parts.port
    connection: http.client.HTTPConnection
    if parts.scheme == "https":
        context = ssl.create_default_context()
        connection = http.client.HTTPSConnection(host, port, timeout=request.timeout, context=context)
    else:
        connection = http.client.HTTPConnection(host, port, timeout=request.timeout)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.connect()
    except OSError as error:
        connection.close()
        raise NotSentError(str(error)) from error
    try:
        connection.request(request.method, path, request.body or None, dict(request.headers))
        with connection.getresponse() as reply:
            body = _body(reply, request)
        headers: dict[str, list[str]] = {}
        for name, value in reply.getheaders():
            headers.setdefault(name, []).append(value)
        return HttpResponse(reply.status, headers, body)
    except http.client.HTTPException as error:
        raise ConnectionError(f"{request.url}: {error or type(error).__name__}") from error
    finally:
        connection.close()


def _body(reply: http.client.HTTPResponse, request: HttpRequest) -> bytes:
    """The whole answer, within the time and size that it may have."""
    end = time.monotonic() + max(request.timeout, _LEAST)
    parts: list[bytes] = []
    size = 0
    while part := reply.read1(1 << 16):
        parts.append(part)
        size += len(part)
        if size > MOST:
            raise ForbiddenError(f"{request.url}: the answer has more than {MOST >> 20} MB")
        if time.monotonic() > end:
            raise TimeoutError(f"{request.url}: the answer takes too long")
    if reply.length:
        raise ConnectionError(f"{request.url}: the answer ended {reply.length} bytes too early")
    return b"".join(parts)


class SmtpMailer:
    """An :class:`oam.ports.Mailer` for the mail servers of an :class:`AllowList`."""

    def __init__(self, allowed: AllowList, timeout: float = 30.0) -> None:
        self._allowed = allowed
        self._timeout = timeout

    def send(self, host: str, port: int, user: str, password: str, message: EmailMessage) -> None:
        """See :meth:`oam.ports.Mailer.send`. Raises :class:`ForbiddenError` too."""
        self._allowed.check_host(host, port)
        kind = smtplib.SMTP_SSL if port == 465 else smtplib.SMTP
        with kind(host, port, timeout=self._timeout) as server:
            if port != 465 and server.has_extn("starttls"):
                server.starttls(context=ssl.create_default_context())
            if password:
                server.login(user, password)
            server.send_message(message)
