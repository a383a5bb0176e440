"""Refreshes free times after a change of the offer, and when an account with calendars is removed."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from accounts.models import User
from coaching.services import offer_changed
from connections.signals import calendars_disconnected
from scheduling.free_times import refresh_soon


@receiver(offer_changed, dispatch_uid="free times")
def offer(sender: Any, builder: User, **kwargs: Any) -> None:
    refresh_soon(builder.pk)


@receiver(calendars_disconnected, dispatch_uid="free times without an account's calendars")
def account_of_calendars(sender: Any, builder: Any, **kwargs: Any) -> None:
    refresh_soon(builder)
