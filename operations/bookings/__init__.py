"""The page of one booking: everything that staff know of it, and everything that they may do with it."""
