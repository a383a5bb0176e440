"""Disputes: opened with a reason, argued in statements that nobody changes, settled by support."""

from __future__ import annotations

from datetime import datetime

from django.core.files.base import File
from django.db import transaction

from accounts.notifications import NewNotification, notify
from bookings.agreement import notifications
from bookings.agreement.transitions import Actor, change, fresh, mark_cancelled
from bookings.models import Booking, Statement
from bookings.states import Side, State, Verb
from core import audit
from core.errors import Refusal, Refused

MOST_STATEMENTS = 40


@transaction.atomic
def open_(
    *, booking: Booking, by: Actor, reason: str, file: File[bytes] | None = None, version: int | None = None
) -> Booking:
    """One side says that something was wrong; support looks into it, and everything else waits."""
    was_open = booking.state == State.DISPUTED
    found = change(booking, Verb.DISPUTE, State.DISPUTED, by, reason=reason, version=version)
    if not was_open and (reason or file):
        _write(found, by, reason, file)
    return found


@transaction.atomic
def add(*, booking: Booking, by: Actor, text: str, file: File[bytes] | None = None) -> Statement:
    """More to be said, by either side or by support. The others hear that there is something to read."""
    found = fresh(booking, None)
    if found.state != State.DISPUTED:
        raise Refused(Refusal.INVALID_TRANSITION, "This dispute is settled.")
    if found.statements.count() >= MOST_STATEMENTS:
        raise Refused(Refusal.INVALID_TRANSITION, "Everything has been said. Support decides by what is there.")
    made = _write(found, by, text, file)
    for side in (Side.CLIENT, Side.BUILDER):
        person = notifications.reader(found, side)
        if person is not None and side != by.side:
            notify(
                person,
                NewNotification(
                    kind="booking",
                    event=f"statement:{made.pk}:{side}",
                    title=f"News in the dispute about {found.reference}",
                    text=f"{notifications.name_of(found, by.side)} has added to it.",
                    path=f"{found.get_absolute_url()}dispute/",
                    call="Read it",
                ),
            )
    return made


@transaction.atomic
def resolve(*, booking: Booking, by: Actor, outcome: State, reason: str, version: int | None = None) -> Booking:
    """Support settles it, one way or the other, and says why. Both sides are told."""

    def work(found: Booking, now: datetime) -> None:
        if outcome == State.CANCELLED:
            mark_cancelled(found, by, reason, now)
        else:
            found.completed_at = found.completed_at or now

    before = booking.state
    found = change(booking, Verb.RESOLVE, outcome, by, work, reason=reason, version=version)
    if before != found.state:
        told = {"outcome": str(outcome), "reason": reason}
        audit.record(actor=by.person, action="dispute settled", subject=found, before={"state": before}, after=told)
    return found


def _write(booking: Booking, by: Actor, text: str, file: File[bytes] | None) -> Statement:
    made = Statement(booking=booking, side=by.side, author=by.person, text=text)
    if file is not None:
        made.file, made.name, made.size = file, str(file.name), file.size
    made.save(force_insert=True)
    return made
