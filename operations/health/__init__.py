"""Health: checks with a verdict and what to do, for the front page, the alarms and `manage.py doctor`."""
