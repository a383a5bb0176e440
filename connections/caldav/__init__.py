"""Reads and writes the calendars of an account by CalDAV (RFC 4791, RFC 6578, RFC 6764)."""
