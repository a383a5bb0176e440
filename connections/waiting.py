"""What waits for staff in connections: calendars, accounts and webhooks whose owners may need help."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from accounts.roles import STAFF
from accounts.staff_pages import calendar_page, list_page, row_page
from connections.models import Connection, LinkedAccount, WebhookEndpoint
from core.waiting import WaitingCheck, WaitingRow


def failing_calendars(now: datetime) -> QuerySet[Connection]:
    """Returns the calendars that cannot be read, the one that was read longest ago first."""
    failing = Connection.objects.filter(state=Connection.State.FAILING).select_related("owner")
    return failing.order_by("read_at", "id")


def _calendar(row: Connection) -> WaitingRow:
    text = f"{row.owner.display_name}, {row.get_service_display()}: {row.error or row.name}"
    return WaitingRow(text, calendar_page(row.pk), row.read_at or row.created_at)


def broken_accounts(now: datetime) -> QuerySet[LinkedAccount]:
    """Returns the accounts that their owners have to connect again."""
    broken = LinkedAccount.objects.filter(state=LinkedAccount.State.BROKEN).select_related("owner")
    return broken.order_by("broken_at", "id")


def _account(row: LinkedAccount) -> WaitingRow:
    owner = row.owner.display_name if row.owner else "Waymark"
    text = f"{owner}, {row.service.capitalize()}: {row.error or row.get_state_display()}"
    return WaitingRow(text, row_page("connections_linkedaccount", row.pk), row.broken_at)


def failing_endpoints(now: datetime) -> QuerySet[WebhookEndpoint]:
    """Returns the addresses that take no webhooks, and those that were switched off for it."""
    is_failing = Q(state=WebhookEndpoint.State.ON, failing_since__isnull=False) | Q(state=WebhookEndpoint.State.ENDED)
    return WebhookEndpoint.objects.filter(is_failing).select_related("owner").order_by("failing_since", "id")


def _endpoint(row: WebhookEndpoint) -> WaitingRow:
    owner = row.owner.display_name if row.owner else "The whole site"
    text = f"{owner}, {row.host}: {row.error or row.get_state_display()}"
    return WaitingRow(text, row_page("connections_webhookendpoint", row.pk), row.failing_since)


CALENDARS = WaitingCheck(
    name="calendars",
    label="Calendars that cannot be read",
    icon="calendar",
    roles=STAFF,
    action="Look at them",
    url=lambda: list_page("connections_connection", "state__exact=failing"),
    rows=failing_calendars,
    row=_calendar,
    position=110,
)
ACCOUNTS = WaitingCheck(
    name="accounts",
    label="Accounts to connect again",
    icon="key",
    roles=STAFF,
    action="Look at them",
    url=lambda: list_page("connections_linkedaccount", "state__exact=broken"),
    rows=broken_accounts,
    row=_account,
    position=120,
)
ENDPOINTS = WaitingCheck(
    name="webhooks_out",
    label="Webhooks that are not taken",
    icon="globe",
    roles=STAFF,
    action="Look at them",
    url=lambda: list_page("connections_webhookendpoint"),
    rows=failing_endpoints,
    row=_endpoint,
    position=130,
)
