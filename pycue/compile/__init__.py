"""Syntax trees to the evaluator's IR. Source: internal/core/compile of the official tool."""

from __future__ import annotations

from pycue.compile.package import CompiledPackage, compile_expr, compile_files, scope_environment

__all__ = ["CompiledPackage", "compile_expr", "compile_files", "scope_environment"]
