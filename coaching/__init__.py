"""What a builder offers and for how much: session types, rates, questions, and the one function that makes a price.

It knows people and pathways, and nothing of calendars or bookings.
"""
