"""Badges: the rules that award and revoke them, and the public page of an award."""
