"""What this app tells the apps above it, inside the transaction of the change."""

from django.dispatch import Signal

calendars_disconnected = Signal()  # `builder` is the key of a person whose account with calendars is being removed
