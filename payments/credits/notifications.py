"""Tells people about their credits: before they expire, once they have, and when a gift was claimed."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.urls import reverse

from accounts.models import User
from accounts.notifications import NewNotification, notify, notify_in_app
from payments.credits import queries, services
from payments.credits.models import OF_PLAN, CreditGrant

NOTIFICATION = "credits"
REMINDER = "credit_reminder"
REMINDED = (timedelta(days=7), timedelta(days=30))  # before credits expire; the shortest first


def remind(now: datetime) -> int:
    """Reminds people of credits that expire within 30 days, and within 7, once each; of the sessions of a plan, which come
    for a month, within 7 days. Returns of how many credits."""
    ending = CreditGrant.objects.filter(expires_at__gt=now, expires_at__lte=now + REMINDED[-1])
    ending = ending.exclude(source_kind=OF_PLAN, expires_at__gt=now + REMINDED[0])
    rows = [row for row in queries.held(ending.select_related("holder", "builder")) if row.left > 0]
    for row in rows:
        grant = row.grant
        assert grant.expires_at is not None
        span = next(span for span in REMINDED if grant.expires_at <= now + span)
        until = _day(grant.holder, grant.expires_at)
        if grant.is_waiting:
            title = f"Your gift of {_count(row.left)} with {grant.builder.display_name} expires on {until}"
            text = "Nobody has claimed it yet. You can send the link again, or use the credits yourself."
        else:
            title = (
                f"{_what(grant, row.left)} with {grant.builder.display_name} "
                f"expire{'s' if row.left == 1 else ''} on {until}"
            )
            text = f"“{grant.title}”: book sessions that begin before then."
        event = f"credits_end:{grant.pk}:{span.days}:{grant.expires_at:%Y%m%d}"
        notify(grant.holder, _about(event, title, text, kind=REMINDER))
    return len(rows)


def expire_all(now: datetime) -> int:
    """Ends all credits whose time is over and tells their holders; returns how many credits."""
    total = 0
    for grant in CreditGrant.objects.filter(pk__in=queries.overdue(now)).select_related("holder", "builder"):
        count = services.expire(grant_id=grant.pk, now=now)
        if count and grant.expires_at is not None:
            title = f"{_what(grant, count)} with {grant.builder.display_name} {'has' if count == 1 else 'have'} expired"
            event = f"credits_expired:{grant.pk}:{grant.expires_at:%Y%m%d}"
            notify_in_app(grant.holder, _about(event, title, f"“{grant.title}”."))
        total += count
    return total


def gift_claimed(grant: CreditGrant) -> None:
    """Tells the person who gave credits that they were claimed."""
    if grant.given_by is not None and grant.given_by_id != grant.holder_id:
        title = f"{grant.holder.display_name} has claimed your gift"
        text = f"“{grant.title}” with {grant.builder.display_name}."
        notify(grant.given_by, _about(f"gift_claimed:{grant.pk}", title, text))


def _about(event: str, title: str, text: str, *, kind: str = NOTIFICATION) -> NewNotification:
    return NewNotification(kind, event, title, text, reverse("payments:my_credits"), "See your credits")


def _what(grant: CreditGrant, number: int) -> str:
    """Returns the credits in words: a plan brings sessions."""
    return f"{number} session{'' if number == 1 else 's'} of your plan" if grant.is_of_plan else _count(number)


def _count(number: int) -> str:
    return f"{number} credit{'' if number == 1 else 's'}"


def _day(person: User, moment: datetime) -> str:
    return f"{moment.astimezone(ZoneInfo(person.timezone)):%-d %B %Y}"
