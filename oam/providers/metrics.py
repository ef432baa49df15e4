"""``vela/metrics``: checks of measured values."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from oam.ports import HttpRequest
from oam.providers.registry import Effect, Operation
from oam.providers.session import ActionError
from oam.timestamps import parse_duration
from pycue import Context
from pycue.errors import CueError

if TYPE_CHECKING:
    from oam.providers.session import Action, Session

__all__ = ["OPERATIONS"]

_TIMEOUT = 10.0


def _check(action: Action, session: Session) -> dict[str, Any]:
    """Whether a condition has held for long enough, or failed for too long."""
    params, now = action.params, session.clock.now()
    value = _query(params["metricEndpoint"], params["query"], session)
    try:
        holds = Context().compile_expression(f"{value} {params['condition']}").decode()
    except CueError as error:
        raise ActionError(f"condition {params['condition']}: {error}", code="oam.action.parameter") from error
    good, bad = f"{action.field}.holds", f"{action.field}.fails"
    mark, other = (good, bad) if holds is True else (bad, good)
    # a negative time stands for a clock that was stopped
    begun = session.marks.get(mark, -1.0)
    session.new_marks[other] = -1.0
    session.new_marks[mark] = begun = now if begun < 0 else begun
    needed = parse_duration(params["duration"] if holds is True else params["failDuration"])
    over = now - begun >= needed
    if holds is True:
        message = "" if over else "The healthy condition should be {}, and the query result is {}, indicating success."
        return {"result": over, "failed": False, "message": message.format(params["condition"], value)}
    message = f"The healthy condition should be {params['condition']}, but the query result is {value}"
    return {"result": False, "failed": over and not session.upstream, "message": message}


def _query(endpoint: str, query: str, session: Session) -> str:
    """The one number that an instant query gives."""
    if session.http is None:
        raise ActionError(f"no network: request of {endpoint} is not allowed", code="oam.action.network")
    url = f"{endpoint.rstrip('/')}/api/v1/query?{urlencode({'query': query})}"
    try:
        answer = session.http.send(HttpRequest("GET", url, {}, b"", _TIMEOUT))
        data = json.loads(answer.body)["data"]
        result = data["result"]
        if data["resultType"] in ("scalar", "string"):
            return str(float(result[1]))
        if len(result) != 1:
            raise ActionError(f"query {query} gives {len(result)} values, not one", code="oam.action.metrics")
        return str(float(result[0]["value"][1]))
    except OSError as error:
        raise ActionError(f"request of {url}: {error}", code="oam.action.network") from error
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise ActionError(f"request of {url}: no answer of Prometheus: {error}", code="oam.action.metrics") from error


OPERATIONS = {"promCheck": Operation(_check, Effect.READ)}
"""By the name in ``#do``."""
