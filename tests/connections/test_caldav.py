"""Tests reading calendar accounts on two real CalDAV servers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import User
from connections.busy import Content, Unreadable
from connections.caldav import discovery, reader
from connections.caldav.client import CalDavAccount
from connections.models import AccountCalendar, Connection
from core import clock
from tests.caldav_servers import PASSWORD, USERNAME, CaldavServer
from tests.factories.connections import AccountFactory
from tests.scheduling.cast import soon

pytestmark = pytest.mark.django_db


def account(server: CaldavServer, **changes: Any) -> CalDavAccount:
    return CalDavAccount(**{"address": server.address, "username": USERNAME, "password": PASSWORD} | changes)


def connected(server: CaldavServer, owner: User, *calendars: str) -> Connection:
    """Saves an account whose calendars count, by the names of their folders."""
    connection = AccountFactory.create(owner=owner, address=server.address, password=PASSWORD, username=USERNAME)
    for name in calendars or ("family",):
        AccountCalendar.objects.create(connection=connection, address=server.calendar(name), name=name.title())
    return connection


def at(hour: int) -> tuple[str, str]:
    start = soon(hour)
    return f"DTSTART:{start:%Y%m%dT%H%M%SZ}", f"DTEND:{start + timedelta(hours=1):%Y%m%dT%H%M%SZ}"


def read(connection: Connection) -> Content:
    """Reads the account, and saves where the next reading goes on."""
    content = reader.read(connection, now=clock.now())
    if content.is_complete:
        connection.expanded_at = clock.now()
    for cursor in content.cursors:
        AccountCalendar.objects.filter(pk=cursor.calendar).update(
            sync_token=cursor.sync_token, ctag=cursor.ctag, etags=cursor.etags
        )
    return content


def hours(content: Content) -> list[int]:
    return sorted((entry.start - soon(0)).seconds // 3600 for entry in content.busy or ())


def without_tokens() -> None:
    """Forgets the tokens, as if the server had none."""
    AccountCalendar.objects.update(sync_token="")


def test_the_calendars_of_an_account_are_found_from_its_host_name(caldav: CaldavServer) -> None:
    caldav.add_calendar("work", "Work &amp; travel")

    offered = discovery.calendars_of(account(caldav))

    names = {calendar.name: calendar.address for calendar in offered}
    assert names["Family"] == caldav.calendar("family")
    assert names["Work & travel"] == caldav.calendar("work")
    assert all(calendar.can_write for calendar in offered)


def test_or_from_the_address_of_one_calendar(caldav: CaldavServer) -> None:
    offered = discovery.calendars_of(account(caldav, address=caldav.calendar("family")))

    assert [calendar.name for calendar in offered] == ["Family"]


def test_a_wrong_password_is_refused_in_plain_words(radicale: CaldavServer, settings: Any) -> None:
    settings.CALENDARS_TRUSTED = [f"127.0.0.1:{radicale.port}"]
    with pytest.raises(Unreadable, match="does not accept this name and password"):
        discovery.calendars_of(account(radicale, password="another"))


def test_events_of_the_window_are_read_and_others_are_not(caldav: CaldavServer, ada: User) -> None:
    caldav.put("dentist", *at(10))
    caldav.put("weekly", "DTSTART:20250106T080000Z", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;COUNT=3")
    caldav.put("past", "DTSTART:20200106T080000Z", "DURATION:PT1H")
    connection = connected(caldav, ada)

    content = read(connection)

    assert hours(content) == [10]
    assert [entry.calendar for entry in content.busy or ()] == ["Family"]
    calendar = connection.calendars.get()
    assert calendar.sync_token


@pytest.mark.parametrize("has_tokens", [True, False])
def test_an_unchanged_calendar_is_not_read_again(caldav: CaldavServer, ada: User, has_tokens: bool) -> None:
    caldav.put("dentist", *at(10))
    connection = connected(caldav, ada)
    read(connection)
    if not has_tokens:
        without_tokens()

    content = read(connection)

    assert (content.busy, content.replaces) == (None, ())


@pytest.mark.parametrize("has_tokens", [True, False])
def test_what_is_new_moved_and_gone_is_read(caldav: CaldavServer, ada: User, has_tokens: bool) -> None:
    for name, hour in (("stays", 9), ("moves", 10), ("goes", 11)):
        caldav.put(name, *at(hour))
    connection = connected(caldav, ada)
    before = {entry.key: entry for entry in read(connection).busy or ()}
    if not has_tokens:
        without_tokens()

    caldav.put("moves", *at(14))
    caldav.put("new", *at(15))
    caldav.remove("goes")
    content = read(connection)

    kept = {key: entry for key, entry in before.items() if not key.startswith(content.replaces)}
    after = kept | {entry.key: entry for entry in content.busy or ()}
    assert sorted((entry.start - soon(0)).seconds // 3600 for entry in after.values()) == [9, 14, 15]
    assert hours(content) == ([14, 15] if has_tokens else [9, 14, 15])


def test_a_token_that_the_server_has_forgotten_leads_to_a_whole_reading(caldav: CaldavServer, ada: User) -> None:
    caldav.put("stays", *at(9))
    caldav.put("goes", *at(10))
    connection = connected(caldav, ada)
    read(connection)
    caldav.remove("goes")
    AccountCalendar.objects.update(sync_token="http://radicale.org/ns/sync/" + "0" * 64)

    content = read(connection)

    calendar = connection.calendars.get()
    assert content.replaces == (calendar.pk.hex,)
    assert hours(content) == [9]
    assert read(connection).busy is None


def test_each_calendar_of_an_account_goes_on_by_itself(caldav: CaldavServer, ada: User) -> None:
    caldav.add_calendar("work", "Work")
    caldav.put("dentist", *at(10))
    connection = connected(caldav, ada, "family", "work")
    read(connection)

    caldav.put("meeting", *at(12), calendar="work")
    content = read(connection)

    assert [(entry.calendar, hours(content)) for entry in content.busy or ()] == [("Work", [12])]


def test_a_calendar_that_is_gone_is_said_to_be_gone(caldav: CaldavServer, ada: User) -> None:
    connection = connected(caldav, ada)
    read(connection)
    caldav.send("DELETE", caldav.calendar("family"))

    with pytest.raises(Unreadable, match="no calendar at that address any more"):
        read(connection)
