"""Clients who wait for a time to come free, and the times that are offered to them."""
