"""Total parsers: a column of text in, values and reason codes out, never an exception."""
