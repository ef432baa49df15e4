"""Executing the template of one step: its actions in the order of the text, each seeing the results of those before.

The value is walked in post-order; the first node with a string ``#do`` that was not executed yet is carried out,
its results are filled in, and the walk begins again, because results may bring new actions. Fields with
``@step(n)`` come first.
"""

from __future__ import annotations

import json
from copy import deepcopy
from typing import TYPE_CHECKING, Any

import attrs

from oam.errors import Interruption, OamError
from oam.providers import Action, ActionError, Effect, StopStep, find_operation
from oam.render.failures import brief
from oam.render.objects import plain
from oam.workflow.conditions import find_path
from oam.workflow.dataflow import InputError, fill
from oam.workflow.events import Returned
from oam.workflow.model import Phase, Reason
from oam.workflow.output import OutputError, read_output, with_returns
from oam.workflow.waiting import waiting_for
from pycue import Path, Selector
from pycue.errors import CueError, CueSyntaxError, IncompleteError, LimitError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from oam.providers import Operation, Session
    from oam.workflow.events import Execute
    from oam.workflow.journal import Journal
    from oam.workflow.model import Run
    from oam.workflow.template import Templates
    from pycue import Value

__all__ = ["StepRunner"]

_MOST_ACTIONS = 1000
_UNORDERED = 1 << 30


class _Failure(Exception):
    """An action could not be carried out; the text is the step's message."""


@attrs.frozen
class StepRunner:
    """Executes steps.

    Attributes:
        templates: of the step types.
        upstream: follow KubeVela also where it lets mistakes pass: errors outside of actions fail only the first turn
            of a step, missing outputs none, a condition over a missing field does, and requests are sent again with
            each turn.
        witness: told the name of a step and what its template came to, at the end of each turn.
    """

    templates: Templates
    upstream: bool = False
    witness: Callable[[str, Value], None] | None = None

    def run(self, run: Run, effect: Execute, session: Session, journal: Journal, now: float) -> Returned:
        """Execute a step once.

        Raises:
            Interruption: what everything rests on failed; the step is as if it had not been executed.
        """
        context = {
            **run.context,
            "stepName": effect.step.name,
            "stepSessionID": effect.id,
            "spanID": effect.id,
            **({"stepGroupName": effect.group} if effect.group else {}),
        }
        try:
            parameter = _parameter(run, effect, context)
        except InputError as error:
            return Returned(now, Phase.FAILED, Reason.INPUT, str(error))
        try:
            value = self.templates.template(effect.step.type).fill(parameter=parameter, context=context)
        except (CueError, OamError) as error:
            if not self.upstream:
                return Returned(now, Phase.FAILED, Reason.RENDERING, str(error))
            if run.tries.get(effect.id) and not isinstance(error, CueSyntaxError):
                return Returned(now, Phase.SUCCEEDED, Reason.NONE, "")
            return Returned(now, Phase.FAILED, Reason.EXECUTE, str(error))
        turn = _Turn(self, value, session, journal)
        try:
            turn.run()
        except _Failure as failure:
            return self._result(turn, now, Phase.FAILED, Reason.EXECUTE, str(failure))
        except LimitError as error:  # no later turn is going to fare better
            return self._result(turn, now, Phase.FAILED, Reason.RENDERING, str(error))
        finally:
            if self.witness is not None:
                self.witness(effect.step.name, turn.value)
        flow = session.flow
        if flow.reason == "Wait" and not (flow.message or self.upstream) and turn.stopped is not None:
            labels = [selector.name for selector in turn.stopped]
            tree, cue = self.templates.tree(effect.step.type), self.templates.compiler.context
            flow.note = waiting_for(tree, labels, turn.value, cue) or flow.note
        if flow.phase:
            message = flow.message if self.upstream else flow.note or flow.message
            return self._result(turn, now, Phase(flow.phase), Reason(flow.reason), message, effect)
        if fault := "" if self.upstream and run.tries.get(effect.id) else _fault_of(turn.value):
            return self._result(turn, now, Phase.FAILED, Reason.EXECUTE if self.upstream else Reason.RENDERING, fault)
        return self._result(turn, now, Phase.SUCCEEDED, Reason.NONE, flow.message, effect)

    def _result(
        self, turn: _Turn, now: float, phase: Phase, reason: Reason, message: str, effect: Execute | None = None
    ) -> Returned:
        outputs: dict[str, Any] = {}
        for output in effect.step.outputs if effect and phase is Phase.SUCCEEDED else ():
            optional = output.value.endswith("?")
            try:
                outputs[output.name] = read_output(
                    self.templates.compiler.context, turn.value, output.value.removesuffix("?")
                )
            except OutputError as error:
                if optional or (self.upstream and error.undecided):
                    continue
                message = f"failed to get output from {output.value}: {self._why(output.value, error)}"
                if not self.upstream:
                    phase, reason = Phase.FAILED, Reason.OUTPUT
        session = turn.session
        return Returned(
            now,
            phase,
            reason,
            message,
            outputs=outputs,
            variables=session.put,
            marks=session.new_marks,
            terminate=session.flow.terminate,
        )

    def _why(self, path: str, error: OutputError) -> str:
        if self.upstream and error.missing:
            return f"failed to lookup value: var(path={with_returns(path)}) not exist\n"
        return str(error)


class _Turn:
    """One evaluation of a template, from the first action to the last."""

    def __init__(self, runner: StepRunner, value: Value, session: Session, journal: Journal) -> None:
        self.value = value
        self.session = session
        self._journal = journal
        self._upstream = runner.upstream
        self._context = runner.templates.compiler.context
        self._executed: set[Path] = set()
        self.stopped: Path | None = None

    def run(self) -> None:
        """Carry out all actions, until one stops the step. Raises :class:`_Failure`."""
        for _ in range(_MOST_ACTIONS):
            found = _next_action(self.value, Path(), self._executed)
            if found is None:
                return
            path, node = found
            try:
                result = self._carry_out(path, node)
            except StopStep:
                self.stopped = path
                return
            except (Interruption, LimitError):
                raise
            except (CueError, OamError) as error:
                raise _Failure(f"function call error for {path}: {error}") from error
            self._executed.add(path)
            if result:
                self._fill(path if _is_legacy(node) else path + Selector.field("$returns"), result)
        raise _Failure(f"more than {_MOST_ACTIONS} actions in one step")

    def _carry_out(self, path: Path, node: Value) -> dict[str, Any] | None:
        operation = find_operation(_text(node, "#provider"), _text(node, "#do"))
        legacy = _is_legacy(node)
        params = self._params(node, node if legacy else node.lookup("$params"))
        provider, function = _text(node, "#provider"), _text(node, "#do")
        action = Action(str(path), path[-1].name, provider, function, params, node, legacy)
        external = operation.effect is Effect.EXTERNAL and params.get("method") not in ("GET", "HEAD")
        if self._upstream or not (external or operation.replay):
            return operation.run(action, self.session)
        return self._once(action, operation)

    def _fill(self, path: Path, result: dict[str, Any]) -> None:
        """Unify results with what stands at a path; an element of a list is reached by an open list around it."""
        selectors = list(path)
        first = next((at for at, selector in enumerate(selectors) if selector.kind == "index"), None)
        if first is None:
            self.value = self.value.fill(path, result)
            return
        text = json.dumps(result)
        for selector in reversed(selectors[first:]):
            text = (
                f"[{'_, ' * int(selector.name)}{text}, ...]" if selector.kind == "index" else f"{{{selector}: {text}}}"
            )
        self.value = self.value.fill(Path(selectors[:first]), self._context.compile_expression(text))

    def _params(self, node: Value, params: Value) -> dict[str, Any]:
        """The parameters as plain data; a wait that looks at what is not there yet waits for it."""
        if not params.exists():
            return {}
        try:
            data: dict[str, Any] = plain(params.decode())
        except LimitError:
            raise
        except CueError as error:
            waits = _text(node, "#do") == "wait" and _is_missing(error)
            if waits and self._executed and not self._upstream:
                missing = [fault for fault in error.diagnostics if "undefined field" in fault.message]
                self.session.flow.wait()
                self.session.flow.note = (missing or error.diagnostics)[0].summary()
                raise StopStep from None
            raise OamError(f"cue: marshal error: {brief(error)}", code="oam.action.parameter") from error
        return data

    def _once(self, action: Action, operation: Operation) -> dict[str, Any] | None:
        """Carry out an action that must not be repeated, unless the journal has the result for these parameters.

        The intent is committed before anything leaves the store, and a result of what did as soon as it is there.
        """
        journal, path = self._journal, action.path
        attributes = dict(action.node.attributes())
        entry = journal.entry(path, action.params)
        if entry and "result" not in entry:
            self._resolve(action, attributes.get("unknown", "retry"))
        elif entry and "rerun" not in attributes:
            result: dict[str, Any] | None = entry["result"]
            if operation.replay is None:
                return result
            if (result := operation.replay(action, self.session)) is not None:
                return result
        action = attrs.evolve(action, key=journal.intend(path, action.params))
        try:
            result = operation.run(action, self.session)
        except ActionError as error:
            if error.undone:
                journal.forget(path)
            raise
        if operation.replay is None:
            journal.done(path, result)
            journal.commit()
        elif "err" not in (result or {}):
            journal.done(path, None)
        return result

    def _resolve(self, action: Action, policy: str) -> None:
        """What to do about an action that may have been carried out already; doing it again has the same key."""
        text = f"whether {action.path} was carried out is not known"
        if policy == "suspend":
            self.session.suspend(f"{action.path}.unknown", message=f"{text}; resume to do it again")
        elif policy == "fail":
            self.session.flow.fail(text)
            raise StopStep


def _parameter(run: Run, effect: Execute, context: dict[str, Any]) -> dict[str, Any]:
    parameter: dict[str, Any] = deepcopy(effect.step.properties or {})
    for entry in effect.step.inputs:
        found, value = find_path(run.variables, entry.name)
        if not found:
            found, value = find_path({"context": context, "parameter": parameter}, entry.name)
        if found and entry.key:
            fill(parameter, entry.key, deepcopy(value))
    return parameter


def _next_action(value: Value, path: Path, executed: set[Path]) -> tuple[Path, Value] | None:
    for selector, child in _children(value, top=not len(path)):
        below = path + selector
        if below in executed:
            continue
        found = _next_action(child, below, executed)
        if found is not None:
            return found
    if len(path) and _text(value, "#do"):
        return path, value
    return None


def _children(value: Value, *, top: bool) -> Iterator[tuple[Selector, Value]]:
    """Fields and elements that may hold actions; those with ``@step(n)`` first."""
    if value.incomplete_kind == "list":
        for index, element in enumerate(value.elements()):
            yield Selector.index(index), element
    else:  # a struct may be incomplete for now, where a comprehension waits for the result of an action
        fields = [
            (selector, child)
            for selector, child in value.fields(hidden=True)
            if "#" not in selector.name and not (top and selector.name in ("context", "parameter"))
        ]
        yield from sorted(fields, key=lambda field: _order(field[1]))


def _order(value: Value) -> int:
    for name, body in value.attributes():
        if name == "step" and body.isdigit():
            return int(body)
    return _UNORDERED


def _text(node: Value, label: str) -> str:
    found = node.lookup(Path((Selector.definition(label),)))
    if not found.exists():
        return ""
    try:
        text = found.decode()
    except CueError:
        return ""
    return text if isinstance(text, str) else ""


def _is_legacy(node: Value) -> bool:
    return _text(node, "#provider") in ("op", "ql")


def _is_missing(error: CueError) -> bool:
    """Whether a condition cannot be told only because a field that it looks at is not there (yet)."""
    return isinstance(error, IncompleteError) or any("undefined field" in fault.message for fault in error.diagnostics)


def _fault_of(value: Value) -> str:
    """What is wrong with a finished template; what is only not concrete is not."""
    try:
        value.validate()
    except CueError as error:
        return str(error)
    return ""
