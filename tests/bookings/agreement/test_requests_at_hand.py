"""What a builder needs to answer a request: the buttons in the list, and the client's answers in the email."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client

from accounts.models import User
from bookings.agreement import services
from bookings.states import State
from coaching.models import Question, SessionType
from tests.bookings.cast import GWEN, book, book_as_guest, builder_of, confirmed, free_shop, state_of
from tests.emails import delivered, html_of, text_of, to
from tests.reading import visible_text

pytestmark = pytest.mark.django_db
LIST = "/dashboard/bookings/?show=to-answer"


@pytest.fixture
def question(hour: SessionType) -> Question:
    return hour.questions.create(label="What have you tried?", kind=Question.Kind.TEXT, is_required=True, position=1)


def test_a_builder_confirms_from_the_list_and_stays_there(client: Client, hour: SessionType, cleo: User) -> None:
    booking = book(hour, cleo)
    client.force_login(hour.builder)
    assert f'action="/bookings/{booking.reference}/act/"' in client.get(LIST).content.decode()

    answer = client.post(f"/bookings/{booking.reference}/act/", {"verb": "confirm", "next": LIST})

    assert (answer.status_code, answer["Location"]) == (302, LIST)
    assert state_of(booking) == State.CONFIRMED


def test_clients_cannot_answer_in_their_list(client: Client, hour: SessionType, cleo: User) -> None:
    booking = book(hour, cleo)
    client.force_login(cleo)

    page = client.get("/bookings/?show=to-answer").content.decode()

    assert booking.title in page
    assert f"/bookings/{booking.reference}/act/" not in page


def test_both_sides_are_mailed_the_answers_and_the_terms(
    hour: SessionType, cleo: User, question: Question, mail_folder: Path
) -> None:
    hour.tiers.create(hours=24, percent=0)
    hour.tiers.create(hours=0, percent=50)
    book(hour, cleo, answers={question.pk: "Turning it off and on"}, notes="Slowly, please.")

    mails = delivered(mail_folder)
    for address in (cleo.email, hour.builder.email):
        text = text_of(to(mails, address)[0])
        assert "What have you tried?: Turning it off and on" in text
        assert "Notes: Slowly, please." in text
        assert "Cancelling 24 hours ahead or earlier is free." in text


def test_guests_cancel_by_a_link_in_the_mail(client: Client, ada: User, mail_folder: Path) -> None:
    booking = book_as_guest(free_shop(ada))
    text = text_of(to(delivered(mail_folder), GWEN.email)[0])
    link = text.split("Cancel this booking:\n")[1].split()[0]

    path = link[link.index("/bookings/") :]
    assert "Cancel this session?" in visible_text(client.get(path))
    assert state_of(booking) == State.CONFIRMED, "opening the link cancels nothing"
    client.post(path, {"cause": "", "reason": ""})
    assert state_of(booking) == State.CANCELLED


def test_mails_about_a_cancelled_booking_offer_no_link_to_cancel(
    hour: SessionType, cleo: User, mail_folder: Path
) -> None:
    booking = confirmed(hour, cleo)
    services.cancel(booking=booking, by=builder_of(booking), reason="Ill.")

    confirmation, cancellation = to(delivered(mail_folder), cleo.email)[-2:]
    assert "Cancel this booking" in text_of(confirmation)
    assert "Cancel this booking" not in text_of(cancellation)


def test_mails_have_colours_for_dark_screens(hour: SessionType, cleo: User, mail_folder: Path) -> None:
    book(hour, cleo)

    html = html_of(delivered(mail_folder)[0])

    assert '<meta name="color-scheme" content="light dark">' in html
    assert "@media (prefers-color-scheme: dark)" in html
