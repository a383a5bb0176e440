"""What this package tells the apps above it."""

from django.dispatch import Signal

# Arguments: calendar, an AccountCalendar into which sessions are written from now on, or no longer.
written_calendar_changed = Signal()
