"""Stripe's API for payments, its hosted checkout page, and its webhooks, as the SDK and a browser see them.

It keeps books of its own, which tests compare with Waymark's ledger.
"""
