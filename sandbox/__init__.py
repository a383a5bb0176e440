"""Stand-ins for outside services: real HTTP servers that answer as those do, and fail on demand.

The demo runs them beside Waymark, and tests run them too. No app imports this package: Waymark reaches them by their
addresses, as it reaches the real ones.
"""
