"""What all apps share: base models, the clock, access guards, limits, jobs, the outbox, the API object and form rendering.

It imports none of the apps. Where it needs something from each of them, such as demo data, integrity checks or personal
data, they register it here in `apps.ready()`.
"""
