"""What staff do about a calendar that cannot be read."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from accounts.notifications import NewNotification, notify
from connections.models import Connection
from core import audit
from core.ids import uuid7
from core.names import as_sentence
from scheduling.outside.services import sync_now


def read_again(*, calendar: Connection, by: User) -> bool:
    """Reads the calendar as its owner could; returns whether that worked. Refuses while its server asks us to wait. The
    calendar is read outside a transaction, since its server may be slow."""
    is_read = sync_now(connection=calendar)
    audit.record(actor=by, action="calendar read by staff", subject=calendar, before=None, after={"worked": is_read})
    return is_read


@transaction.atomic
def ask_owner(*, calendar: Connection, by: User, reason: str) -> None:
    """Asks the owner to connect the calendar again, in Waymark and by mail, with what staff add."""
    news = NewNotification(
        kind="calendar",
        event=f"asked to connect {calendar.pk} again:{uuid7()}",
        title=f"Please connect your calendar {calendar.name} again",
        text=f"We cannot read it: {as_sentence(calendar.error or 'no reason is known')} {as_sentence(reason)}",
        path=calendar.get_absolute_url(),
        call="See the calendar",
    )
    notify(calendar.owner, news)
    audit.record(
        actor=by, action="asked to connect a calendar", subject=calendar, before=None, after={"reason": reason}
    )
