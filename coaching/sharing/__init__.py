"""Sharing the price of a session type with other builders, who agree to it first."""
