"""Dashboard pages to connect calendars and to see how well they are read."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localtime
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import SignedInRequest
from accounts.roles import Role
from connections.caldav.providers import demo_accounts, demo_page
from connections.calendly.accounts import account_of
from connections.calendly.flags import CALENDLY
from connections.flags import CALENDARS
from connections.models import AccountCalendar, Connection
from connections.oauth.pages import account_cards
from core import clock, flags
from core.access import role_required
from core.errors import Refused
from core.forms import add_refusal
from scheduling.models import Reservation
from scheduling.outside import queries, services
from scheduling.outside.account_views import change_account, check_may_connect
from scheduling.outside.booking_links import booking_links
from scheduling.outside.forms import CalendarForm

builders_only = role_required(Role.BUILDER)


@builders_only
@require_safe
def overview(request: SignedInRequest) -> HttpResponse:
    """Shows the builder's calendars, and the sessions that they overlap."""
    now = clock.now()
    clashes = queries.clashes(request.user.pk, now)
    links = booking_links([clash.session.pk for clash in clashes], now)
    context = {
        "calendars": [
            {
                "connection": calendar,
                "account": _account(calendar),
                "next": [(row, _style(row)) for row in queries.next_busy(calendar, now)],
                "is_unknown": calendar.is_out_of_date(now),
            }
            for calendar in queries.calendars_of(request.user.pk)
        ],
        "clashes": [(clash, links.get(clash.session.pk, [])) for clash in clashes],
        "most": services.MOST_CALENDARS,
        "accounts": account_cards(request),
        "calendly": account_of(request.user),
        "demo_page": demo_page(),
        "demo_accounts": demo_accounts(),
        "may_connect": flags.is_on(request, CALENDARS),
        "may_connect_calendly": flags.is_on(request, CALENDLY),
    }
    return render(request, "scheduling/connections.html", context)


def _account(connection: Connection) -> dict[str, list[str] | AccountCalendar | None] | None:
    """Returns the names of an account's calendars that count, and the one that sessions are written into; None for a
    calendar at an address."""
    if not connection.is_account:
        return None
    calendars = connection.calendars.all()
    return {
        "counted": [calendar.name for calendar in calendars if calendar.counts],
        "written": next((calendar for calendar in calendars if calendar.is_written), None),
    }


def _style(row: Reservation) -> str:
    """Returns the format of the end time: without the date if it is the same as that of the start."""
    start, end = localtime(row.during.lower), localtime(row.during.upper)
    return "H:i" if start.date() == end.date() else "D j M, H:i"


@builders_only
@require_http_methods(["GET", "HEAD", "POST"])
def connect(request: SignedInRequest) -> HttpResponse:
    check_may_connect(request)
    form = CalendarForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            calendar = services.connect(builder=request.user, **form.cleaned_data)
        except Refused as refused:
            add_refusal(form, refused)
        else:
            messages.success(request, f"“{calendar}” is connected. Its busy times are no longer offered.")
            return redirect("scheduling:connections")
    status = 422 if form.errors else 200
    return render(request, "scheduling/connect.html", {"form": form, "calendar": None}, status=status)


@builders_only
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: SignedInRequest, pk: UUID) -> HttpResponse:
    calendar = _own_calendar(request, pk)
    if calendar.is_account:
        return change_account(request, calendar)
    form = CalendarForm(request.POST or None, instance=calendar)
    if request.method == "POST" and form.is_valid():
        try:
            services.change(connection=_own_calendar(request, pk), **form.cleaned_data)
        except Refused as refused:
            add_refusal(form, refused)
        else:
            messages.success(request, "Saved.")
            return redirect("scheduling:connections")
    context = {"form": form, "calendar": _own_calendar(request, pk)}
    return render(request, "scheduling/connect.html", context, status=422 if form.errors else 200)


@builders_only
@require_POST
def read_now(request: SignedInRequest, pk: UUID) -> HttpResponse:
    calendar = _own_calendar(request, pk)
    try:
        is_read = services.sync_now(connection=calendar)
    except Refused as refused:
        messages.error(request, refused.sentence)
        return redirect("scheduling:connections")
    if is_read:
        messages.success(request, f"“{calendar}” is up to date.")
    else:
        calendar.refresh_from_db()
        messages.error(request, f"“{calendar}” could not be read. {calendar.error}")
    return redirect("scheduling:connections")


@builders_only
@require_http_methods(["GET", "HEAD", "POST"])
def disconnect(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Asks before it removes a calendar, since its secret has to be found again afterwards."""
    calendar = _own_calendar(request, pk)
    if request.method == "POST":
        services.disconnect(connection=calendar)
        messages.success(request, f"“{calendar}” is removed. Its times can be booked again.")
        return redirect("scheduling:connections")
    return render(request, "scheduling/disconnect.html", {"calendar": calendar})


def _own_calendar(request: HttpRequest, pk: UUID) -> Connection:
    return get_object_or_404(
        Connection.objects.calendars().added_by_hand().select_related("owner"), owner=request.user.pk, pk=pk
    )
