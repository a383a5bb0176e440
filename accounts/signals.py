"""What lower layers send up about a builder, inside the transaction; `builder` is the key."""

from django.dispatch import Signal

shown_changed = Signal()  # what a card shows of them
counted_changed = Signal()  # what is counted of them: sessions, reviews, clients
