"""Calendly: its wire format, its client, and the accounts that people connect. It knows no session type and no booking."""
