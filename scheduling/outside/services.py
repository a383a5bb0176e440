"""Connects calendars, reads them, and keeps the builder's time in step with them.

Reading asks other servers, so it happens outside any transaction. What was read is written as a difference, in one
transaction that holds the connection's row: an unchanged calendar writes no busy time, and a repeated or interrupted
reading leaves the same rows.
"""

from __future__ import annotations

import logging
import math
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection as database
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import QuerySet

from accounts.models import User
from accounts.services import lock_person
from connections import sources
from connections.busy import BusyTime, Content, Unreadable
from connections.ical import reader
from connections.models import AccountCalendar, Connection
from connections.oauth import services as oauth
from connections.oauth.models import LinkedAccount
from core import clock, http, outbox
from core.errors import Refusal, Refused
from scheduling.calendly import busy
from scheduling.free_times import refresh_soon
from scheduling.loading import FRESH
from scheduling.models import Reservation
from scheduling.outside.clash_notices import notify_of_new_clashes
from scheduling.outside.failures import EVERY, record_failure
from scheduling.outside.queries import UNREAD
from scheduling.time_requests import TimeRequest

_readers: set[UUID] = set()  # the people for whom a request reads a calendar now
_readers_lock = threading.Lock()
logger = logging.getLogger(__name__)

MOST_CALENDARS = 10
SHORT = 2  # seconds that somebody who books waits for all calendars together
KEPT = timedelta(days=30)  # released busy time
FAULT = "Something went wrong in Waymark with this calendar. We will try again later."
CHOICES = ("name", "counts_all_day", "when_unread", "patience")


def connect(
    *, builder: User, name: str, address: str, counts_all_day: bool, when_unread: str, patience: int
) -> Connection:
    """Connects a calendar that can be read, and takes over its busy times. Anything else is refused."""
    now = clock.now()
    connection = Connection(
        owner=builder, service=Connection.Service.ICAL, name=name, counts_all_day=counts_all_day,
        when_unread=when_unread, patience=patience, next_read_at=now, created_at=now,
    )  # fmt: skip
    with only_reader(builder.pk):
        content = _read_new_address(connection, address, now)
    with transaction.atomic():
        lock_person(builder.pk)
        check_room(connection)
        connection.save()
        _store(connection, content, now)
    return connection


def change(*, connection: Connection, address: str = "", **choices: object) -> Connection:
    """Changes how a calendar is read and, with `address`, where. It is read at once; a new address that cannot be read
    changes nothing."""
    now = clock.now()
    for name in CHOICES:
        if name in choices:
            setattr(connection, name, choices[name])
    connection.expanded_at = None  # the choices decide which events count, so the calendar is expanded again
    with only_reader(connection.owner_id):
        content = _read_new_address(connection, address, now) if address else None
        with transaction.atomic():
            lock_person(connection.owner_id)
            check_room(connection)
            connection.save()
            connection.reservations.filter(released_at__isnull=True).update(note=connection.name)
            if content is not None:
                _store(connection, content, now)
        if content is None:
            sync(connection=connection)
    return connection


def sync_now(*, connection: Connection) -> bool:
    """Reads the calendar as its owner asks. Returns whether it could be read; refuses a second reading meanwhile, and
    one before the time that its server asks us to wait for."""
    now = clock.now()
    if connection.has_to_wait(now):
        assert connection.ask_again_at is not None
        minutes = math.ceil((connection.ask_again_at - now) / timedelta(minutes=1))
        wait = "a minute" if minutes == 1 else f"{minutes} minutes"
        raise Refused(Refusal.INVALID, f"The calendar’s server asks us to wait. Try again in {wait}.")
    with only_reader(connection.owner_id):
        return sync(connection=connection)


def disconnect(*, connection: Connection) -> None:
    """Removes a calendar with all that was read in it."""
    with transaction.atomic():
        builder = connection.owner_id
        if connection.account is not None:
            oauth.disconnect(account=connection.account, by=connection.owner)
        else:
            connection.delete()
        refresh_soon(builder)


def disconnect_all(*, builder: User) -> None:
    """Removes the calendars and the linked accounts of somebody who is no longer a builder."""
    for connection in Connection.objects.filter(owner=builder).select_related("account", "owner"):
        disconnect(connection=connection)
    for account in LinkedAccount.objects.filter(owner=builder):
        oauth.disconnect(account=account, by=builder)


def sync(*, connection: Connection, seconds: float = 10, now: datetime | None = None) -> bool:
    """Reads the calendar and writes what has changed. Returns whether it could be read. No query before it was read, if
    the caller knows the time.

    A fault of our own counts as a failure too, so that one calendar never stops the reading of others, nor a booking.
    """
    now = now or clock.now()
    try:
        _read_and_store(connection, now, seconds)
    except Unreadable as unreadable:
        record_failure(connection, str(unreadable), now, unreadable.wait)
        return False
    except Exception:
        logger.exception("calendar %s could not be read", connection.pk)
        record_failure(connection, FAULT, now)
        return False
    return True


def _reader_of(connection: Connection) -> Callable[..., Content]:
    return busy.read if connection.service == Connection.Service.CALENDLY else sources.read


def _read_and_store(connection: Connection, now: datetime, seconds: float) -> None:
    if connection.is_account and not connection.calendars.all():
        _find_calendars(connection, seconds)
    content = _reader_of(connection)(connection, now=now, seconds=seconds)
    with transaction.atomic():
        current = Connection.objects.select_for_update(of=["self"]).filter(pk=connection.pk).first()
        if current is not None and _is_same_account(current, connection):
            _store(current, content, now)


def _find_calendars(connection: Connection, seconds: float) -> None:
    """Saves the calendars of an account that was connected just now at its service. All of them count."""
    AccountCalendar.objects.bulk_create(
        [
            AccountCalendar(connection=connection, address=entry.address, name=entry.name, can_write=entry.can_write)
            for entry in sources.calendars_of(connection, seconds=seconds)
        ],
        ignore_conflicts=True,
    )
    connection.refresh_from_db()  # forgets that there were none


def _is_same_account(current: Connection, read: Connection) -> bool:
    """Whether what was read still belongs to the connection, whose owner may have changed it meanwhile."""
    return (current.secret, current.sealed_password) == (read.secret, read.sealed_password)


@contextmanager
def only_reader(owner: UUID) -> Iterator[None]:
    """Lets only one request of a person read calendars at a time, in this process.

    Each blocks a thread until the other server answers, for up to ten seconds, and several at once could leave no
    thread for other pages.
    """
    with _readers_lock:
        if owner in _readers:
            raise Refused(Refusal.INVALID, "Another of your calendars is being read. Try again in a few seconds.")
        _readers.add(owner)
    try:
        yield
    finally:
        with _readers_lock:
            _readers.discard(owner)


def claim_due() -> Connection | None:
    """Claims the calendar that has been due the longest, and returns it; None if no calendar is due.

    Nobody else claims it for ten minutes, which is longer than a reading takes. If the process that claimed it is
    killed, it is read again after that.
    """
    now = clock.now()
    due = Connection.objects.calendars().due(now).order_by("next_read_at").select_related("owner")
    with transaction.atomic():
        connection = due.select_for_update(skip_locked=True, of=["self"]).first()
        if connection is not None:
            connection.next_read_at = now + EVERY
            connection.save(update_fields=["next_read_at"])
    return connection


def count_due(now: datetime) -> int:
    return Connection.objects.calendars().due(now).count()


def sync_due() -> int:
    """Reads the calendars that are due, one after another, and returns how many those were. Any number of threads and
    processes may do so at once."""
    count = 0
    while not outbox.is_stopping.is_set() and (connection := claim_due()) is not None:
        sync(connection=connection)
        count += 1
    return count


def refresh_before_booking(ask: TimeRequest) -> None:
    """Reads the builder's calendars that were not read in the last minute, for two seconds in all. Call it outside a
    transaction. No query beside the hours, which are needed anyway, if there is no such calendar."""
    if not ask.hours.has_calendar_to_read:
        return
    refresh_calendars_of(ask.session_type.builder_id)
    ask.forget_hours()


def refresh_calendars_of(builder: UUID) -> None:
    """Does what `refresh_before_booking` does, for times whose hours are loaded later. One query if there is no such
    calendar. While it waits for a calendar, the rest of the pool has this thread's database connection."""
    now = clock.now()
    calendars = (
        Connection.objects.calendars().select_related("owner").prefetch_related("calendars").filter(owner=builder)
    )
    stale = [
        calendar
        for calendar in calendars
        if (calendar.tried_at is None or now - calendar.tried_at > FRESH) and not calendar.has_to_wait(now)
    ]
    for calendar in stale:
        if not database.in_atomic_block:
            database.close()  # gives it back to the pool; the next query takes another
        sync(connection=calendar, seconds=SHORT / len(stale), now=now)


def forget_released(now: datetime) -> None:
    """Deletes busy time that left its calendar a month ago."""
    Reservation.objects.filter(source__isnull=False, released_at__lt=now - KEPT).delete()


def _read_new_address(connection: Connection, address: str, now: datetime) -> Content:
    """Sets the address of the connection and reads there. Refuses an address that cannot be read."""
    address = reader.normal_address(address)
    try:
        http.check_address(address, is_typed=True)
        connection.address, connection.host = address, reader.host_of(address)
        connection.etag = connection.modified = connection.digest = ""
        connection.expanded_at = None
        return sources.read(connection, now=now)
    except http.Unanswered as unanswered:
        raise Refused(Refusal.INVALID, unanswered.sentence, fields={"address": [unanswered.sentence]}) from None
    except Unreadable as unreadable:
        raise Refused(Refusal.INVALID, str(unreadable), fields={"address": [str(unreadable)]}) from None


def check_room(connection: Connection) -> None:
    others = Connection.objects.filter(owner=connection.owner_id).exclude(pk=connection.pk)
    if others.added_by_hand().count() >= MOST_CALENDARS:
        raise Refused(Refusal.INVALID, f"You can connect at most {MOST_CALENDARS} calendars. Remove one first.")
    if others.filter(name=connection.name).exists():
        sentence = "You already have a calendar with this name."
        raise Refused(Refusal.INVALID, sentence, fields={"name": [sentence]})


def _store(connection: Connection, content: Content, now: datetime) -> None:
    """Saves what was read. Its connection's row is locked, or new."""
    is_changed = False
    if connection.state == Connection.State.FAILING:
        is_changed = _remove(connection.reservations.filter(source_key=UNREAD, released_at__isnull=True), now)
    content = _of_counted_calendars(connection, content)
    if content.busy is not None:
        is_first = connection.read_at is None
        is_changed |= _write_difference(connection, content, now, notifies=not is_first)
        if content.is_complete:
            connection.expanded_at = now
    connection.state, connection.failures, connection.error = Connection.State.GOOD, 0, ""
    connection.warning = content.warning
    connection.etag, connection.modified, connection.digest = content.etag, content.modified, content.digest
    connection.read_at = connection.tried_at = now
    connection.ask_again_at = None
    connection.next_read_at = now + EVERY
    connection.save()
    if is_changed:
        refresh_soon(connection.owner_id)


def _of_counted_calendars(connection: Connection, content: Content) -> Content:
    """Returns what was read, without calendars of the account whose owner has decided meanwhile that they do not count,
    and saves where the next reading goes on."""
    if not connection.is_account:
        return content
    counted = {calendar.pk: calendar for calendar in connection.calendars.filter(counts=True)}
    for cursor in content.cursors:
        calendar = counted.get(cursor.calendar)
        position = (cursor.sync_token, cursor.ctag, cursor.etags)
        if calendar is not None and position != (calendar.sync_token, calendar.ctag, calendar.etags):
            calendar.sync_token, calendar.ctag, calendar.etags = position
            calendar.save(update_fields=["sync_token", "ctag", "etags", "changed_at"])
    beginnings = tuple(calendar.hex for calendar in counted)
    return replace(
        content,
        busy=None if content.busy is None else [entry for entry in content.busy if entry.key.startswith(beginnings)],
        replaces=tuple(key for key in content.replaces if key.startswith(beginnings)),
    )


def _write_difference(connection: Connection, content: Content, now: datetime, *, notifies: bool) -> bool:
    """Writes what is new, what has moved and what is gone. Returns whether there was any.

    With `notifies` the owner is notified of sessions that are booked during new busy time.
    """
    wanted = {entry.key: entry for entry in content.busy or ()}
    live = connection.reservations.filter(released_at__isnull=True).exclude(source_key=UNREAD)
    present = {row.source_key: row for row in live if row.source_key.startswith(content.replaces)}
    kept = {
        key
        for key, row in present.items()
        if (entry := wanted.get(key)) and (row.during.lower, row.during.upper) == (entry.start, entry.end)
    }
    # Past events are no longer in the window that is read, so they are kept.
    gone = [row.pk for key, row in present.items() if key not in kept and (key in wanted or row.during.upper > now)]
    is_gone = bool(gone) and _remove(connection.reservations.filter(pk__in=gone), now)
    new = [_reservation(connection, entry) for key, entry in wanted.items() if key not in kept]
    Reservation.objects.bulk_create(new, batch_size=1_000)
    if notifies and new:
        notify_of_new_clashes(connection, new=new, before=present.values(), now=now)
    return bool(new) or is_gone


def _reservation(connection: Connection, entry: BusyTime) -> Reservation:
    return Reservation(
        builder_id=connection.owner_id, during=DateTimeTZRange(entry.start, entry.end),
        kind=Reservation.Kind.EXTERNAL, source=connection, source_key=entry.key,
        note=entry.calendar or connection.name,
    )  # fmt: skip


def remove_busy_time(connection: Connection, calendar: AccountCalendar) -> None:
    """Removes what was read in one calendar of an account."""
    rows = connection.reservations.filter(source_key__startswith=calendar.pk.hex, released_at__isnull=True)
    if _remove(rows, clock.now()):
        refresh_soon(connection.owner_id)


def _remove(rows: QuerySet[Reservation], now: datetime) -> bool:
    return bool(rows.update(released_at=now))
