"""The feature flag of connected calendars."""

CALENDARS = "calendars"  # connecting accounts at Google and Microsoft; what is connected goes on being read
