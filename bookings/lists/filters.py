"""The filters of the lists of bookings, read from the address of the page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import QueryDict

from bookings.agreement import queries
from bookings.billing.queries import FILTERS as PAYMENT_FILTERS
from bookings.billing.queries import with_money
from bookings.models import Booking, BookingQuerySet
from bookings.pathway_figures import NO_PATHWAY
from bookings.states import Side, State
from coaching.models import SessionType
from core.dates import parse_date
from core.ids import parse_uuid
from scheduling.queries import local_window

LONGEST = 80
ORDERS = {
    queries.UPCOMING: ("starts_at", "id"),
    queries.TO_ANSWER: ("answer_by", "id"),
}
LATEST_FIRST = ("-starts_at", "-id")
PAID_CHOICES = tuple(choice for choice in PAYMENT_FILTERS if choice[0])


@dataclass(frozen=True)
class ListFilters:
    """The filters of a list. An unknown value is ignored, so that every address shows a list."""

    side: Side
    tab: str = queries.UPCOMING
    text: str = ""
    pathway: str = ""
    state: str = ""
    session_type: UUID | None = None
    first: date | None = None
    last: date | None = None
    other: str = ""  # part of the other side's name
    source: str = ""
    paid: str = ""
    subset: str = ""

    @property
    def order(self) -> tuple[str, ...]:
        return ORDERS.get(self.tab, LATEST_FIRST)

    @property
    def is_filtered(self) -> bool:
        """Whether fewer bookings are shown than the tab has."""
        return bool(self.text or self.subset or self.has_details)

    @property
    def has_details(self) -> bool:
        """Whether a filter under "More filters" is set, so that they are shown."""
        return any(
            (
                self.pathway, self.state, self.session_type, self.first, self.last, self.other, self.source, self.paid,
            )
        )  # fmt: skip

    @property
    def key(self) -> list[str]:
        """Returns the key of this list with these filters. A cursor is only valid for its own key."""
        values = (
            self.side, self.tab, self.text, self.pathway, self.state, self.session_type, self.first, self.last,
            self.other, self.source, self.paid, self.subset,
        )  # fmt: skip
        return [str(value or "") for value in values]


def filters_in(query: QueryDict, side: Side, *, has_payments: bool) -> ListFilters:
    """Reads the filters from an address."""

    def known(name: str, values: Any) -> str:
        value = query.get(name, "")
        return value if value in values else ""

    paid = dict(PAID_CHOICES) if has_payments else {}
    return ListFilters(
        side=side,
        tab=known("show", dict(queries.TABS)) or queries.UPCOMING,
        text=query.get("q", "").strip()[:LONGEST],
        pathway=query.get("pathway", "")[:LONGEST],
        state=known("state", State.values),
        session_type=parse_uuid(query.get("session", "")),
        first=parse_date(query.get("from", "")),
        last=parse_date(query.get("to", "")),
        other=query.get("with", "").strip()[:LONGEST],
        source=known("source", Booking.Source.values),
        paid=known("paid", paid),
        subset=known("which", queries.SUBSETS),
    )


def filtered(mine: BookingQuerySet, filters: ListFilters, zone: ZoneInfo, now: datetime) -> BookingQuerySet:
    """Returns those of the person's bookings that the filters let through, in the order of the tab."""
    rows = queries.search(mine, filters.text)
    if filters.subset:
        rows = queries.subset(rows, filters.subset, filters.side, now)
    if filters.paid:
        rows = with_money(rows, filters.paid)
    if filters.pathway:
        rows = rows.filter(_on_pathway(filters.pathway))
    exact = {"state": filters.state, "session_type": filters.session_type, "source": filters.source}
    rows = rows.filter(**{name: value for name, value in exact.items() if value})
    if filters.first:
        rows = rows.filter(starts_at__gte=_begin(filters.first, zone))
    if filters.last:
        rows = rows.filter(starts_at__lt=_end(filters.last, zone))
    if filters.other:
        rows = rows.filter(_name_of_other(filters))
    return queries.in_tab(rows, filters.tab, now)


def _on_pathway(slug: str) -> Q:
    return Q(pathway=None) if slug == NO_PATHWAY else Q(pathway__slug=slug)


def _begin(day: date, zone: ZoneInfo) -> datetime:
    return datetime.fromtimestamp(local_window(day, day, zone)[0], zone)


def _end(day: date, zone: ZoneInfo) -> datetime:
    return datetime.fromtimestamp(local_window(day, day, zone)[1], zone)


def _name_of_other(filters: ListFilters) -> Q:
    if filters.side == Side.CLIENT:
        return Q(builder__display_name__icontains=filters.other)
    return Q(client__display_name__icontains=filters.other) | Q(guest__name__icontains=filters.other)


def session_types_of(mine: BookingQuerySet) -> QuerySet[SessionType, tuple[UUID, str]]:
    """Returns the id and the title of the session types that have bookings in this list, for the choices of the filter."""
    booked = mine.order_by().filter(session_type=OuterRef("pk"))
    return SessionType.objects.filter(Exists(booked)).order_by("title", "pk").values_list("pk", "title")
