"""The same session every week or every few weeks, booked at once."""
