"""Signals for the apps above."""

from django.dispatch import Signal

free_times_changed = Signal()  # the stored free times of `builders`, a list of keys
