"""What waits for staff in connections: calendars, accounts and webhooks whose owners may need help."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from accounts.roles import STAFF
from accounts.staff_pages import list_page, row_page
from connections.models import Connection, LinkedAccount, WebhookEndpoint
from core.waiting import WaitingCheck, WaitingRow, WaitingRows, rows_of


def failing_calendars(now: datetime) -> WaitingRows:
    """Returns the calendars that cannot be read, the one that was read longest ago first. One query."""
    failing = Connection.objects.filter(state=Connection.State.FAILING).select_related("owner")
    return rows_of(failing.order_by("read_at", "id"), _calendar)


def _calendar(row: Connection) -> WaitingRow:
    text = f"{row.owner.display_name}, {row.get_service_display()}: {row.error or row.name}"
    return WaitingRow(text, row_page("connections_connection", row.pk), row.read_at or row.created_at)


def broken_accounts(now: datetime) -> WaitingRows:
    """Returns the accounts that their owners have to connect again. One query."""
    broken = LinkedAccount.objects.filter(state=LinkedAccount.State.BROKEN).select_related("owner")
    return rows_of(broken.order_by("broken_at", "id"), _account)


def _account(row: LinkedAccount) -> WaitingRow:
    owner = row.owner.display_name if row.owner else "Waymark"
    text = f"{owner}, {row.service.capitalize()}: {row.error or row.get_state_display()}"
    return WaitingRow(text, row_page("connections_linkedaccount", row.pk), row.broken_at)


def failing_endpoints(now: datetime) -> WaitingRows:
    """Returns the addresses that take no webhooks, and those that were switched off for it. One query."""
    is_failing = Q(state=WebhookEndpoint.State.ON, failing_since__isnull=False) | Q(state=WebhookEndpoint.State.ENDED)
    rows = WebhookEndpoint.objects.filter(is_failing).select_related("owner").order_by("failing_since", "id")
    return rows_of(rows, _endpoint)


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
    read=failing_calendars,
    position=110,
)
ACCOUNTS = WaitingCheck(
    name="accounts",
    label="Accounts to connect again",
    icon="key",
    roles=STAFF,
    action="Look at them",
    url=lambda: list_page("connections_linkedaccount", "state__exact=broken"),
    read=broken_accounts,
    position=120,
)
ENDPOINTS = WaitingCheck(
    name="webhooks_out",
    label="Webhooks that are not taken",
    icon="globe",
    roles=STAFF,
    action="Look at them",
    url=lambda: list_page("connections_webhookendpoint"),
    read=failing_endpoints,
    position=130,
)
