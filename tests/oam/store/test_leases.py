"""Leases: one at a time, ended by time or death, and fenced by their number."""

from __future__ import annotations

import pytest

from oam.store import LeaseHeld, LeaseLost, Leases, MemoryStore
from oam.workflow.clock import VirtualClock


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


def test_another_owner_waits_until_the_lease_is_over(store: MemoryStore) -> None:
    clock = VirtualClock()
    one, two = Leases(store, clock, "one"), Leases(store, clock, "two")
    with store.transaction():
        one.take("ns/a")
    assert (one.holder("ns/a"), two.holder("ns/a"), two.holder("ns/b")) == ("", "one", "")
    clock.sleep(60)
    assert two.holder("ns/a") == ""


def test_a_released_lease_is_free_at_once(store: MemoryStore) -> None:
    clock = VirtualClock()
    one, two = Leases(store, clock, "one"), Leases(store, clock, "two")
    with store.transaction():
        one.release("ns/a", one.take("ns/a"))
        assert two.holder("ns/a") == ""


def test_the_lease_of_a_dead_process_ends_with_it(store: MemoryStore) -> None:
    clock = VirtualClock()
    with store.transaction():
        Leases(store, clock, "one").take("ns/a")
    assert Leases(store, clock, "two", is_gone=lambda owner: owner == "one").holder("ns/a") == ""


def test_who_was_away_for_too_long_writes_nothing_any_more(store: MemoryStore) -> None:
    clock = VirtualClock()
    one, two = Leases(store, clock, "one"), Leases(store, clock, "two")
    with store.transaction():
        number = one.take("ns/a")
        clock.sleep(61)
        two.release("ns/a", two.take("ns/a"))
    with pytest.raises(LeaseLost):
        one.verify("ns/a", number)
    with store.transaction(), pytest.raises(LeaseLost):
        one.release("ns/a", number)


def test_waiting_ends_with_an_error(store: MemoryStore) -> None:
    clock = VirtualClock()
    with store.transaction():
        Leases(store, clock, "one", seconds=1e9).take("ns/a")
    two = Leases(store, clock, "two", seconds=1)
    clock.sleep(3)
    with pytest.raises(LeaseHeld, match="another process is at work on it"):
        two.wait("ns/a", 0)
