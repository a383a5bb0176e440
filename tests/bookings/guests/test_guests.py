"""Guests, and their signed links to a booking."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse

from accounts.addresses import changes as address_changes
from accounts.addresses import services as addresses
from accounts.models import User
from accounts.tokens import services as tokens
from bookings.agreement.requests import Contact
from bookings.agreement.signed_links import Purpose, opened, path_for, token_for
from bookings.guests import services as guests
from bookings.models import Booking, Guest
from coaching.models import SessionType
from core import clock, outbox
from core.models import OutboxMessage
from core.registry import integrity_findings
from tests.bookings.cast import book, book_as_guest, free_shop, state_of
from tests.cast import make_person
from tests.emails import delivered, read, text_of, to
from tests.factories.accounts import UserFactory
from tests.reading import visible_text
from tests.scheduling.cast import live, soon

pytestmark = pytest.mark.django_db


def test_a_link_is_for_one_booking_and_one_purpose(guests_booking: Booking) -> None:
    token = token_for(guests_booking, Purpose.MANAGE)

    assert opened(token, Purpose.MANAGE, Purpose.MAIL) == (guests_booking, Purpose.MANAGE)
    assert opened(token, Purpose.MAIL) is None
    assert opened(token, Purpose.ANSWER) is None
    guests_booking.link_generation += 1
    guests_booking.save()
    assert opened(token, Purpose.MANAGE) is None


@pytest.mark.parametrize("spoil", [lambda t: t[:-1] + ("0" if t[-1] != "0" else "1"), lambda t: t[:40], lambda t: "x" * 72, lambda t: "0" * 72])  # fmt: skip
def test_an_invalid_link_is_a_404_on_each_page(
    client: Client, guests_booking: Booking, spoil: Callable[[str], str]
) -> None:
    token = spoil(token_for(guests_booking, Purpose.MANAGE))

    for name in ("guest_booking", "guest_booked", "guest_calendar", "guest_move", "guest_end", "answer"):
        assert client.get(reverse(f"bookings:{name}", args=[token])).status_code == 404


def test_a_guest_moves_and_cancels_by_their_link(client: Client, guests_booking: Booking) -> None:
    page = path_for(guests_booking, Purpose.MANAGE)
    seen = client.get(page)
    assert seen["Cache-Control"] == "private, no-store"
    assert "Save it to an account" not in visible_text(seen), "only the link in the email proves the address"

    client.post(f"{page}move/", {"start": soon(14).isoformat()})
    assert Booking.objects.get().starts_at == soon(14)
    assert client.get(page).status_code == 200, "the link still works after a move"
    client.post(f"{page}end/", {"reason": "Ill."})
    assert Booking.objects.get().cancelled_by == "client"
    assert live() == 0


def test_guest_links_sign_nobody_in(client: Client, guests_booking: Booking) -> None:
    client.get(path_for(guests_booking, Purpose.MAIL))
    client.post(reverse("bookings:join", args=[token_for(guests_booking, Purpose.MAIL)]))

    assert client.get("/bookings/").status_code == 302


def test_the_link_of_the_booking_page_does_not_prove_the_address(client: Client, guests_booking: Booking) -> None:
    answer = client.post(reverse("bookings:join", args=[token_for(guests_booking, Purpose.MANAGE)]))

    assert answer.status_code == 404
    assert Booking.objects.get().client is None


def test_a_guest_who_proves_the_address_gets_an_account(client: Client, guests_booking: Booking) -> None:
    page = path_for(guests_booking, Purpose.MAIL)
    assert "Save it to an account" in visible_text(client.get(page))
    assert Booking.objects.get().client is None, "opening the link changes nothing"
    joined = client.post(f"{page}join/")
    client.post(f"{page}join/")

    person = User.objects.get(email="gwen@guests.test")
    assert "has no password yet" in visible_text(joined)
    assert Booking.objects.get().client == person
    assert not person.has_usable_password()
    assert EmailAddress.objects.get(user=person).verified
    assert client.get(page)["Location"] == guests_booking.get_absolute_url()
    assert Guest.objects.get().proven_at is not None
    assert integrity_findings(clock.now()) == []


def test_the_booking_moves_to_the_existing_account_of_the_address(
    ada: User, cleo: User, browser_of: Callable[[User | None], Client]
) -> None:
    booking = book_as_guest(free_shop(ada), guest=Contact("Somebody", cleo.email))
    somebody_else = browser_of(make_person("Sam Lee"))

    answer = somebody_else.post(reverse("bookings:join", args=[token_for(booking, Purpose.MAIL)]))

    assert Booking.objects.get().client == cleo, "the owner of the address, not the person signed in"
    assert "signed in to a different account" in visible_text(answer)
    assert cleo.check_password("correct-horse-battery")


def test_proving_the_address_removes_an_earlier_password(ada: User) -> None:
    """A thief may sign up with the address of somebody else and wait until they prove it."""
    thief = UserFactory.create(email="gwen@guests.test", display_name="Thief", address__verified=False)
    booking = book_as_guest(free_shop(ada))

    guests.prove(booking=booking, now=clock.now())

    thief.refresh_from_db()
    assert not thief.has_usable_password()
    assert Booking.objects.get().client == thief


def test_proving_the_address_ends_earlier_sessions_and_tokens(ada: User) -> None:
    thief = User.objects.create_user("gwen@guests.test", "thiefs-own-password", display_name="Thief")
    secret, browser = tokens.issue(user=thief, name="laptop"), Client()
    browser.force_login(thief)
    booking = book_as_guest(free_shop(ada))

    guests.prove(booking=booking, now=clock.now())

    assert tokens.person_of(secret) is None
    assert browser.get(reverse("accounts:settings")).status_code == 302
    thief.refresh_from_db()
    assert thief.display_name == Guest.objects.get().name


def test_an_account_that_only_requested_the_address_does_not_get_the_booking(ada: User) -> None:
    mallory = make_person("Mallory Mean")
    address_changes.ask(user=mallory, email="gwen@guests.test")
    booking = book_as_guest(free_shop(ada))

    joined = guests.prove(booking=booking, now=clock.now())

    assert joined is not None
    assert joined.person != mallory
    assert joined.person == addresses.owner_of("gwen@guests.test")


def test_a_builder_answers_with_the_links_in_emails(client: Client, hour: SessionType, cleo: User) -> None:
    first, second = book(hour, cleo, soon(9)), book(hour, cleo, soon(10))
    yes, no = path_for(first, Purpose.ANSWER), path_for(second, Purpose.ANSWER)

    assert "Cleo Park requests a session" in visible_text(client.get(yes))
    assert state_of(first) == "PENDING", "the link alone changes nothing"
    client.post(yes, {"verb": "confirm"})
    assert client.post(no, {"verb": "decline", "reason": ""}).status_code == 422
    client.post(no, {"verb": "decline", "reason": "Too early for me."})

    assert (state_of(first), state_of(second)) == ("CONFIRMED", "CANCELLED")
    assert "You have answered this request." in visible_text(client.get(yes))
    assert client.post(yes, {"verb": "confirm"}).status_code == 302
    assert client.get("/dashboard/bookings/").status_code == 302, "the link signs nobody in"


def test_emails_are_the_same_for_known_and_unknown_addresses(ada: User, cleo: User, mail_folder: Path) -> None:
    free = free_shop(ada)
    book_as_guest(free, soon(9), guest=Contact("Somebody", cleo.email))
    book_as_guest(free, soon(10), guest=Contact("Somebody", "unknown@guests.test"))
    outbox.deliver_due()

    def text(address: str) -> str:
        (email,) = to(read(mail_folder), address)
        plain = re.sub(r"guest/\w+|WM-\w+|\d\d:\d\d", "", text_of(email))
        return plain.replace(address, "")

    assert text(cleo.email) == text("unknown@guests.test")


@pytest.mark.parametrize("wanted", ["yes", "no"])
def test_a_guest_switches_reminders_on_and_off(
    client: Client, guests_booking: Booking, mail_folder: Path, wanted: str
) -> None:
    page = path_for(guests_booking, Purpose.MAIL)
    switch = path_for(guests_booking, Purpose.MAIL, "guest_reminders")
    assert "Turn off reminders" in visible_text(client.get(page))

    client.post(switch, {"wanted": wanted})

    assert ("Turn on reminders" in visible_text(client.get(page))) == (wanted == "no")
    OutboxMessage.objects.filter(channel="reminder", payload__hours=24).update(due_at=clock.now())
    assert len(to(delivered(mail_folder), "gwen@guests.test")) == (2 if wanted == "yes" else 1)
