"""Calendly's event types as session types, and what a Calendly account says about its owner's time."""
