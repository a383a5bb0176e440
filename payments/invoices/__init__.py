"""Invoices and credit notes: numbers without gaps, documents that never change, and the tax on them.

It knows no booking: the app of a payment's subject registers what was sold and where it was supplied.
"""
