"""The codes of diagnostics: stable, each with what it is about and how bad it is unless somebody says otherwise.

Numbered codes belong to the protocol: 1xx the text of a definition, 2xx parameters, markers and references, 3xx how
traits and policies fit components, 4xx what lies outside, 5xx workflows, 6xx budgets. ``oam.…`` codes are of our
reading and rendering, ``cue.…`` codes of the language.
"""

from __future__ import annotations

__all__ = ["RULES", "Rule", "rule"]


class Rule:
    """One code.

    Attributes:
        code: the code.
        title: what it is about, one line.
        severity: ``error`` or ``warning``, as it is without ``--strict``.
        help: what to do, one line.
        fixable: whether ``oam vet --fix`` can mend it.
    """

    __slots__ = ("code", "fixable", "help", "severity", "title")

    def __init__(self, code: str, severity: str, title: str, help: str, *, fixable: bool = False) -> None:
        self.code = code
        self.severity = severity
        self.title = title
        self.help = help
        self.fixable = fixable


_ERROR, _WARNING = "error", "warning"

_TEXT = (
    Rule("OAM101", _WARNING, "a top-level declaration is ignored", "move it into template, or remove it"),
    Rule(
        "OAM102",
        _WARNING,
        "unknown key of the metadata",
        "use type, alias, description, annotations, labels, attributes",
    ),
    Rule("OAM103", _WARNING, "the definition has no type", "name the type: component, trait, policy or workflow-step"),
    Rule("OAM110", _ERROR, "the schematic is of a kind that cannot be rendered", "use a CUE template"),
    Rule("OAM120", _WARNING, "syntax of an earlier version of CUE", "use list.Concat and list.Repeat", fixable=True),
    Rule("OAM130", _WARNING, "a word that YAML 1.1 takes for a boolean", "put it in quotes if text is meant"),
    Rule("OAM140", _WARNING, "unused import", "remove it", fixable=True),
    Rule("OAM150", _ERROR, "a status snippet cannot work", "see the message"),
)
_PARAMETERS = (
    Rule("OAM201", _WARNING, "a required parameter is not given", "give it, or make it optional in the definition"),
    Rule("OAM202", _WARNING, "a parameter is given that is not declared", "correct its name or remove it"),
    Rule(
        "OAM210",
        _WARNING,
        "a comment looks like a marker but is none",
        "write // +name=value above the field",
        fixable=True,
    ),
    Rule("OAM211", _WARNING, "list elements of a patch are matched by index", "say // +patchKey=… above the list"),
    Rule("OAM212", _WARNING, "a patch strategy has no effect here", "see the message"),
    Rule("OAM220", _WARNING, "an optional field is used without a guard", "use it within if … != _|_ {…}"),
    Rule("OAM221", _WARNING, "the template uses a parameter that is not declared", "declare it in parameter"),
    Rule("OAM230", _ERROR, "a rendered object is not complete", "give what the value depends on"),
    Rule("OAM240", _WARNING, "two objects or components have the same name", "rename one of them"),
)
_FITTING = (
    Rule("OAM301", _WARNING, "a trait does not apply to the component", "see appliesToWorkloads of the trait"),
    Rule("OAM302", _WARNING, "two traits exclude each other", "see conflictsWith of the traits"),
    Rule("OAM310", _ERROR, "workloadRefPath leads into something that is no object", "correct the path in the trait"),
    Rule("OAM320", _WARNING, "an override policy matches no component", "correct the component's name in the policy"),
)
_OUTSIDE = (Rule("OAM410", _ERROR, "a network call is denied", "allow the address, or give the answer in a test"),)
_WORKFLOWS = (
    Rule("OAM501", _ERROR, "two steps have the same name", "rename one of them"),
    Rule("OAM502", _ERROR, "a step waits for something that nobody gives", "correct the name"),
    Rule("OAM503", _ERROR, "steps wait for each other", "remove one of the dependencies"),
    Rule("OAM504", _ERROR, "not a duration", "write it like 30s or 1h30m"),
    Rule("OAM505", _ERROR, "a condition that is no expression", "see the message"),
    Rule("OAM506", _ERROR, "an action uses the result of a later one", "put the action behind it"),
    Rule("OAM507", _ERROR, "a step has no field for this output", "name a field of the step's template"),
    Rule("OAM510", _WARNING, "a step's template uses a parameter that is not declared", "declare it in parameter"),
)
_BUDGETS = (
    Rule("OAM601", _ERROR, "the evaluation takes more than its budget", "simplify the template, or raise the limits"),
)
_OWN = (
    Rule("oam.application", _ERROR, "the application's form is wrong", "see the message"),
    Rule("oam.application.name", _ERROR, "the application has no name", "give metadata.name"),
    Rule(
        "oam.application.shape",
        _ERROR,
        "an application has no such field, or another sort of value is wanted",
        "see the message",
    ),
    Rule("oam.definition", _ERROR, "the definition cannot be read", "see the message"),
    Rule(
        "oam.definition.missing",
        _ERROR,
        "there is no such definition",
        "correct the type, or give the definition with -d",
    ),
    Rule(
        "oam.definition.reference", _WARNING, "a name or package that the definition alone does not have", "declare it"
    ),
    Rule("oam.parameter", _ERROR, "a parameter is not what the definition takes", "change the property"),
    Rule("oam.render", _ERROR, "rendering failed", "see the message"),
    Rule("oam.render.errs", _ERROR, "the template itself complains", "see the message"),
    Rule("oam.render.patch", _ERROR, "a trait's patch does not fit the object", "change one of the two values"),
    Rule("oam.render.policy", _ERROR, "a policy cannot be used", "see the message"),
    Rule("oam.render.strings", _WARNING, "a label or annotation that is no string", "put it in quotes"),
    Rule("oam.template", _ERROR, "the template fails", "see the message"),
    Rule("oam.yaml", _ERROR, "not YAML", "see the message"),
    Rule("oam.yaml.duplicate", _WARNING, "a key is given twice; the last one counts", "remove one of them"),
    Rule("oam.workflow", _ERROR, "a workflow step is wrong", "see the message"),
    Rule("cue", _ERROR, "the language's own complaint", "see the message"),
    Rule("oam", _ERROR, "the command cannot do its work", "see the message"),
)

RULES = {item.code: item for item in (*_TEXT, *_PARAMETERS, *_FITTING, *_OUTSIDE, *_WORKFLOWS, *_BUDGETS, *_OWN)}
"""All codes; an ``oam.…`` or ``cue.…`` code stands for those that begin with it too."""


def rule(code: str) -> Rule:
    """What a code means; the nearest one above it where the code itself is not listed."""
    known = code
    while known not in RULES:
        above = known.rpartition(".")[0]
        if not above:
            return RULES["oam"]
        known = above
    return RULES[known]
