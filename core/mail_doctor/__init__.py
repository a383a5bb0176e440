"""Finds out why mail does not arrive: the connection to the mail server, and what DNS says about the sender."""
