"""Steps that are executed side by side, in an order that is always the same.

Only one of them works at a time; while it waits for the world outside (a server, a cluster) the next one works. Turns
go round in the order of the list, whichever answer comes first, so the same answers always lead to the same run.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

__all__ = ["Crew"]

Result = TypeVar("Result")


class _Dismissed(BaseException):
    """Another one failed: nobody goes on."""


class _Member(threading.Thread):
    """One task, which works while it has the turn."""

    def __init__(self, crew: Crew, at: int, task: Callable[[], object]) -> None:
        super().__init__(name=f"step-{at}", daemon=True)
        self.crew = crew
        self.at = at
        self.task = task
        self.turn = threading.Semaphore(0)
        self.done = False
        self.result: Any = None
        self.error: BaseException | None = None

    def run(self) -> None:
        try:
            self.wait()
            self.result = self.task()
        except _Dismissed:
            pass
        except BaseException as error:  # noqa: BLE001 (it is raised again where the crew was called)
            self.error = error
        self.done = True
        self.crew.pass_on(self.at)

    def wait(self) -> None:
        """Until it is this one's turn."""
        self.turn.acquire()
        if self.crew.failed():
            raise _Dismissed


class Crew:
    """See the module. A crew may be used again, but not within itself."""

    def __init__(self) -> None:
        self._members: list[_Member] = []
        self._given_up = False

    def run(self, tasks: Sequence[Callable[[], Result]]) -> list[Result]:
        """The results of all tasks, in their order.

        Raises:
            BaseException: what a task raised, the first one's in the order of the list; the others stop at their
                next turn.
        """
        if len(tasks) < 2:
            return [task() for task in tasks]
        members = [_Member(self, at, task) for at, task in enumerate(tasks)]
        self._members, self._given_up = members, False
        try:
            for member in members:
                member.start()
            members[0].turn.release()
            for member in members:
                member.join()
        except BaseException:
            self._given_up = True
            for member in members:
                member.turn.release()
            raise
        finally:
            self._members = []
        for member in members:
            if member.error is not None:
                raise member.error
        return [member.result for member in members]

    @contextmanager
    def away(self) -> Iterator[None]:
        """Around what takes long and touches nothing that the others use."""
        current = threading.current_thread()
        if not isinstance(current, _Member) or current.crew is not self:
            yield
            return
        self.pass_on(current.at)
        try:
            yield
        finally:
            current.wait()

    def failed(self) -> bool:
        """Whether somebody failed."""
        return self._given_up or any(member.error is not None for member in self._members)

    def pass_on(self, at: int) -> None:
        """Give the turn to the next one that has not finished; it may be the same one."""
        members = self._members
        for member in [*members[at + 1 :], *members[: at + 1]]:
            if not member.done:
                member.turn.release()
                return
