"""Both stores keep the same promises."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from oam.store import MemoryStore, SqliteStore, StoreError

if TYPE_CHECKING:
    from pathlib import Path

    from oam.ports import StateStore


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, open_store: Any, tmp_path: Path) -> StateStore:
    if request.param == "memory":
        return MemoryStore()
    return open_store(tmp_path / "s.db")


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


def test_file_is_read_again(open_store: Any, tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    first = open_store(path)
    with first.transaction():
        first.write("x", "k", {"v": 1})
    second = open_store(path)
    assert second.read("x", "k") == {"v": 1}
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_file_of_another_kind_is_refused(open_store: Any, tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    path.write_text("this is not a database, but it is long enough to be looked at" * 20)
    with pytest.raises(StoreError, match="not a database"):
        open_store(path)


def test_a_newer_format_is_refused(open_store: Any, tmp_path: Path) -> None:
    open_store(tmp_path / "s.db")
    with closing(sqlite3.connect(tmp_path / "s.db")) as connection:
        connection.execute("PRAGMA user_version = 99")
        with pytest.raises(StoreError, match="format 99"):
            SqliteStore(connection)


def test_the_first_key(store: StateStore) -> None:
    assert store.first("x") is None
    with store.transaction():
        store.write("x", "b", 1)
        store.write("x", "a", 2)
        store.write("w", "0", 3)
    assert store.first("x") == ("a", 2)


def test_a_pause_commits_what_was_written_before(store: StateStore) -> None:
    def broken() -> None:
        with store.transaction():
            store.write("x", "before", 1)
            with pytest.raises(ZeroDivisionError), store.pause():
                raise ZeroDivisionError
            store.write("x", "after", 1)
            raise KeyError

    with pytest.raises(KeyError):
        broken()
    assert dict(store.scan("x")) == {"before": 1}


def test_others_write_during_a_pause(open_store: Any, tmp_path: Path) -> None:
    one, two = (open_store(tmp_path / "s.db") for _ in range(2))
    with one.transaction():
        one.write("x", "k", 1)
        with one.pause(), two.transaction():
            two.write("x", "k", two.read("x", "k") + 1)
        assert one.read("x", "k") == 2


def test_a_damaged_file_is_refused_and_left_as_it_is(open_store: Any, tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    connection = sqlite3.connect(path)
    store = SqliteStore(connection)
    with store.transaction():
        for number in range(500):
            store.write("x", str(number), "long " * 200)
    connection.close()
    data = bytearray(path.read_bytes())
    data[8192:40960] = b"\xff" * 32768
    path.write_bytes(data)
    with pytest.raises(StoreError, match="damaged"):
        open_store(path)
    assert path.read_bytes() == data


def test_a_database_of_another_program_is_refused_and_left_as_it_is(open_store: Any, tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE theirs (x)")
    connection.close()
    data = path.read_bytes()
    with pytest.raises(StoreError, match="another program"):
        open_store(path)
    assert path.read_bytes() == data
