"""The way to an API server: the official Python client's connections and credentials, spoken to in plain JSON.

The client's own classes for each kind are not used: objects are data here. Its package takes a second to import, so
that happens only where a cluster is asked for.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlencode

import attrs

from oam.cluster.errors import MissingClient, Unreachable
from oam.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Answer", "ClientTransport", "Transport", "connect"]

UNREACHABLE = "oam.cluster.unreachable"
MOST = 64 << 20
"""Bytes that an answer may have."""


@attrs.frozen
class Answer:
    """What a server said: the HTTP status, and the JSON document (None where the body was no JSON)."""

    status: int
    document: Any
    text: str = ""
    retry_after: float | None = None


class Transport(Protocol):
    """Requests to one API server."""

    address: str

    def send(self, method: str, path: str, query: Mapping[str, str] | None = None, body: Any = None) -> Answer:
        """One request, tried once. Raises :class:`oam.cluster.errors.Unreachable` when no answer comes."""


class ClientTransport:
    """Requests through the connections of the official client.

    Args:
        configuration: a ``kubernetes.client.Configuration``, or anything that has its ``host``, ``auth_settings`` and
            TLS settings.
        timeout: seconds that a connection, and then an answer, may take.
    """

    def __init__(self, configuration: Any, *, timeout: float = 30.0) -> None:
        try:
            from kubernetes.client.rest import RESTClientObject
        except ImportError as error:
            raise MissingClient from error

        self.address = str(configuration.host).rstrip("/")
        self._configuration = configuration
        self._pool = RESTClientObject(configuration).pool_manager
        self._timeout = timeout

    def send(self, method: str, path: str, query: Mapping[str, str] | None = None, body: Any = None) -> Answer:
        """See :meth:`Transport.send`."""
        import urllib3

        headers = {"Accept": "application/json", "Content-Type": "application/json", "User-Agent": "oam"}
        for entry in self._configuration.auth_settings().values():  # a token may be renewed at any time
            if entry["in"] == "header" and entry["value"]:
                headers[entry["key"]] = entry["value"]
        url = self.address + path + (f"?{urlencode(query)}" if query else "")
        try:
            response = self._pool.request(
                method,
                url,
                body=None if body is None else json.dumps(body).encode(),
                headers=headers,
                timeout=urllib3.Timeout(connect=min(self._timeout, 10.0), read=self._timeout),
                retries=False,
                preload_content=False,
            )
            try:
                data = response.read(MOST + 1, decode_content=True)
            finally:
                response.release_conn()
        except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            raise Unreachable(f"{self.address}: {_reason(error, self._timeout)}", code=UNREACHABLE) from error
        if len(data) > MOST:
            raise Unreachable(
                f"{self.address}: an answer of more than {MOST >> 20} MB to {method} {path}", code=UNREACHABLE
            )
        return _answer(response.status, data, response.headers.get("Retry-After"))


def connect(path: str = "", *, context: str = "", timeout: float = 30.0) -> ClientTransport:
    """The transport that a kubeconfig describes.

    Args:
        path: of the kubeconfig; unless given, the one that ``KUBECONFIG`` names, or ``~/.kube/config``, or, inside of
            a cluster, the pod's own account.
        context: which of its contexts, the current one unless given.
        timeout: see :class:`ClientTransport`.

    Raises:
        MissingClient: the extra is not installed.
        UsageError: there is no kubeconfig, or none that can be used.
    """
    try:
        from kubernetes import config
        from kubernetes.client import Configuration
    except ImportError as error:
        raise MissingClient from error

    home = os.path.expanduser("~/.kube/config")
    path = path or os.environ.get("KUBECONFIG", "") or (home if os.path.exists(home) else "")
    configuration: Any = Configuration()
    try:
        if path:
            config.load_kube_config(path, context=context or None, client_configuration=configuration)
        else:
            config.load_incluster_config(client_configuration=configuration)
    except Exception as error:  # a malformed file gives any of several
        where = path or "neither a kubeconfig nor KUBECONFIG is given, and there is no ~/.kube/config"
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise UsageError(f"{where}: not a usable kubeconfig: {reason}", code="oam.cluster.kubeconfig") from error
    return ClientTransport(configuration, timeout=timeout)


def _answer(status: int, data: bytes, retry_after: str | None) -> Answer:
    text = data.decode("utf-8", "replace")
    try:
        document = json.loads(text)
    except ValueError:
        document = None
    wait = float(retry_after) if retry_after and retry_after.isdigit() else None
    return Answer(status, document, text, wait)


def _reason(error: BaseException, timeout: float) -> str:
    """The cause of a failed request in few words."""
    if "Timeout" in type(error).__name__:
        return f"no answer within {timeout:g} seconds"
    inner: BaseException = error
    while inner.__cause__ is not None or inner.__context__ is not None:
        inner = inner.__cause__ or inner.__context__ or inner
    if isinstance(inner, OSError) and inner.strerror:
        return inner.strerror.lower()
    return str(inner) or type(inner).__name__
