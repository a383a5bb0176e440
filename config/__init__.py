"""Settings, URLs, servers, Celery, the demo, and the embedded PostgreSQL and Valkey.

It has no models and no pages. It may import from every app, and no app imports from it.
"""
