"""State in an SQLite file."""

from __future__ import annotations

import json
import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from oam.errors import Interruption

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["SqliteStore", "StoreError"]

_FORMAT = 2
_APPLICATION = 0x0A4D0001  # what the file says it is, in its header
_SCHEMA = """
CREATE TABLE IF NOT EXISTS documents (
    bucket TEXT NOT NULL, key TEXT NOT NULL, document TEXT NOT NULL, PRIMARY KEY (bucket, key)
) WITHOUT ROWID
"""
_LAST = "\U0010ffff"
"""Comes after every character that a key may have."""


class StoreError(Interruption):
    """The state file cannot be read or written, or is none of ours. What was committed before is there still."""


class SqliteStore:
    """A :class:`oam.ports.StateStore` in one table of an SQLite database, in write-ahead mode.

    The connection belongs to the store from now on. A transaction takes the write lock at its start, so several
    processes that share a file take turns.

    Raises:
        StoreError: not an SQLite file, a damaged one, one of another program, or one of another format; nothing is
            written to it then.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._inside = False
        connection.isolation_level = None
        try:
            connection.execute("PRAGMA busy_timeout = 10000")
            if self._is_new():
                connection.execute("PRAGMA journal_mode = WAL")
                with self.transaction():
                    connection.execute(_SCHEMA)
                    connection.execute(f"PRAGMA application_id = {_APPLICATION}")
                    connection.execute(f"PRAGMA user_version = {_FORMAT}")
            connection.execute("PRAGMA synchronous = NORMAL")
        except sqlite3.Error as error:
            raise _fault(error) from error

    def _is_new(self) -> bool:
        """Whether there is nothing in the file yet. Raises :class:`StoreError` where it is none of ours."""
        version, application, tables, damage = (
            self._connection.execute(query).fetchone()[0]
            for query in (
                "PRAGMA user_version",
                "PRAGMA application_id",
                "SELECT count(*) FROM sqlite_master",
                "PRAGMA quick_check(1)",
            )
        )
        if damage != "ok":
            raise StoreError(
                f"the state file is damaged: {damage.splitlines()[-1]}", code="oam.state.damaged", help=_HELP
            )
        if not tables and not version and not application:
            return True
        if application != _APPLICATION and version != 1:
            raise StoreError("the file is a database of another program", code="oam.state.foreign")
        if version != _FORMAT:
            known = f"this version knows format {_FORMAT}"
            raise StoreError(f"state file has format {version}, {known}", code="oam.state.format")
        return False

    def read(self, bucket: str, key: str) -> Any | None:
        """See :meth:`oam.ports.StateStore.read`."""
        rows = self._run("SELECT key, document FROM documents WHERE bucket = ? AND key = ?", bucket, key)
        return rows[0][1] if rows else None

    def scan(self, bucket: str, prefix: str = "") -> Iterator[tuple[str, Any]]:
        """See :meth:`oam.ports.StateStore.scan`."""
        yield from self._run(
            "SELECT key, document FROM documents WHERE bucket = ? AND key >= ? AND key < ? ORDER BY key",
            bucket,
            prefix,
            prefix + _LAST,
        )

    def first(self, bucket: str) -> tuple[str, Any] | None:
        """See :meth:`oam.ports.StateStore.first`."""
        rows = self._run("SELECT key, document FROM documents WHERE bucket = ? ORDER BY key LIMIT 1", bucket)
        return rows[0] if rows else None

    def write(self, bucket: str, key: str, document: Any) -> None:
        """See :meth:`oam.ports.StateStore.write`."""
        self._check_inside()
        self._execute("INSERT OR REPLACE INTO documents VALUES (?, ?, ?)", bucket, key, json.dumps(document))

    def remove(self, bucket: str, key: str) -> bool:
        """See :meth:`oam.ports.StateStore.remove`."""
        self._check_inside()
        return bool(self._execute("DELETE FROM documents WHERE bucket = ? AND key = ? RETURNING key", bucket, key))

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """See :meth:`oam.ports.StateStore.transaction`."""
        if self._inside:
            yield
            return
        self._begin()
        try:
            yield
            self.commit()
        except BaseException:
            self._inside = False
            if self._connection.in_transaction:
                self._connection.rollback()
            raise

    @contextmanager
    def pause(self) -> Iterator[None]:
        """See :meth:`oam.ports.StateStore.pause`.

        What was written survives a loss of power from then on; other commits only survive the end of the process
        until the next checkpoint, which is a lot faster.
        """
        self.commit()
        self._execute("PRAGMA wal_checkpoint(PASSIVE)")
        try:
            yield
        finally:
            self._begin()

    def commit(self) -> None:
        """End the transaction, for good."""
        self._check_inside()
        self._execute("COMMIT")
        self._inside = False

    def is_empty(self) -> bool:
        """Whether there is no document at all."""
        return not self._execute("SELECT key FROM documents LIMIT 1")

    def _begin(self) -> None:
        self._execute("BEGIN IMMEDIATE")
        self._inside = True

    def _check_inside(self) -> None:
        if not self._inside:
            raise RuntimeError("write outside of a transaction")
        if not self._connection.in_transaction:  # SQLite gave it up after an error; nothing of it may be kept
            raise StoreError("cannot use the state file: the transaction was given up", code="oam.state")

    def _run(self, statement: str, *values: str) -> list[tuple[str, Any]]:
        """Keys and documents of the rows that a statement gives."""
        rows = self._execute(statement, *values)
        try:
            return [(key, json.loads(text)) for key, text in rows]
        except ValueError as error:
            raise StoreError(f"the state file is damaged: {error}", code="oam.state.damaged", help=_HELP) from error

    def _execute(self, statement: str, *values: str) -> list[tuple[Any, ...]]:
        try:
            return self._connection.execute(statement, values).fetchall()
        except sqlite3.Error as error:
            raise _fault(error) from error


_HELP = "nothing was written to it; restore the file from a copy, or name another one"


def _fault(error: sqlite3.Error) -> StoreError:
    """What to tell about an error of SQLite."""
    name = getattr(error, "sqlite_errorname", "")
    if name.startswith("SQLITE_CORRUPT"):
        return StoreError(f"the state file is damaged: {error}", code="oam.state.damaged", help=_HELP)
    if name in ("SQLITE_FULL", "SQLITE_IOERR_WRITE"):
        text = f"cannot write the state file: {error}"
        return StoreError(text, code="oam.state.full", help="make room, then give the command again: nothing is lost")
    if name.startswith("SQLITE_BUSY"):
        text = f"cannot use the state file: {error}"
        return StoreError(text, code="oam.state.busy", help="another process is writing it")
    return StoreError(f"cannot use the state file: {error}", code="oam.state")
