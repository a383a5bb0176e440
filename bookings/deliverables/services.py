"""Adds and removes deliverables: files and links that the builder adds and both sides see."""

from __future__ import annotations

from uuid import UUID

from django.core.files.base import File
from django.db import transaction

from accounts.notifications import NewNotification, notify
from bookings.agreement.transitions import Actor, fresh
from bookings.models import Booking, Deliverable
from bookings.refusals import BookingRefusal
from bookings.states import Side, State
from core import clock
from core.errors import Refusal, Refused
from core.uploads import check_space

OPEN = (State.IN_PROGRESS, State.COMPLETED)
MAX_DELIVERABLES = 50


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
    """Adds a file or a link, or a new version of one that it replaces, and notifies the client."""
    locked = fresh(booking, None)
    _check_can_change(locked, by)
    if locked.deliverables.count() >= MAX_DELIVERABLES:
        raise Refused(BookingRefusal.NOT_DELIVERABLE, f"A booking can have up to {MAX_DELIVERABLES} files and links.")
    previous = None
    if replaces is not None:
        previous = locked.deliverables.filter(pk=replaces, removed_at__isnull=True, replaced_by__isnull=True).first()
        if previous is None:
            raise Refused(Refusal.STALE, "There is already a newer version.")
    assert by.person is not None
    deliverable = Deliverable(booking=locked, added_by=by.person, title=title.strip() or _default_title(url, file))
    deliverable.replaces, deliverable.version = previous, previous.version + 1 if previous else 1
    if file is not None:
        check_space(by.person, file)
        deliverable.kind, deliverable.file = Deliverable.Kind.FILE, file
        deliverable.name, deliverable.size = str(file.name), file.size
    else:
        deliverable.kind, deliverable.url = Deliverable.Kind.LINK, url
    deliverable.save(force_insert=True)
    if locked.client is not None:
        notify(
            locked.client,
            NewNotification(
                kind="booking",
                event=f"deliverable:{deliverable.pk}",
                title=f"{locked.builder.display_name} has added {deliverable.title}",
                text=f"It belongs to {locked.title} ({locked.reference}).",
                path=f"{locked.get_absolute_url()}#deliverables",
                call="See it",
            ),
        )
    return deliverable


@transaction.atomic
def remove(*, deliverable: Deliverable, by: Actor) -> None:
    """Marks the deliverable as removed and deletes its file on commit. The row is kept."""
    locked = fresh(deliverable.booking, None)
    _check_can_change(locked, by)
    gone = Deliverable.objects.filter(pk=deliverable.pk, removed_at__isnull=True).update(removed_at=clock.now())
    if gone and deliverable.file:
        name, storage = str(deliverable.file.name), deliverable.file.storage
        transaction.on_commit(lambda: storage.delete(name), robust=True)


def _check_can_change(booking: Booking, by: Actor) -> None:
    if by.side != Side.BUILDER:
        raise Refused(Refusal.FORBIDDEN)
    if booking.state not in OPEN:
        raise Refused(BookingRefusal.NOT_DELIVERABLE)


def _default_title(url: str, file: File[bytes] | None) -> str:
    return (str(file.name) if file is not None else url.partition("://")[2])[:120]
