"""Busy time from outside calendars: what is read there takes time here."""
