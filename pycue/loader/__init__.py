"""Loading: command-line arguments, or a path, to parsed packages and data files.

``pycue.load`` as an attribute is the function of the public API; this package is reached by import statements.
"""
