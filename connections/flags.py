"""The feature flag of connected calendars."""

CALENDARS = "calendars"  # connecting calendars of any kind; what is connected goes on being read
