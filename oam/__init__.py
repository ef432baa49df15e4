"""OAM definitions, rendering and workflows on CUE."""
