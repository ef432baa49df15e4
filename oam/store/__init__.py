"""Where state lives between passes, in memory, in an SQLite file or in a cluster, and who may write it."""

from oam.store.configmaps import ConfigMapStore
from oam.store.leases import LeaseHeld, LeaseLost, Leases
from oam.store.memory import MemoryStore
from oam.store.sqlite import SqliteStore, StoreError

__all__ = ["ConfigMapStore", "LeaseHeld", "LeaseLost", "Leases", "MemoryStore", "SqliteStore", "StoreError"]
