"""Deliverables: files and links that a session results in."""
