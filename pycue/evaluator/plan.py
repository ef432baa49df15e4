"""What is worth knowing about a struct literal before it is evaluated, computed once per literal."""

from __future__ import annotations

from pycue.evaluator.ir import (
    BulkOptionalField,
    Comprehension,
    DynamicField,
    Ellipsis,
    Field,
    LetField,
    StructLit,
)
from pycue.evaluator.vertex import MEMBER

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from typing import Any

    from pycue.evaluator.ir import ListLit
    from pycue.labels import AnyLabel

__all__ = ["StructPlan", "has_comprehension", "plan_of"]


class StructPlan:
    """Flags of a struct literal.

    ``embeds`` it has an embedding or comprehension; ``commits`` evaluating it makes a node a struct: a regular field,
    or no embedding; ``has_fields`` it has fields of any sort; ``lets`` are the labels of its let clauses.
    """

    __slots__ = ("commits", "ellipsis", "embeds", "has_fields", "lets")

    def __init__(self, lit: StructLit) -> None:
        self.embeds = False
        self.ellipsis = False
        self.commits = False
        self.has_fields = False
        self.lets: tuple[AnyLabel, ...] = ()
        decl: Any
        for decl in lit.decls:
            cls = type(decl)
            if cls is Field:
                self.has_fields = True
                if decl.arc_type == MEMBER and type(decl.label) is str:
                    self.commits = True
                continue
            if cls is LetField:
                self.lets += (decl.label,)
                continue
            if cls is Ellipsis:
                self.ellipsis = True
            elif cls is Comprehension or (cls is not DynamicField and cls is not BulkOptionalField):
                self.embeds = True
        if not self.embeds:
            self.commits = True


def plan_of(lit: StructLit) -> StructPlan:
    """The literal's plan, cached on it."""
    plan = lit.plan
    if plan is None:
        plan = lit.plan = StructPlan(lit)
    return plan  # type: ignore[return-value]


def has_comprehension(lit: ListLit) -> bool:
    """Whether the number of elements depends on evaluation; cached on the literal."""
    plan = lit.plan
    if plan is None:
        plan = lit.plan = any(type(e) is Comprehension for e in lit.elems)
    return bool(plan)
