"""Packages: several sessions that are bought together for less. What is bought are credits of `payments.credits`."""
