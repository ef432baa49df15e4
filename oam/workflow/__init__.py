"""The workflow engine: from steps to phases, variables and objects."""
