"""Lists of a person's own bookings: as a client, and as a builder."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from accounts.access import SignedInRequest
from accounts.roles import Role
from bookings.agreement import queries
from bookings.billing.queries import bills_of
from bookings.calendar.views import client_calendar
from bookings.guests import unconfirmed_bookings
from bookings.lists import filters as list_filters
from bookings.lists.answers import with_answers
from bookings.lists.paging import list_page
from bookings.models import Booking, BookingQuerySet
from bookings.pathway_figures import NO_PATHWAY
from bookings.states import Side, State
from core import clock, flags
from core.access import role_required, signed_in
from core.htmx import render_page
from pathways.models import Pathway
from payments.flags import PAYMENTS


@require_safe
@signed_in
def as_client(request: SignedInRequest) -> HttpResponse:
    """Shows a client's bookings as a list, or as a calendar."""
    if request.GET.get("view") == "calendar":
        return client_calendar(request)
    return _page(request, Booking.objects.filter(client=request.user), Side.CLIENT)


@require_safe
@role_required(Role.BUILDER)
def as_builder(request: SignedInRequest) -> HttpResponse:
    return _page(request, Booking.objects.of_builder(request.user), Side.BUILDER)


def _page(request: SignedInRequest, mine: BookingQuerySet, side: Side) -> HttpResponse:
    """Renders figures about all of the bookings, and a page of one tab of the list with its filters."""
    now, has_payments = clock.now(), flags.is_on(request, PAYMENTS)
    filters = list_filters.filters_in(request.GET, side, has_payments=has_payments)
    matches = list_filters.filtered(mine, filters, ZoneInfo(request.user.timezone), now).listed()
    if side == Side.BUILDER:
        matches = with_answers(matches)
    page = list_page(matches, filters, after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    stats = queries.stats_of(mine)
    context = {
        "side": str(side),
        "page": page,
        "has_payments": has_payments,
        "bills": bills_of(page.rows) if has_payments else {},
        "filters": filters,
        "tabs": queries.TABS,
        "states": State.choices,
        "sources": Booking.Source.choices,
        "payment_choices": list_filters.PAID_CHOICES,
        "pathways": Pathway.objects.open().values_list("slug", "name"),
        "session_types": list_filters.session_types_of(mine),
        "no_pathway": NO_PATHWAY,
        "stats": stats,
        "notice": unconfirmed_bookings.notice_for(request.user, stats.unproven, now) if side == Side.BUILDER else None,
        "now": now,
        "subset": queries.SUBSETS.get(filters.subset, ""),
        "can_answer": side == Side.BUILDER and filters.tab == queries.TO_ANSWER,
    }
    return render_page(request, "bookings/agreement/list.html", context, parts=("list",))
