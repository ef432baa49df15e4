"""Units of compilation: what the values of one have in common."""

from __future__ import annotations

from pycue.errors import ConflictError, CycleError, EvalError, IncompleteError
from pycue.evaluator.context import OpContext
from pycue.evaluator.values import CYCLE, INCOMPLETE, STRUCTURAL_CYCLE

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Callable

    from pycue.errors import CueError
    from pycue.evaluator.values import Bottom, Src
    from pycue.evaluator.vertex import Vertex
    from pycue.limits import Limits
    from pycue.source import Position

__all__ = ["Unit"]


class Unit:
    """What values of one compilation share: limits, packages that they import, the scope of hidden labels."""

    __slots__ = ("_import", "_limits", "_trace", "package_id")

    def __init__(
        self,
        limits: Limits,
        importer: Callable[[OpContext, str], Vertex | None],
        package_id: str = "_",
        trace: Callable[[Position, bool], None] | None = None,
    ) -> None:
        self._limits = limits
        self._import = importer
        self._trace = trace
        self.package_id = package_id

    def new_context(self) -> OpContext:
        """A fresh evaluation with a budget of its own; each package has one vertex in it."""
        vertices: dict[str, Vertex | None] = {}

        def importer(path: str) -> Vertex | None:
            if path not in vertices:
                vertices[path] = self._import(ctx, path)
            return vertices[path]

        ctx = OpContext(limits=self._limits, importer=importer)
        tell = self._trace
        if tell is not None:

            def trace(src: Src | None, held: bool) -> None:
                position = src.position if src is not None else None
                if position is not None:
                    tell(position, held)

            ctx.trace = trace
        return ctx

    @staticmethod
    def failure(bottom: Bottom) -> CueError:
        """The exception that stands for an error value."""
        from pycue.evaluator.diagnose import diagnostics

        found = diagnostics(bottom)
        if bottom.code in (CYCLE, STRUCTURAL_CYCLE):
            return CycleError(found)
        if bottom.code == INCOMPLETE:
            return IncompleteError(found)
        if found and all(d.message.startswith("conflicting value") for d in found):
            return ConflictError(found)
        return EvalError(found)
