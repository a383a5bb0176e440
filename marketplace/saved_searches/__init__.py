"""Saved searches and favourites that notify: what has opened up, and telling people of it."""
