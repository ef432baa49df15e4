"""Workloads of our own and the figures they give."""
