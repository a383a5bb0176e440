"""Signals of this app, which higher layers answer."""

from django.dispatch import Signal

zoom_connected = Signal()  # builder: the id of whoever connected Zoom, or connected it again
