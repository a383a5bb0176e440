"""Links end 30 days after the session, and are renewed by mail."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from bookings.agreement.signed_links import LASTS, Purpose, has_ended, opened, path_for, token_for
from bookings.guests import services as guests
from bookings.models import Booking
from coaching.models import SessionType
from core import clock
from tests.bookings.agreement.test_emails import delivered, to
from tests.bookings.cast import GWEN, book
from tests.bookings.wizard.test_wizard import words

pytestmark = pytest.mark.django_db
PAGES = ("guest_booking", "guest_booked", "guest_calendar", "guest_move", "guest_end", "guest_deliverables")
ENDED = "This link has ended"


def long_ago(booking: Booking) -> Booking:
    """As if its session were 31 days over."""
    end = clock.now() - timedelta(days=31)
    Booking.objects.filter(pk=booking.pk).update(starts_at=end - timedelta(hours=1), ends_at=end)
    return Booking.objects.complete().get(pk=booking.pk)


@pytest.fixture
def old(guests_booking: Booking) -> Booking:
    return long_ago(guests_booking)


def renew(client: Client, token: str) -> str:
    return words(client.post(reverse("bookings:renew_link", args=[token]), follow=True))


def mailed(folder: Path, address: str) -> list[str]:
    """The links in mails that renew one."""
    letters = [letter for letter in to(delivered(folder), address) if str(letter["Subject"]).startswith("A new link")]
    bodies = [letter.get_body(("plain",)) for letter in letters]
    return [
        match[0]
        for body in bodies
        if body and (match := re.search(r"/bookings/(guest|answer)/\w+/", body.get_content()))
    ]


def test_a_link_ends_thirty_days_after_the_session(guests_booking: Booking) -> None:
    token, end = token_for(guests_booking, Purpose.MANAGE), guests_booking.ends_at + LASTS

    assert not has_ended(token, guests_booking, end - timedelta(seconds=1))
    assert has_ended(token, guests_booking, end)


@pytest.mark.parametrize("name", PAGES)
def test_an_ended_link_says_so_on_each_page(client: Client, old: Booking, name: str) -> None:
    answer = client.get(path_for(old, Purpose.MANAGE, name))

    assert answer.status_code == 410
    assert ENDED in words(answer)
    assert old.reference not in words(answer)
    assert answer["Cache-Control"] == "private, no-store"


def test_an_ended_link_does_nothing(client: Client, old: Booking) -> None:
    for purpose, page in ((Purpose.MANAGE, "guest_end"), (Purpose.MAIL, "join"), (Purpose.MAIL, "guest_reminders")):
        assert client.post(path_for(old, purpose, page), {"reason": "x", "wanted": "no"}).status_code == 410
    assert client.post(path_for(old, Purpose.ANSWER), {"verb": "confirm"}).status_code == 410

    booking = Booking.objects.get()
    assert (booking.state, booking.client) == (old.state, None)
    assert booking.guest is not None
    assert booking.guest.wants_reminders


def test_a_new_link_goes_to_the_address_of_the_booking(client: Client, old: Booking, mail_folder: Path) -> None:
    page = client.get(path_for(old, Purpose.MANAGE))
    assert "Mail me a new link" in words(page)

    assert "Check your mail" in renew(client, token_for(old, Purpose.MANAGE))

    (path,) = mailed(mail_folder, GWEN.email)
    assert old.reference in words(client.get(path))
    assert client.get(path_for(old, Purpose.MANAGE)).status_code == 410, "the old one stays ended"
    client.post(f"{path}join/")
    assert Booking.objects.get().client is not None, "it came by mail, so it shows whose address it is"


def test_a_renewed_link_ends_too_and_its_end_cannot_be_changed(old: Booking) -> None:
    now = clock.now()
    token = token_for(old, Purpose.MAIL, now + LASTS)

    assert opened(token, Purpose.MAIL) == (old, Purpose.MAIL)
    assert not has_ended(token, old, now + timedelta(days=29))
    assert has_ended(token, old, now + LASTS)
    later = f"{int((now + 2 * LASTS).timestamp()):08x}"
    assert opened(token[:32] + later + token[40:], Purpose.MAIL) is None
    assert opened(token[:32] + token[40:], Purpose.MAIL) is None
    assert opened(token[:32] + "zz" + token[32:], Purpose.MAIL) is None


def test_the_builders_answer_goes_to_the_builder(
    client: Client, hour: SessionType, cleo: User, mail_folder: Path
) -> None:
    old = long_ago(book(hour, cleo))
    assert ENDED in words(client.get(path_for(old, Purpose.ANSWER)))

    renew(client, token_for(old, Purpose.ANSWER))

    (path,) = mailed(mail_folder, hour.builder.email)
    assert path.startswith("/bookings/answer/")
    assert old.title in words(client.get(path))


def test_it_says_the_same_whatever_happens(
    client: Client, old: Booking, guests_booking: Booking, mail_folder: Path
) -> None:
    good = renew(client, token_for(old, Purpose.MANAGE))
    assert renew(client, "0" * 72) == good
    assert renew(client, "x") == good
    guests.prove(booking=old, now=clock.now())

    assert renew(client, token_for(old, Purpose.MANAGE)) == good
    assert len(mailed(mail_folder, GWEN.email)) == 1, "what is in an account needs no link"


def test_a_link_that_works_is_not_renewed(client: Client, guests_booking: Booking, mail_folder: Path) -> None:
    renew(client, token_for(guests_booking, Purpose.MANAGE))

    assert mailed(mail_folder, GWEN.email) == []


def test_few_links_an_hour(client: Client, old: Booking, mail_folder: Path, settings: object) -> None:
    setattr(settings, "LIMIT_LINKS_PER_BOOKING", 2)  # noqa: B010  (pytest-django's settings take any name)
    answers = {renew(client, token_for(old, Purpose.MANAGE)) for _ in range(4)}

    assert len(answers) == 1
    assert len(mailed(mail_folder, GWEN.email)) == 2
