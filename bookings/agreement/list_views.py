"""Lists of a person's own bookings: as a client, and as a builder."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from accounts.access import SignedInRequest
from accounts.roles import Role
from bookings.agreement import queries
from bookings.billing.queries import bills_of
from bookings.calendar.views import client_calendar
from bookings.guests import unconfirmed_bookings
from bookings.models import Booking
from bookings.states import Side
from core import clock, flags
from core.access import role_required, signed_in
from core.htmx import render_page
from pathways.models import Pathway
from payments.flags import PAYMENTS

PAGE_SIZE = 20


@require_safe
@signed_in
def as_client(request: SignedInRequest) -> HttpResponse:
    """Shows a client's bookings as a list, or as a calendar."""
    if request.GET.get("view") == "calendar":
        return client_calendar(request)
    return _page(request, Booking.objects.filter(client=request.user), "client")


@require_safe
@role_required(Role.BUILDER)
def as_builder(request: SignedInRequest) -> HttpResponse:
    return _page(request, Booking.objects.of_builder(request.user), "builder")


def _page(request: SignedInRequest, mine: Any, side: str) -> HttpResponse:
    """Renders figures about all of the bookings, and one tab of the list, filtered by search words and pathway."""
    now = clock.now()
    tabs = dict(queries.TABS)
    tab = request.GET.get("show", queries.UPCOMING)
    tab = tab if tab in tabs else queries.UPCOMING
    words = request.GET.get("q", "").strip()[:80]
    pathway = request.GET.get("pathway", "")
    which = request.GET.get("which", "")
    matches = queries.search(mine, words)
    if which in queries.SUBSETS:
        matches = queries.subset(matches, which, Side(side), now)
    if pathway:
        matches = matches.filter(pathway__slug=pathway)
    shown = queries.in_tab(matches, tab, now).listed()
    stats = queries.stats_of(mine)
    page = Paginator(shown, PAGE_SIZE).get_page(request.GET.get("page"))
    has_payments = flags.is_on(request, PAYMENTS)
    context = {
        "side": side,
        "page": page,
        "has_payments": has_payments,
        "bills": bills_of(page.object_list) if has_payments else {},
        "tab": tab,
        "tabs": queries.TABS,
        "words": words,
        "pathway": pathway,
        "pathways": Pathway.objects.open(),
        "stats": stats,
        "notice": unconfirmed_bookings.notice_for(request.user, stats.unproven, now) if side == "builder" else None,
        "now": now,
        "subset": queries.SUBSETS.get(which, ""),
        "subset_name": which,
        "is_filtered": bool(words or pathway or which in queries.SUBSETS),
        "can_answer": side == "builder" and tab == queries.TO_ANSWER,
    }
    return render_page(request, "bookings/agreement/list.html", context, parts=("list",))
