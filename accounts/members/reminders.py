"""Reminds members that their licence expires: 60, 30 and 7 days before."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import pairwise
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.urls import reverse

from accounts.applications import may_prepare
from accounts.members.queries import REMIND_AT
from accounts.models import Member
from accounts.models.members import MemberQuerySet
from accounts.notifications import NewNotification, notify

KIND = "member"


def remind(now: datetime) -> int:
    """Reminds each active member with an account once for each of the days; returns how many. Whoever may not open the page of
    member data, such as a client whose address was imported, is not reminded.

    Who was not reminded in time, because nothing ran that day or the data is new, is reminded of the nearest day only.
    """
    today = now.date()
    count = 0
    for days, fewer in pairwise((*REMIND_AT, -1)):
        due = Member.objects.expiring(today + timedelta(days=fewer + 1), today + timedelta(days=days))
        for key in _not_reminded(due, days).values_list("pk", flat=True):
            count += _remind_one(key, days, today)
    return count


def _not_reminded(members: MemberQuerySet, days: int) -> MemberQuerySet:
    waiting = members.filter(person__is_active=True)
    return waiting.exclude(reminded_expiry=F("license_expires"), reminded_days__lte=days)


@transaction.atomic
def _remind_one(key: UUID, days: int, today: date) -> int:
    locked = _not_reminded(Member.objects.filter(pk=key), days).select_for_update(of=("self",), skip_locked=True)
    member = locked.select_related("person").first()
    if member is None or member.person is None or member.license_expires is None:
        return 0
    if not may_prepare(member.person):
        return 0
    left = (member.license_expires - today).days
    when = "today" if left == 0 else "tomorrow" if left == 1 else f"in {left} days"
    notify(
        member.person,
        NewNotification(
            kind=KIND,
            event=f"license:{member.pk}:{member.license_expires}:{days}",
            title=f"Your licence expires {when}",
            text=f"On {member.license_expires:%-d %B %Y}. Once it is renewed, enter the new date in your member data.",
            path=reverse("accounts:member_data"),
            call="Your member data",
        ),
    )
    member.reminded_expiry, member.reminded_days = member.license_expires, days
    member.save(update_fields=["reminded_expiry", "reminded_days"])
    return 1
