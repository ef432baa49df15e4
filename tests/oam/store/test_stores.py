"""Both stores keep the same promises."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest

from oam.store import MemoryStore, SqliteStore, StoreError

if TYPE_CHECKING:
    from pathlib import Path

    from oam.ports import StateStore


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> StateStore:
    if request.param == "memory":
        return MemoryStore()
    return SqliteStore(sqlite3.connect(tmp_path / "s.db"))


def test_documents_are_copies(store: StateStore) -> None:
    document = {"a": [1, {"b": None}]}
    with store.transaction():
        store.write("x", "k", document)
    document["a"].append(2)
    first = store.read("x", "k")
    first["a"].clear()
    assert store.read("x", "k") == {"a": [1, {"b": None}]}


def test_scan_is_sorted_and_by_prefix(store: StateStore) -> None:
    with store.transaction():
        for key in ("b/2", "a", "b/1", "B/3"):
            store.write("x", key, key)
        store.write("y", "b/9", 0)
    assert [key for key, _ in store.scan("x", "b/")] == ["b/1", "b/2"]
    assert [key for key, _ in store.scan("x")] == ["B/3", "a", "b/1", "b/2"]


def _write_and_crash(store: StateStore) -> None:
    with store.transaction():
        store.write("x", "old", 2)
        store.write("x", "new", 2)
        assert store.remove("x", "gone")
        with store.transaction():
            store.write("x", "inner", 3)
        raise KeyError


def test_all_or_nothing(store: StateStore) -> None:
    with store.transaction():
        store.write("x", "old", 1)
        store.write("x", "gone", 1)
    with pytest.raises(KeyError):
        _write_and_crash(store)
    assert dict(store.scan("x")) == {"old": 1, "gone": 1}


def test_remove_tells(store: StateStore) -> None:
    with store.transaction():
        store.write("x", "k", 1)
        assert store.remove("x", "k")
        assert not store.remove("x", "k")
    assert store.read("x", "k") is None


def test_writes_need_a_transaction(store: StateStore) -> None:
    with pytest.raises(RuntimeError):
        store.write("x", "k", 1)


def test_file_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    first = SqliteStore(sqlite3.connect(path))
    with first.transaction():
        first.write("x", "k", {"v": 1})
    second = SqliteStore(sqlite3.connect(path))
    assert second.read("x", "k") == {"v": 1}
    assert sqlite3.connect(path).execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    path.write_text("this is not a database, but it is long enough to be looked at" * 20)
    with pytest.raises(StoreError, match="not a database"):
        SqliteStore(sqlite3.connect(path))


def test_a_newer_format_is_refused(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "s.db")
    connection.execute("PRAGMA user_version = 99")
    with pytest.raises(StoreError, match="format 99"):
        SqliteStore(connection)
