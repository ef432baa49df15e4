"""State in an SQLite file."""

from __future__ import annotations

import json
import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from oam.errors import OamError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["SqliteStore", "StoreError"]

_FORMAT = 1
_SCHEMA = """
CREATE TABLE IF NOT EXISTS documents (
    bucket TEXT NOT NULL, key TEXT NOT NULL, document TEXT NOT NULL, PRIMARY KEY (bucket, key)
) WITHOUT ROWID
"""


class StoreError(OamError):
    """The state file cannot be read or written, or is none of ours."""


class SqliteStore:
    """A :class:`oam.ports.StateStore` in one table of an SQLite database, in write-ahead mode.

    The connection belongs to the store from now on. A transaction takes the write lock at its start, so several
    processes that share a file take turns.

    Raises:
        StoreError: not an SQLite file, or one of a newer format.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._inside = False
        connection.isolation_level = None
        try:
            connection.execute("PRAGMA busy_timeout = 10000")
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            if version > _FORMAT:
                raise StoreError(f"state file has format {version}, this version knows up to {_FORMAT}")
            if version < _FORMAT:
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute(_SCHEMA)
                connection.execute(f"PRAGMA user_version = {_FORMAT}")
            connection.execute("PRAGMA synchronous = NORMAL")
        except sqlite3.Error as error:
            raise StoreError(f"cannot use the state file: {error}") from error

    def read(self, bucket: str, key: str) -> Any | None:
        """See :meth:`oam.ports.StateStore.read`."""
        row = self._run("SELECT document FROM documents WHERE bucket = ? AND key = ?", bucket, key).fetchone()
        return None if row is None else json.loads(row[0])

    def scan(self, bucket: str, prefix: str = "") -> Iterator[tuple[str, Any]]:
        """See :meth:`oam.ports.StateStore.scan`."""
        rows = self._run(
            "SELECT key, document FROM documents WHERE bucket = ? AND substr(key, 1, ?) = ? ORDER BY key",
            bucket,
            len(prefix),
            prefix,
        ).fetchall()
        for key, text in rows:
            yield key, json.loads(text)

    def write(self, bucket: str, key: str, document: Any) -> None:
        """See :meth:`oam.ports.StateStore.write`."""
        self._check_inside()
        self._run("INSERT OR REPLACE INTO documents VALUES (?, ?, ?)", bucket, key, json.dumps(document))

    def remove(self, bucket: str, key: str) -> bool:
        """See :meth:`oam.ports.StateStore.remove`."""
        self._check_inside()
        return self._run("DELETE FROM documents WHERE bucket = ? AND key = ?", bucket, key).rowcount > 0

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """See :meth:`oam.ports.StateStore.transaction`."""
        if self._inside:
            yield
            return
        self._run("BEGIN IMMEDIATE")
        self._inside = True
        try:
            yield
        except BaseException:
            self._run("ROLLBACK")
            raise
        else:
            self._run("COMMIT")
        finally:
            self._inside = False

    def is_empty(self) -> bool:
        """Whether there is no document at all."""
        return self._run("SELECT 1 FROM documents LIMIT 1").fetchone() is None

    def _check_inside(self) -> None:
        if not self._inside:
            raise RuntimeError("write outside of a transaction")

    def _run(self, statement: str, *values: str | int) -> sqlite3.Cursor:
        try:
            return self._connection.execute(statement, values)
        except sqlite3.Error as error:
            raise StoreError(f"cannot use the state file: {error}") from error
