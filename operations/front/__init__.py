"""The front page of staff: what waits, the figures of today, alarms and health."""
