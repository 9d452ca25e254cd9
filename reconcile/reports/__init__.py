"""What auditors and analysts get as tables: findings, their parts, and what every column means."""
