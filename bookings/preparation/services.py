"""Changes of a session's agenda and of the builder's checklist."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction

from accounts.notifications import TOPIC as PERSON_TOPIC
from bookings.agreement.transitions import Actor, fresh
from bookings.models import Booking, Preparation
from bookings.preparation import notifications
from bookings.preparation.refusals import PreparationRefusal
from bookings.preparation.rules import is_open, may_edit, why_too_long
from bookings.states import Side
from core import clock, live
from core.errors import Refusal, Refused
from messaging.texts import cleaned


@transaction.atomic
def save_agenda(*, booking: Booking, by: Actor, text: str, version: int) -> Preparation:
    """Saves the agenda of a session. Refused if it was changed since this `version` of it was read, so that nobody
    overwrites what the other side has written; the same text again changes nothing."""
    current, now = fresh(booking, None), clock.now()
    if not may_edit(current, by.side, now):
        raise Refused(PreparationRefusal.AGENDA_CLOSED)
    agenda = cleaned(text)
    if reason := why_too_long(agenda):
        raise Refused(Refusal.INVALID, fields={"agenda": [reason]})
    preparation, _ = Preparation.objects.get_or_create(booking=current)
    if preparation.agenda == agenda:
        return preparation
    if preparation.agenda_version != version:
        raise Refused(PreparationRefusal.AGENDA_CHANGED)
    preparation.agenda = agenda
    preparation.agenda_version += 1
    preparation.agenda_changed_at, preparation.agenda_changed_by = now, by.side
    preparation.save()
    notifications.agenda_edited(booking=current, by=by.side, now=now)
    for person in (current.client, current.builder):
        if person is not None:
            live.publish(f"{PERSON_TOPIC}:{person.pk}", "change")
    return preparation


@transaction.atomic
def save_checks(*, booking: Booking, by: Actor, checked: Collection[str]) -> Preparation:
    """Saves which points of the checklist the builder has ticked."""
    current = fresh(booking, None)
    if by.side != Side.BUILDER:
        raise Refused(Refusal.FORBIDDEN)
    if not is_open(current, clock.now()):
        raise Refused(PreparationRefusal.AGENDA_CLOSED, "The checklist can only be changed until the session starts.")
    preparation, _ = Preparation.objects.get_or_create(booking=current)
    preparation.checked = [check for check in Preparation.Check.values if check in checked]
    preparation.save(update_fields=["checked", "changed_at"])
    live.publish(f"{PERSON_TOPIC}:{current.builder_id}", "change")
    return preparation
