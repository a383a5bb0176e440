"""What a change anywhere means for a builder's listing."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.dispatch import receiver

from accounts.models import User
from accounts.signals import counted_changed, shown_changed
from coaching.services import offer_changed
from marketplace import listings


@receiver(shown_changed, dispatch_uid="listing")
def shown(sender: Any, builder: UUID, **kwargs: Any) -> None:
    listings.refresh_soon(builder)


@receiver(offer_changed, dispatch_uid="listing")
def offer(sender: Any, builder: User, **kwargs: Any) -> None:
    """What is offered decides the pathways, too."""
    listings.refresh_soon(builder.pk)
    listings.recount_soon(builder.pk)


@receiver(counted_changed, dispatch_uid="listing")
def counted(sender: Any, builder: UUID, **kwargs: Any) -> None:
    listings.recount_soon(builder)
