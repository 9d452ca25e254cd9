"""Readers of delivered files, deciding by content, never by extension.

``client`` (starts the reading process) and ``child`` (is it) are edge modules; ``reconcile.sources.readers``,
which opens the files, is the third. Everything else here works on bytes in memory. Nothing of a delivery is
ever written to disk: contents and tables go through pipes.
"""
