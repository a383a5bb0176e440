"""Agreements: who meets whom, when, for how much, and in which state; the wizard that makes them, and their mail.

It knows time and offers, and nothing of the marketplace that leads here. It never writes a builder's time itself:
`scheduling.claims` does.
"""
