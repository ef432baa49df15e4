"""Finished values and their definitions as syntax trees, and the output order of fields."""
