"""Busy time from outside calendars, stored as reservations."""
