"""Notifies the clients of a person who loses the builder role."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from accounts.models import User
from accounts.roles import Role
from accounts.signals import role_lost
from bookings.agreement.notifications import builder_left


@receiver(role_lost, dispatch_uid="bookings")
def notify_clients_of_former_builder(sender: Any, user: User, role: Role, **kwargs: Any) -> None:
    if role == Role.BUILDER:
        builder_left(user)
