"""The roles there are. Everyone is a client; the others are granted."""

from django.db import models


class Role(models.TextChoices):
    BUILDER = "builder", "Builder"
    SUPPORT = "support", "Support"
    ADMIN = "admin", "Admin"


STAFF = frozenset({Role.SUPPORT, Role.ADMIN})
