"""The roles there are. Everyone is a client; the others are granted."""

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

Loss = Callable[["User"], None]
_losses: dict[str, list[Loss]] = {}


def on_loss(role: Role, answer: Loss) -> None:
    """Registers what an app does, in the same transaction, when somebody loses a role."""
    _losses.setdefault(role, []).append(answer)


def losses_of(role: str) -> list[Loss]:
    return _losses.get(role, [])
