"""Signals for the apps above, sent inside the transaction that made the change."""

from django.dispatch import Signal

role_lost = Signal()  # `user` no longer has `role`
# About a builder, where `builder` is the person's key:
shown_changed = Signal()  # something that the builder's card shows
meeting_link_changed = Signal()  # a link of remote sessions; `session_type` is None for the link of all of them
counted_changed = Signal()  # a number about the builder: sessions, reviews, clients; `at`, if known, is when
