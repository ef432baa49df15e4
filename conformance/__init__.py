"""Runs recorded test scripts against this project's commands and keeps score."""
