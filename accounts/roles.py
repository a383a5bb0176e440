"""The roles that people can be granted. Everybody is a client without being granted it."""

from __future__ import annotations

from django.db import models


class Role(models.TextChoices):
    BUILDER = "builder", "Builder"
    SUPPORT = "support", "Support"
    ADMIN = "admin", "Admin"


STAFF = frozenset({Role.SUPPORT, Role.ADMIN})
