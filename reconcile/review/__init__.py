"""Clerical review of doubtful pairs: what is shown, to whom, what came back, and what it says."""
