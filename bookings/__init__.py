"""Agreements: who meets whom, when, for how much, and in which state.

It knows time and offers, and nothing of the marketplace that leads here.
"""
