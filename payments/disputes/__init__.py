"""Disputes that a client opens at their bank: what the bank says, the evidence against it, and its one submission.

The dispute between client and builder about a session, which support settles here, is `bookings.disputes`.
"""
