"""People: accounts and signing in, roles, builders' profiles, notifications, API tokens and personal data.

Imports only `core`: nothing here depends on pathways, offers or bookings.
"""
