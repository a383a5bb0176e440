"""The pins and the names of towns on a map of search results."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from accounts.models import Place
from core.money import Money, rounded
from marketplace.models import ListingQuerySet
from marketplace.search import Area, inside

MOST_PINS = 500
MOST_TOWNS = 14
COLUMNS = ("slug", "name", "headline", "latitude", "longitude", "rating", "review_count", "hourly_rate", "currency")


def pins(listings: ListingQuerySet) -> list[dict[str, Any]]:
    """Returns pins for the best-rated builders who have a location. One query."""
    placed = listings.filter(latitude__isnull=False).order_by("-score", "-review_count", "builder_id")
    return [_pin(row) for row in placed.values(*COLUMNS)[:MOST_PINS]]


def _pin(row: dict[str, Any]) -> dict[str, Any]:
    rate = row["hourly_rate"]
    return {
        "lat": float(row["latitude"]),
        "lng": float(row["longitude"]),
        "name": row["name"],
        "headline": row["headline"],
        "url": reverse("marketplace:builder", args=[row["slug"]]),
        "rate": "" if rate is None else Money(rounded(rate, row["currency"]), row["currency"]).shown(),
        "stars": f"{row['rating']:.1f}" if row["review_count"] else "",
    }


def towns(area: Area) -> list[dict[str, Any]]:
    """Returns the largest towns within an area. One query."""
    places = Place.objects.filter(inside(area), is_offered=True).order_by("-population")[:MOST_TOWNS]
    return [{"name": place.name, "lat": float(place.latitude), "lng": float(place.longitude)} for place in places]
