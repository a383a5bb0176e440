"""Structured data (schema.org) about a builder, for search engines."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings

from accounts.models import BuilderProfile
from bookings.reviews.ratings import Rating
from scheduling.queries import DescribedSessionType


def builder_graph(profile: BuilderProfile, sessions: Iterable[DescribedSessionType], rating: Rating) -> dict[str, Any]:
    """Returns JSON-LD with the person, their session types and prices, and their rating. No query if all is loaded."""
    user, address = profile.user, f"{settings.SITE_URL}{profile.get_absolute_url()}"
    person: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Person",
        "@id": f"{address}#person",
        "name": user.display_name,
        "jobTitle": profile.headline,
        "description": profile.bio[:300],
        "url": address,
    }
    if user.avatar:
        person["image"] = f"{settings.SITE_URL}{user.avatar.url}"
    if user.place:
        person["address"] = {
            "@type": "PostalAddress", "addressLocality": user.place.name, "addressCountry": user.place.country_code,
        }  # fmt: skip
    offers = [offer for card in sessions for offer in _offers(card, address)]
    service: dict[str, Any] = {
        "@context": "https://schema.org", "@type": "Service", "name": f"Sessions with {user.display_name}",
        "provider": {"@id": f"{address}#person"}, "url": address, "offers": offers,
    }  # fmt: skip
    if rating.count:
        service["aggregateRating"] = {
            "@type": "AggregateRating", "ratingValue": rating.average, "reviewCount": rating.count, "bestRating": 5,
        }  # fmt: skip
    return {"@context": "https://schema.org", "@graph": [person, service] if offers else [person]}


def _offers(card: DescribedSessionType, address: str) -> list[dict[str, Any]]:
    return [
        {
            "@type": "Offer",
            "name": f"{card.session_type.title}, {minutes} minutes",
            "price": price.total.on_the_wire(),
            "priceCurrency": price.total.currency,
            "url": f"{address}#sessions",
        }
        for minutes, price in card.prices
    ]
