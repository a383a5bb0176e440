"""Google Calendar: where its API is, which calendars an account has, and which events take time (v3)."""
