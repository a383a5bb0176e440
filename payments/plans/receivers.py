"""Closes the plans and ends the platform's plan of a person who loses the builder role."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from accounts.models import User
from accounts.roles import Role
from accounts.signals import role_lost
from payments.plans.ending import close_offer_of


@receiver(role_lost, dispatch_uid="payments.plans")
def close_plans_of_former_builder(sender: Any, user: User, role: Role, **kwargs: Any) -> None:
    if role == Role.BUILDER:
        close_offer_of(user)
