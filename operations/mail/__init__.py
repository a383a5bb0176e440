"""The log of emails for staff, and the addresses that are not mailed."""
