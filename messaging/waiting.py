"""What waits for staff in conversations."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from accounts.roles import STAFF
from accounts.staff_pages import list_page, row_page
from core.waiting import WaitingCheck, WaitingRow
from messaging.models import MessageReport


def open_reports(now: datetime) -> QuerySet[MessageReport]:
    """Returns the reports of messages that nobody has settled."""
    return MessageReport.objects.filter(settled_at=None).select_related("reporter__user").order_by("created_at", "id")


def _report(row: MessageReport) -> WaitingRow:
    page = row_page("messaging_messagereport", row.pk)
    return WaitingRow(f"{row.reporter.display_name}: {row.reason}", page, row.created_at)


REPORTS = WaitingCheck(
    name="conversations",
    label="Reported messages",
    icon="chat",
    roles=STAFF,
    action="Read the reports",
    url=lambda: list_page("messaging_messagereport", "outcome__exact="),
    rows=open_reports,
    row=_report,
    position=70,
)
