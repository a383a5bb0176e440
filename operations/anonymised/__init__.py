"""Copies of a site with no real person in them, for trying out a new version with data like that of the site."""
