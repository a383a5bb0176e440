"""Tests that a booking opens the conversation of its two people, with marks of what happens to it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from accounts.tokens import services as tokens
from bookings.agreement import services
from bookings.agreement.signed_links import Purpose, path_for
from bookings.conversations import cards, delivery, marks
from bookings.guests.services import prove
from bookings.models import Booking
from core import clock
from core.models import OutboxMessage
from messaging.models import Message, Participant
from messaging.services import send
from tests.bookings.cast import GWEN, book, book_as_guest, builder_of, client_of, confirmed, free_shop, shop
from tests.emails import read, text_of
from tests.messaging.cast import deliver_unread
from tests.scheduling.cast import soon

pytestmark = pytest.mark.django_db
Browser = Callable[[User | None], Client]


def deliver_marks() -> None:
    """Adds the marks that wait in the outbox, oldest first, as the worker does."""
    for message in OutboxMessage.objects.filter(channel=marks.CHANNEL).order_by("created_at", "id"):
        delivery.deliver(message)


def marks_shown() -> list[str]:
    return list(Message.objects.exclude(subject_kind="").values_list("text", flat=True))


def shown(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def part_of(person: User) -> Participant:
    return Participant.objects.select_related("conversation").get(user=person)


def test_each_step_of_a_booking_is_marked_once(ada: User, cleo: User) -> None:
    booking = confirmed(shop(ada), cleo)
    services.cancel(booking=booking, by=client_of(booking))
    deliver_marks()
    deliver_marks()

    assert marks_shown() == ["Session requested", "Session confirmed", "Session cancelled"]
    assert {participant.user for participant in Participant.objects.all()} == {ada, cleo}


def test_marks_do_not_count_as_unread(ada: User, cleo: User, browser_of: Browser) -> None:
    book(shop(ada), cleo)
    deliver_marks()

    assert "1 unread" not in shown(browser_of(ada).get("/messages/"))


def test_a_second_booking_joins_the_same_conversation(ada: User, cleo: User) -> None:
    hour = shop(ada)
    first = book(hour, cleo)
    services.decline(booking=first, by=builder_of(first))
    book(hour, cleo)
    deliver_marks()

    assert Participant.objects.filter(user=cleo).count() == 1
    assert len(marks_shown()) == 3


def test_the_builder_confirms_in_the_conversation(ada: User, cleo: User, browser_of: Browser) -> None:
    booking = book(shop(ada), cleo)
    deliver_marks()
    path = reverse("messaging:conversation", args=[part_of(ada).conversation_id])
    browser = browser_of(ada)

    page = shown(browser.get(path))
    answer = browser.post(reverse("bookings:act", args=[booking.reference]), {"verb": "confirm", "next": path})

    assert "Confirm </button>" in page
    assert answer.headers["Location"] == path
    assert Booking.objects.get().state == "CONFIRMED"
    assert "Confirm </button>" not in shown(browser_of(cleo).get(path))


def test_the_page_of_a_booking_leads_to_its_messages(ada: User, cleo: User, browser_of: Browser) -> None:
    booking = book(shop(ada), cleo)
    browser = browser_of(cleo)
    page = reverse("bookings:messages", args=[booking.reference])
    assert page in shown(browser.get(booking.get_absolute_url()))

    sent = browser.post(page, {"text": "Hello Ada"}, follow=True)
    panel = browser.get(page, headers={"HX-Request": "true", "HX-Target": "messages-panel"})

    assert "Hello Ada" in shown(sent)
    assert "Hello Ada" in shown(panel)
    assert "<html" not in panel.content.decode()
    assert browser.get(page).headers["Location"] == reverse(
        "messaging:conversation", args=[part_of(cleo).conversation_id]
    )


def test_support_does_not_read_along_on_a_booking(ada: User, cleo: User, suri: User, browser_of: Browser) -> None:
    booking = book(shop(ada), cleo)
    deliver_marks()
    browser = browser_of(suri)

    assert browser.get(reverse("bookings:messages", args=[booking.reference])).status_code == 404
    assert "messages-panel" not in shown(browser.get(booking.get_absolute_url()))


def test_a_guest_writes_and_reads_by_the_manage_link(ada: User, browser_of: Browser, mail_folder: Path) -> None:
    booking = book_as_guest(free_shop(ada))
    deliver_marks()
    page = path_for(booking, Purpose.MANAGE, "guest_messages")
    browser = browser_of(None)

    browser.post(page, {"text": "What shall I bring?"})
    theirs = part_of(ada)
    send(sender=theirs, text="A pencil.")
    shown_page = shown(browser.get(page))
    guest = Participant.objects.get(user=None)
    deliver_unread(guest)

    assert "What shall I bring?" in shown_page
    assert "A pencil." in shown_page
    sent = read(mail_folder)[-1]
    assert sent["To"] == "gwen@guests.test"
    assert "/messages/" in text_of(sent)
    assert browser.post(page.replace("/messages/", "/messages/act/"), {"read": "9"}).status_code == 302
    assert Participant.objects.get(user=None).read_number == 3


def test_the_link_of_another_booking_opens_no_conversation(ada: User, cleo: User, browser_of: Browser) -> None:
    booking = book_as_guest(free_shop(ada))
    deliver_marks()
    page = path_for(booking, Purpose.MANAGE, "guest_messages")

    assert browser_of(None).get(page[:-12] + "000000000/" + page[-1:]).status_code == 404
    assert browser_of(cleo).get(f"/messages/{part_of(ada).conversation_id}/").status_code == 404


def test_a_guest_who_proves_their_address_keeps_the_conversation(ada: User, browser_of: Browser) -> None:
    booking = book_as_guest(free_shop(ada))
    deliver_marks()
    browser_of(None).post(path_for(booking, Purpose.MANAGE, "guest_messages"), {"text": "What shall I bring?"})

    joined = prove(booking=booking, now=clock.now())
    deliver_marks()

    assert joined is not None
    assert part_of(joined.person).conversation.last_number == 2
    assert not Participant.objects.filter(user=None).exists()


def test_a_builder_who_booked_as_a_guest_of_their_own_has_no_conversation(ada: User, browser_of: Browser) -> None:
    booking = book_as_guest(free_shop(ada), guest=replace(GWEN, email=ada.email))
    prove(booking=booking, now=clock.now())
    deliver_marks()

    page = reverse("bookings:messages", args=[booking.reference])
    assert browser_of(ada).post(page, {"text": "Hello me"}).status_code == 404
    assert not Message.objects.filter(sender__isnull=False).exists()


def test_a_first_message_that_is_sent_twice_is_saved_once(ada: User, cleo: User, browser_of: Browser) -> None:
    booking = book(shop(ada), cleo)
    page = reverse("bookings:messages", args=[booking.reference])
    browser = browser_of(cleo)
    key = re.findall(r'name="client_key" value="([^"]+)"', shown(browser.get(page)))[0]

    for _ in range(2):
        browser.post(page, {"text": "Hello Ada", "client_key": key})

    assert list(Message.objects.values_list("text", flat=True)) == ["Hello Ada"]


def test_the_api_shows_the_messages_of_a_booking(ada: User, cleo: User, suri: User) -> None:
    booking = book(shop(ada), cleo)
    deliver_marks()
    send(sender=part_of(cleo), text="Hello")

    answers = []
    for person in (cleo, suri):
        secret = tokens.issue(user=person, name="test")
        answer = Client().get(f"/api/bookings/{booking.pk}", headers={"Authorization": f"Bearer {secret}"})
        answers.append(answer.json()["booking"]["messages"])

    assert [message["kind"] for message in answers[0]] == ["booking", "text"]
    assert answers[0][0]["booking"]["reference"] == booking.reference
    assert answers[1] == []


def test_a_card_shows_a_booking_to_its_two_people_only(ada: User, cleo: User, suri: User) -> None:
    booking = book(shop(ada), cleo)
    guests = book_as_guest(free_shop(ada), soon() + timedelta(hours=3))

    def shown_to(person: User | None) -> set[UUID]:
        return set(cards.load([booking.pk, guests.pk], person, "/", clock.now()))

    assert shown_to(cleo) == {booking.pk}
    assert shown_to(ada) == {booking.pk, guests.pk}
    assert shown_to(suri) == set()
    assert shown_to(None) == {guests.pk}


def test_the_panel_loads_the_last_messages_only(ada: User, cleo: User, browser_of: Browser) -> None:
    booking = book(shop(ada), cleo)
    page = reverse("bookings:messages", args=[booking.reference])
    browser = browser_of(cleo)
    browser.post(page, {"text": "Line 1."})
    for number in range(2, 12):
        send(sender=part_of(cleo), text=f"Line {number}.")

    with CaptureQueriesContext(connection) as queries:
        panel = shown(browser.get(page, headers={"HX-Request": "true", "HX-Target": "messages-panel"}))

    assert re.findall(r"Line (\d+)", panel) == ["9", "10", "11"]
    assert [
        query["sql"] for query in queries if 'FROM "messaging_message"' in query["sql"] and "LIMIT 3" in query["sql"]
    ]
    assert len([query for query in queries if 'FROM "messaging_message"' in query["sql"]]) == 1
