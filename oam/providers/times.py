"""``vela/time``: dates and seconds since 1970."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from oam.providers.registry import Effect, Operation
from oam.providers.session import ActionError
from oam.timestamps import format_time, parse_time

if TYPE_CHECKING:
    from oam.providers.session import Action, Session

__all__ = ["OPERATIONS"]

_PARTS = {
    "2006": "%Y", "06": "%y", "January": "%B", "Jan": "%b", "01": "%m", "Monday": "%A", "Mon": "%a", "02": "%d",
    "15": "%H",
    "03": "%I", "04": "%M", "05": "%S", "PM": "%p", "MST": "%Z", "Z07:00": "%z", "-07:00": "%z",
    "-0700": "%z", "Z0700": "%z",
}  # fmt: skip
_PART = re.compile("|".join(sorted(map(re.escape, _PARTS), key=len, reverse=True)))


def _format(layout: str) -> str:
    """The ``strftime`` format that a Go layout asks for."""
    return _PART.sub(lambda part: _PARTS[part[0]], layout.replace("%", "%%"))


def _to_timestamp(action: Action, _: Session) -> dict[str, Any]:
    date, layout = action.params.get("date", ""), action.params.get("layout", "")
    if not date:
        raise ActionError("empty date to convert", code="oam.action.date")
    try:
        if not layout:
            return {"timestamp": int(parse_time(date))}
        moment = datetime.strptime(date, _format(layout))
    except ValueError as error:
        raise ActionError(f'cannot read date "{date}": {error}', code="oam.action.date") from error
    return {"timestamp": int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())}


def _to_date(action: Action, _: Session) -> dict[str, Any]:
    seconds, layout = action.params["timestamp"], action.params.get("layout", "")
    if not layout:
        return {"date": format_time(seconds)}
    return {"date": datetime.fromtimestamp(seconds, UTC).strftime(_format(layout))}


OPERATIONS = {
    "timestamp": Operation(_to_timestamp, Effect.PURE),
    "date": Operation(_to_date, Effect.PURE),
}
"""By the name in ``#do``."""
