"""The environment variables of a production installation."""

from __future__ import annotations

PRODUCTION = {
    "SECRET_KEY": "0123456789abcdefghij" * 3,
    "DATABASE_URL": "postgres://waymark@db/waymark",
    "REDIS_URL": "redis://redis:6379/0",
    "ALLOWED_HOSTS": "waymark.example, www.waymark.example",
    "EMAIL_URL": "smtp+tls://user:secret@mail.example:587",
    "SITE_URL": "https://waymark.example/",
    "TRUSTED_PROXIES": "10.0.0.0/8",
}
