"""The agenda that both sides of a confirmed session write."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F
from django.test import Client

from accounts.models import Notification, User
from accounts.personal_data import erasure
from bookings.agreement.signed_links import Purpose, path_for
from bookings.agreement.transitions import Actor
from bookings.models import Booking, Preparation
from bookings.preparation import services
from bookings.preparation.refusals import PreparationRefusal
from bookings.preparation.rules import LONGEST, MOST_LINES, blocks_of
from bookings.states import Side
from coaching.models import SessionType
from core.errors import Refusal, Refused
from core.models import OutboxMessage
from tests.bookings.cast import book, book_as_guest, builder_of, client_of, confirmed, finished, free_shop
from tests.cast import make_person
from tests.scheduling.cast import soon

pytestmark = pytest.mark.django_db


@pytest.fixture
def session(hour: SessionType, cleo: User) -> Booking:
    return confirmed(hour, cleo)


@pytest.fixture
def cleos(browser_of: Any, cleo: User) -> Client:
    browser: Client = browser_of(cleo)
    return browser


def address(booking: Booking) -> str:
    return f"{booking.get_absolute_url()}agenda/"


def agenda_of(booking: Booking) -> str:
    return Preparation.objects.get(booking=booking).agenda


def test_what_the_client_writes_is_read_and_continued_by_the_builder(
    session: Booking, cleos: Client, adas: Client
) -> None:
    answer = cleos.post(address(session), {"agenda": "- The first screen\r\n- Prices", "version": "0"})

    assert answer["Location"] == f"{session.get_absolute_url()}#agenda"
    seen = adas.get(session.get_absolute_url()).content.decode()
    assert re.search(r"<li>\s*The first screen\s*</li>", seen)
    assert "Changed by Cleo Park just now" in seen
    form = adas.get(address(session)).content.decode()
    assert "- The first screen\n- Prices</textarea>" in form
    assert 'name="version" value="1"' in form

    adas.post(address(session), {"agenda": "- The first screen\n- Prices\n- Launch", "version": "1"})

    assert agenda_of(session) == "- The first screen\n- Prices\n- Launch"
    assert "Changed by you" in adas.get(session.get_absolute_url()).content.decode()


def test_the_other_side_is_notified_at_most_once_an_hour(
    session: Booking, cleos: Client, adas: Client, ada: User, cleo: User
) -> None:
    mine = {"event__startswith": f"agenda:{session.pk}:"}
    cleos.post(address(session), {"agenda": "Prices", "version": "0"})
    cleos.post(address(session), {"agenda": "Prices and launch", "version": "1"})

    notification = Notification.objects.get(person=ada, **mine)
    assert notification.title == "Cleo Park has edited the agenda of your session"
    assert notification.url == f"{session.get_absolute_url()}#agenda"
    assert OutboxMessage.objects.get(channel="mail", **mine).recipient == ada.email
    assert not Notification.objects.filter(person=cleo, **mine).exists()

    Notification.objects.update(created_at=F("created_at") - timedelta(minutes=61))
    OutboxMessage.objects.update(created_at=F("created_at") - timedelta(minutes=61))
    Notification.objects.filter(**mine).update(event="agenda:before")  # within the same second in this test
    OutboxMessage.objects.filter(**mine).update(event="agenda:before")
    cleos.post(address(session), {"agenda": "Launch", "version": "2"})

    assert Notification.objects.filter(person=ada, **mine).count() == 1
    assert OutboxMessage.objects.filter(channel="mail", **mine).count() == 1


def test_who_wants_no_mails_is_notified_in_waymark_only(session: Booking, cleos: Client, ada: User) -> None:
    User.objects.filter(pk=ada.pk).update(wants_mail=False)

    cleos.post(address(session), {"agenda": "Prices", "version": "0"})
    cleos.post(address(session), {"agenda": "Launch", "version": "1"})

    assert Notification.objects.filter(person=ada, event__startswith="agenda:").count() == 1
    assert not OutboxMessage.objects.filter(channel="mail", event__startswith="agenda:").exists()


def test_a_lost_update_shows_both_texts_and_overwrites_nothing(session: Booking, cleos: Client, adas: Client) -> None:
    adas.post(address(session), {"agenda": "What Ada wrote", "version": "0"})

    answer = cleos.post(address(session), {"agenda": "What Cleo wrote", "version": "0"})

    seen = answer.content.decode()
    assert answer.status_code == 409
    assert "Ada Moreno changed the agenda while you were writing." in seen
    assert "What Ada wrote</pre>" in seen
    assert "What Cleo wrote</textarea>" in seen
    assert agenda_of(session) == "What Ada wrote"

    cleos.post(address(session), {"agenda": "What both wrote", "version": "1"})
    assert agenda_of(session) == "What both wrote"


def test_an_open_form_hears_of_a_newer_text(session: Booking, cleos: Client) -> None:
    htmx = {"HX-Request": "true", "HX-Target": "newer"}
    assert "changed the agenda" not in cleos.get(f"{address(session)}?version=0", headers=htmx).content.decode()

    services.save_agenda(booking=session, by=builder_of(session), text="Prices", version=0)

    part = cleos.get(f"{address(session)}?version=0", headers=htmx).content.decode()
    assert "Ada Moreno changed the agenda just now" in part
    assert "version=0" in part, "it still asks for the version that the form was opened with"
    assert "<textarea" not in part


def test_the_same_text_sent_twice_is_no_lost_update(session: Booking) -> None:
    for _ in range(2):
        services.save_agenda(booking=session, by=client_of(session), text="Prices", version=0)

    assert Preparation.objects.get(booking=session).agenda_version == 1


def test_a_guest_edits_the_agenda_by_their_link(ada: User, adas: Client) -> None:
    booking = book_as_guest(free_shop(ada, needs_proof=False))
    link = path_for(booking, Purpose.MANAGE, "guest_agenda")
    visitor = Client()

    answer = visitor.post(link, {"agenda": "Where do I begin?", "version": "0"})

    assert answer["Location"] == f"{path_for(booking, Purpose.MANAGE)}#agenda"
    assert "Where do I begin?" in visitor.get(path_for(booking, Purpose.MANAGE)).content.decode()
    assert "Changed by Gwen Guest" in adas.get(booking.get_absolute_url()).content.decode()


def test_strangers_and_support_do_not_write_it(session: Booking, suri: User, browser_of: Any) -> None:
    posted = {"agenda": "Mine", "version": "0"}
    assert browser_of(make_person("Sam Lee")).post(address(session), posted).status_code == 404
    assert browser_of(suri).post(address(session), posted).status_code == 302

    assert not Preparation.objects.exists()


def test_a_request_and_a_session_that_is_over_have_no_agenda_to_edit(hour: SessionType, cleo: User) -> None:
    for booking in (book(hour, cleo), finished(hour, make_person("Sam Lee"), soon(12))):
        with pytest.raises(Refused) as refused:
            services.save_agenda(booking=booking, by=client_of(booking), text="Prices", version=0)
        assert refused.value.refusal == PreparationRefusal.AGENDA_CLOSED


def test_the_agenda_stays_readable_after_the_session(hour: SessionType, cleo: User, cleos: Client) -> None:
    booking = finished(hour, cleo)
    Preparation.objects.create(
        booking=booking,
        agenda="Prices",
        agenda_version=1,
        agenda_changed_at=booking.created_at,
        agenda_changed_by="client",
    )

    seen = cleos.get(booking.get_absolute_url()).content.decode()

    assert re.search(r"<p>\s*Prices\s*</p>", seen)
    assert "Edit agenda" not in seen
    assert cleos.get(address(booking))["Location"] == booking.get_absolute_url()


@pytest.mark.parametrize("text", ["x" * (LONGEST + 1), "\n".join("x" * (MOST_LINES + 1))])
def test_an_agenda_has_a_limit(session: Booking, text: str, cleos: Client) -> None:
    with pytest.raises(Refused) as refused:
        services.save_agenda(booking=session, by=client_of(session), text=text, version=0)
    assert refused.value.refusal == Refusal.INVALID

    answer = cleos.post(address(session), {"agenda": text, "version": "0"})
    assert answer.status_code == 422
    assert "An agenda can have" in answer.content.decode()


def test_lines_become_paragraphs_and_bullet_points() -> None:
    blocks = blocks_of("First\nsecond\n\nThird\n- one\n* two\n• three\nLast")

    assert [(block.kind, block.lines) for block in blocks] == [
        ("text", ["First", "second"]),
        ("text", ["Third"]),
        ("list", ["one", "two", "three"]),
        ("text", ["Last"]),
    ]


def test_markup_in_an_agenda_is_text(session: Booking, cleos: Client) -> None:
    services.save_agenda(booking=session, by=client_of(session), text="- <script>alert(1)</script>", version=0)

    assert "&lt;script&gt;alert(1)" in cleos.get(session.get_absolute_url()).content.decode()


def test_erasing_a_person_deletes_their_agendas(session: Booking, cleo: User) -> None:
    services.save_agenda(booking=session, by=client_of(session), text="My private matter", version=0)

    erasure.erase(user=cleo)

    assert not Preparation.objects.exists()


def test_the_builder_ticks_a_checklist_that_the_client_does_not_see(
    session: Booking, adas: Client, cleos: Client
) -> None:
    seen = adas.get(session.get_absolute_url()).content.decode()
    assert "Read your notes on Cleo Park" in seen
    assert "Set the link" in seen
    assert 'id="prepare"' not in cleos.get(session.get_absolute_url()).content.decode()

    adas.post(f"{session.get_absolute_url()}checklist/", {"checked": ["notes"]})

    assert Preparation.objects.get(booking=session).checked == ["notes"]
    ticked = adas.get(session.get_absolute_url()).content.decode()
    assert re.search(r'value="notes"\s+data-auto-submit\s+checked', ticked)


def test_only_the_builder_ticks_the_checklist(session: Booking, cleos: Client, adas: Client) -> None:
    checklist = f"{session.get_absolute_url()}checklist/"
    assert cleos.post(checklist, {"checked": ["notes"]}).status_code == 404
    assert adas.post(checklist, {"checked": ["nonsense"]}).status_code == 404
    with pytest.raises(Refused):
        services.save_checks(booking=session, by=Actor(Side.CLIENT, session.client), checked=["notes"])

    assert not Preparation.objects.exists()
