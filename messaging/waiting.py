"""What waits for staff in conversations."""

from __future__ import annotations

from datetime import datetime

from accounts.roles import STAFF
from accounts.staff_pages import list_page, row_page
from core.waiting import WaitingCheck, WaitingRow, WaitingRows, rows_of
from messaging.models import MessageReport


def open_reports(now: datetime) -> WaitingRows:
    """Returns the reports of messages that nobody has settled. One query."""
    rows = MessageReport.objects.filter(settled_at=None).select_related("reporter__user").order_by("created_at", "id")
    return rows_of(rows, _report)


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
    read=open_reports,
    position=70,
)
