"""Updates a builder's listing when other apps signal a change."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.dispatch import receiver

from accounts.models import User
from accounts.signals import counted_changed, shown_changed
from coaching.services import offer_changed
from marketplace import listings, next_starts
from scheduling.signals import free_times_changed


@receiver(shown_changed, dispatch_uid="listing")
def refresh_listing(sender: Any, builder: UUID, **kwargs: Any) -> None:
    listings.refresh_soon(builder)


@receiver(offer_changed, dispatch_uid="listing")
def refresh_and_recount(sender: Any, builder: User, **kwargs: Any) -> None:
    """Also recounts, since session types decide which pathways a builder offers."""
    listings.refresh_soon(builder.pk)
    listings.recount_soon(builder.pk)


@receiver(counted_changed, dispatch_uid="listing")
def recount_listing(sender: Any, builder: UUID, at: datetime | None = None, **kwargs: Any) -> None:
    listings.recount_soon(builder, at)


@receiver(free_times_changed, dispatch_uid="next start")
def fill_next_starts(sender: Any, builders: list[UUID], **kwargs: Any) -> None:
    next_starts.fill(builders)
