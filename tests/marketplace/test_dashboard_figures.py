"""What the dashboard says about pathways, stuck clients, money, and what needs attention."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import BuilderProfile, User
from bookings.agreement import services
from bookings.billing import services as billing
from bookings.models import Booking
from bookings.pathway_figures import bookings_by_pathway, total_of
from coaching.models import SessionType
from connections.models import Connection
from core import clock
from core.money import Money
from pathways.models import Enrolment, Pathway
from pathways.progress import enrolments
from payments.models import Payment, Transfer
from payments.queries import received_by
from payments.refunds import refund
from payments.states import Method
from tests.bookings.cast import book, builder_of, confirmed, finished, shop
from tests.cast import make_builder_person, make_person
from tests.factories.connections import ConnectionFactory
from tests.factories.payments import ProviderAccountFactory, TransferFactory
from tests.reading import visible_text
from tests.scheduling.cast import soon

pytestmark = pytest.mark.django_db


@pytest.fixture
def hour(ada: User) -> SessionType:
    return shop(ada)


@pytest.fixture
def play() -> Pathway:
    return Pathway.objects.get(slug="play")


def page(client: Client) -> str:
    return client.get("/dashboard/").content.decode()


def on_pathway(booking: Booking, pathway: Pathway) -> Booking:
    Booking.objects.filter(pk=booking.pk).update(pathway=pathway)
    return booking


def test_bookings_are_counted_and_added_up_by_pathway(ada: User, hour: SessionType, cleo: User, play: Pathway) -> None:
    on_pathway(finished(hour, cleo, soon(9)), play)
    on_pathway(confirmed(hour, cleo, soon(11)), play)
    finished(hour, cleo, soon(13))
    gone = on_pathway(confirmed(hour, cleo, soon(15)), play)
    services.cancel(booking=gone, by=builder_of(gone))

    rows = bookings_by_pathway(ada, clock.now())

    assert [(row.name, row.count, row.ahead, row.completed) for row in rows] == [
        (play.name, 2, 1, 1),
        ("No pathway", 1, 0, 1),
    ]
    assert [row.earned for row in rows] == [[Money(Decimal("90.00"), "USD")]] * 2
    total = total_of(rows)
    assert (total.count, total.earned) == (3, [Money(Decimal("180.00"), "USD")])


def test_the_dashboard_leads_from_a_pathway_to_its_bookings(
    adas: Client, hour: SessionType, cleo: User, play: Pathway
) -> None:
    booking = on_pathway(confirmed(hour, cleo), play)
    assert "/dashboard/bookings/?show=all&amp;pathway=play" in page(adas)
    assert booking.reference in adas.get("/dashboard/bookings/?show=all&pathway=play").content.decode()


def test_each_row_names_its_pathway(adas: Client, hour: SessionType, cleo: User, play: Pathway) -> None:
    on_pathway(book(hour, cleo, soon(9)), play)
    on_pathway(confirmed(hour, cleo, soon(11)), play)

    for part in ("summary", "week"):
        seen = visible_text(adas.get("/dashboard/", headers={"HX-Request": "true", "HX-Target": part}))
        assert seen.count(play.name) == 2, part


def test_clients_without_a_step_for_two_weeks_are_named(adas: Client, ada: User, cleo: User, play: Pathway) -> None:
    enrolments.enrol(client=cleo, pathway=play, builder=ada)
    finished(shop(ada), cleo)
    assert "Everybody has made progress" in visible_text(adas.get("/dashboard/"))

    Enrolment.objects.update(created_at=clock.now() - timedelta(days=20))

    seen = visible_text(adas.get("/dashboard/"))
    assert "Stuck clients" in seen
    assert "Cleo Park 20 days" in seen


def receive(booking: Booking, amount: str) -> Payment:
    return billing.record_receipt(
        booking=booking, by=builder_of(booking), amount=Decimal(amount), method=Method.CASH,
        received_on=timezone.now().date(), note="", key=booking.pk,
    )  # fmt: skip


def test_money_of_this_month_is_what_came_in_less_what_was_given_back(
    adas: Client, ada: User, hour: SessionType, cleo: User
) -> None:
    payment = receive(finished(hour, cleo, soon(9)), "90.00")
    refund(payment=payment, amount=Decimal("20.00"), reason="It ended early.", key=ada.pk, by=ada)

    now = clock.now()
    before = now - timedelta(days=400)
    assert received_by(ada.pk, (before, now - timedelta(days=200), now + timedelta(seconds=1))) == [
        {},
        {"USD": Money(Decimal("70.00"), "USD")},
    ]
    assert "$70.00" in visible_text(adas.get("/dashboard/"))


def test_a_request_that_ends_soon_leads_to_its_answer(adas: Client, hour: SessionType, cleo: User) -> None:
    booking = book(hour, cleo)
    assert "will expire" not in visible_text(adas.get("/dashboard/"))

    Booking.objects.update(answer_by=clock.now() + timedelta(hours=3))

    seen = page(adas)
    assert "The request from Cleo Park will expire on" in seen
    assert f'<a href="{booking.get_absolute_url()}">Answer</a>' in seen


def test_sessions_without_a_link_lead_to_where_it_is_set(
    adas: Client, ada: User, hour: SessionType, cleo: User
) -> None:
    booking = confirmed(hour, cleo, soon(9))
    assert f'<a href="{booking.get_absolute_url()}link/">Set the link</a>' in page(adas)

    confirmed(hour, cleo, soon(11))
    assert "2 sessions have no meeting link yet" in visible_text(adas.get("/dashboard/"))

    BuilderProfile.objects.update(meeting_url="https://meet.example.com/ada")
    assert "no meeting link yet" not in visible_text(adas.get("/dashboard/"))


def test_a_calendar_that_cannot_be_read_leads_to_its_page(adas: Client, ada: User) -> None:
    calendar = ConnectionFactory.create(owner=ada, name="Family", read_at=datetime(2026, 11, 1, tzinfo=UTC))
    assert "Needs attention" not in visible_text(adas.get("/dashboard/"))

    Connection.objects.update(state=Connection.State.FAILING)

    seen = page(adas)
    assert "“Family” cannot be read" in seen
    assert f'<a href="{calendar.get_absolute_url()}">Check the calendar</a>' in seen


def test_a_payout_that_waits_leads_to_the_account(adas: Client, ada: User) -> None:
    transfer = TransferFactory.create(payment__payee=ada)
    assert "Needs attention" not in page(adas)

    Transfer.objects.update(due_at=clock.now() - timedelta(hours=1))
    seen = page(adas)
    assert "A payout waits for your payout account" in seen
    assert '<a href="/dashboard/payouts/">Set it up</a>' in seen

    ProviderAccountFactory.create(owner=ada)
    assert "A payout waits" not in page(adas)
    Transfer.objects.filter(pk=transfer.pk).update(problem="The bank account was closed.")
    assert "A payout could not be sent: The bank account was closed." in page(adas)


def test_nothing_of_another_builder_needs_attention(browser_of: Any, hour: SessionType, cleo: User) -> None:
    confirmed(hour, cleo)
    book(hour, make_person("Sam Lee"), soon(11))
    Booking.objects.filter(state="PENDING").update(answer_by=clock.now() + timedelta(hours=3))

    seen = visible_text(browser_of(make_builder_person("Ben Other")).get("/dashboard/"))

    assert "Needs attention" not in seen
    assert "Bookings by pathway" not in seen
