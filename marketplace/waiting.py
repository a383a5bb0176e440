"""What waits for staff in the marketplace."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlencode

from django.db.models import QuerySet

from accounts.roles import STAFF
from accounts.staff_pages import list_page, row_page
from core.waiting import WaitingCheck, WaitingRow
from marketplace.models import Moderation, PortfolioAsset


def verifications(now: datetime) -> QuerySet[Moderation]:
    """Returns the builders who have asked to be verified."""
    return Moderation.objects.filter(asked_at__isnull=False).select_related("builder__user").order_by("asked_at", "pk")


def _verification(row: Moderation) -> WaitingRow:
    page = row_page("marketplace_builderlisting", row.pk)
    return WaitingRow(row.builder.user.display_name, page, row.asked_at)


def pieces_to_look_at(now: datetime) -> QuerySet[PortfolioAsset]:
    """Returns the pieces of portfolios that nobody of staff has looked at."""
    return PortfolioAsset.objects.filter(reviewed_at=None).select_related("builder__user").order_by("created_at", "id")


def _piece(row: PortfolioAsset) -> WaitingRow:
    page = list_page("marketplace_portfolioasset", urlencode({"reviewed_at__isempty": 1, "q": row.title}))
    return WaitingRow(f"“{row.title}” of {row.builder.user.display_name}", page, row.created_at)


VERIFICATIONS = WaitingCheck(
    name="verification",
    label="Builders who ask to be verified",
    icon="shield",
    roles=STAFF,
    action="Verify",
    url=lambda: list_page("marketplace_builderlisting", "builder__moderation__asked_at__isempty=0"),
    rows=verifications,
    row=_verification,
    position=20,
)
PORTFOLIO = WaitingCheck(
    name="portfolio",
    label="Pieces of work to look at",
    icon="image",
    roles=STAFF,
    action="Look at them",
    url=lambda: list_page("marketplace_portfolioasset", "reviewed_at__isempty=1"),
    rows=pieces_to_look_at,
    row=_piece,
    position=80,
)
