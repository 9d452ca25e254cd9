"""The domain: reading, matching, merging and finding, without any orchestrator."""
