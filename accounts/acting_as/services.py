"""Services by which staff begin and end to act as a person, and the check of each request between."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse

from accounts.models import ActingSession, User
from accounts.notifications import NewNotification, notify
from accounts.refusals import AccountRefusal
from accounts.roles import STAFF
from accounts.services import lock_person
from accounts.sign_in import second_factors
from core import audit, clock
from core.errors import Refusal, Refused
from core.names import as_sentence

LASTS = timedelta(minutes=30)
End = ActingSession.End


@transaction.atomic
def begin(*, staff: User, person: User, reason: str) -> ActingSession:
    """Lets a member of staff act as the person for half an hour, and notifies the person.

    Refuses for staff and for accounts that are switched off, and while they act as somebody already. What they began in
    another browser ends.
    """
    if audit.acting_as.get() is not None:
        raise Refused(AccountRefusal.NOT_WHILE_ACTING)
    if not set(staff.roles) & STAFF:
        raise Refused(Refusal.FORBIDDEN)
    lock_person(staff.pk)
    now = clock.now()
    if not person.is_active or set(person.roles) & STAFF or person == staff:
        raise Refused(AccountRefusal.CANNOT_ACT_AS)
    for former in ActingSession.objects.filter(staff=staff, ended_at__isnull=True):
        end(acting=former, because=End.ANOTHER, now=now)
    acting = ActingSession.objects.create(staff=staff, person=person, reason=reason, ends_at=now + LASTS)
    facts = {"reason": reason, "until": acting.ends_at}
    audit.record(actor=staff, action="began to act as a person", subject=person, before=None, after=facts)
    notify(
        person,
        NewNotification(
            kind="account",
            event=f"acting:{acting.pk}",
            title="Our support team is using your account for up to 30 minutes",
            text=f"Reason: {as_sentence(reason)} They cannot open your messages, payments or security settings.",
            path=reverse("usersessions_list"),
            call="See who and when",
            is_important=True,
        ),
    )
    return acting


@transaction.atomic
def end(*, acting: ActingSession, because: str, now: datetime) -> None:
    """Ends it, unless it has ended already."""
    ended = ActingSession.objects.filter(pk=acting.pk, ended_at__isnull=True).update(ended_at=now, end=because)
    if ended:
        audit.record(
            actor=acting.staff, action="stopped acting as a person", subject=acting.person, before=None,
            after={"because": because},
        )  # fmt: skip


def why_over(acting: ActingSession, staff: User, person: User | None, now: datetime) -> str:
    """Returns why the member of staff may not go on acting as the person; an empty string if they may. Without queries
    for people who were loaded with their roles."""
    if acting.ended_at is not None:
        return acting.end
    if now >= acting.ends_at:
        return End.TIME
    if not set(staff.roles) & STAFF or second_factors.is_missing(staff):
        return End.RIGHTS
    if person is None or set(person.roles) & STAFF:
        return End.PERSON
    return ""
