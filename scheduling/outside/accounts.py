"""Connects calendar accounts, and decides which of their calendars count and which one sessions are written into."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from django.db import transaction

from accounts.models import User
from accounts.services import lock_person
from connections import sources
from connections.busy import Unreadable
from connections.caldav.discovery import OfferedCalendar
from connections.ical.reader import host_of
from connections.models import AccountCalendar, Connection
from core import clock, http
from core.errors import Refusal, Refused
from scheduling.outside import services
from scheduling.outside.signals import written_calendar_changed

CHOICES = ("name", "username", *services.CHOICES[1:])


def connect(
    *, builder: User, name: str, address: str, username: str, password: str, counts_all_day: bool, when_unread: str,
    patience: int,
) -> Connection:  # fmt: skip
    """Connects an account whose server names its calendars, and reads them. Anything else is refused."""
    now = clock.now()
    connection = Connection(
        owner=builder, service=Connection.Service.CALDAV, name=name, username=username, counts_all_day=counts_all_day,
        when_unread=when_unread, patience=patience, next_read_at=now, created_at=now, host=host_of(address),
    )  # fmt: skip
    connection.address, connection.password = address, password
    with services.only_reader(builder.pk):
        offered = _offered(connection)
        with transaction.atomic():
            lock_person(builder.pk)
            services.check_room(connection)
            connection.save()
            _save_offered(connection, offered)
        services.sync(connection=connection)
    connection.refresh_from_db()
    return connection


def change(*, connection: Connection, address: str = "", password: str = "", **choices: object) -> Connection:
    """Changes how an account is read and, with `address` or `password`, where. Calendars that are new there count."""
    for name in CHOICES:
        if name in choices:
            setattr(connection, name, choices[name])
    if address:
        connection.address, connection.host = address, host_of(address)
    if password:
        connection.password = password
    connection.expanded_at = None  # the choices decide which events count, so everything is read again
    with services.only_reader(connection.owner_id):
        offered = _offered(connection)
        with transaction.atomic():
            lock_person(connection.owner_id)
            services.check_room(connection)
            connection.save()
            _save_offered(connection, offered)
        services.sync(connection=connection)
    connection.refresh_from_db()
    return connection


def choose(*, connection: Connection, counted: Collection[UUID], written: UUID | None) -> None:
    """Decides which calendars of the account count, and into which one confirmed sessions are written; None for none
    of this account. One calendar of a person at most is written into."""
    now = clock.now()
    with services.only_reader(connection.owner_id):
        with transaction.atomic():
            lock_person(connection.owner_id)
            calendars = list(connection.calendars.select_for_update())
            for calendar in calendars:
                _set_counts(connection, calendar, counts=calendar.pk in counted)
            _set_written(connection, calendars, written)
        if counted:
            services.sync(connection=connection, now=now)


def look_again(*, connection: Connection) -> None:
    """Asks the account's server which calendars it has now. New ones count."""
    change(connection=connection)


def _offered(connection: Connection) -> list[OfferedCalendar]:
    try:
        if connection.address:
            http.check_address(connection.address, is_typed=True)
        return sources.calendars_of(connection)
    except http.Unanswered as unanswered:
        sentence = unanswered.sentence
    except Unreadable as unreadable:
        sentence = str(unreadable)
    raise Refused(Refusal.INVALID, sentence, fields={"address": [sentence]}) from None


def _save_offered(connection: Connection, offered: Sequence[OfferedCalendar]) -> None:
    """Saves the calendars that the server names, and removes those that it no longer names with their busy time."""
    known = {calendar.address: calendar for calendar in connection.calendars.all()}
    for entry in offered:
        calendar = known.pop(entry.address, None) or AccountCalendar(connection=connection, address=entry.address)
        calendar.name, calendar.can_write = entry.name, entry.can_write
        calendar.is_written &= entry.can_write
        calendar.forget_cursor()
        calendar.save()
    for calendar in known.values():
        services.remove_busy_time(connection, calendar)
        calendar.delete()


def _set_counts(connection: Connection, calendar: AccountCalendar, *, counts: bool) -> None:
    if calendar.counts == counts:
        return
    calendar.counts = counts
    calendar.forget_cursor()
    calendar.save()
    if not counts:
        services.remove_busy_time(connection, calendar)


def _set_written(connection: Connection, calendars: Sequence[AccountCalendar], written: UUID | None) -> None:
    target = next((calendar for calendar in calendars if calendar.pk == written), None)
    if target is not None and not target.can_write:
        sentence = f"Sessions cannot be added to “{target.name}”."
        raise Refused(Refusal.INVALID, sentence, fields={"written": [sentence]})
    others = AccountCalendar.objects.filter(connection__owner=connection.owner_id, is_written=True)
    if target is None:
        others = others.filter(connection=connection)
    before = [calendar for calendar in others if calendar.pk != written]
    for calendar in [*before, *([target] if target is not None and not target.is_written else [])]:
        calendar.is_written = calendar is target
        calendar.save(update_fields=["is_written", "changed_at"])
        written_calendar_changed.send(AccountCalendar, calendar=calendar)
