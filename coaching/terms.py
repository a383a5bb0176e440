"""From rows to the plain values that a quote is made of."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from uuid import UUID

from coaching.models import Offer, SessionType
from coaching.quotes import Terms


def offers_of(builders: Iterable[UUID]) -> dict[UUID, Offer]:
    """Each builder's offer with its durations; who never said anything has the usual one. Two queries."""
    wanted = set(builders)
    found = {offer.pk: offer for offer in Offer.objects.filter(pk__in=wanted).prefetch_related("durations")}
    return found | {builder: Offer(builder_id=builder) for builder in wanted - found.keys()}


def offer_of(builder: UUID) -> Offer:
    return offers_of([builder])[builder]


def terms_of(session_type: SessionType, offer: Offer) -> Terms:
    """What that session type's prices depend on. Reads nothing that `complete()` has not loaded."""
    lengths = list(session_type.durations.all())
    return Terms(
        currency=offer.currency,
        is_free=session_type.category == SessionType.Category.FREE,
        own_prices={length.minutes: length.price for length in lengths if length.price is not None},
        listed=frozenset(length.minutes for length in lengths),
        config=config_of(offer),
        rate_types=frozenset(session_type.rate_types),
        hourly_rate=offer.hourly_rate,
        day_rate=offer.day_rate,
        day_minutes=offer.day_minutes,
        allows_custom=offer.allows_custom_duration,
        minimum=offer.minimum_duration,
        maximum=offer.maximum_duration,
    )


def config_of(offer: Offer) -> dict[int, Decimal]:
    return {line.minutes: line.price for line in offer.durations.all()} if not offer._state.adding else {}
