"""Small cells of published tables: one system of all that is told, what is hidden of it, and the proof."""
