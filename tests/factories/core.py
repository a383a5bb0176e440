"""Factories for the models of core."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from factory.declarations import LazyFunction, Sequence, SubFactory
from factory.django import DjangoModelFactory

from core import clock
from core.contact.models import ContactMessage
from core.ids import uuid7
from core.mail_log.content import MailContent, sealed
from core.models import (
    Acceptance,
    Announcement,
    Attempt,
    AuditEntry,
    AuditSeal,
    DeadAddress,
    DemandEvent,
    ExchangeRate,
    Feedback,
    Flag,
    Heartbeat,
    IdempotencyKey,
    JobRun,
    MailEvent,
    MailLogEntry,
    Maintenance,
    OutboxMessage,
    OutboxPause,
    PolicyVersion,
    SignUpPolicy,
    SitePage,
    WebhookDelivery,
)


def in_an_hour() -> object:
    return clock.now() + timedelta(hours=1)


class JobRunFactory(DjangoModelFactory[JobRun]):
    class Meta:
        model = JobRun

    job = Sequence(lambda number: f"tests.job_{number}")
    period_at = LazyFunction(clock.now)
    claimed_until = LazyFunction(in_an_hour)


class DemandEventFactory(DjangoModelFactory[DemandEvent]):
    class Meta:
        model = DemandEvent

    day = date(2026, 1, 5)
    kind = DemandEvent.Kind.SEARCH
    words = Sequence(lambda number: f"words {number}")


class HeartbeatFactory(DjangoModelFactory[Heartbeat]):
    class Meta:
        model = Heartbeat

    name = Sequence(lambda number: f"process-{number}")
    seen_at = LazyFunction(clock.now)


class AttemptFactory(DjangoModelFactory[Attempt]):
    class Meta:
        model = Attempt

    key = Sequence(lambda number: f"{number:064x}")
    count = 1
    expires_at = LazyFunction(in_an_hour)


class IdempotencyKeyFactory(DjangoModelFactory[IdempotencyKey]):
    class Meta:
        model = IdempotencyKey

    key = Sequence(lambda number: f"{number:064x}")
    request = "0" * 64
    leased_until = LazyFunction(in_an_hour)
    expires_at = LazyFunction(in_an_hour)


class ExchangeRateFactory(DjangoModelFactory[ExchangeRate]):
    """Returns the present rate if the currency has one."""

    class Meta:
        model = ExchangeRate
        django_get_or_create = ["currency"]

    currency = "ISK"
    per_dollar = Decimal(125)
    as_of = date(2026, 1, 2)


class AuditEntryFactory(DjangoModelFactory[AuditEntry]):
    class Meta:
        model = AuditEntry

    action = "tests.action"
    subject = "tests.subject"
    request_id = "tests"


class OutboxMessageFactory(DjangoModelFactory[OutboxMessage]):
    class Meta:
        model = OutboxMessage

    event = Sequence(lambda number: f"tests.event:{number}")
    channel = "mail"
    recipient = "somebody@people.test"
    payload = {"subject": "Hello", "text": "Hello."}


class MailLogEntryFactory(DjangoModelFactory[MailLogEntry]):
    """Makes an email that the mail server has taken."""

    class Meta:
        model = MailLogEntry

    message = LazyFunction(uuid7)
    kind = "booking"
    recipient = Sequence(lambda number: f"reader-{number}@people.test")
    subject = "Your session is confirmed"
    content = LazyFunction(lambda: sealed(MailContent(text="Hello.", html="<p>Hello.</p>")))
    state = MailLogEntry.State.SENT
    tries = 1
    sent_at = LazyFunction(clock.now)


class MailEventFactory(DjangoModelFactory[MailEvent]):
    class Meta:
        model = MailEvent

    entry = SubFactory(MailLogEntryFactory)
    kind = MailEvent.Kind.ACCEPTED


class DeadAddressFactory(DjangoModelFactory[DeadAddress]):
    class Meta:
        model = DeadAddress

    address = Sequence(lambda number: f"gone-{number}@people.test")
    reason = DeadAddress.Reason.BOUNCED


class WebhookDeliveryFactory(DjangoModelFactory[WebhookDelivery]):
    """Makes an accepted webhook that has not been worked off."""

    class Meta:
        model = WebhookDelivery

    source = "tests"
    key = Sequence(lambda number: f"delivery-{number}")
    headers = {"MailContent-Type": "application/json"}
    body = b"{}"
    size = 2
    verdict = WebhookDelivery.Verdict.VALID
    state = WebhookDelivery.State.WAITING
    received_at = LazyFunction(clock.now)


class OutboxPauseFactory(DjangoModelFactory[OutboxPause]):
    class Meta:
        model = OutboxPause
        django_get_or_create = ("id",)  # there is one at most

    id = 1
    reason = "Restored from waymark-2026-11-26T030000Z.backup"


class FlagFactory(DjangoModelFactory[Flag]):
    class Meta:
        model = Flag

    name = Sequence(lambda number: f"flag-{number}")


class SitePageFactory(DjangoModelFactory[SitePage]):
    class Meta:
        model = SitePage

    slug = Sequence(lambda number: f"page-{number}")
    title = "Imprint"
    text = "Who runs this site."


class ContactMessageFactory(DjangoModelFactory[ContactMessage]):
    class Meta:
        model = ContactMessage

    name = "Gwen Guest"
    email = "gwen@people.test"
    text = "My link does not work."
    created_at = LazyFunction(clock.now)


class MaintenanceFactory(DjangoModelFactory[Maintenance]):
    """Plans an hour of maintenance, which begins in an hour."""

    class Meta:
        model = Maintenance

    announced_at = LazyFunction(clock.now)
    starts_at = LazyFunction(in_an_hour)
    ends_at = LazyFunction(lambda: clock.now() + timedelta(hours=2))


class AnnouncementFactory(DjangoModelFactory[Announcement]):
    """Announces something to everybody, from now on for an hour."""

    class Meta:
        model = Announcement

    text = "Waymark speaks Portuguese from May on."
    starts_at = LazyFunction(clock.now)
    ends_at = LazyFunction(in_an_hour)


class SignUpPolicyFactory(DjangoModelFactory[SignUpPolicy]):
    class Meta:
        model = SignUpPolicy
        django_get_or_create = ("id",)  # there is one at most

    id = 1


class PolicyVersionFactory(DjangoModelFactory[PolicyVersion]):
    class Meta:
        model = PolicyVersion

    kind = PolicyVersion.Kind.TERMS
    number = Sequence(lambda number: number + 1)
    text = "Be kind."
    is_asked = True
    published_at = LazyFunction(clock.now)


class AcceptanceFactory(DjangoModelFactory[Acceptance]):
    """Records that a guest accepted the terms when booking."""

    class Meta:
        model = Acceptance

    version = SubFactory(PolicyVersionFactory)
    reference = Sequence(lambda number: f"WM-{number:06}")
    occasion = Acceptance.Occasion.BOOKING
    accepted_at = LazyFunction(clock.now)


class FeedbackFactory(DjangoModelFactory[Feedback]):
    class Meta:
        model = Feedback

    occasion = Feedback.Occasion.BOOKING
    reference = Sequence(lambda number: f"WM-{number:06}")
    was_easy = True
    created_at = LazyFunction(clock.now)


class AuditSealFactory(DjangoModelFactory[AuditSeal]):
    class Meta:
        model = AuditSeal

    number = Sequence(lambda number: number + 1)
    entry = LazyFunction(uuid7)
    at = LazyFunction(clock.now)
    salt = "0" * 32
    facts = content = digest = "0" * 64
