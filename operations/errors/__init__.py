"""Errors that the code does not expect, counted by minute."""
