"""A builder's time: weekly hours, exceptions, reservations, and the free slots that remain.

It may import from `coaching` and the layers below. It knows no bookings: whatever takes time is a reservation here.
"""
