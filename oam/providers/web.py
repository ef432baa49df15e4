"""``vela/http``: requests to web servers, where the caller allows any."""

from __future__ import annotations

from base64 import b64decode
from typing import TYPE_CHECKING, Any

from oam.ports import HttpRequest, NotSentError, ObjectRef
from oam.providers.registry import Effect, Operation
from oam.providers.session import ActionError
from oam.timestamps import parse_duration

if TYPE_CHECKING:
    from oam.providers.session import Action, Session

__all__ = ["OPERATIONS"]

_LONGEST = 30.0
_PLAIN = {"Content-Type": "application/json"}
_KEY = "idempotency-key"


def _do(action: Action, session: Session) -> dict[str, Any]:
    url = action.params["url"]
    if session.http is None:
        raise ActionError(f"no network: request of {url} is not allowed", code="oam.action.network")
    options = action.params.get("request") or {}
    headers = {**(options.get("header") or {}), **_secret_headers(options, session)}
    if action.key and not any(name.lower() == _KEY for name in headers):
        headers = {**(headers or _PLAIN), "Idempotency-Key": action.key}
    request = HttpRequest(
        action.params.get("method", "GET"),
        url,
        headers or _PLAIN,
        options.get("body", "").encode(),
        min(parse_duration(options.get("timeout", "3s")), _LONGEST),
    )
    try:
        answer = session.http.send(request)
    except OSError as error:
        failure = ActionError(f"request of {url}: {error}", code="oam.action.network")
        failure.undone = isinstance(error, NotSentError)
        raise failure from error
    result = {
        "body": answer.body.decode("utf-8", "replace"),
        "statusCode": answer.status,
        "header": dict(answer.headers),
        "trailer": {},
    }
    return {"response": result} if action.legacy else result


def _secret_headers(options: dict[str, Any], session: Session) -> dict[str, str]:
    headers = {}
    for entry in options.get("headersFromSecret") or []:
        secret = session.cluster("").get(ObjectRef("v1", "Secret", session.namespace, entry["secret"]))
        data = (secret or {}).get("data") or {}
        if entry["key"] not in data:
            raise ActionError(f'secret "{entry["secret"]}" has no key "{entry["key"]}"', code="oam.action.secret")
        headers[entry["header"]] = b64decode(data[entry["key"]]).decode()
    return headers


OPERATIONS = {"do": Operation(_do, Effect.EXTERNAL)}
"""By the name in ``#do``."""
