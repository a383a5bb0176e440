"""What waits on the front page: each kind appears, goes, and is shown to the roles that deal with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from accounts import applications
from accounts.members import services as members
from accounts.models import BuilderApplication, User
from accounts.roles import STAFF, Role
from bookings.agreement.transitions import Actor
from bookings.disputes import no_shows
from bookings.disputes import services as disputes
from bookings.models import Booking
from bookings.reviews import services as reviews
from bookings.states import Side, State
from connections.models import Connection, LinkedAccount
from core import clock, outbox
from core.contact import services as contact
from core.mail import send_again
from core.mail_log.services import release
from core.models import WebhookDelivery
from core.waiting import MOST_COUNTED, WaitingRows, waiting_checks, waiting_for
from marketplace import portfolio
from marketplace import services as moderation
from marketplace.models import Moderation
from messaging import reports
from messaging.models import MessageReport
from payments.models import ProviderCheck, ProviderTransaction, Transfer
from payments.states import RefundStatus
from payments.stripe import differences
from tests.cast import make_builder_person
from tests.factories.accounts import BuilderApplicationFactory, MemberDuplicateFactory
from tests.factories.bookings import BookingFactory, ReviewFactory
from tests.factories.connections import ConnectionFactory, LinkedAccountFactory, WebhookEndpointFactory
from tests.factories.core import (
    ContactMessageFactory,
    DeadAddressFactory,
    MailLogEntryFactory,
    OutboxMessageFactory,
    WebhookDeliveryFactory,
)
from tests.factories.marketplace import ModerationFactory, PortfolioAssetFactory
from tests.factories.messaging import MessageFactory, MessageReportFactory, ParticipantFactory
from tests.factories.payments import PaymentDisputeFactory, ProviderTransactionFactory, RefundFactory, TransferFactory

pytestmark = pytest.mark.django_db

Kind = tuple[Callable[[], Any], Callable[[Any, User], object]]


def finished_booking(**values: Any) -> Booking:
    """Makes a booking that ended an hour ago."""
    ended_at = clock.now() - timedelta(hours=1)
    return BookingFactory.create(starts_at=ended_at - timedelta(hours=1), ends_at=ended_at, **values)


def disputed() -> Booking:
    booking = finished_booking(state=State.IN_PROGRESS)
    return disputes.open_(booking=booking, by=Actor(Side.CLIENT, booking.client), reason="Nobody came.")


def contested() -> Booking:
    booking = finished_booking(state=State.IN_PROGRESS)
    reported = no_shows.say(booking=booking, by=Actor(Side.BUILDER, booking.builder))
    return no_shows.contest(booking=reported, by=Actor(Side.CLIENT, booking.client), reason="I was there.")


def begins_soon() -> Booking:
    starts_at = clock.now() + timedelta(minutes=40)
    return BookingFactory.create(starts_at=starts_at, ends_at=starts_at + timedelta(hours=1))


def asks_for_verification() -> Moderation:
    builder = make_builder_person("Nils Berg")
    return ModerationFactory.create(builder=builder.builder_profile, asked_at=clock.now())


def reported() -> MessageReport:
    message = MessageFactory.create()
    reporter = ParticipantFactory.create(conversation=message.conversation)
    return MessageReportFactory.create(message=message, reporter=reporter)


def differing() -> ProviderCheck:
    ProviderTransactionFactory.create(id="txn_unknown")
    differences.report(clock.now())
    return ProviderCheck.objects.get(name=ProviderCheck.Name.LEDGER)


def compared_again(check: ProviderCheck, by: User) -> None:
    ProviderTransaction.objects.all().delete()
    differences.report(clock.now())


def saved(**values: Any) -> Callable[[Any, User], object]:
    """Returns what changes these columns of the row, as a service does once the cause is gone."""
    return lambda row, by: type(row).objects.filter(pk=row.pk).update(**values)


def decide(row: BuilderApplication, by: User) -> object:
    return applications.decide(application=row, by=by, granted=True, reason="Good work.")


def settle(booking: Booking, by: User) -> object:
    actor = Actor(Side.SUPPORT, by)
    return disputes.resolve(booking=booking, by=actor, outcome=State.COMPLETED, reason="It took place.")


KINDS: dict[str, Kind] = {
    "applications": (BuilderApplicationFactory.create, decide),
    "verification": (
        asks_for_verification,
        lambda row, by: moderation.verify(profile=row.builder, by=by, is_verified=True),
    ),
    "links": (begins_soon, saved(meeting_url="https://meet.example/1")),
    "disputes": (disputed, settle),
    "bank_disputes": (PaymentDisputeFactory.create, saved(status="won")),
    "refunds": (
        lambda: RefundFactory.create(status=RefundStatus.FAILED, problem="The card was closed."),
        lambda row, by: RefundFactory.create(retry_of=row, payment=row.payment),
    ),
    "payouts": (
        lambda: TransferFactory.create(state=Transfer.State.PAYABLE, amount=Decimal(50), problem="Refused."),
        saved(problem=""),
    ),
    "reconciliation": (differing, compared_again),
    "no_shows": (
        contested,
        lambda row, by: no_shows.uphold(booking=row, by=Actor(Side.SUPPORT, by), reason="The call shows it."),
    ),
    "reviews": (
        lambda: ReviewFactory.create(published_at=clock.now(), reported_at=clock.now(), report="Rude."),
        lambda row, by: reviews.moderate(review=row, by=by, is_hidden=True, reason="It is rude."),
    ),
    "conversations": (
        reported,
        lambda row, by: reports.settle(saved=row, by=by, outcome=MessageReport.Outcome.NOTHING),
    ),
    "portfolio": (PortfolioAssetFactory.create, lambda row, by: portfolio.pass_review(piece=row, by=by)),
    "contact": (
        ContactMessageFactory.create,
        lambda row, by: contact.answer(message=row, by=by, text="It is paid back tomorrow."),
    ),
    "mail": (
        lambda: MailLogEntryFactory.create(state="failed", last_response="550"),
        lambda row, by: send_again(entry=row, by=by),
    ),
    "dead_addresses": (DeadAddressFactory.create, lambda row, by: release(address=row.address, by=by)),
    "work": (
        lambda: OutboxMessageFactory.create(state="dead", channel="zoom", last_error="gone"),
        lambda row, by: outbox.retry(row),
    ),
    "calendars": (
        lambda: ConnectionFactory.create(state=Connection.State.FAILING, error="It answers 403."),
        saved(state=Connection.State.GOOD),
    ),
    "accounts": (
        lambda: LinkedAccountFactory.create(state=LinkedAccount.State.BROKEN, broken_at=clock.now()),
        saved(state=LinkedAccount.State.GOOD, broken_at=None),
    ),
    "webhooks_out": (
        lambda: WebhookEndpointFactory.create(failing_since=clock.now(), error="Status 500"),
        saved(failing_since=None),
    ),
    "duplicates": (MemberDuplicateFactory.create, lambda row, by: members.dismiss(duplicate=row, by=by)),
    "webhooks_in": (
        lambda: WebhookDeliveryFactory.create(state=WebhookDelivery.State.FAILED, error="No such booking."),
        saved(state=WebhookDelivery.State.DONE),
    ),
}


def waiting(name: str) -> WaitingRows:
    return {check.name: rows for check, rows in waiting_for(list(Role), clock.now())}[name]


@pytest.mark.parametrize("name", KINDS)
def test_each_kind_appears_in_one_query_with_its_pages_and_goes(
    name: str, alex: User, browser_of: Callable[[User | None], Client], django_assert_num_queries: Any
) -> None:
    make, end = KINDS[name]
    check = {check.name: check for check in waiting_checks()}[name]
    assert waiting(name).count == 0
    row, now = make(), clock.now()

    with django_assert_num_queries(1):
        rows = check.read(now)

    assert (rows.count, len(rows.rows)) == (1, 1)
    assert rows.rows[0].text
    browser = browser_of(alex)
    assert [browser.get(url).status_code for url in (check.url(), rows.rows[0].url)] == [200, 200]
    end(row, alex)
    assert waiting(name).count == 0


def test_every_kind_has_a_test() -> None:
    assert {check.name for check in waiting_checks()} == set(KINDS)


def test_only_admins_see_what_they_alone_may_do() -> None:
    roles = {check.name: check.roles for check in waiting_checks() if check.name in KINDS}

    admins_only = {name for name, allowed in roles.items() if allowed == {Role.ADMIN}}

    assert admins_only == {"applications", "duplicates", "payouts", "reconciliation", "work", "webhooks_in"}
    assert all(allowed == STAFF for name, allowed in roles.items() if name not in admins_only)


def test_disputes_have_a_deadline_and_many_rows_are_counted_up_to_a_hundred(django_assert_num_queries: Any) -> None:
    disputed()
    MailLogEntryFactory.create_batch(MOST_COUNTED + 2, state="failed")

    [dispute] = waiting("disputes").rows
    mail = waiting("mail")

    assert dispute.due_at is not None
    assert dispute.since is not None
    assert dispute.due_at - dispute.since == timedelta(days=7)
    assert (mail.shown_count, len(mail.rows)) == ("100+", 5)
