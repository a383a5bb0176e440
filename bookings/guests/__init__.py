"""Guests: people who book without an account, and the account that their booking can be moved to."""
