"""Builds, from rows, the plain values that prices are calculated from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from uuid import UUID

from accounts.models import User
from coaching.models import Offer, OfferedDuration, SessionType
from coaching.quotes import Terms
from core.compiled import CompiledQuery
from core.money import currency_in
from core.prefetched import keep

_offers = CompiledQuery(lambda builder: Offer.objects.filter(pk=builder))
_lengths = CompiledQuery(lambda builder: OfferedDuration.objects.filter(offer=builder))


def offers_of(builders: Iterable[UUID]) -> dict[UUID, Offer]:
    """Returns each builder's offer with its durations, or an unsaved default offer for builders without one. Two queries."""
    builder_ids = set(builders)
    offers = {offer.pk: offer for offer in Offer.objects.filter(pk__in=builder_ids).prefetch_related("durations")}
    return offers | {builder: Offer(builder_id=builder) for builder in builder_ids - offers.keys()}


def offer_of(builder: UUID) -> Offer:
    """Returns the builder's offer as `offers_of` does. Two queries."""
    offer = _offers.first(builder)
    if offer is None:
        return Offer(builder_id=builder)
    lengths = _lengths.rows(builder)
    for length in lengths:
        length.offer = offer
    keep(offer, "durations", lengths)
    return offer


def offer_to_edit(builder: User) -> Offer:
    """Returns the builder's offer as `offer_of` does; before it is saved, in the currency of their time zone."""
    offer = offer_of(builder.pk)
    if offer._state.adding:
        offer.currency = currency_in(builder.timezone)
    return offer


def offer_to_book(session_type: SessionType) -> Offer:
    """Returns the offer of its builder, as `offer_of` does. No query for `queries.session_type_to_book`."""
    builder = session_type.builder
    return builder.offer if hasattr(builder, "offer") else Offer(builder_id=builder.pk)


def terms_of(session_type: SessionType, offer: Offer) -> Terms:
    """Returns what the session type's prices depend on. No query if it was loaded with `complete()`."""
    return terms_with(session_type, offer, {length.minutes: length.price for length in session_type.durations.all()})


def terms_with(session_type: SessionType, offer: Offer, durations: Mapping[int, Decimal | None]) -> Terms:
    """Returns what the prices of a session type with these lengths depend on, whether they are saved or not."""
    return Terms(
        currency=offer.currency,
        is_free=session_type.category == SessionType.Category.FREE,
        own_prices={minutes: price for minutes, price in durations.items() if price is not None},
        listed=frozenset(durations),
        config=config_of(offer),
        rate_types=frozenset(session_type.rate_types),
        hourly_rate=offer.hourly_rate,
        day_rate=offer.day_rate,
        day_minutes=offer.day_minutes,
        allows_custom=offer.allows_custom_duration,
        minimum=offer.minimum_duration,
        maximum=offer.maximum_duration,
        early=early_tiers_of(session_type, offer),
    )


def early_tiers_of(session_type: SessionType, offer: Offer) -> tuple[tuple[int, int], ...]:
    """Returns the tiers of the discount for early booking, the most days first: the session type's own, or else the
    builder's."""
    tiers = offer.early_tiers if session_type.early_tiers is None else session_type.early_tiers
    return tuple(sorted(((tier[0], tier[1]) for tier in tiers), reverse=True))


def config_of(offer: Offer) -> dict[int, Decimal]:
    """Returns the prices of the offer's session config by minutes; empty for an unsaved offer."""
    return {line.minutes: line.price for line in offer.durations.all()} if not offer._state.adding else {}
