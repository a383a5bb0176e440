"""Signals for the apps above, sent inside the transaction that made the change."""

from django.dispatch import Signal

payment_captured = Signal()  # `payment` has received `receipt`
payment_taken = Signal()  # `payment` was taken by the provider for the first time
payment_refunded = Signal()  # of `payment`, `refund` was given back
refund_failed = Signal()  # of `payment`, `refund` did not arrive
refund_given_up = Signal()  # of `payment`, `refund` did not arrive and is not tried again
receipt_corrected = Signal()  # of `payment`, the receipt of `correction` counts no more
payment_disputed = Signal()  # of `payment`, the bank's `dispute` was opened, or has changed from the status `before`
