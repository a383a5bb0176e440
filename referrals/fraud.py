"""Reasons not to reward a referral, each with its number of queries."""

from __future__ import annotations

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
    """Returns why the referral is not rewarded, or None. Up to four queries."""
    reason = reason_at_joining(referral.referrer, referral.friend)
    if reason is not None:
        return reason
    if _cards(referral.referrer) & _cards(referral.friend):
        return RefusalReason.CARD
    return RefusalReason.HOUSEHOLD if _share_household(referral) else None


def suspicion_of(referral: Referral) -> str:
    """Returns why staff should look at the referral first; an empty string if nothing is suspicious. One query."""
    both = [referral.referrer_id, referral.friend_id]
    networks: dict[str, set[object]] = {}
    for person_id, network in UserSession.objects.filter(user__in=both).values_list("user_id", "ip"):
        networks.setdefault(network, set()).add(person_id)
    is_shared = any(len(people) > 1 for people in networks.values())
    return Referral.Suspicion.NETWORK if is_shared else ""


def _cards(person: User) -> set[str]:
    """Returns the cards that the person has paid with, by the names that the payment provider gives them. One query."""
    paid = Payment.objects.filter(payer=person).exclude(card_fingerprint="")
    return set(paid.values_list("card_fingerprint", flat=True).distinct())


def _share_household(referral: Referral) -> bool:
    """Whether both have given the same address for their invoices. One query."""
    rows = BuyerProfile.objects.filter(owner__in=[referral.referrer_id, referral.friend_id])
    addresses = [_squeezed(row.street, row.postal_code or row.city, row.country) for row in rows]
    return len(addresses) > len(set(addresses))


def _squeezed(*parts: str) -> str:
    """Returns an address in a form in which capitals, spaces and punctuation make no difference."""
    return "|".join("".join(letter for letter in part.casefold() if letter.isalnum()) for part in parts)
