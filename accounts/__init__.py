"""People: who they are, which roles they hold, how builders present themselves, how programs sign in.

It knows no pathway, no offer and no booking.
"""
