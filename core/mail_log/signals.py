"""What the log of emails tells the apps above."""

from django.dispatch import Signal

address_died = Signal()  # dead: DeadAddress; sent in the transaction that marks it
