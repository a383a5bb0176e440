"""Disputes, which support resolves, and no-shows."""
