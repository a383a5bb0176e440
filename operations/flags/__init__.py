"""The page of the feature flags: for whom each is on, and what changed it."""
