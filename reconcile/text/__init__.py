"""Text of the field: names, places, addresses."""
