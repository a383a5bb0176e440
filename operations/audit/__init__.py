"""The audit, which staff search and admins download."""
