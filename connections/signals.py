"""Signals of this app, sent inside the transaction of the change, which higher layers answer."""

from django.dispatch import Signal

zoom_connected = Signal()  # builder: the id of whoever connected Zoom, or connected it again
calendars_disconnected = Signal()  # `builder` is the key of a person whose account with calendars is being removed
