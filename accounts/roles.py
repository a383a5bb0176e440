"""The roles that people can be granted. Everybody is a client without being granted it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from accounts.models import User


class Role(models.TextChoices):
    BUILDER = "builder", "Builder"
    SUPPORT = "support", "Support"
    ADMIN = "admin", "Admin"


STAFF = frozenset({Role.SUPPORT, Role.ADMIN})

LossHandler = Callable[["User"], None]
_loss_handlers: dict[str, list[LossHandler]] = {}


def on_loss(role: Role, handler: LossHandler) -> None:
    """Registers a function that is called, in the same transaction, when somebody loses the role."""
    _loss_handlers.setdefault(role, []).append(handler)


def loss_handlers(role: str) -> list[LossHandler]:
    return _loss_handlers.get(role, [])
