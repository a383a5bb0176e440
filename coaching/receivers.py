"""Closes the offer of a person who loses the builder role."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from accounts.models import User
from accounts.roles import Role
from accounts.signals import role_lost
from coaching.services import close_offer
from coaching.sharing.services import end_shares_of


@receiver(role_lost, dispatch_uid="coaching")
def close_offer_of_former_builder(sender: Any, user: User, role: Role, **kwargs: Any) -> None:
    if role == Role.BUILDER:
        close_offer(user)
        end_shares_of(user)
