"""Signals for the apps above, sent inside the transaction that made the change."""

from django.dispatch import Signal

payment_captured = Signal()  # `payment` has received `receipt`
payment_refunded = Signal()  # of `payment`, `refund` was given back
