"""What comes out of a session: files and links, which the builder adds and both sides see."""

from __future__ import annotations

from uuid import UUID

from django.core.files.base import File
from django.db import transaction

from accounts.notifications import NewNotification, notify
from bookings.agreement.transitions import Actor, fresh
from bookings.models import Booking, Deliverable
from bookings.states import Side, State
from core import clock
from core.errors import Refusal, Refused

OPEN = (State.IN_PROGRESS, State.COMPLETED)
MOST = 50


@transaction.atomic
def add(
    *,
    booking: Booking,
    by: Actor,
    title: str,
    url: str = "",
    file: File[bytes] | None = None,
    replaces: UUID | None = None,
) -> Deliverable:
    """A file or a link; one that replaces another is its next version. The client hears of it."""
    found = fresh(booking, None)
    _check(found, by)
    if found.deliverables.count() >= MOST:
        raise Refused(Refusal.NOT_DELIVERABLE, f"{MOST} are as many as one booking takes.")
    old = None
    if replaces is not None:
        old = found.deliverables.filter(pk=replaces, removed_at__isnull=True, replaced_by__isnull=True).first()
        if old is None:
            raise Refused(Refusal.STALE, "There is a newer version of it already.")
    assert by.person is not None
    made = Deliverable(booking=found, added_by=by.person, title=title.strip() or _title(url, file))
    made.replaces, made.version = old, old.version + 1 if old else 1
    if file is not None:
        made.kind, made.file, made.name, made.size = Deliverable.Kind.FILE, file, str(file.name), file.size
    else:
        made.kind, made.url = Deliverable.Kind.LINK, url
    made.save(force_insert=True)
    if found.client is not None:
        notify(
            found.client,
            NewNotification(
                kind="booking",
                event=f"deliverable:{made.pk}",
                title=f"{found.builder.display_name} has added {made.title}",
                text=f"It came out of {found.title} ({found.reference}).",
                path=f"{found.get_absolute_url()}#deliverables",
                call="See it",
            ),
        )
    return made


@transaction.atomic
def remove(*, deliverable: Deliverable, by: Actor) -> None:
    """It is no longer shown. Its row stays, its file goes."""
    found = fresh(deliverable.booking, None)
    _check(found, by)
    gone = Deliverable.objects.filter(pk=deliverable.pk, removed_at__isnull=True).update(removed_at=clock.now())
    if gone and deliverable.file:
        name, storage = str(deliverable.file.name), deliverable.file.storage
        transaction.on_commit(lambda: storage.delete(name), robust=True)


def _check(booking: Booking, by: Actor) -> None:
    if by.side != Side.BUILDER:
        raise Refused(Refusal.FORBIDDEN)
    if booking.state not in OPEN:
        raise Refused(Refusal.NOT_DELIVERABLE)


def _title(url: str, file: File[bytes] | None) -> str:
    return (str(file.name) if file is not None else url.partition("://")[2])[:120]
