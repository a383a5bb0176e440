"""Microsoft 365 and Outlook.com: where Graph is, which calendars an account has, and which events take time."""
