"""The home page, the search for builders, their public pages and portfolios, and the builders' dashboard.

The topmost app: it may import every other one, and none of them imports it.
"""
