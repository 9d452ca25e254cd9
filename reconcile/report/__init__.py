"""The progress report: what it says and shows, before anybody decides how it looks."""
