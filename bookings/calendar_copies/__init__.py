"""Writes confirmed sessions into a calendar of the builder's choice."""
