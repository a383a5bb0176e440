"""What waits for staff in accounts."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse

from accounts.members.queries import open_duplicates
from accounts.models import BuilderApplication, MemberDuplicate
from accounts.roles import Role
from accounts.staff_pages import application_page, list_page
from core.waiting import WaitingCheck, WaitingRow

OPEN = BuilderApplication.State.OPEN


def open_applications(now: datetime) -> QuerySet[BuilderApplication]:
    """Returns the applications that nobody has decided, the oldest first."""
    return BuilderApplication.objects.filter(state=OPEN).select_related("user").order_by("created_at", "id")


def _application(row: BuilderApplication) -> WaitingRow:
    return WaitingRow(f"{row.user.display_name}: {row.headline}", application_page(row.pk), row.created_at)


def duplicates(now: datetime) -> QuerySet[MemberDuplicate]:
    """Returns the pairs of members that may be one person and that nobody has merged or dismissed, the likeliest first."""
    return open_duplicates().order_by("-likeness", "id")


def _duplicate(row: MemberDuplicate) -> WaitingRow:
    page = reverse("accounts:merge_members", args=[row.first_id, row.second_id])
    text = f"{row.first.full_name} and {row.second.full_name}: {row.get_reason_display().lower()}"
    return WaitingRow(text, page, row.created_at)


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
DUPLICATES = WaitingCheck(
    name="duplicates",
    label="Members that may be one person",
    icon="people",
    roles=frozenset({Role.ADMIN}),  # who alone may merge them
    action="Compare them",
    url=lambda: reverse("accounts:member_duplicates"),
    rows=duplicates,
    row=_duplicate,
    position=150,
)
