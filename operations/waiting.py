"""What waits for staff in the tables of `core`, which knows no roles: mail, other work of the outbox, incoming webhooks."""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import quote

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse

from accounts.roles import STAFF, Role
from accounts.staff_pages import list_page, row_page
from bookings.agreement.notifications import CHANNEL as BOOKINGS
from bookings.agreement.notifications import REMINDERS, WAITING
from bookings.billing.checkout.follow_up import ASKING
from bookings.meetings.notifications import CHANNEL as MEETINGS
from core.contact.models import ContactMessage
from core.mail import CHANNEL as MAIL
from core.models import DeadAddress, MailLogEntry, OutboxMessage, WebhookDelivery
from core.waiting import WaitingCheck, WaitingRow
from messaging.notifications import CHANNEL as MESSAGES

MAIL_CHANNELS = (MAIL, BOOKINGS, REMINDERS, WAITING, MEETINGS, ASKING, MESSAGES)
GIVEN_UP = OutboxMessage.State.DEAD
MARKED_LATELY = timedelta(days=14)  # after which nobody has to look at an address any more


def failed_mail(now: datetime) -> QuerySet[MailLogEntry]:
    """Returns the emails that were given up, the oldest first."""
    rows = MailLogEntry.objects.filter(state=MailLogEntry.State.FAILED).defer("content")
    return rows.order_by("id")


def _email(row: MailLogEntry) -> WaitingRow:
    page = reverse("operations:mail_message", args=[row.pk])
    return WaitingRow(f"{row.recipient}: {row.last_response}", page, row.created_at)


def dead_addresses(now: datetime) -> QuerySet[DeadAddress]:
    """Returns the addresses that were marked in the last two weeks, since when they are not mailed."""
    rows = DeadAddress.objects.dead().filter(marked_at__gt=now - MARKED_LATELY)
    return rows.order_by("marked_at", "id")


def _address(row: DeadAddress) -> WaitingRow:
    page = f"{reverse('operations:mail')}?address={quote(row.address)}"
    return WaitingRow(f"{row.address}: {row.detail or row.get_reason_display()}", page, row.marked_at)


def failed_work(now: datetime) -> QuerySet[OutboxMessage]:
    """Returns the other work of the outbox that was given up, such as a meeting that could not be made, or an email that
    could not be written."""
    is_logged = Exists(MailLogEntry.objects.filter(message=OuterRef("pk")))
    rows = OutboxMessage.objects.filter(~is_logged, state=GIVEN_UP).defer("payload")
    return rows.order_by("created_at", "id")


def _message(row: OutboxMessage) -> WaitingRow:
    recipient = row.recipient if "@" in row.recipient else row.channel
    return WaitingRow(f"{recipient}: {row.last_error}", row_page("core_outboxmessage", row.pk), row.created_at)


def failed_webhooks(now: datetime) -> QuerySet[WebhookDelivery]:
    """Returns the webhooks of outside services that could not be worked on, the oldest first."""
    rows = WebhookDelivery.objects.filter(state=WebhookDelivery.State.FAILED).defer("body", "headers")
    return rows.order_by("received_at", "id")


def _webhook(row: WebhookDelivery) -> WaitingRow:
    return WaitingRow(f"{row.source}: {row.error}", row_page("core_webhookdelivery", row.pk), row.received_at)


def contact_messages(now: datetime) -> QuerySet[ContactMessage]:
    """Returns the messages from the contact page that nobody has answered, the oldest first."""
    return ContactMessage.objects.filter(answered_at__isnull=True).order_by("created_at", "id")


def _contact(row: ContactMessage) -> WaitingRow:
    page = reverse("operations:contact_message", args=[row.pk])
    return WaitingRow(f"{row.name}: {row.text[:80]}", page, row.created_at)


CHECKS = (
    WaitingCheck(
        name="contact",
        label="Messages to support",
        icon="mail",
        roles=STAFF,
        action="Answer them",
        url=lambda: reverse("operations:contact"),
        rows=contact_messages,
        row=_contact,
        position=25,
    ),
    WaitingCheck(
        name="mail",
        label="Emails that could not be sent",
        icon="mail",
        roles=STAFF,
        action="Look at them",
        url=lambda: f"{reverse('operations:mail')}?state=failed",
        rows=failed_mail,
        row=_email,
        position=90,
    ),
    WaitingCheck(
        name="dead_addresses",
        label="Addresses that take no mail",
        icon="mail",
        roles=STAFF,
        action="Look at them",
        url=lambda: reverse("operations:dead_addresses"),
        rows=dead_addresses,
        row=_address,
        position=95,
    ),
    WaitingCheck(
        name="work",
        label="Work that was given up",
        icon="gear",
        roles=frozenset({Role.ADMIN}),  # who alone may start it again
        action="Look at it",
        url=lambda: list_page("core_outboxmessage", "state__exact=dead"),
        rows=failed_work,
        row=_message,
        position=100,
    ),
    WaitingCheck(
        name="webhooks_in",
        label="Webhooks that failed",
        icon="globe",
        roles=frozenset({Role.ADMIN}),
        action="Look at them",
        url=lambda: list_page("core_webhookdelivery", "state__exact=failed"),
        rows=failed_webhooks,
        row=_webhook,
        position=140,
    ),
)
