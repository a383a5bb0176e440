"""Emails about bookings, parsed as mail programs do, and their calendar entries, parsed by another library."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import vobject

from accounts.models import Notification, User
from bookings.agreement import emails, services
from bookings.agreement.calendar_entries import calendar_file, invitation
from bookings.models import Booking
from bookings.states import TABLE, Side
from coaching.models import SessionType
from core import outbox
from core.models import OutboxMessage
from core.zones import local_time
from tests.bookings.cast import book, book_as_guest, builder_of, client_of, confirmed, free_shop, latest
from tests.emails import delivered, entry_of, html_of, text_of, to
from tests.scheduling.cast import soon

pytestmark = pytest.mark.django_db


def test_a_request_and_its_answer_are_mailed_to_both_sides(hour: SessionType, cleo: User, mail_folder: Path) -> None:
    booking = book(hour, cleo)
    first = delivered(mail_folder)
    services.confirm(booking=booking, by=builder_of(booking))
    mails = delivered(mail_folder)

    asked, answered = to(mails, cleo.email)
    assert len(first) == 2
    assert not any(part.get_content_type() == "text/calendar" for mail in first for part in mail.walk())
    assert asked["Subject"].startswith("Requested: Coaching hour")
    assert answered["Subject"].startswith("Confirmed: Coaching hour")
    assert to(mails, hour.builder.email)[0]["Subject"].startswith("New request")
    assert "/bookings/answer/" in text_of(to(mails, hour.builder.email)[0])


def test_the_mail_has_the_parts_that_mail_programs_recognise_as_an_invitation(
    hour: SessionType, cleo: User, mail_folder: Path
) -> None:
    confirmed(hour, cleo)
    mail = to(delivered(mail_folder), cleo.email)[-1]

    alternatives = next(part for part in mail.walk() if part.get_content_type() == "multipart/alternative")
    kinds = [part.get_content_type() for part in alternatives.iter_parts()]
    entry = next(part for part in mail.walk() if part.get_content_type() == "text/calendar")
    assert kinds == ["text/plain", "text/html", "text/calendar"]
    assert entry.get_param("method") == "REQUEST"
    assert entry.get_filename() is None
    assert [part.get_filename() for part in mail.iter_attachments()] == ["invite.ics"]
    text = entry.get_content()
    assert "\nMETHOD:REQUEST" in text
    assert all(len(line.encode()) <= 75 for line in text.splitlines())


def test_a_calendar_entry_keeps_its_uid_when_moved_and_cancelled(
    hour: SessionType, cleo: User, mail_folder: Path
) -> None:
    booking = confirmed(hour, cleo, soon(10))
    moved = services.reschedule(booking=booking, start=soon(14), by=builder_of(booking))
    services.cancel(booking=moved, by=client_of(moved), reason="Ill.")
    mails = to(delivered(mail_folder), cleo.email)

    entries = [entry_of(mail) for mail in mails if any(p.get_content_type() == "text/calendar" for p in mail.walk())]
    events = [entry.vevent for entry in entries]
    assert {event.uid.value for event in events} == {booking.calendar_uid}
    assert [int(event.sequence.value) for event in events] == [0, 1, 2]
    assert [entry.method.value for entry in entries] == ["REQUEST", "REQUEST", "CANCEL"]
    assert [event.status.value for event in events] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert [event.dtstart.value for event in events] == [soon(10), soon(14), soon(14)]
    assert {event.organizer.value for event in events} == {"mailto:hello@waymark.invalid"}
    assert {event.attendee.value for event in events} == {f"mailto:{cleo.email}"}
    assert hour.builder.email not in mails[-1].as_string()


@pytest.mark.parametrize(
    ("zone", "start"),
    [
        ("America/New_York", datetime(2027, 3, 14, 14, tzinfo=UTC)),
        ("Europe/Berlin", datetime(2027, 3, 28, 9, tzinfo=UTC)),
        ("Australia/Lord_Howe", datetime(2027, 10, 2, 22, tzinfo=UTC)),
        ("America/Santiago", datetime(2027, 9, 5, 13, tzinfo=UTC)),
    ],
)
def test_times_on_days_when_the_clocks_change(hour: SessionType, cleo: User, zone: str, start: datetime) -> None:
    """The calendar entry contains the same instant; the text shows it in the reader's time zone."""
    cleo.timezone = zone
    cleo.save()
    booking = confirmed(hour, cleo)
    event = latest(booking)
    event.booking = booking
    event.starts_at, event.ends_at = start, start + timedelta(hours=1)

    entry = invitation(event, Side.CLIENT, cleo.email)
    mail = emails.about(event, Side.CLIENT)

    assert entry is not None
    vevent = vobject.readOne(entry.text).vevent
    assert (vevent.dtstart.value, vevent.dtend.value) == (start, start + timedelta(hours=1))
    local = start.astimezone(ZoneInfo(zone))
    when = dict(mail.facts)["When"]
    assert f"{local:%A %-d %B %Y, %H:%M}" in when
    assert local_time(zone) in when
    assert ("For Ada Moreno" in dict(mail.facts)) == (zone != "Europe/Berlin")


@pytest.mark.parametrize("side", [Side.CLIENT, Side.BUILDER])
def test_each_event_has_a_mail_for_each_side(hour: SessionType, cleo: User, side: Side) -> None:
    """Each mail has a subject, whole sentences, and a button with a link."""
    event = latest(confirmed(hour, cleo))
    for verb, by in sorted({(step.verb, by) for step in TABLE for by in step.sides}):
        event.verb, event.side = verb, by

        mail = emails.about(event, side)

        assert mail.subject.strip(), (verb, by)
        assert mail.paragraphs[0].endswith((".", "?")), (verb, by)
        assert "{" not in mail.paragraphs[0], (verb, by)
        assert mail.button is not None, (verb, by)
        assert mail.button[1].startswith("http://testserver/"), (verb, by)


NAMES = [
    "A\r\nBcc: evil@evil.test",
    '<a href="https://evil.test">click</a>',
    "{{7*7}}",
    'Quote " Semi ; Comma , Colon :',
    "\u202eevil",
    "x" * 80,
]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_only_shown_as_text(hour: SessionType, cleo: User, mail_folder: Path, name: str) -> None:
    User.objects.filter(pk=cleo.pk).update(display_name=name)
    cleo.refresh_from_db()
    confirmed(hour, cleo)

    mails = delivered(mail_folder)

    assert len(mails) == 4
    for mail in mails:
        assert mail["Bcc"] is None
        assert "\n" not in mail["Subject"]
        html = html_of(mail)
        assert '<a href="https://evil.test">' not in html
        assert "49" not in mail["Subject"] or "{{7*7}}" in mail["Subject"]
    entry = entry_of(to(mails, cleo.email)[-1])
    assert len(entry.contents["vevent"]) == 1
    assert set(entry.vevent.contents) == {
        "uid", "dtstamp", "dtstart", "dtend", "sequence", "status", "summary", "location", "description", "transp",
        "organizer", "attendee",
    }  # fmt: skip


def test_a_guest_is_mailed_a_link_to_the_booking(ada: User, mail_folder: Path) -> None:
    booking = book_as_guest(free_shop(ada))
    (mail,) = to(delivered(mail_folder), "gwen@guests.test")

    text = text_of(mail)
    assert f"/bookings/guest/{booking.pk.hex}" in text
    assert "You booked as a guest" in text


# Reminders ------------------------------------------------------------------------------------------------


def make_reminders_due(**match: Any) -> None:
    OutboxMessage.objects.filter(channel="reminder", **match).update(due_at=datetime(2020, 1, 1, tzinfo=UTC))


@pytest.fixture
def reminded(hour: SessionType, cleo: User, mail_folder: Path) -> Booking:
    booking = confirmed(hour, cleo)
    outbox.deliver_due()
    for path in mail_folder.glob("*.eml"):
        path.unlink()
    return booking


def test_a_reminder_is_sent_once_to_each_side(reminded: Booking, cleo: User, mail_folder: Path) -> None:
    make_reminders_due(payload__hours=24)
    outbox.deliver_due()
    mails = delivered(mail_folder)

    assert sorted(mail["To"] for mail in mails) == sorted([cleo.email, reminded.builder.email])
    assert "Coaching hour with Ada Moreno" in to(mails, cleo.email)[0]["Subject"]
    assert Notification.objects.filter(kind="reminder").count() == 2


def test_no_reminder_is_sent_to_a_person_who_has_switched_them_off(
    reminded: Booking, cleo: User, mail_folder: Path
) -> None:
    cleo.wants_reminders = False
    cleo.save()
    make_reminders_due(payload__hours=24)

    assert [mail["To"] for mail in delivered(mail_folder)] == [reminded.builder.email]


@pytest.mark.parametrize("change", ["cancelled", "moved"])
def test_an_outdated_reminder_is_not_sent(reminded: Booking, mail_folder: Path, change: str) -> None:
    """Covers a reminder whose row was not withdrawn when the booking was cancelled or moved."""
    fields = {"cancelled": {"sequence": 1}, "moved": {"sequence": 7}}[change]
    Booking.objects.update(**fields)
    make_reminders_due()

    assert delivered(mail_folder) == []


def test_a_late_reminder_is_left_to_the_next_one(reminded: Booking, mail_folder: Path) -> None:
    from core import clock

    start = clock.now() + timedelta(minutes=50)
    Booking.objects.update(starts_at=start, ends_at=start + timedelta(hours=1))
    make_reminders_due()

    mails = delivered(mail_folder)

    assert len(mails) == 2, "the one of an hour before, once for each side"


def test_a_calendar_file_can_be_read_by_another_library(hour: SessionType, cleo: User) -> None:
    booking = confirmed(hour, cleo)

    entry = vobject.readOne(calendar_file(booking, Side.CLIENT, booking.get_absolute_url()))

    assert entry.vevent.uid.value == booking.calendar_uid
    assert entry.vevent.dtstart.value == booking.starts_at
    assert entry.vevent.summary.value == "Coaching hour with Ada Moreno"
