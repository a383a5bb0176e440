"""Customisations of allauth: its adapter, forms, emails, limits and second factors.

The authentication backend stays in `accounts.backends`, because every session stores its path.
"""
