"""Payments through Stripe: the only package that imports its SDK. It takes and returns plain values and ids."""
