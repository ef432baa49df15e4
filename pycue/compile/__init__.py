"""Syntax trees to the evaluator's IR. Source: internal/core/compile of the official tool."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pycue.compile.package import CompiledPackage, compile_expr, compile_files

if TYPE_CHECKING:
    from pycue.compile.package import ResolveImport as ResolveImport

__all__ = ["CompiledPackage", "compile_expr", "compile_files"]
