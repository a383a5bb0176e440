"""Data exports: a ZIP archive of a person's rows as JSON and of their files, kept for a week.

A request is a row and an outbox message, so that it is not lost when a worker or the message broker stops.
"""

from __future__ import annotations

import json
import tempfile
import zipfile
from datetime import datetime, timedelta
from typing import IO, Any

from django.core.files import File
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import DataExport, User
from accounts.notifications import NewNotification, notify
from core import audit, clock, outbox, personal
from core.models import OutboxMessage

CHANNEL = "export"
KEPT_FOR = timedelta(days=7)
State = DataExport.State

README = """This is everything that Waymark holds about you, as of {at}.

Each .json file is one kind of record, with the fields as we keep them; times are UTC.
The folders hold the files that you uploaded.

What we keep but do not list here, and why:
{kept}
"""


@transaction.atomic
def request_export(*, user: User, by: User | None = None, reason: str = "") -> DataExport:
    """Requests a new archive and removes the old one. Returns the export that is being made, if there is one already.

    Only the person can download it; `by` is a member of staff who requests it for them.
    """
    try:
        with transaction.atomic():
            export = DataExport.objects.create(person=user, steps=personal.export_steps())
    except IntegrityError:
        return DataExport.objects.exclude(state=State.READY).get(person=user)
    for old in DataExport.objects.filter(person=user, state=State.READY):
        remove(old)
    after = {"reason": reason} if reason else None
    audit.record(actor=by or user, action="data export asked for", subject=user, before=None, after=after)
    outbox.put(event=f"export:{export.pk}", channel=CHANNEL, recipient=str(user.pk), payload={})
    return export


def deliver(message: OutboxMessage) -> None:
    """Makes the archive of an export, unless it is ready. After a run that was interrupted, the next one starts anew."""
    export = DataExport.objects.select_related("person").filter(pk=message.event.partition(":")[2]).first()
    if export is None or export.state == State.READY:
        return
    with tempfile.TemporaryFile() as file:
        _write_archive(file, export)
        file.seek(0)
        export.archive.save(f"{export.pk}.zip", File(file), save=False)
    _mark_ready(export)


@transaction.atomic
def _mark_ready(export: DataExport) -> None:
    """Marks the export as ready and notifies the person."""
    export.state = State.READY
    export.ready_at = clock.now()
    export.expires_at = export.ready_at + KEPT_FOR
    export.save(update_fields=["state", "archive", "ready_at", "expires_at", "changed_at"])
    notify(
        export.person,
        NewNotification(
            kind="account",
            event=f"export:{export.pk}",
            title="Your data is ready to download",
            text="You can download it for a week.",
            path=reverse("accounts:data"),
            call="Download it",
        ),
    )


def remove(export: DataExport) -> None:
    """Deletes the row, and its archive on commit: after a failure, a file without a row does less harm than the reverse."""
    name, storage = export.archive.name, export.archive.storage
    export.delete()
    if name:
        transaction.on_commit(lambda: storage.delete(name))


def remove_all(person: User) -> None:
    for export in DataExport.objects.filter(person=person):
        remove(export)


def remove_expired(now: datetime) -> None:
    for export in DataExport.objects.filter(expires_at__lt=now):
        remove(export)


def _write_archive(file: IO[bytes], export: DataExport) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        kept = "\n".join(f"- {name}: {why}" for name, why in personal.left_out()) or "- nothing"
        archive.writestr("README.txt", README.format(at=f"{clock.now():%Y-%m-%d %H:%M} UTC", kept=kept))
        for number, part in enumerate(personal.exported(export.person), start=1):
            archive.writestr(f"{part.name.lower().replace(' ', '-')}.json", _json(part.rows))
            for name, stored in part.files:
                with stored.open("rb") as content:
                    archive.writestr(f"files/{name}", content.read())
            DataExport.objects.filter(pk=export.pk).update(state=State.RUNNING, done=number)


def _json(rows: list[dict[str, Any]]) -> str:
    return json.dumps(rows, indent=2, ensure_ascii=False)
