"""Loading: command-line arguments, or a path, to parsed packages and data files.

Named for what it holds, because ``pycue.load`` is the function of the public API.
"""
