"""Behaviour of Go's standard library that CUE shows through: regular expressions, quoting, times, templates, paths."""
