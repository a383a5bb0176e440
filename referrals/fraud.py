"""Reasons not to reward a referral, each with its number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from allauth.usersessions.models import UserSession

from accounts.models import User
from payments.invoices.models import BuyerProfile
from payments.models import Payment
from referrals.models import Referral, RefusalReason

IGNORES_DOTS = frozenset({"gmail.com", "googlemail.com"})


def mailbox_of(email: str) -> str:
    """Returns the address of the mailbox that receives it: without what follows a plus, and without dots at Gmail."""
    name, _, domain = email.lower().rpartition("@")
    name = name.partition("+")[0]
    if domain in IGNORES_DOTS:
        return f"{name.replace('.', '')}@gmail.com"
    return f"{name}@{domain}"


def reason_at_joining(referrer: User, friend: User) -> RefusalReason | None:
    """Returns why these two can never be rewarded, or None. One query."""
    if referrer.pk == friend.pk or mailbox_of(referrer.email) == mailbox_of(friend.email):
        return RefusalReason.SAME_PERSON
    if Referral.objects.filter(referrer=friend, friend=referrer).exists():
        return RefusalReason.CIRCLE
    return None


def reason_of(referral: Referral) -> RefusalReason | None:
    """Returns why the referral is not rewarded for the session that counted, or None. Up to three queries."""
    reason = reason_at_joining(referral.referrer, referral.friend)
    if reason is not None:
        return reason
    cards = _cards_of(referral)
    if cards[referral.referrer_id] & cards[referral.friend_id]:
        return RefusalReason.CARD
    if cards[referral.friend_id] & cards[other_side_of(referral)]:
        return RefusalReason.SESSION_CARD
    return RefusalReason.HOUSEHOLD if _share_household(referral) else None


def suspicion_of(referral: Referral) -> str:
    """Returns why staff should look at the referral first; an empty string if nothing is suspicious. Two queries.

    The network of the other side of a session in person is not looked at, since the two may have met there.
    """
    other, cards, networks = other_side_of(referral), _cards_of(referral), _networks_of(referral)
    if networks[referral.referrer_id] & networks[referral.friend_id]:
        return Referral.Suspicion.NETWORK
    if cards[referral.referrer_id] & cards[other]:
        return Referral.Suspicion.OTHER_CARD
    is_remote = referral.booking is not None and referral.booking.is_remote
    if is_remote and networks[other] & (networks[referral.referrer_id] | networks[referral.friend_id]):
        return Referral.Suspicion.OTHER_NETWORK
    return ""


def other_side_of(referral: Referral) -> UUID | None:
    """Returns who gave the session that counted to the person who joined, or booked it with them; None for a guest or
    without a session."""
    booking = referral.booking
    if booking is None:
        return None
    return booking.builder_id if booking.client_id == referral.friend_id else booking.client_id


def _people_of(referral: Referral) -> list[UUID]:
    people = (referral.referrer_id, referral.friend_id, other_side_of(referral))
    return [person for person in people if person is not None]


def _cards_of(referral: Referral) -> dict[UUID | None, set[str]]:
    """Returns the cards that each of those involved has paid with, by the names that the payment provider gives them. One
    query."""
    paid = Payment.objects.filter(payer__in=_people_of(referral)).exclude(card_fingerprint="")
    return _sets_by_person(paid.values_list("payer_id", "card_fingerprint").distinct())


def _networks_of(referral: Referral) -> dict[UUID | None, set[str]]:
    """Returns the networks from which each of those involved has signed in. One query."""
    sessions = UserSession.objects.filter(user__in=_people_of(referral))
    return _sets_by_person(sessions.values_list("user_id", "ip").distinct())


def _sets_by_person(rows: Iterable[tuple[Any, str]]) -> dict[UUID | None, set[str]]:
    """Returns the values of each person; an empty set for whoever has none."""
    values: dict[UUID | None, set[str]] = defaultdict(set)
    for person_id, value in rows:
        values[person_id].add(value)
    return values


def _share_household(referral: Referral) -> bool:
    """Whether both have given the same address for their invoices. One query."""
    rows = BuyerProfile.objects.filter(owner__in=[referral.referrer_id, referral.friend_id])
    addresses = [_squeezed(row.street, row.postal_code or row.city, row.country) for row in rows]
    return len(addresses) > len(set(addresses))


def _squeezed(*parts: str) -> str:
    """Returns an address in a form in which capitals, spaces and punctuation make no difference."""
    return "|".join("".join(letter for letter in part.casefold() if letter.isalnum()) for part in parts)
