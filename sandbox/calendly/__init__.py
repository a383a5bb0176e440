"""A stand-in for Calendly: its API, its booking pages and its webhooks, with faults on demand."""
