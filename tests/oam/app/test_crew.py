"""Tasks side by side, in an order that is always the same."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oam.app.crew import Crew


def test_results_come_in_the_order_of_the_tasks() -> None:
    assert Crew().run([lambda at=at: at * 2 for at in range(5)]) == [0, 2, 4, 6, 8]  # type: ignore[misc]


def test_no_task_and_one_task_need_no_crew() -> None:
    here = threading.current_thread()
    assert Crew().run([]) == []
    assert Crew().run([threading.current_thread]) == [here]


def test_waiting_is_done_side_by_side() -> None:
    crew = Crew()
    meeting = threading.Barrier(3, timeout=5)

    def task() -> int:
        with crew.away():
            return meeting.wait()

    assert sorted(crew.run([task, task, task])) == [0, 1, 2]


def test_work_is_done_one_at_a_time() -> None:
    crew = Crew()
    working: list[int] = []

    def task() -> None:
        for _ in range(20):
            working.append(1)
            assert len(working) == 1
            working.pop()
            with crew.away():
                time.sleep(0)

    crew.run([task] * 4)


@settings(deadline=None, max_examples=25)
@given(st.lists(st.lists(st.integers(0, 3), max_size=4), min_size=2, max_size=4))
def test_the_order_of_work_does_not_depend_on_who_is_answered_first(delays: list[list[int]]) -> None:
    def order(scale: float) -> list[tuple[int, int]]:
        crew, seen = Crew(), []

        def task(at: int) -> Callable[[], None]:
            def work() -> None:
                for turn, delay in enumerate(delays[at]):
                    seen.append((at, turn))
                    with crew.away():
                        time.sleep(delay * scale)

            return work

        crew.run([task(at) for at in range(len(delays))])
        return seen

    assert order(0.001) == order(0)


def test_a_failure_is_raised_and_the_others_stop_at_their_next_turn() -> None:
    crew = Crew()
    reached: list[str] = []

    def fails() -> None:
        with crew.away():
            pass
        raise ValueError("broken")

    def goes_on() -> None:
        reached.append("begun")
        with crew.away():
            time.sleep(0.01)
        reached.append("went on")

    with pytest.raises(ValueError, match="broken"):
        crew.run([fails, goes_on])
    assert reached == ["begun"]
    assert crew.run([lambda: 1, lambda: 2]) == [1, 2], "it may be used again"


def test_away_means_nothing_to_those_outside() -> None:
    with Crew().away():
        pass
