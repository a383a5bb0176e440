"""The whole site under load, while its processes are restarted and what it needs fails."""
