"""Links to bookings expire 30 days after the session, and a new link can be mailed."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from bookings.agreement.signed_links import LASTS, Purpose, has_ended, opened, path_for, token_for
from bookings.guests import services as guests
from bookings.models import Booking
from coaching.models import SessionType
from core import clock
from tests.bookings.cast import GWEN, book
from tests.emails import delivered, text_of, to
from tests.reading import visible_text

pytestmark = pytest.mark.django_db
PAGES = ("guest_booking", "guest_booked", "guest_calendar", "guest_move", "guest_end", "guest_deliverables")
ENDED = "This link has expired"


def with_session_long_ago(booking: Booking) -> Booking:
    """Returns the booking with its session moved to 31 days ago."""
    end = clock.now() - timedelta(days=31)
    Booking.objects.filter(pk=booking.pk).update(starts_at=end - timedelta(hours=1), ends_at=end)
    return Booking.objects.complete().get(pk=booking.pk)


@pytest.fixture
def past_booking(guests_booking: Booking) -> Booking:
    return with_session_long_ago(guests_booking)


def renew(client: Client, token: str) -> str:
    return visible_text(client.post(reverse("bookings:renew_link", args=[token]), follow=True))


def renewed_links(folder: Path, address: str) -> list[str]:
    """Returns the links in the emails that renew a link."""
    emails = [email for email in to(delivered(folder), address) if str(email["Subject"]).startswith("A new link")]
    matches = [re.search(r"/bookings/(guest|answer)/\w+/", text_of(email)) for email in emails]
    return [match[0] for match in matches if match]


def test_a_link_expires_thirty_days_after_the_session(guests_booking: Booking) -> None:
    token, end = token_for(guests_booking, Purpose.MANAGE), guests_booking.ends_at + LASTS

    assert not has_ended(token, guests_booking, end - timedelta(seconds=1))
    assert has_ended(token, guests_booking, end)


@pytest.mark.parametrize("name", PAGES)
def test_each_page_shows_that_the_link_has_expired(client: Client, past_booking: Booking, name: str) -> None:
    answer = client.get(path_for(past_booking, Purpose.MANAGE, name))

    assert answer.status_code == 410
    assert ENDED in visible_text(answer)
    assert past_booking.reference not in visible_text(answer)
    assert answer["Cache-Control"] == "private, no-store"


def test_an_expired_link_changes_nothing(client: Client, past_booking: Booking) -> None:
    for purpose, page in ((Purpose.MANAGE, "guest_end"), (Purpose.MAIL, "join"), (Purpose.MAIL, "guest_reminders")):
        assert client.post(path_for(past_booking, purpose, page), {"reason": "x", "wanted": "no"}).status_code == 410
    assert client.post(path_for(past_booking, Purpose.ANSWER), {"verb": "confirm"}).status_code == 410

    booking = Booking.objects.get()
    assert (booking.state, booking.client) == (past_booking.state, None)
    assert booking.guest is not None
    assert booking.guest.wants_reminders


def test_a_new_link_goes_to_the_address_of_the_booking(
    client: Client, past_booking: Booking, mail_folder: Path
) -> None:
    page = client.get(path_for(past_booking, Purpose.MANAGE))
    assert "Mail me a new link" in visible_text(page)

    assert "Check your mail" in renew(client, token_for(past_booking, Purpose.MANAGE))

    (path,) = renewed_links(mail_folder, GWEN.email)
    assert past_booking.reference in visible_text(client.get(path))
    assert client.get(path_for(past_booking, Purpose.MANAGE)).status_code == 410, "the old link stays expired"
    client.post(f"{path}join/")
    assert Booking.objects.get().client is not None, "the link came by email, so it proves the address"


def test_a_renewed_link_expires_and_its_expiry_cannot_be_changed(past_booking: Booking) -> None:
    now = clock.now()
    token = token_for(past_booking, Purpose.MAIL, now + LASTS)

    assert opened(token, Purpose.MAIL) == (past_booking, Purpose.MAIL)
    assert not has_ended(token, past_booking, now + timedelta(days=29))
    assert has_ended(token, past_booking, now + LASTS)
    later = f"{int((now + 2 * LASTS).timestamp()):08x}"
    assert opened(token[:32] + later + token[40:], Purpose.MAIL) is None
    assert opened(token[:32] + token[40:], Purpose.MAIL) is None
    assert opened(token[:32] + "zz" + token[32:], Purpose.MAIL) is None


def test_a_new_link_for_an_answer_goes_to_the_builder(
    client: Client, hour: SessionType, cleo: User, mail_folder: Path
) -> None:
    past_booking = with_session_long_ago(book(hour, cleo))
    assert ENDED in visible_text(client.get(path_for(past_booking, Purpose.ANSWER)))

    renew(client, token_for(past_booking, Purpose.ANSWER))

    (path,) = renewed_links(mail_folder, hour.builder.email)
    assert path.startswith("/bookings/answer/")
    assert past_booking.title in visible_text(client.get(path))


def test_the_page_is_the_same_whether_a_link_is_mailed_or_not(
    client: Client, past_booking: Booking, guests_booking: Booking, mail_folder: Path
) -> None:
    good = renew(client, token_for(past_booking, Purpose.MANAGE))
    assert renew(client, "0" * 72) == good
    assert renew(client, "x") == good
    guests.prove(booking=past_booking, now=clock.now())

    assert renew(client, token_for(past_booking, Purpose.MANAGE)) == good
    assert len(renewed_links(mail_folder, GWEN.email)) == 1, "a booking in an account needs no link"


def test_a_link_that_works_is_not_renewed(client: Client, guests_booking: Booking, mail_folder: Path) -> None:
    renew(client, token_for(guests_booking, Purpose.MANAGE))

    assert renewed_links(mail_folder, GWEN.email) == []


def test_the_number_of_new_links_per_hour_is_limited(
    client: Client, past_booking: Booking, mail_folder: Path, settings: Any
) -> None:
    settings.LIMIT_LINKS_PER_BOOKING = 2
    answers = {renew(client, token_for(past_booking, Purpose.MANAGE)) for _ in range(4)}

    assert len(answers) == 1
    assert len(renewed_links(mail_folder, GWEN.email)) == 2
