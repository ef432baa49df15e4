"""Syntax trees to the evaluator's IR. Source: internal/core/compile of the official tool."""

from __future__ import annotations

from pycue.compile.package import CompiledPackage, check_bindings, compile_expr, compile_files, scope_environment

__all__ = ["CompiledPackage", "check_bindings", "compile_expr", "compile_files", "scope_environment"]
