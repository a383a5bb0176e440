"""Refreshes free times after a change of the offer."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from accounts.models import User
from coaching.services import offer_changed
from scheduling.free_times import refresh_soon


@receiver(offer_changed, dispatch_uid="free times")
def offer(sender: Any, builder: User, **kwargs: Any) -> None:
    refresh_soon(builder.pk)
