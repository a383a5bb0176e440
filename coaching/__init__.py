"""Builders' offers: session types, rates, questions, and the calculation of prices.

Imports `accounts` and `pathways`: nothing here depends on schedules or bookings.
"""
