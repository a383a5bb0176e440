"""The pages on which admins define badges: a rule in words, levels, and who sees them."""
