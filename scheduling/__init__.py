"""A builder's time: hours, exceptions, what is taken, and the slots that are left.

It knows offers, and no booking: whatever takes time is a reservation here.
"""
