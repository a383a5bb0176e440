"""Calendar entries of guests, mails about bookings that are over, and the news that a session has started."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote

import pytest
from django.test import Client

from accounts.models import Notification, User
from bookings.agreement import services
from bookings.agreement.queries import timeline
from bookings.agreement.signed_links import Purpose, path_for
from bookings.agreement.transitions import SYSTEM
from bookings.models import Booking, Guest
from coaching.models import SessionType
from tests.bookings.cast import GWEN, book_as_guest, client_of, confirmed, finished, free_shop
from tests.bookings.meetings.cast import ROOM, begin_in, set_standing_link
from tests.emails import delivered, entry_of, text_of, to

pytestmark = pytest.mark.django_db


def test_calendar_entries_of_guests_have_the_guests_own_link(
    client: Client, guests_booking: Booking, mail_folder: Path
) -> None:
    (mail,) = to(delivered(mail_folder), "gwen@guests.test")
    mailed = str(entry_of(mail).vevent.description.value)
    page = path_for(guests_booking, Purpose.MANAGE)
    downloaded = client.get(path_for(guests_booking, Purpose.MANAGE, "guest_calendar")).content.decode()
    web = unquote(client.get(page).content.decode())

    assert path_for(guests_booking, Purpose.MAIL) in mailed
    assert page in downloaded.replace("\r\n ", "")
    assert web.count(f"http://testserver{page}") == 2, "Google and Outlook"
    for text in (mailed, downloaded.replace("\r\n ", ""), web):
        assert guests_booking.get_absolute_url() not in text, "that page demands to sign in"


def test_mails_about_cancelled_bookings_do_not_offer_to_move_or_cancel(
    client: Client, guests_booking: Booking, mail_folder: Path
) -> None:
    client.post(path_for(guests_booking, Purpose.MANAGE, "guest_end"), {"cause": "time", "reason": ""})

    text = text_of(to(delivered(mail_folder), "gwen@guests.test")[-1])

    assert "You have cancelled your session" in text
    assert "reschedule or cancel" not in text
    assert "You booked as a guest, without an account." in text


def test_only_mails_about_sessions_ahead_have_the_terms_of_cancelling(
    hour: SessionType, cleo: User, mail_folder: Path
) -> None:
    booking = confirmed(hour, cleo)
    services.cancel(booking=booking, by=client_of(booking))

    before, *_, after = [text_of(mail) for mail in to(delivered(mail_folder), cleo.email)]

    assert "Cancelling:" in before
    assert "Cancelling:" not in after


def test_both_sides_are_notified_in_waymark_when_the_session_starts(
    hour: SessionType, cleo: User, ada: User, mail_folder: Path
) -> None:
    booking = begin_in(confirmed(hour, cleo), -1)
    mails = len(delivered(mail_folder))

    services.start(booking=booking, by=SYSTEM)

    for person in (cleo, ada):
        assert Notification.objects.filter(person=person, title__startswith="Started:").count() == 1
    assert len(delivered(mail_folder)) == mails, "the reminder an hour before was the mail about it"


def test_guests_are_mailed_when_the_session_starts(ada: User, mail_folder: Path) -> None:
    session_type = free_shop(ada)
    set_standing_link(ada)
    booking = begin_in(book_as_guest(session_type), -1)
    earlier = len(delivered(mail_folder))

    services.start(booking=booking, by=SYSTEM)

    new = delivered(mail_folder)[earlier:]
    assert [(mail["To"], mail["Subject"].startswith("Started: ")) for mail in new] == [(GWEN.email, True)]
    assert f"Join at: {ROOM}" in text_of(new[0])


def test_guests_without_reminders_are_not_mailed_when_the_session_starts(ada: User, mail_folder: Path) -> None:
    booking = begin_in(book_as_guest(free_shop(ada)), -1)
    Guest.objects.update(wants_reminders=False)
    earlier = len(delivered(mail_folder))

    services.start(booking=Booking.objects.complete().get(pk=booking.pk), by=SYSTEM)

    assert len(delivered(mail_folder)) == earlier


def test_the_history_says_what_happened_and_names_nobody_for_what_time_did(hour: SessionType, cleo: User) -> None:
    booking = finished(hour, cleo)

    entries = [(entry.title, entry.who) for entry in timeline(booking, "UTC")]

    ada = booking.builder.display_name
    assert entries[2:] == [("Session started", ada), ("Session completed", ada)]
