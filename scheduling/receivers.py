"""Refreshes free times after a change of the offer or of an account with calendars, and disconnects the calendars and
accounts of somebody who is no longer a builder.
"""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from accounts.models import User
from accounts.roles import Role
from accounts.signals import role_lost
from coaching.services import offer_changed
from connections.calendly.accounts import account_of
from connections.signals import calendars_disconnected
from scheduling.calendly.services import forget
from scheduling.free_times import refresh_soon
from scheduling.outside.services import disconnect_all


@receiver(offer_changed, dispatch_uid="free times")
def offer(sender: Any, builder: User, **kwargs: Any) -> None:
    refresh_soon(builder.pk)


@receiver(role_lost, dispatch_uid="connections")
def disconnect_former_builder(sender: Any, user: User, role: Role, **kwargs: Any) -> None:
    if role != Role.BUILDER:
        return
    if (account := account_of(user)) is not None:
        forget(account=account, keeps_open=False, by=user)
    disconnect_all(builder=user)


@receiver(calendars_disconnected, dispatch_uid="free times without an account's calendars")
def account_of_calendars(sender: Any, builder: Any, **kwargs: Any) -> None:
    refresh_soon(builder)
