"""What a changed offer means for free times."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from accounts.models import User
from coaching.services import offer_changed
from scheduling.free_times import refresh_soon


@receiver(offer_changed, dispatch_uid="free times")
def offer(sender: Any, builder: User, **told: Any) -> None:
    refresh_soon(builder.pk)
