"""Rules that find discrepancies."""
