"""The waiting list: clients who wait for a time to become free, and the times that are offered to them."""
