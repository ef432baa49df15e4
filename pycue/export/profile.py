"""What an export shows."""

from __future__ import annotations

__all__ = ["Profile"]


class Profile:
    """Options of an export.

    Args:
        defaults: take the default of every disjunction, and leave out what is still open in lists.
        optional: show optional fields.
        definitions: show definitions.
        hidden: show hidden fields.
        inline_imports: show what imports of non-standard packages refer to instead of the references.
        attributes: show attributes.
        docs: show doc comments.
        errors: show errors as ``_|_`` with a comment instead of the expressions that failed.
        package_clause: start with the package clause, imports and their comments.
        package_id: show only this package's hidden fields; all if empty.
    """

    __slots__ = (
        "attributes",
        "defaults",
        "definitions",
        "docs",
        "errors",
        "hidden",
        "inline_imports",
        "optional",
        "package_clause",
        "package_id",
    )

    def __init__(
        self,
        *,
        defaults: bool = False,
        optional: bool = False,
        definitions: bool = False,
        hidden: bool = False,
        inline_imports: bool = False,
        attributes: bool = False,
        docs: bool = False,
        errors: bool = False,
        package_clause: bool = False,
        package_id: str = "",
    ) -> None:
        self.defaults = defaults
        self.optional = optional
        self.definitions = definitions
        self.hidden = hidden
        self.inline_imports = inline_imports
        self.attributes = attributes
        self.docs = docs
        self.errors = errors
        self.package_clause = package_clause
        self.package_id = package_id
