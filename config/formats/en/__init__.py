"""Formats for English, with the day before the month, as on all other pages."""
