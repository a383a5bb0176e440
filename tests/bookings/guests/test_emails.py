"""Emails to an address that the guest has not proven contain no text that the guest typed."""

from __future__ import annotations

from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from bookings.agreement import services
from bookings.agreement.requests import Contact
from bookings.agreement.transitions import Actor
from bookings.guests import services as guests
from bookings.models import Booking, Guest
from bookings.states import Side
from coaching.models import SessionType
from coaching.services import QuestionInput, SessionTypeParts, save_session_type
from core import clock
from core.models import OutboxMessage
from core.names import HAS_ADDRESS
from tests.bookings.cast import GWEN, book_as_guest, builder_of, free_shop
from tests.bookings.wire import CREATE, Caller, at, error
from tests.bookings.wizard.steps import choose, go_on
from tests.emails import delivered, text_of, to
from tests.reading import visible_text
from tests.scheduling.cast import free_session, open_hours, rates, soon

pytestmark = pytest.mark.django_db
TYPED = "ZWINGLI"  # a word that only the guest types


def whole_text(email: EmailMessage) -> str:
    """Returns the subject, both bodies and the calendar entry of an email as one text."""
    parts = [str(email["Subject"])]
    for part in email.walk():
        if not part.is_multipart():
            content: Any = part.get_content()
            parts.append(content.decode() if isinstance(content, bytes) else content)
    return "\n".join(parts)


@pytest.fixture
def typed_booking(ada: User, mail_folder: Path) -> Booking:
    """A booking whose guest has typed the same word into every field."""
    rates(ada)
    open_hours(ada)
    parts = SessionTypeParts(durations={30: None}, questions=[QuestionInput("What for?", "text", [], is_required=True)])
    fields = {"title": "Getting started", "category": "FREE", "default_minutes": 30, "auto_confirm": True}
    in_person = {"is_remote": False, "is_in_person": True, "address": "Studio 5, Berlin"}
    session_type = SessionType(builder=ada, **fields, **in_person)
    session_type = save_session_type(session_type=session_type, parts=parts, by=ada)
    question = session_type.questions.get()
    body = {
        "sessionTypeId": str(session_type.pk),
        "scheduledTime": at(),
        "guest": {"name": f"{TYPED} Guest", "email": GWEN.email},
        "notes": f"{TYPED} in the notes",
        "location": f"{TYPED} Street 5",
        "isRemote": False,
        "customQuestionResponse": {str(question.pk): f"{TYPED} in an answer"},
    }
    answer = Caller(None).post(CREATE, body)
    assert answer.status_code == 201, answer.content
    return Booking.objects.get()


def test_unproven_addresses_get_no_text_that_the_guest_typed(typed_booking: Booking, mail_folder: Path) -> None:
    guest = Actor(Side.CLIENT)
    services.reschedule(booking=typed_booking, start=soon(14), by=guest, reason=f"{TYPED} as a reason")
    OutboxMessage.objects.filter(channel="reminder", payload__hours=24).update(due_at=clock.now())
    services.cancel(booking=typed_booking, by=guest, reason=f"{TYPED} as another reason")

    emails = delivered(mail_folder)
    mine, hers = to(emails, GWEN.email), to(emails, typed_booking.builder.email)
    assert len(mine) >= 3
    assert [TYPED for email in mine if TYPED in whole_text(email)] == []
    assert all(TYPED in whole_text(email) for email in hers), "the builder reads all of it"
    assert text_of(mine[0]).startswith("Hello,\n")


def test_reminders_to_unproven_addresses_contain_no_name(typed_booking: Booking, mail_folder: Path) -> None:
    delivered(mail_folder)
    OutboxMessage.objects.filter(channel="reminder", payload__hours=24).update(due_at=clock.now())

    reminder = to(delivered(mail_folder), GWEN.email)[-1]
    assert "Getting started with Ada Moreno" in str(reminder["Subject"])
    assert TYPED not in whole_text(reminder)


def test_emails_contain_the_studio_address_of_the_builder(ada: User, mail_folder: Path) -> None:
    rates(ada)
    open_hours(ada)
    where = {"is_remote": False, "is_in_person": True, "address": "Studio 5, Berlin"}
    book_as_guest(free_session(ada, auto_confirm=True, **where), is_remote=False)

    assert "Studio 5, Berlin" in whole_text(to(delivered(mail_folder), GWEN.email)[0])


def test_proven_guests_are_greeted_by_name(typed_booking: Booking, mail_folder: Path) -> None:
    guests.prove(booking=typed_booking, now=clock.now())
    services.cancel(booking=typed_booking, by=builder_of(typed_booking), reason="Ill.")

    assert f"Hello {TYPED} Guest," in whole_text(to(delivered(mail_folder), GWEN.email)[-1])


def test_the_api_refuses_a_name_with_an_address(ada: User) -> None:
    session_type = free_shop(ada)
    body = {"sessionTypeId": str(session_type.pk), "scheduledTime": at()}

    answer = Caller(None).post(CREATE, body | {"guest": {"name": "Claim it at x.com", "email": GWEN.email}})

    assert (answer.status_code, error(answer)["fields"]) == (422, {"guest.name": [HAS_ADDRESS]})
    assert Booking.objects.count() == 0


def test_the_wizard_refuses_a_name_with_an_address(client: Client, ada: User) -> None:
    session_type = free_shop(ada)
    details = choose(client, session_type)

    answer = go_on(client, details, name="Claim it at http://x", email=GWEN.email)

    assert HAS_ADDRESS in visible_text(answer)


def test_sign_up_and_account_pages_refuse_a_name_with_an_address(client: Client, cleo: User) -> None:
    typed = {"display_name": "Claim it at x.com", "email": "new@people.test", "password1": "correct-horse-battery"}
    assert HAS_ADDRESS in visible_text(client.post("/account/signup/", typed))
    assert not User.objects.filter(email="new@people.test").exists()

    client.force_login(cleo)
    answer = client.post(
        "/account/", {"display_name": "x.com", "timezone": "Europe/London", "clock": "24", "place": ""}
    )
    assert HAS_ADDRESS in visible_text(answer)
    assert User.objects.get(pk=cleo.pk).display_name == "Cleo Park"


def test_new_accounts_are_not_greeted_by_name(client: Client, mail_folder: Path) -> None:
    """The address may belong to somebody else until it is proven, also when a new password is requested."""
    typed = {"display_name": f"{TYPED} Guest", "email": "new@people.test", "password1": "correct-horse-battery"}
    client.post("/account/signup/", typed)
    client.post("/account/password/reset/", {"email": "new@people.test"})

    emails = to(delivered(mail_folder), "new@people.test")
    assert len(emails) >= 1
    assert [email for email in emails if TYPED in whole_text(email)] == []


def test_control_characters_are_removed_from_names(ada: User) -> None:
    booking = book_as_guest(free_shop(ada), guest=Contact("Gwen\u202e\r\nGuest", "gwen@guests.test"))

    assert Guest.objects.get().name == "Gwen Guest"
    assert booking.starts_at > clock.now() + timedelta(hours=1)
