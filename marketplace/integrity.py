"""The integrity check of listings."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import F, Q

from accounts.models import BuilderProfile
from marketplace.models import BuilderListing

GRACE_PERIOD = timedelta(hours=1)  # in which a new profile may still be without a listing


def listings(now: datetime) -> Iterator[str]:
    """Finds hidden builders who are listed, public ones who are not, and listings that differ from their profile."""
    public = BuilderProfile.objects.public().filter(created_at__lt=now - GRACE_PERIOD)
    for profile in public.filter(listing__isnull=True):
        yield f"{profile.slug} is public and has no listing"
    for listing in BuilderListing.objects.public().exclude(builder__in=BuilderProfile.objects.public()):
        yield f"{listing.slug} is listed and should be hidden"
    other = (
        ~Q(slug=F("builder__slug")) | ~Q(headline=F("builder__headline")) | ~Q(name=F("builder__user__display_name"))
    )
    for listing in BuilderListing.objects.filter(other):
        yield f"{listing.slug} is listed with other words than its profile"
