"""Synthetic families for trying, testing and measuring."""
