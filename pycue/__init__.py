"""The CUE language in pure Python."""
