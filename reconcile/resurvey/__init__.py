"""The re-survey: whom to visit and why, what to ask, and what the answers change."""
