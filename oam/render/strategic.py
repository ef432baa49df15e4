"""Application of a patch to a value, whatever its strategy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from oam.definition.markers import PATCH_STRATEGY, markers
from oam.errors import OamError
from oam.render.json_patch import PatchError, json_patch, merge_patch
from oam.render.objects import plain
from oam.render.patch import Aligner, open_lists, without_hidden
from pycue.syntax import ast

if TYPE_CHECKING:
    from oam.definition.profile import Profile
    from pycue import Context, Value

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
) -> Value:
    """``base`` patched with ``patch``; markers above the patch and within it choose how.

    Args:
        cue: where the result is made.
        base: what is patched; it may still be incomplete.
        patch: the patch, from a template that was compiled with :class:`oam.render.template.TemplateCompiler`.
        profile: how list elements find each other.
        base_scope: the value that ``base`` was looked up in, for names in what is incomplete of it.
        patch_scope: the same for ``patch``.

    Raises:
        CueError: the two do not unify.
        OamError: a JSON patch cannot be applied.
    """
    tags = markers([line for text in patch.doc() for line in text.splitlines()])
    strategy = tags.get(PATCH_STRATEGY, "")
    if strategy in (JSON_PATCH, JSON_MERGE_PATCH):
        return cue.encode(_json(strategy, plain(base.decode()), plain(patch.decode())))
    left, right = _tree(base), _tree(patch, docs=True)
    open_lists(left)
    Aligner(slot_safe=profile.slot_safe_merge).align(left, right, tags)
    result = _value(cue, left, base_scope).unify(_value(cue, without_hidden(right), patch_scope))
    error = result.error()
    if error is not None:
        raise error
    return result


def _json(strategy: str, base: Any, patch: Any) -> Any:
    if strategy == JSON_MERGE_PATCH:
        return merge_patch(base, patch)
    try:
        return json_patch(base, patch.get("operations") if isinstance(patch, dict) else None)
    except PatchError as error:
        raise OamError(f"failed to apply json patch: {error}", code="oam.render.patch") from None


def _tree(value: Value, *, docs: bool = False) -> ast.Expr:
    tree = value.syntax(docs=docs)
    return ast.StructLit(1, tree.decls, 1) if isinstance(tree, ast.File) else tree


def _value(cue: Context, tree: ast.Expr, scope: Value | None) -> Value:
    decls: list[ast.Decl] = tree.elts if isinstance(tree, ast.StructLit) else [ast.EmbedDecl(tree)]
    return cue.compile_file(ast.File("", decls), scope=scope)
