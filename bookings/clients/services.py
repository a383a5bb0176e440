"""A builder's notes on a client."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from accounts.services import lock_person
from bookings.clients.queries import client_of, notes_on
from bookings.models import ClientNote
from core.errors import Refusal, Refused

MOST_NOTES = 200


@transaction.atomic
def write_note(*, builder: User, client: User, text: str, is_shared: bool) -> ClientNote:
    """Adds a note on a client, visible to the builder alone or shared with the client."""
    client_of(builder, client.pk)
    lock_person(builder.pk)
    if notes_on(builder, client).count() >= MOST_NOTES:
        raise Refused(Refusal.INVALID, f"You can keep up to {MOST_NOTES} notes for each client. Remove some first.")
    return ClientNote.objects.create(builder=builder, client=client, text=text.strip(), is_shared=is_shared)


def delete_note(*, note: ClientNote, by: User) -> None:
    """Deletes a note for good. Only its author may."""
    if note.builder_id != by.pk:
        raise Refused(Refusal.FORBIDDEN)
    note.delete()
