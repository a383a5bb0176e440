"""Emails and calendar entries with the link of a remote session."""

from __future__ import annotations

from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from django.test import Client

from accounts.models import Notification, User
from bookings.agreement import services
from bookings.meetings.services import set_link
from bookings.models import Booking
from coaching.models import SessionType
from coaching.services import SessionTypeParts, save_session_type
from core import clock, outbox
from core.models import OutboxMessage
from tests.bookings.cast import book, builder_of, client_of, confirmed
from tests.bookings.meetings.cast import OTHER_ROOM, ROOM, set_standing_link
from tests.emails import delivered, entry_of, html_of, text_of, to
from tests.scheduling.cast import soon

pytestmark = pytest.mark.django_db


def subjects(mails: list[EmailMessage]) -> list[str]:
    return [mail["Subject"].split(":")[0] for mail in mails]


def begin_reminders(booking: Booking, hours: int) -> None:
    """Makes the booking begin in so many hours, and its reminders of that many hours due now."""
    start = clock.now() + timedelta(hours=hours)
    Booking.objects.filter(pk=booking.pk).update(starts_at=start, ends_at=start + timedelta(hours=1))
    OutboxMessage.objects.filter(channel="reminder", payload__hours=hours).update(due_at=clock.now())


def test_the_confirmation_has_the_link_in_text_html_and_calendar_entry(
    hour: SessionType, cleo: User, mail_folder: Path
) -> None:
    set_standing_link(hour.builder)
    confirmed(hour, cleo)
    mails = delivered(mail_folder)
    for address in (cleo.email, hour.builder.email):
        mail = to(mails, address)[-1]
        html = html_of(mail)
        assert f"Join at: {ROOM}" in text_of(mail)
        assert f'<a href="{ROOM}"' in html
        event = entry_of(mail).vevent
        assert (event.location.value, event.url.value) == (ROOM, ROOM)


def test_a_request_has_no_link(hour: SessionType, cleo: User, mail_folder: Path) -> None:
    set_standing_link(hour.builder)
    book(hour, cleo)
    assert not any(ROOM in text_of(mail) for mail in delivered(mail_folder))


def test_a_move_keeps_the_link_and_a_cancellation_has_none(hour: SessionType, cleo: User, mail_folder: Path) -> None:
    set_standing_link(hour.builder)
    booking = confirmed(hour, cleo, soon(10))
    delivered(mail_folder)
    moved = services.reschedule(booking=booking, start=soon(14), by=builder_of(booking))
    mail = to(delivered(mail_folder), cleo.email)[-1]
    assert ROOM in text_of(mail)
    assert entry_of(mail).vevent.location.value == ROOM
    services.cancel(booking=moved, by=client_of(moved), reason="Ill.")
    mail = to(delivered(mail_folder), cleo.email)[-1]
    assert ROOM not in text_of(mail)
    assert not hasattr(entry_of(mail).vevent, "url")


def test_without_a_link_the_client_reads_that_it_is_coming_and_the_builder_where_to_add_it(
    hour: SessionType, cleo: User, mail_folder: Path
) -> None:
    booking = confirmed(hour, cleo)
    mails = delivered(mail_folder)
    assert "Where: Remote, link to follow" in text_of(to(mails, cleo.email)[-1])
    assert f"/bookings/{booking.reference}/link/" in text_of(to(mails, hour.builder.email)[-1])
    assert entry_of(to(mails, cleo.email)[-1]).vevent.location.value == "Remote"


def test_the_client_is_sent_a_link_that_is_typed_after_the_confirmation(
    hour: SessionType, cleo: User, mail_folder: Path
) -> None:
    booking = confirmed(hour, cleo)
    first = len(delivered(mail_folder))
    set_link(booking=booking, url=ROOM, by=builder_of(booking))
    new = delivered(mail_folder)[first:]

    assert [(mail["To"], mail["Subject"].startswith("New link: ")) for mail in new] == [(cleo.email, True)]
    assert f"Join at: {ROOM}" in text_of(new[0])
    event = entry_of(new[0]).vevent
    assert (event.uid.value, event.sequence.value, event.location.value) == (booking.calendar_uid, "0", ROOM)
    assert Notification.objects.filter(person=cleo, title__startswith="New link").count() == 1


def test_saving_the_same_link_or_one_before_the_confirmation_sends_nothing(
    hour: SessionType, cleo: User, mail_folder: Path
) -> None:
    booking = book(hour, cleo)
    set_link(booking=booking, url=ROOM, by=builder_of(booking))
    booking = services.confirm(booking=booking, by=builder_of(booking))
    set_link(booking=booking, url=ROOM, by=builder_of(booking))
    assert "New link" not in subjects(delivered(mail_folder))


def test_a_new_standing_link_is_sent_to_the_clients_whose_sessions_follow_it(
    hour: SessionType, cleo: User, mail_folder: Path
) -> None:
    set_standing_link(hour.builder, ROOM)
    follows, typed = confirmed(hour, cleo, soon(10)), confirmed(hour, cleo, soon(12))
    book(hour, cleo, soon(14))
    set_link(booking=typed, url="https://meet.example.com/typed", by=builder_of(typed))
    first = len(delivered(mail_folder))
    set_standing_link(hour.builder, OTHER_ROOM)
    new = delivered(mail_folder)[first:]
    assert [mail["To"] for mail in new] == [cleo.email]
    assert follows.reference in text_of(new[0])
    assert OTHER_ROOM in text_of(new[0])


def test_a_new_link_of_the_session_type_is_sent_too(hour: SessionType, cleo: User, mail_folder: Path) -> None:
    set_standing_link(hour.builder, ROOM)
    confirmed(hour, cleo)
    first = len(delivered(mail_folder))
    session_type = SessionType.objects.get(pk=hour.pk)
    for url in (ROOM, OTHER_ROOM):  # the first is the link that applied before
        session_type.meeting_url = url
        parts = SessionTypeParts(durations={60: None})
        save_session_type(session_type=session_type, parts=parts, by=hour.builder)
    new = delivered(mail_folder)[first:]
    assert [(mail["To"], OTHER_ROOM in text_of(mail)) for mail in new] == [(cleo.email, True)]


def test_only_the_last_of_several_new_links_is_sent(hour: SessionType, cleo: User, mail_folder: Path) -> None:
    booking = confirmed(hour, cleo)
    first = len(delivered(mail_folder))
    for url in (ROOM, OTHER_ROOM):
        set_link(booking=booking, url=url, by=builder_of(booking))
    new = delivered(mail_folder)[first:]
    assert [OTHER_ROOM in text_of(mail) for mail in new] == [True]


def test_no_outbox_row_holds_a_link(hour: SessionType, cleo: User) -> None:
    booking = confirmed(hour, cleo)
    set_link(booking=booking, url=ROOM, by=builder_of(booking))
    assert OutboxMessage.objects.filter(channel="meeting").count() == 1
    assert not any("meet.example.com" in str(payload) for payload in OutboxMessage.objects.values_list("payload", flat=True))  # fmt: skip


# Reminders ----------------------------------------------------------------------------------------------


def test_reminders_have_the_link(hour: SessionType, cleo: User, mail_folder: Path) -> None:
    set_standing_link(hour.builder)
    booking = confirmed(hour, cleo)
    first = len(delivered(mail_folder))
    begin_reminders(booking, 1)
    new = delivered(mail_folder)[first:]
    assert {mail["To"] for mail in new} == {cleo.email, hour.builder.email}
    assert all(ROOM in text_of(mail) for mail in new)


@pytest.mark.parametrize("wants_reminders", [True, False])
def test_an_hour_before_the_builder_is_asked_for_a_missing_link(
    wants_reminders: bool, hour: SessionType, cleo: User, mail_folder: Path
) -> None:
    User.objects.filter(pk=hour.builder_id).update(wants_reminders=wants_reminders)
    booking = confirmed(hour, cleo)
    first = len(delivered(mail_folder))
    begin_reminders(booking, 1)
    asked = to(delivered(mail_folder)[first:], hour.builder.email)
    assert [mail["Subject"].startswith("No link yet: ") for mail in asked] == [True]
    assert f"/bookings/{booking.reference}/link/" in text_of(asked[0])
    assert Notification.objects.filter(person=hour.builder, title__startswith="No link yet").count() == 1
    outbox.deliver_due()
    assert Notification.objects.filter(person=hour.builder, title__startswith="No link yet").count() == 1


def test_a_day_before_nobody_is_asked_for_the_link(hour: SessionType, cleo: User, mail_folder: Path) -> None:
    booking = confirmed(hour, cleo)
    first = len(delivered(mail_folder))
    begin_reminders(booking, 24)
    assert "No link yet" not in subjects(delivered(mail_folder)[first:])


# Calendar links -----------------------------------------------------------------------------------------


def test_the_calendar_file_and_the_web_calendars_have_the_link(cleos: Client, hour: SessionType, cleo: User) -> None:
    set_standing_link(hour.builder)
    booking = confirmed(hour, cleo)
    entry = cleos.get(f"{booking.get_absolute_url()}calendar.ics").content.decode()
    assert f"LOCATION:{ROOM}" in entry
    assert f"URL:{ROOM}" in entry
    page = cleos.get(booking.get_absolute_url()).content.decode()
    assert page.count("location=https%3A%2F%2Fmeet.example.com%2Fada") == 2


def test_the_calendar_file_of_support_has_no_link(client: Client, hour: SessionType, cleo: User, suri: User) -> None:
    set_standing_link(hour.builder)
    booking = confirmed(hour, cleo)
    client.force_login(suri)
    answer = client.get(f"{booking.get_absolute_url()}calendar.ics")
    assert answer.status_code == 200
    assert ROOM not in answer.content.decode()
