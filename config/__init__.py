"""How the house is run: settings, URLs, servers, Celery and the embedded PostgreSQL and Valkey.

It owns no data and no page; it imports from every floor, and no floor imports from it.
"""
