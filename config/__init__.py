"""How the project is run: settings, URLs, servers, Celery and the embedded PostgreSQL and Valkey.

It owns no data and no page; it imports from every layer, and no layer imports from it.
"""
