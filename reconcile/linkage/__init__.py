"""Matching households across the two registries."""
