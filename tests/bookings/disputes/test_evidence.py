"""The evidence for a booking: what was agreed and accepted, who was there, what was written, delivered and paid."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from pypdf import PdfReader

from accounts.models import User
from bookings.conversations.delivery import open_for
from bookings.deliverables import services as deliverables
from bookings.models import Booking, Guest, Meeting
from coaching.models import SessionType
from core import clock
from messaging import services as messages
from payments.disputes.services import save_statement
from sandbox.stripe.service import StripeSandbox
from tests.bookings.cast import book, builder_of
from tests.cast import make_person
from tests.factories.bookings import MeetingFactory
from tests.payments.disputes.cast import opened, prepared
from tests.payments.stripe.captured import captured_for
from tests.payments.stripe.conftest import sandbox, server
from tests.scheduling.cast import soon

__all__ = ["sandbox", "server"]
pytestmark = pytest.mark.django_db


def text_of(evidence: Any) -> str:
    with evidence.document.open("rb") as stored:
        pages = PdfReader(io.BytesIO(stored.read())).pages
    return " ".join("\n".join(page.extract_text() for page in pages).split())


def test_everything_that_is_known_is_in_the_document(
    sandbox: StripeSandbox, done: Booking, cleo: User, ada: User, media_folder: Path
) -> None:
    meeting = MeetingFactory.create(
        builder=ada, state=Meeting.State.MADE, external_id="1", join_url="https://zoom.test/1",
        started_at=clock.now(), people={"1": {"name": "Cleo Park", "joined": "2026-05-03T10:01:00+00:00"}},
    )  # fmt: skip
    Booking.objects.filter(pk=done.pk).update(tiers=[[24, 0], [0, 50]], meeting=meeting)
    messages.send(sender=open_for(done), text="Thank you, that was great")
    deliverables.add(booking=done, by=builder_of(done), title="The mix", file=ContentFile(b"%PDF-1.4", name="mix.pdf"))
    dispute = opened(sandbox, captured_for(sandbox, done))
    save_statement(dispute=dispute, statement="We worked for an hour.", by=ada)

    text = text_of(prepared(dispute))

    for expected in (
        done.reference, "Cancelling later costs 50%.", "The client was shown these terms, and accepted them, on",
        "Cleo Park joined at 3 May 2026, 10:01 UTC", "Thank you, that was great", "The mix (mix.pdf)",
        "90.00 USD was paid with visa 4242", "Nothing was given back.", "We worked for an hour.", "Completed",
    ):  # fmt: skip
        assert expected in text


def test_the_texts_go_into_the_fields_of_stripe(sandbox: StripeSandbox, done: Booking, cleo: User) -> None:
    dispute = opened(sandbox, captured_for(sandbox, done))

    texts = prepared(dispute).texts

    assert texts["customer_name"] == "Cleo Park"
    assert texts["customer_email_address"] == cleo.email
    assert texts["service_date"] == f"{done.starts_at:%Y-%m-%d}"
    assert "No record" in texts["access_activity_log"]


def test_deleted_messages_and_those_of_others_stay_out(
    sandbox: StripeSandbox, hour: SessionType, done: Booking, cleo: User
) -> None:
    mine = open_for(done)
    messages.delete(message=messages.send(sender=mine, text="I deleted this").message, by=mine)
    messages.send(sender=open_for(book(hour, make_person("Sam Lee"), soon(11))), text="From somebody else")
    dispute = opened(sandbox, captured_for(sandbox, done))

    text = text_of(prepared(dispute))

    assert "I deleted this" not in text
    assert "From somebody else" not in text


def test_a_guest_and_names_in_any_alphabet_are_no_obstacle(sandbox: StripeSandbox, done: Booking, cleo: User) -> None:
    payment = captured_for(sandbox, done)
    guest = Guest.objects.create(name="漢字 太郎 😀", email="gwen@guests.test")
    Booking.objects.filter(pk=done.pk).update(client=None, guest=guest)
    payment.payer = None
    payment.save()

    evidence = prepared(opened(sandbox, payment))

    assert evidence.texts["customer_name"] == "漢字 太郎 😀"
    assert evidence.size < 500_000
