"""Disputes that a client opens at their bank: their state, and the evidence that can be submitted once.

The dispute between client and builder about a session, which support settles here, is `bookings.disputes`.
"""
