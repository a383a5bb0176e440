"""Session types whose guests must confirm their address: the time is held for 30 minutes, and only then booked."""

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
from tests.bookings.cast import GWEN, book, book_as_guest, builder_of, client_of, free_shop, latest, state_of
from tests.bookings.wire import CREATE, Caller, at, wire
from tests.bookings.wizard.steps import choose, go_on, key_of
from tests.emails import delivered, text_of, to
from tests.reading import visible_text
from tests.scheduling.cast import free_session, live, open_hours, rates, refused, soon

pytestmark = pytest.mark.django_db


@pytest.fixture
def free(ada: User) -> SessionType:
    return free_shop(ada, needs_proof=True)


@pytest.fixture
def unconfirmed(free: SessionType) -> Booking:
    return book_as_guest(free)


def expire(booking: Booking) -> None:
    """Lets the time to confirm the address pass."""
    at = clock.now() - timedelta(seconds=1)
    Booking.objects.filter(pk=booking.pk).update(proof_due_at=at, answer_by=at)


def test_an_unconfirmed_booking_holds_its_time_without_notifying_the_builder(
    unconfirmed: Booking, mail_folder: Path
) -> None:
    assert (unconfirmed.state, unconfirmed.confirmed_at) == ("PENDING", None)
    assert unconfirmed.proof_due_at is not None
    assert timedelta(minutes=29) < unconfirmed.proof_due_at - clock.now() <= rules.PROVE_WITHIN
    assert live() == 1

    emails = delivered(mail_folder)
    (email,) = to(emails, GWEN.email)
    assert str(email["Subject"]).startswith("Confirm your address: Getting started")
    assert "/bookings/guest/" in text_of(email)
    assert to(emails, unconfirmed.builder.email) == []
    assert Notification.objects.filter(person=unconfirmed.builder).count() == 0


def test_confirming_the_address_confirms_the_booking(unconfirmed: Booking, client: Client, mail_folder: Path) -> None:
    delivered(mail_folder)
    page = path_for(unconfirmed, Purpose.MAIL)
    assert "Confirm my address" in visible_text(client.get(page))
    assert state_of(unconfirmed) == "PENDING", "opening the link changes nothing"

    answer = client.post(f"{page}join/")

    booking = Booking.objects.get()
    assert "You are booked" in visible_text(answer)
    assert (booking.state, booking.proof_due_at) == ("CONFIRMED", None)
    assert booking.client is not None
    assert booking.client.email == GWEN.email
    assert (latest(booking).verb, latest(booking).before, latest(booking).after) == ("prove", "PENDING", "CONFIRMED")
    emails = delivered(mail_folder)
    assert str(to(emails, booking.builder.email)[-1]["Subject"]).startswith("Booked: Getting started")
    assert "text/calendar" in [part.get_content_type() for part in to(emails, GWEN.email)[-1].walk()]
    assert integrity_findings(clock.now()) == []


def test_confirming_the_address_sends_the_request_to_the_builder(ada: User, mail_folder: Path) -> None:
    rates(ada)
    open_hours(ada)
    booking = book_as_guest(free_session(ada, needs_proof=True))

    guests.prove(booking=booking, now=clock.now())

    pending = Booking.objects.get()
    assert (pending.state, pending.proof_due_at) == ("PENDING", None)
    assert pending.answer_by is not None
    assert pending.answer_by > clock.now() + timedelta(hours=40), "the 48 hours begin when the address is confirmed"
    assert str(to(delivered(mail_folder), ada.email)[0]["Subject"]).startswith("New request")
    services.confirm(booking=pending, by=builder_of(pending))
    assert state_of(pending) == "CONFIRMED"


def test_an_unconfirmed_booking_lapses(unconfirmed: Booking, mail_folder: Path) -> None:
    delivered(mail_folder)
    assert due_changes.apply_due_changes(clock.now()) == 0
    expire(unconfirmed)

    assert due_changes.apply_due_changes(clock.now()) == 1
    assert due_changes.apply_due_changes(clock.now()) == 0
    booking = Booking.objects.get()
    assert (booking.state, booking.cancelled_by) == ("CANCELLED", Side.SYSTEM)
    assert latest(booking).verb == Verb.LAPSE
    assert live() == 0
    emails = delivered(mail_folder)
    assert len(to(emails, GWEN.email)) == 1, "no second email, since the mailbox may be a stranger's"
    assert to(emails, booking.builder.email) == []
    assert integrity_findings(clock.now()) == []


def test_confirming_too_late_does_not_confirm_the_booking(unconfirmed: Booking, client: Client) -> None:
    expire(unconfirmed)

    answer = client.post(reverse("bookings:join", args=[token_for(unconfirmed, Purpose.MAIL)]))

    assert "no longer held for you" in visible_text(answer)
    assert state_of(unconfirmed) == "PENDING"
    assert due_changes.apply_due_changes(clock.now()) == 1
    assert state_of(unconfirmed) == "CANCELLED"
    assert Guest.objects.get().proven_at is not None


def test_the_pages_show_until_when_the_time_is_held(free: SessionType, client: Client) -> None:
    details = choose(client, free)
    review = go_on(client, details, name=GWEN.name, email=GWEN.email)["Location"]
    seen = client.get(review)
    assert "hold the time for you for 30 minutes" in visible_text(seen)
    booked = client.post(review, {"key": key_of(seen)})["Location"]

    booking = Booking.objects.get()
    assert booking.proof_due_at is not None
    page = visible_text(client.get(booked))
    assert "Check your mail" in page
    assert "This time is held for you until" in page
    expire(booking)
    assert "This time is no longer held for you" in visible_text(client.get(booked)), (
        "also before the periodic task has run"
    )
    due_changes.apply_due_changes(clock.now())
    assert "This time is no longer held for you" in visible_text(client.get(booked))


def test_an_unconfirmed_booking_cannot_be_confirmed_or_moved_by_services(unconfirmed: Booking) -> None:
    by = builder_of(unconfirmed)
    assert refused(lambda: services.confirm(booking=unconfirmed, by=by)).refusal == Refusal.INVALID_TRANSITION
    by = client_of(unconfirmed)
    error = refused(lambda: services.reschedule(booking=unconfirmed, start=soon(14), by=by))
    assert error.refusal == Refusal.INVALID_TRANSITION
    assert state_of(unconfirmed) == "PENDING"


def test_cancelling_an_unconfirmed_booking_frees_its_time_silently(unconfirmed: Booking, mail_folder: Path) -> None:
    services.cancel(booking=unconfirmed, by=client_of(unconfirmed))

    assert live() == 0
    assert to(delivered(mail_folder), unconfirmed.builder.email) == []


def test_an_unconfirmed_booking_is_not_listed_as_waiting_for_an_answer(unconfirmed: Booking, client: Client) -> None:
    client.force_login(unconfirmed.builder)

    assert unconfirmed.reference not in client.get("/dashboard/bookings/?show=to-answer").content.decode()
    assert "Address not confirmed yet" in visible_text(client.get("/dashboard/bookings/"))
    assert "Nothing is waiting for you" in visible_text(client.get("/dashboard/"))


def test_bookings_from_accounts_are_confirmed_at_once(free: SessionType, cleo: User) -> None:
    assert book(free, cleo).state == "CONFIRMED"


def test_the_api_returns_until_when_the_address_must_be_confirmed(free: SessionType) -> None:
    body = {"sessionTypeId": str(free.pk), "scheduledTime": at(), "guest": {"name": GWEN.name, "email": GWEN.email}}
    answer = Caller(None).post(CREATE, body)

    booking = Booking.objects.get()
    assert booking.proof_due_at is not None
    booked = answer.json()["booking"]
    assert (answer.status_code, booked["status"]) == (201, "PENDING")
    assert booked["proofDueAt"] == wire(booking.proof_due_at)
    assert booked["allowedActions"] == ["cancel"]


def test_the_database_refuses_a_confirmed_booking_with_an_unconfirmed_address(unconfirmed: Booking, cleo: User) -> None:
    with pytest.raises(IntegrityError, match="proof_is_due_before_it_counts"), transaction.atomic():
        Booking.objects.update(state="CONFIRMED", confirmed_at=clock.now(), answer_by=None)


def test_session_types_show_that_guests_must_confirm_their_address(
    ada: User, client: Client, free: SessionType
) -> None:
    client.force_login(ada)
    page = visible_text(client.get(reverse("coaching:offer", args=[free.pk])))

    assert "Guests confirm their address before the booking counts" in page
    answer = client.get(f"/api/marketplace/builders/{ada.pk}/session-types").json()
    assert [session["needsProof"] for session in answer["sessionTypes"]] == [True]
