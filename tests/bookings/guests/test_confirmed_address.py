"""A builder who wants guests to confirm their address first: until then the time is kept, and nothing else happens."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import Notification, User
from bookings.agreement import due_changes, rules, services
from bookings.agreement.signed_links import Purpose, path_for, token_for
from bookings.guests import services as guests
from bookings.models import Booking, Guest
from bookings.states import Side, Verb
from coaching.models import SessionType
from core import clock
from core.errors import Refusal
from core.registry import integrity_findings
from tests.bookings.agreement.test_emails import delivered, to
from tests.bookings.cast import GWEN, book, book_as_guest, builder_of, client_of, free_shop, latest, state_of
from tests.bookings.wire import CREATE, Caller, at, wire
from tests.bookings.wizard.test_wizard import choose, go_on, key_of, words
from tests.scheduling.cast import free_session, live, open_hours, rates, refused, soon

pytestmark = pytest.mark.django_db


@pytest.fixture
def free(ada: User) -> SessionType:
    return free_shop(ada, needs_proof=True)


@pytest.fixture
def kept(free: SessionType) -> Booking:
    return book_as_guest(free)


def over(booking: Booking) -> None:
    """The half hour is over."""
    at = clock.now() - timedelta(seconds=1)
    Booking.objects.filter(pk=booking.pk).update(proof_due_at=at, answer_by=at)


def test_the_time_is_kept_and_the_builder_hears_nothing(kept: Booking, mail_folder: Path) -> None:
    assert (kept.state, kept.confirmed_at) == ("PENDING", None)
    assert kept.proof_due_at is not None
    assert timedelta(minutes=29) < kept.proof_due_at - clock.now() <= rules.PROVE_WITHIN
    assert live() == 1

    letters = delivered(mail_folder)
    (letter,) = to(letters, GWEN.email)
    assert str(letter["Subject"]).startswith("Confirm your address: Getting started")
    body = letter.get_body(("plain",))
    assert body is not None
    assert "/bookings/guest/" in body.get_content()
    assert to(letters, kept.builder.email) == []
    assert Notification.objects.filter(person=kept.builder).count() == 0


def test_the_proof_makes_it_count(kept: Booking, client: Client, mail_folder: Path) -> None:
    delivered(mail_folder)
    page = path_for(kept, Purpose.MAIL)
    assert "Confirm my address" in words(client.get(page))
    assert state_of(kept) == "PENDING", "opening the link changes nothing"

    answer = client.post(f"{page}join/")

    booking = Booking.objects.get()
    assert "You are booked" in words(answer)
    assert (booking.state, booking.proof_due_at) == ("CONFIRMED", None)
    assert booking.client is not None
    assert booking.client.email == GWEN.email
    assert (latest(booking).verb, latest(booking).before, latest(booking).after) == ("prove", "PENDING", "CONFIRMED")
    letters = delivered(mail_folder)
    assert str(to(letters, booking.builder.email)[-1]["Subject"]).startswith("Booked: Getting started")
    assert "text/calendar" in [part.get_content_type() for part in to(letters, GWEN.email)[-1].walk()]
    assert integrity_findings(clock.now()) == []


def test_the_builder_is_asked_where_they_answer_themselves(ada: User, mail_folder: Path) -> None:
    rates(ada)
    open_hours(ada)
    booking = book_as_guest(free_session(ada, needs_proof=True))

    guests.prove(booking=booking, now=clock.now())

    asked = Booking.objects.get()
    assert (asked.state, asked.proof_due_at) == ("PENDING", None)
    assert asked.answer_by is not None
    assert asked.answer_by > clock.now() + timedelta(hours=40), "the 48 hours begin now"
    assert str(to(delivered(mail_folder), ada.email)[0]["Subject"]).startswith("New request")
    services.confirm(booking=asked, by=builder_of(asked))
    assert state_of(asked) == "CONFIRMED"


def test_without_the_proof_it_lapses(kept: Booking, mail_folder: Path) -> None:
    delivered(mail_folder)
    assert due_changes.apply_due_changes(clock.now()) == 0
    over(kept)

    assert due_changes.apply_due_changes(clock.now()) == 1
    assert due_changes.apply_due_changes(clock.now()) == 0
    booking = Booking.objects.get()
    assert (booking.state, booking.cancelled_by) == ("CANCELLED", Side.SYSTEM)
    assert latest(booking).verb == Verb.LAPSE
    assert live() == 0
    letters = delivered(mail_folder)
    assert len(to(letters, GWEN.email)) == 1, "no second mail to a mailbox that may be a stranger's"
    assert to(letters, booking.builder.email) == []
    assert integrity_findings(clock.now()) == []


def test_who_is_late_hears_it(kept: Booking, client: Client) -> None:
    over(kept)

    answer = client.post(reverse("bookings:join", args=[token_for(kept, Purpose.MAIL)]))

    assert "no longer kept for you" in words(answer)
    assert state_of(kept) == "PENDING"
    assert due_changes.apply_due_changes(clock.now()) == 1
    assert state_of(kept) == "CANCELLED"
    assert Guest.objects.get().proven_at is not None


def test_the_guests_page_says_until_when(free: SessionType, client: Client) -> None:
    details = choose(client, free)
    review = go_on(client, details, name=GWEN.name, email=GWEN.email)["Location"]
    seen = client.get(review)
    assert "kept for you for 30 minutes" in words(seen)
    booked = client.post(review, {"key": key_of(seen)})["Location"]

    booking = Booking.objects.get()
    assert booking.proof_due_at is not None
    page = words(client.get(booked))
    assert "Check your mail" in page
    assert "This time is kept for you until" in page
    over(booking)
    assert "This time is no longer kept for you" in words(client.get(booked)), "also before the clock has been at it"
    due_changes.apply_due_changes(clock.now())
    assert "This time is no longer kept for you" in words(client.get(booked))


def test_before_the_proof_it_is_neither_confirmed_nor_moved(kept: Booking) -> None:
    by = builder_of(kept)
    assert refused(lambda: services.confirm(booking=kept, by=by)).refusal == Refusal.INVALID_TRANSITION
    move = lambda: services.reschedule(booking=kept, start=soon(14), by=client_of(kept))  # noqa: E731
    assert refused(move).refusal == Refusal.INVALID_TRANSITION
    assert state_of(kept) == "PENDING"


def test_the_guest_lets_the_time_go(kept: Booking, mail_folder: Path) -> None:
    services.cancel(booking=kept, by=client_of(kept))

    assert live() == 0
    assert to(delivered(mail_folder), kept.builder.email) == []


def test_a_builder_is_not_asked_to_answer_it(kept: Booking, client: Client) -> None:
    client.force_login(kept.builder)

    assert kept.reference not in client.get("/dashboard/bookings/?show=to-answer").content.decode()
    assert "Address not confirmed yet" in words(client.get("/dashboard/bookings/"))
    assert "Everybody has an answer" in words(client.get("/dashboard/"))


def test_an_account_needs_no_further_proof(free: SessionType, cleo: User) -> None:
    assert book(free, cleo).state == "CONFIRMED"


def test_the_api_says_until_when(free: SessionType) -> None:
    body = {"sessionTypeId": str(free.pk), "scheduledTime": at(), "guest": {"name": GWEN.name, "email": GWEN.email}}
    answer = Caller(None).post(CREATE, body)

    booking = Booking.objects.get()
    assert booking.proof_due_at is not None
    told = answer.json()["booking"]
    assert (answer.status_code, told["status"]) == (201, "PENDING")
    assert told["proofDueAt"] == wire(booking.proof_due_at)
    assert told["allowedActions"] == ["cancel"]


def test_the_database_keeps_what_counts_apart(kept: Booking, cleo: User) -> None:
    with pytest.raises(IntegrityError, match="proof_is_due_before_it_counts"), transaction.atomic():
        Booking.objects.update(state="CONFIRMED", confirmed_at=clock.now(), answer_by=None)


def test_a_builder_chooses_it_for_a_session(ada: User, client: Client, free: SessionType) -> None:
    client.force_login(ada)
    page = words(client.get(reverse("coaching:offer", args=[free.pk])))

    assert "Guests confirm their address before the booking counts" in page
    answer = client.get(f"/api/marketplace/builders/{ada.pk}/session-types").json()
    assert [session["needsProof"] for session in answer["sessionTypes"]] == [True]
