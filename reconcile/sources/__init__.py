"""Registries and their files: declarations, readers, parsers."""
