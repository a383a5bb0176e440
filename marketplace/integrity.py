"""What must never be on the marketplace."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import F, Q

from accounts.models import BuilderProfile
from marketplace.models import BuilderListing

SOON = timedelta(hours=1)  # by then a listing is written, however busy we are


def listings(now: datetime) -> Iterator[str]:
    """Somebody who is shown though they are hidden, or not shown though they are public; a listing that says otherwise
    than its profile."""
    public = BuilderProfile.objects.public().filter(created_at__lt=now - SOON)
    for profile in public.filter(listing__isnull=True):
        yield f"{profile.slug} is public and has no listing"
    hidden = Q(builder__is_published=False) | Q(builder__user__is_active=False) | Q(builder__hidden_at__isnull=False)
    for listing in BuilderListing.objects.public().filter(hidden):
        yield f"{listing.slug} is listed and should be hidden"
    other = (
        ~Q(slug=F("builder__slug")) | ~Q(headline=F("builder__headline")) | ~Q(name=F("builder__user__display_name"))
    )
    for listing in BuilderListing.objects.filter(other):
        yield f"{listing.slug} is listed with other words than its profile"
