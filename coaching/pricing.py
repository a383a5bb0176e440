"""How a builder prices a session type, as its form asks for it. Clients see one price for each length."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from django.db.models import TextChoices

from coaching.models import Offer, SessionType
from coaching.quotes import DAY, FIXED, HOURLY


class Pricing(TextChoices):
    LENGTHS = "lengths", "A price for each length"
    HOURLY = "hourly", "My hourly rate"
    OPEN = "open", "My hourly or day rate, and the client chooses how long"
    DAY = "day", "My day rate, for whole days"


def pricing_of(session_type: SessionType, durations: Mapping[int, Decimal | None]) -> Pricing:
    """Returns how a saved session type with these lengths is priced."""
    allowed = set(session_type.rate_types)
    if FIXED in allowed:
        return Pricing.LENGTHS
    if allowed == {DAY}:
        return Pricing.DAY
    return Pricing.HOURLY if durations else Pricing.OPEN


def rate_types_of(pricing: Pricing, durations: Mapping[int, Decimal | None]) -> list[str]:
    """Returns the rate types of a session type. Without prices of its own, the hourly rate prices what the config lacks."""
    if pricing == Pricing.LENGTHS:
        has_own_prices = any(price is not None for price in durations.values())
        return [FIXED] if has_own_prices else [FIXED, HOURLY]
    return {Pricing.HOURLY: [HOURLY], Pricing.OPEN: [HOURLY, DAY], Pricing.DAY: [DAY]}[pricing]


def durations_of(
    pricing: Pricing, typed: Mapping[int, Decimal | None], offer: Offer, *, is_free: bool
) -> dict[int, Decimal | None]:
    """Returns the lengths to save, with a price only where the pricing has one. A free session cannot have a price."""
    if is_free:
        return dict.fromkeys(typed)
    if pricing == Pricing.OPEN:
        return {}
    if pricing == Pricing.DAY:
        return {offer.day_minutes: None}
    return dict(typed) if pricing == Pricing.LENGTHS else dict.fromkeys(typed)


def usual_length(pricing: Pricing, durations: Mapping[int, Decimal | None], offer: Offer) -> int:
    """Returns the length that is offered first if the builder names none."""
    if durations:
        return next(iter(durations))
    if pricing == Pricing.OPEN:
        return min(max(offer.default_duration, offer.minimum_duration), offer.maximum_duration)
    return offer.default_duration
