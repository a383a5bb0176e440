"""What every app stands on: base models, clock, access guards, limits, jobs, the API object, the look.

It knows none of the apps above it. What needs every layer goes through the registries here, which each
app fills in `apps.ready()`.
"""
