"""Secrets kept out of what people read: messages, logs, histories, printed variables.

Whatever the Secrets of a cluster hold is hidden wherever it turns up, as it is or as part of a text. What programs
need (the variables of a run, the objects themselves) is stored unchanged.
"""

from __future__ import annotations

import json
import re
from base64 import b64decode
from binascii import Error as Base64Error
from typing import TYPE_CHECKING, Any

from oam.cluster import ClusterError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from oam.ports import Cluster, Object

__all__ = ["HIDDEN", "Redactor"]

HIDDEN = "***"
_SHORTEST = 4
"""Characters that a secret has at least to be looked for within texts; shorter ones would turn up everywhere."""
_WORDS = frozenset(("true", "false", "null", "none"))


class Redactor:
    """Hides the values that it was told about."""

    def __init__(self) -> None:
        self._values: set[str] = set()
        self._pattern: re.Pattern[str] | None = None
        self._seen = -1
        self._places: set[str] = set()

    def look(self, cluster: Cluster, places: Iterable[str] = ()) -> Redactor:
        """Learn the Secrets that a cluster has by now; itself, to be used at once.

        Of a cluster that is shared with others only these namespaces are looked at, once each.
        """
        if cluster.shared:
            for place in set(places) - self._places:
                self._places.add(place)
                try:
                    self.learn(cluster.list("v1", "Secret", place))
                except ClusterError:
                    pass
        elif self._seen != cluster.version():
            try:
                self.learn(cluster.list("v1", "Secret"))
            except ClusterError:
                pass  # who may not read them does not show them either
            self._seen = cluster.version()
        return self

    def learn(self, secrets: Iterable[Object]) -> None:
        """Hide what these Secrets hold from now on: values, lines of long ones, and the strings in JSON documents."""
        found = {value for secret in secrets for value in _held(secret)} - self._values - {""}
        if not found:
            return
        self._values |= found
        within = {text for value in self._values for text in (value, json.dumps(value)[1:-1])}
        long = sorted((text for text in within if len(text) >= _SHORTEST and text not in _WORDS), key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, long))) if long else None

    def text(self, text: str) -> str:
        """The text with ``***`` in the place of each secret."""
        if text in self._values and text not in _WORDS:
            return HIDDEN
        return self._pattern.sub(HIDDEN, text) if self._pattern else text

    def data(self, data: Any) -> Any:
        """A copy of plain data with ``***`` in the place of each secret; of a Secret object nothing is shown."""
        if isinstance(data, str):
            return self.text(data)
        if isinstance(data, list):
            return [self.data(item) for item in data]
        if not isinstance(data, dict):
            return data
        shown = {key: self.data(value) for key, value in data.items()}
        if data.get("apiVersion") == "v1" and data.get("kind") == "Secret":
            for field in ("data", "stringData"):
                if isinstance(data.get(field), dict):
                    shown[field] = dict.fromkeys(data[field], HIDDEN)
        return shown


def _held(secret: Object) -> Iterator[str]:
    """Every text that a Secret holds, in each form in which it may be met."""
    for encoded in (secret.get("data") or {}).values():
        yield str(encoded)
        try:
            value = b64decode(encoded, validate=True).decode("utf-8")
        except (Base64Error, ValueError, TypeError):
            continue
        yield from _forms(value)
    for value in (secret.get("stringData") or {}).values():
        yield from _forms(str(value))


def _forms(value: str) -> Iterator[str]:
    yield value
    yield value.strip()
    if "\n" in value:
        yield from (line.strip() for line in value.splitlines() if len(line.strip()) > 2 * _SHORTEST)
    if value[:1] in ("{", "[", '"'):
        try:
            yield from _strings(json.loads(value))
        except (ValueError, RecursionError):
            return


def _strings(data: Any) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict | list):
        for item in data.values() if isinstance(data, dict) else data:
            yield from _strings(item)
