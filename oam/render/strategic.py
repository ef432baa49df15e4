"""Application of a patch to a value, whatever its strategy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from oam.definition.markers import PATCH_STRATEGY, markers
from oam.definition.trees import binds, walk
from oam.errors import OamError, RenderError
from oam.render.json_patch import PatchError, json_patch, merge_patch
from oam.render.objects import KnownData
from oam.render.patch import Aligner, open_lists, without_hidden
from pycue import CompileError, CueError
from pycue.errors import Diagnostic
from pycue.source import Source
from pycue.syntax import ast

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from oam.definition.profile import Profile
    from oam.render.trace import PatchTrace
    from pycue import Context, Origin, Value
    from pycue.source import Position

__all__ = ["apply_patch"]

JSON_PATCH = "jsonPatch"
JSON_MERGE_PATCH = "jsonMergePatch"


def apply_patch(
    cue: Context,
    base: Value,
    patch: Value,
    profile: Profile,
    *,
    base_scope: Value | None = None,
    patch_scope: Value | None = None,
    trace: PatchTrace | None = None,
    known: KnownData | None = None,
) -> Value:
    """``base`` patched with ``patch``; markers above the patch and within it choose how.

    Args:
        cue: where the result is made.
        base: what is patched; it may still be incomplete.
        patch: the patch, from a template that was compiled with :class:`oam.render.template.TemplateCompiler`.
        profile: how list elements find each other.
        base_scope: the value that ``base`` was looked up in, for names in what is incomplete of it.
        patch_scope: the same for ``patch``.
        trace: takes notes of what each part of the result was.
        known: has the data of some values, and gets that of the result where a patch of JSON gives it.

    Raises:
        OamError: the two do not unify, or a JSON patch cannot be applied.
    """
    if trace is not None:
        trace.begin(base, patch)
    tags = markers([line for text in patch.doc() for line in text.splitlines()])
    strategy = tags.get(PATCH_STRATEGY, "")
    if strategy in (JSON_PATCH, JSON_MERGE_PATCH):
        known = known or KnownData()
        sides = known.read(base), known.read(patch)
        if trace is not None:
            trace.result = cue.compile_file(trace.file(_json(strategy, *trace.marked(base, patch, *sides))))
            return trace.result
        return known.encode(cue, _json(strategy, *sides))
    trees = _aligned(base, patch, profile, tags, trace=trace)
    scopes = (base_scope, patch_scope)
    try:
        result = _value(cue, trees[0], base_scope, trace).unify(_value(cue, trees[1], patch_scope, trace))
        if result.error() is None:
            if trace is not None:
                trace.result = result
            return result
    except CompileError:
        trees = _aligned(base, patch, profile, tags, hidden=True)
    where = _traced_places(cue, base, patch, profile, tags, scopes)
    raise _explained(cue, trees, scopes, where)


def _aligned(
    base: Value,
    patch: Value,
    profile: Profile,
    tags: dict[str, str],
    *,
    hidden: bool = False,
    trace: PatchTrace | None = None,
) -> tuple[ast.Expr, ast.Expr]:
    """The trees of both, ready to be unified; with ``hidden``, what the patch hides is kept."""
    left, right = _tree(base), _tree(patch, docs=True, hidden=hidden)
    if trace is not None:
        left, right = trace.stamped(base, left), trace.stamped(patch, right, is_patch=True)
    open_lists(left)
    aligner = Aligner(slot_safe=profile.slot_safe_merge, merges=trace.notes if trace is not None else None)
    aligner.align(left, right, tags)
    if trace is not None:
        trace.find_lists(right)
    return left, right if hidden else without_hidden(right)


def _traced_places(
    cue: Context,
    base: Value,
    patch: Value,
    profile: Profile,
    tags: dict[str, str],
    scopes: tuple[Value | None, Value | None],
) -> dict[tuple[str, ...], list[Position]]:
    """Where what does not unify was written, by path in the result."""
    from oam.render.trace import PatchTrace

    trace = PatchTrace(None)
    try:
        trees = _aligned(base, patch, profile, tags, trace=trace)
        left, right = (_value(cue, tree, scope, trace) for tree, scope in zip(trees, scopes, strict=True))
        failure = left.unify(right).error()
    except CueError:
        return {}  # names of the patch's own that are told without places
    found: dict[tuple[str, ...], list[Position]] = {}
    for item in failure.diagnostics if failure is not None else ():
        parts = [trace.parts[position.offset] for position in item.positions() if position.source is trace]
        for part in parts:
            found.setdefault(item.path, []).extend(_written(part.value.origins(part.path), 0))
    return found


def _written(origins: Iterable[Origin], depth: int) -> Iterator[Position]:
    """The places of declarations and of what they read."""
    for origin in origins:
        if origin.position is not None and isinstance(origin.position.source, Source):
            yield origin.position
        for value in origin.reads if depth < 3 else ():
            yield from _written(value.origins(), depth + 1)


def _explained(
    cue: Context,
    trees: Iterable[ast.Expr],
    scopes: Iterable[Value | None],
    where: Mapping[tuple[str, ...], Sequence[Position]],
) -> RenderError:
    """Why two trees do not unify, told in the order of their texts; ``where`` has places by path."""
    from pycue.syntax.format import format_node

    values: list[Value] = []
    decls = [_decls(tree) for tree in trees]
    imports = [decl for group in decls for decl in group if isinstance(decl, ast.ImportDecl)]
    try:
        for group, scope in zip(decls, scopes, strict=True):
            own = [decl for decl in group if not isinstance(decl, ast.ImportDecl)]
            names = {node.name for node in walk(*own) if isinstance(node, ast.Ident)}
            file = ast.File("", [*(decl for decl in imports if binds(decl, names)), *own])
            values.append(cue.compile(format_node(file), filename=str(len(values)), scope=scope))
        failure = values[0].unify(values[1]).error()
    except CueError as error:
        failure = error
    # its own places are in texts that nobody has written
    entries = [
        Diagnostic(
            item.message, code="oam.render.patch", path=item.path, inputs=where.get(item.path, ()), args=item.args
        )
        for item in (failure.diagnostics if failure is not None else ())
    ]
    return RenderError(f"result check err: {failure}", code="oam.render.patch", diagnostics=entries)


def _decls(tree: ast.Expr) -> list[ast.Decl]:
    return tree.elts if isinstance(tree, ast.StructLit) else [ast.EmbedDecl(tree)]


def _json(strategy: str, base: Any, patch: Any) -> Any:
    if strategy == JSON_MERGE_PATCH:
        return merge_patch(base, patch)
    try:
        return json_patch(base, patch.get("operations") if isinstance(patch, dict) else None)
    except PatchError as error:
        raise OamError(f"failed to apply json patch: {error}", code="oam.render.patch") from None


def _tree(value: Value, **options: bool) -> ast.Expr:
    tree = value.syntax(**options)
    return ast.StructLit(1, tree.decls, 1) if isinstance(tree, ast.File) else tree


def _value(cue: Context, tree: ast.Expr, scope: Value | None, trace: PatchTrace | None = None) -> Value:
    return cue.compile_file(ast.File("", _decls(tree), trace), scope=scope)
