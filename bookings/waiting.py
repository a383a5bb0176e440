"""What waits for staff in bookings: disputes, contested no-shows, reported reviews, sessions that begin without a link."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import OuterRef, QuerySet, Subquery

from accounts.roles import STAFF
from accounts.staff_pages import booking_page, list_page, row_page
from bookings.models import Booking, BookingEvent, Review
from bookings.states import State, Verb
from core.waiting import WaitingCheck, WaitingRow

SETTLE_WITHIN = timedelta(days=7)  # what staff aim at: no payout is made while a session is in dispute
LINK_BEFORE = timedelta(hours=1)


def disputes(now: datetime) -> QuerySet[Booking]:
    """Returns the sessions in dispute, the one that was opened first at the top, each with its deadline."""
    opened = BookingEvent.objects.filter(booking=OuterRef("pk"), verb=Verb.DISPUTE).order_by("-at").values("at")[:1]
    rows = Booking.objects.filter(state=State.DISPUTED).annotate(opened_at=Subquery(opened))
    return _named(rows.order_by("opened_at", "id"))


def _dispute(booking: Booking) -> WaitingRow:
    opened_at: datetime = getattr(booking, "opened_at", None) or booking.ends_at
    return WaitingRow(_between(booking), _page(booking), opened_at, opened_at + SETTLE_WITHIN)


def contested_no_shows(now: datetime) -> QuerySet[Booking]:
    """Returns the sessions whose no-show is contested, and was neither upheld nor withdrawn."""
    rows = _named(Booking.objects.filter(contested_at__isnull=False, upheld_at__isnull=True))
    return rows.order_by("contested_at", "id")


def _no_show(booking: Booking) -> WaitingRow:
    return WaitingRow(_between(booking), _page(booking), booking.contested_at)


def reported_reviews(now: datetime) -> QuerySet[Review]:
    """Returns the reviews that were reported and that nobody has decided about."""
    rows = Review.objects.filter(reported_at__isnull=False, hidden_at=None).select_related("booking")
    return rows.order_by("reported_at", "id")


def _review(row: Review) -> WaitingRow:
    text = f"{row.booking.reference}, {row.rating} stars: {row.report or 'reported without a reason'}"
    return WaitingRow(text, row_page("bookings_review", row.pk), row.reported_at)


def sessions_without_link(now: datetime) -> QuerySet[Booking]:
    """Returns the sessions that begin within an hour and have no link to meet at."""
    soon = Booking.objects.filter(
        state=State.CONFIRMED, starts_at__gt=now, starts_at__lte=now + LINK_BEFORE, is_remote=True,
        is_arranged_on_calendly=False, zoom_url="", meeting_url="", session_type__meeting_url="",
        builder__builder_profile__meeting_url="",
    )  # fmt: skip
    return _named(soon).order_by("starts_at", "id")


def _session(booking: Booking) -> WaitingRow:
    return WaitingRow(_between(booking), _page(booking), None, booking.starts_at)


def _named(bookings: QuerySet[Booking]) -> QuerySet[Booking]:
    """Joins the names of the two sides, and reads only what a line shows."""
    people = bookings.select_related("client", "guest", "builder")
    return people.only(
        "reference",
        "starts_at",
        "ends_at",
        "contested_at",
        "client__display_name",
        "guest__name",
        "builder__display_name",
    )


def _between(booking: Booking) -> str:
    return f"{booking.reference}, {booking.client_name} with {booking.builder.display_name}"


def _page(booking: Booking) -> str:
    return booking_page(booking.reference, booking.pk)


DISPUTES = WaitingCheck(
    name="disputes",
    label="Disputes to settle",
    icon="alert",
    roles=STAFF,
    action="Settle them",
    url=lambda: list_page("bookings_booking", f"state__exact={State.DISPUTED}"),
    rows=disputes,
    row=_dispute,
    position=30,
    is_urgent=True,
)
NO_SHOWS = WaitingCheck(
    name="no_shows",
    label="Contested no-shows",
    icon="clock",
    roles=STAFF,
    action="Decide",
    url=lambda: list_page("bookings_booking", "contested_at__isempty=0&upheld_at__isempty=1"),
    rows=contested_no_shows,
    row=_no_show,
    position=50,
)
REVIEWS = WaitingCheck(
    name="reviews",
    label="Reported reviews",
    icon="star",
    roles=STAFF,
    action="Keep or remove them",
    url=lambda: list_page("bookings_review", "reported_at__isempty=0&hidden_at__isempty=1"),
    rows=reported_reviews,
    row=_review,
    position=60,
)
LINKS = WaitingCheck(
    name="links",
    label="Sessions within the hour without a link",
    icon="video",
    roles=STAFF,
    action="Look at the bookings",
    url=lambda: list_page("bookings_booking", f"state__exact={State.CONFIRMED}"),
    rows=sessions_without_link,
    row=_session,
    position=25,
    is_urgent=True,
)
CHECKS = (DISPUTES, NO_SHOWS, REVIEWS, LINKS)
