"""Where state lives between passes, in memory or in an SQLite file, and who may write it."""

from oam.store.leases import LeaseHeld, LeaseLost, Leases
from oam.store.memory import MemoryStore
from oam.store.sqlite import SqliteStore, StoreError

__all__ = ["LeaseHeld", "LeaseLost", "Leases", "MemoryStore", "SqliteStore", "StoreError"]
