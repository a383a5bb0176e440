"""Switches the webhooks of a person off when they stop being a builder."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from accounts.models import User
from accounts.roles import Role
from accounts.signals import role_lost
from connections.outgoing.services import end_endpoints_of


@receiver(role_lost, dispatch_uid="webhooks")
def end_webhooks_of_former_builder(sender: Any, user: User, role: Role, **kwargs: Any) -> None:
    if role == Role.BUILDER:
        end_endpoints_of(user)
