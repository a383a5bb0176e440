"""The shop window: the home page, finding a builder, their public page, the builder's dashboard.

The top layer: it may read every app below, and none of them knows it.
"""
