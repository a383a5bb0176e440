"""No-shows and disputes."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import Notification, User
from bookings.agreement.transitions import Actor
from bookings.disputes import no_shows
from bookings.disputes import services as disputes
from bookings.models import Booking, Statement
from bookings.states import Side, State
from coaching.models import SessionType
from core.errors import Refusal
from tests.bookings.cast import builder_of, client_of, confirmed, state_of
from tests.cast import make_person
from tests.files import received
from tests.pictures import PLACE, picture
from tests.reading import visible_text
from tests.scheduling.cast import refused

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7 and so on"


def url(name: str, booking: Booking, *more: Any) -> str:
    return reverse(f"bookings:{name}", args=[booking.reference, *more])


def test_a_no_show_is_reported_contested_and_withdrawn(done: Booking, suri: User) -> None:
    said = no_shows.say(booking=done, by=builder_of(done))
    assert (said.no_show_by, said.state) == ("client", State.COMPLETED)
    assert refused(lambda: no_shows.say(booking=done, by=client_of(done))).refusal == Refusal.INVALID_TRANSITION
    no_shows.contest(booking=done, by=client_of(done), reason="I waited in the call.")
    assert Notification.objects.filter(person=suri, title__contains=done.reference).exists()

    cleared = no_shows.excuse(booking=done, by=Actor(Side.SUPPORT, suri))

    assert (cleared.no_show_by, cleared.contested_at) == ("", None)
    assert [event.verb for event in done.events.all()][-3:] == ["no_show", "contest", "excuse"]


def test_both_sides_report_and_contest_a_no_show_on_the_page(done: Booking, cleo: User, browser_of: Callable[[User | None], Client]) -> None:  # fmt: skip
    adas, cleos = browser_of(done.builder), browser_of(cleo)
    adas.post(url("no_show", done), {"reason": ""})
    assert "says that you did not come" in visible_text(cleos.get(done.get_absolute_url()))
    assert cleos.post(url("no_show", done), {"reason": ""}).status_code == 422
    cleos.post(url("no_show", done), {"reason": "I was there."})
    assert "This is contested" in visible_text(adas.get(done.get_absolute_url()))
    adas.post(url("no_show", done), {})
    assert Booking.objects.get().no_show_by == ""


def test_a_dispute_is_opened_discussed_and_resolved_on_the_page(
    done: Booking, cleo: User, suri: User, media_folder: Path, browser_of: Callable[[User | None], Client]
) -> None:
    cleos, adas, suris = browser_of(cleo), browser_of(done.builder), browser_of(suri)
    page = url("dispute", done)

    assert cleos.post(page, {"text": ""}).status_code == 422
    cleos.post(page, {"text": "It was cut short.", "file": SimpleUploadedFile("proof.pdf", PDF)})
    adas.post(page, {"text": "The line broke."})

    assert state_of(done) == State.DISPUTED
    shown = visible_text(suris.get(page))
    assert "It was cut short." in shown
    assert "The line broke." in shown
    proof = Statement.objects.exclude(file="").get()
    assert received(suris.get(url("evidence", done, proof.pk)))
    assert browser_of(make_person("Sam Lee")).get(url("evidence", done, proof.pk)).status_code == 404
    assert adas.post(page, {"act": "resolve", "outcome": "COMPLETED", "reason": "I say so."}).status_code == 403
    assert suris.post(page, {"act": "resolve", "outcome": "CANCELLED", "reason": ""}).status_code == 422
    suris.post(page, {"act": "resolve", "outcome": "CANCELLED", "reason": "Half of it did not take place."})

    assert state_of(done) == State.CANCELLED
    assert "Half of it did not take place." in visible_text(cleos.get(page))
    assert refused(lambda: disputes.add(booking=done, by=client_of(done), text="But")).refusal == Refusal.INVALID_TRANSITION  # fmt: skip


def test_a_booking_without_a_dispute_has_no_dispute_page(
    hour: SessionType, cleo: User, browser_of: Callable[[User | None], Client]
) -> None:
    assert browser_of(cleo).get(url("dispute", confirmed(hour, cleo))).status_code == 404


def test_a_picture_as_evidence_is_stored_under_a_random_name_without_the_place_where_it_was_taken(
    done: Booking, media_folder: Path, cleo: User, browser_of: Callable[[User | None], Client]
) -> None:
    file = SimpleUploadedFile("my street.png", picture("PNG"))

    browser_of(cleo).post(url("dispute", done), {"text": "Nobody came.", "file": file})

    statement = Statement.objects.get()
    assert statement.name == "my street.png"
    assert re.fullmatch(r"evidence/[\w-]{22}\.png", str(statement.file.name))
    assert PLACE not in statement.file.read()
