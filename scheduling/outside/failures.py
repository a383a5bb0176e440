"""Records that a calendar could not be read: when it is tried again, and what its owner chose for that case."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from accounts.notifications import NewNotification, notify
from connections.busy import AHEAD
from connections.models import Connection
from scheduling.free_times import refresh_soon
from scheduling.models import Reservation
from scheduling.outside.queries import UNREAD

EVERY = timedelta(minutes=10)  # a calendar is read so often
LONGEST_PAUSE = timedelta(hours=1)


@transaction.atomic
def record_failure(connection: Connection, sentence: str, now: datetime, wait: timedelta | None = None) -> None:
    """Keeps what was read last and its age. Once that is older than the owner accepts, their choice applies.

    `wait` is how long the server asks us to wait.
    """
    current = Connection.objects.select_for_update(of=["self"]).select_related("owner").filter(pk=connection.pk).first()
    if current is None:
        return
    current.state, current.error, current.tried_at = Connection.State.FAILING, sentence, now
    current.failures = min(current.failures + 1, 1_000)
    current.ask_again_at = None if wait is None else now + wait
    current.next_read_at = now + max(min(LONGEST_PAUSE, EVERY * current.failures), wait or timedelta(0))
    names = ["state", "error", "tried_at", "failures", "ask_again_at", "next_read_at", "changed_at"]
    current.save(update_fields=names)
    if current.is_out_of_date(now):
        _apply_choice(current, now)


def _apply_choice(connection: Connection, now: datetime) -> None:
    """Blocks the time that the calendar covers, if its owner chose that, and notifies them."""
    if connection.when_unread == Connection.Unread.CLOSED:
        _, is_new = Reservation.objects.get_or_create(
            source=connection, source_key=UNREAD, released_at=None,
            defaults={
                "builder_id": connection.owner_id, "kind": Reservation.Kind.EXTERNAL, "note": connection.name,
                "during": (now, now + AHEAD),
            },
        )  # fmt: skip
        if is_new:
            refresh_soon(connection.owner_id)
    is_closed = connection.when_unread == Connection.Unread.CLOSED
    effect = (
        "You offer no times until it can be read." if is_closed else "Until then, you confirm each booking yourself."
    )
    since = connection.read_at or connection.created_at
    notify(
        connection.owner,
        NewNotification(
            kind="calendar",
            event=f"calendar {connection.pk} unread since {since.isoformat()}",
            title=f"Your calendar “{connection.name}” cannot be read",
            text=f"{connection.error} {effect}",
            path=connection.get_absolute_url(),
            call="See the calendar",
        ),
    )
