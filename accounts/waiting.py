"""What waits for staff in accounts."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from accounts.models import BuilderApplication
from accounts.roles import Role
from accounts.staff_pages import list_page, row_page
from core.waiting import WaitingCheck, WaitingRow

OPEN = BuilderApplication.State.OPEN


def open_applications(now: datetime) -> QuerySet[BuilderApplication]:
    """Returns the applications that nobody has decided, the oldest first."""
    return BuilderApplication.objects.filter(state=OPEN).select_related("user").order_by("created_at", "id")


def _application(row: BuilderApplication) -> WaitingRow:
    page = row_page("accounts_builderapplication", row.pk)
    return WaitingRow(f"{row.user.display_name}: {row.headline}", page, row.created_at)


APPLICATIONS = WaitingCheck(
    name="applications",
    label="Applications to become a builder",
    icon="user",
    roles=frozenset({Role.ADMIN}),  # who alone may decide them
    action="Decide",
    url=lambda: list_page("accounts_builderapplication", "state__exact=open"),
    rows=open_applications,
    row=_application,
    position=10,
)
