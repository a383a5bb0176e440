"""Saves the tiers of the discount for booking early. Bookings keep the price that they were made with."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from django.db import transaction

from accounts.models import User
from coaching.models import Offer, SessionType
from coaching.services import keep_offer, offer_changed
from core import audit, clock
from core.errors import Refusal, Refused

MOST_DAYS, MOST_PERCENT, MOST_TIERS = 365, 90, 10


@transaction.atomic
def save_for_builder(*, builder: User, tiers: Mapping[int, int]) -> None:
    """Replaces the builder's tiers, which count for session types without tiers of their own."""
    _check(tiers)
    keep_offer(builder)
    offer = Offer.objects.select_for_update().get(pk=builder.pk)
    before, offer.early_tiers = offer.early_tiers, _rows(tiers)
    offer.save()
    audit.record(
        actor=builder, action="early booking changed", subject=offer, before={"tiers": before},
        after={"tiers": offer.early_tiers},
    )  # fmt: skip
    offer_changed.send(Offer, builder=builder)


@transaction.atomic
def save_for_session_type(*, session_type: SessionType, tiers: Mapping[int, int] | None, by: User) -> None:
    """Replaces the tiers of one session type. None: those of the builder count; without any: it has no discount."""
    if session_type.builder_id != by.pk:
        raise Refused(Refusal.FORBIDDEN)
    if tiers is not None:
        _check(tiers)
    before, after = session_type.early_tiers, None if tiers is None else _rows(tiers)
    SessionType.objects.filter(pk=session_type.pk).update(early_tiers=after, changed_at=clock.now())
    audit.record(
        actor=by, action="early booking changed", subject=session_type, before={"tiers": before}, after={"tiers": after}
    )
    offer_changed.send(SessionType, builder=by)


def _check(tiers: Mapping[int, int]) -> None:
    if problem := tier_problem(tiers):
        raise Refused(Refusal.INVALID, fields={"tiers": [problem]})


def tier_problem(tiers: Mapping[int, int]) -> str:
    """Returns what is wrong with these tiers, per cent by days ahead; an empty string if nothing is."""
    if len(tiers) > MOST_TIERS:
        return f"There can be {MOST_TIERS} lines at most."
    if any(not 1 <= days <= MOST_DAYS or not 1 <= percent <= MOST_PERCENT for days, percent in tiers.items()):
        return f"Use 1 to {MOST_DAYS} days and 1 to {MOST_PERCENT} per cent."
    for (days, percent), (more_days, more_percent) in pairwise(sorted(tiers.items())):
        if more_percent <= percent:
            return (
                f"Booking earlier has to be cheaper: {more_days} days ahead is {more_percent}% less, {days} days ahead "
                f"{percent}%."
            )
    return ""


def _rows(tiers: Mapping[int, int]) -> list[list[int]]:
    return [[days, percent] for days, percent in sorted(tiers.items())]
