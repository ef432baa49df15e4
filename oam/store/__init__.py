"""Where state lives between passes: in memory or in an SQLite file."""

from oam.store.memory import MemoryStore
from oam.store.sqlite import SqliteStore, StoreError

__all__ = ["MemoryStore", "SqliteStore", "StoreError"]
