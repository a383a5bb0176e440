"""Signals about a builder, sent inside the transaction that made the change. `builder` is the person's key."""

from django.dispatch import Signal

shown_changed = Signal()  # something that the builder's card shows
counted_changed = Signal()  # a number about the builder: sessions, reviews, clients; `at`, if known, is when
