"""Asks people for the new terms: a page on which they agree, and the middleware that leads there."""
