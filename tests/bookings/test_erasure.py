"""What is left of a person in the data of others once they have erased their account."""

from __future__ import annotations

import pytest
from django.apps import apps

from accounts.models import Notification, Place, User
from accounts.notifications import NewNotification, notify
from accounts.personal_data import erasure
from bookings.agreement import services
from bookings.agreement.requests import Contact
from bookings.agreement.transitions import Actor
from bookings.disputes import services as disputes
from bookings.models import Booking, Guest
from bookings.reviews import services as reviews
from bookings.states import Side
from coaching.models import SessionType
from core import outbox
from core.models import OutboxMessage
from pathways.models import Pathway
from pathways.progress import enrolments
from tests.bookings.cast import book, book_as_guest, client_of, finished, free_shop, state_of, waits_for
from tests.cast import make_person
from tests.scheduling.cast import soon

pytestmark = pytest.mark.django_db


def all_texts() -> list[str]:
    """Returns every row of every table as a text, with what is in JSON and in notifications."""
    return [
        f"{model._meta.label}: {row}"
        for model in apps.get_models()
        if model._meta.managed and model is not Place  # towns, such as Overland Park
        for row in model._default_manager.values_list()
    ]


def left_of(name: str) -> list[str]:
    return [text for text in all_texts() if name in text]


def erase(person: User) -> None:
    erasure.erase(user=User.objects.get(pk=person.pk))


@pytest.mark.usefixtures("media_folder", "suri", "alex")
def test_the_name_of_a_client_is_in_no_row_of_the_database(hour: SessionType, cleo: User) -> None:
    first, last = cleo.display_name.split()
    done = finished(hour, cleo, soon(9))
    reviews.write(booking=done, by=client_of(done), rating=4, text="Good.")
    disputes.open_(booking=done, by=client_of(done), reason="It ended early.")
    book(hour, cleo, soon(11))
    waits_for(cleo, hour)
    enrolments.enrol(client=cleo, pathway=Pathway.objects.get(slug="play"), builder=hour.builder)
    outbox.deliver_due()
    assert len(left_of(last)) > 5, "the other side and staff were sent the name"

    erase(cleo)

    assert left_of(last) == []
    assert left_of(first) == []
    titles = hour.builder.notifications.values_list("title", flat=True)
    assert any("Somebody who left" in title for title in titles), "the notifications themselves are kept"


@pytest.mark.usefixtures("media_folder")
def test_the_name_of_a_builder_is_in_no_row_of_the_database(hour: SessionType, cleo: User) -> None:
    builder = hour.builder
    finished(hour, cleo, soon(9))
    book(hour, cleo, soon(11))
    enrolments.enrol(client=cleo, pathway=Pathway.objects.get(slug="play"), builder=builder)
    outbox.deliver_due()
    name = builder.display_name
    assert len(left_of(name)) > 3, "the other side was sent the name"

    erase(builder)

    assert left_of(name) == []


def test_mails_that_wait_are_sent_without_the_name(hour: SessionType, cleo: User) -> None:
    enrolments.enrol(client=cleo, pathway=Pathway.objects.get(slug="play"), builder=hour.builder)
    waiting = OutboxMessage.objects.filter(recipient=hour.builder.email, payload__icontains="Cleo")
    assert waiting.exists()

    erase(cleo)

    assert not waiting.exists()
    assert OutboxMessage.objects.filter(payload__icontains="Somebody who left follows", state="waiting").exists()


def test_a_name_that_is_a_word_changes_only_what_acquaintances_were_sent(hour: SessionType, cleo: User) -> None:
    session = make_person("Session")
    book(hour, session, soon(9))
    for person in (cleo, hour.builder):
        notify(person, NewNotification("booking", "words", "Session moved, Sessions too", "", "/", "Look"))

    erase(session)

    titles = {row.person: row.title for row in Notification.objects.filter(event="words")}
    assert titles == {cleo: "Session moved, Sessions too", hour.builder: "Somebody who left moved, Sessions too"}


def test_a_booking_as_a_guest_with_the_same_address_is_erased_too(ada: User, cleo: User) -> None:
    free = free_shop(ada)
    mine = book_as_guest(free, soon(9), guest=Contact("Cleo at work", cleo.email), notes="My secret.")
    other = book_as_guest(free, soon(11))

    erase(cleo)

    assert left_of("Cleo") == []
    assert [text for text in left_of(cleo.email) if f"address of {cleo.email}" not in text] == [], (
        "but a test's network"
    )
    assert state_of(mine) == "CANCELLED", "nobody could be reached about it"
    assert Booking.objects.get(pk=mine.pk).notes == ""
    assert Guest.objects.get(bookings=other).name == "Gwen Guest"
    assert state_of(other) != "CANCELLED"


def test_a_guest_with_an_address_that_is_not_confirmed_as_the_persons_stays(ada: User, cleo: User) -> None:
    booking = book_as_guest(free_shop(ada), soon(9))
    cleo.emailaddress_set.create(email="gwen@guests.test", verified=False)

    erase(cleo)

    assert Guest.objects.get(bookings=booking).name == "Gwen Guest"
    services.cancel(booking=booking, by=Actor(Side.CLIENT))
