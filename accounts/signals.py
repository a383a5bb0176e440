"""Signals about a builder, sent inside the transaction that made the change. `builder` is the person's key."""

from django.dispatch import Signal

shown_changed = Signal()  # something that the builder's card shows
meeting_link_changed = Signal()  # a link of remote sessions; `session_type` is None for the link of all of them
counted_changed = Signal()  # a number about the builder: sessions, reviews, clients
