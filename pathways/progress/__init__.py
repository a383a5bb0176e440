"""Enrolments, how far clients are, and the evidence they give."""
