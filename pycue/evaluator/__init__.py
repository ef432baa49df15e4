"""The evaluator: compiled conjuncts in, finished vertices out. Source: internal/core/adt of the official tool."""
