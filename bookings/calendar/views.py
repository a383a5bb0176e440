"""The builder's calendar: the page, its JSON, and the pages on which a session is moved or time is blocked."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import SignedInRequest
from accounts.roles import Role
from bookings.agreement.access import BookingAccess, access_to
from bookings.agreement.forms import ReasonForm
from bookings.agreement.transitions import Actor
from bookings.calendar import entries as calendar_rows
from bookings.calendar import lengths, services
from bookings.calendar.agenda import builder_agenda, client_agenda
from bookings.calendar.entries import Entry, builder_time
from bookings.calendar.forms import BlockForm, TimeForm
from bookings.calendar.moves import MovePlan, allowed_starts, plan_move, what_client_reads, why_not_movable
from bookings.models import Booking
from bookings.series import services as series
from bookings.states import Side
from bookings.times import When
from core import clock
from core.access import role_required, signed_in
from core.dates import parse_date, parse_instant
from core.errors import Refused
from core.htmx import render_page
from scheduling import claims
from scheduling.models import Reservation
from scheduling.outside.services import refresh_calendars_of

MAX_DISTANCE = timedelta(days=730)  # how far from today the calendar can be opened
MAX_WINDOW = timedelta(days=62)  # of one request for entries
VIEWS = ("day", "week", "month", "list")


@require_safe
@role_required(Role.BUILDER)
def builder_calendar(request: SignedInRequest) -> HttpResponse:
    """Shows the week of a day as a list; JavaScript draws the calendar above it from `calendar_entries`."""
    now, zone = clock.now(), ZoneInfo(request.user.timezone)
    moved = _moved_just_now(request, now)
    day = _asked_day(request, zone, now)
    context = {**_page(request, day, now), "agenda": builder_agenda(request.user, day, zone, now), "moved": moved}
    return render_page(request, "bookings/calendar/builder_calendar.html", context, parts=("agenda",))


def client_calendar(request: SignedInRequest) -> HttpResponse:
    """Renders the calendar of a client, for the page of their bookings."""
    now, zone = clock.now(), ZoneInfo(request.user.timezone)
    day = _asked_day(request, zone, now)
    context = {**_page(request, day, now), "agenda": client_agenda(request.user, day, zone, now)}
    return render_page(request, "bookings/calendar/client_calendar.html", context, parts=("agenda",))


def _page(request: SignedInRequest, day: date, now: datetime) -> dict[str, Any]:
    view = request.GET.get("show", "")
    return {"day": day, "show": view if view in VIEWS else "week", "now": now, "zone": request.user.timezone}


def _asked_day(request: HttpRequest, zone: ZoneInfo, now: datetime) -> date:
    """Returns the day in the address; today if there is none, or if it is too far away."""
    today = now.astimezone(zone).date()
    day = parse_date(request.GET.get("day", ""))
    return day if day and abs(day - today) <= MAX_DISTANCE else today


def _moved_just_now(request: SignedInRequest, now: datetime) -> Any:
    """Returns the booking that was moved on the page before, if the move can still be taken back."""
    reference = request.GET.get("moved", "")
    booking = request.user.bookings_as_builder.filter(reference=reference[:9]).first() if reference else None
    by = Actor(Side.BUILDER, request.user)
    return booking if booking is not None and services.undoable(booking, by, now) else None


@require_safe
@role_required(Role.BUILDER)
def calendar_entries(request: SignedInRequest) -> HttpResponse:
    """Returns what takes the builder's time, and when they are open. Three queries, and three for who asks."""
    window = _window(request)
    if window is None:
        return HttpResponseBadRequest()
    shown = builder_time(request.user, *window)
    opened = [[start, end] for start, end in shown.opened]
    return _json({"entries": [entry.as_json() for entry in shown.entries], "opened": opened})


@require_safe
@signed_in
def client_entries(request: SignedInRequest) -> HttpResponse:
    """Returns the sessions of a client and the deadlines of their goals. Two queries, and three for who asks."""
    window = _window(request)
    if window is None:
        return HttpResponseBadRequest()
    entries: list[Entry] = calendar_rows.client_entries(request.user, *window)
    return _json({"entries": [entry.as_json() for entry in entries], "opened": []})


def _window(request: HttpRequest) -> tuple[datetime, datetime] | None:
    """Returns the stretch of time in the address; None if it is none, or too long."""
    start, end = parse_instant(request.GET.get("start", "")), parse_instant(request.GET.get("end", ""))
    if start is None or end is None or not timedelta(0) < end - start <= MAX_WINDOW:
        return None
    return start, end


def _json(body: dict[str, Any]) -> JsonResponse:
    response = JsonResponse(body)
    response["Cache-Control"] = "private, no-store"
    return response


# Moving a session ----------------------------------------------------------------------------------------


def own_booking(request: HttpRequest, reference: str) -> BookingAccess:
    """Returns the access of the builder of a booking; a 404 for everybody else."""
    access = access_to(request, reference)
    if Side.BUILDER not in access.sides:
        raise Http404
    return access


@require_safe
@signed_in
def calendar_starts(request: SignedInRequest, reference: str) -> HttpResponse:
    """Returns the starts to which a session can be moved, to be shown while it is dragged."""
    access, window = own_booking(request, reference), _window(request)
    if window is None or why_not_movable(access.booking, access.now):
        return _json({"starts": []})
    starts = allowed_starts(access.booking, max(window[0], access.now), window[1], access.now)
    return _json({"starts": [int(start.timestamp()) for start in starts], "minutes": access.booking.minutes})


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def calendar_move(request: SignedInRequest, reference: str) -> HttpResponse:
    """Asks for the time, shows what the move costs and what the client reads, and moves the session."""
    access = own_booking(request, reference)
    start = parse_instant(request.POST.get("start", "")) if request.method == "POST" else None
    if start is not None and why_not_movable(access.booking, access.now) is None:
        return _move(access, start)
    return _move_page(access, _asked_time(access), snaps=request.GET.get("snap") == "yes")


def _asked_time(access: BookingAccess) -> datetime | None:
    """Returns the time in the address: an instant, as dragging sends it, or the fields for day and time."""
    query = access.request.GET
    if "start" in query or not {"day", "time"} & set(query):
        return parse_instant(query.get("start", ""))
    form = TimeForm(query)
    return form.start_in(ZoneInfo(access.booking.builder.timezone)) if form.is_valid() else None


def _move(access: BookingAccess, start: datetime) -> HttpResponse:
    """Moves the session, and the later ones of its series if that is asked for. A refusal shows the page again."""
    booking, request = access.booking, access.request
    by, reason = Actor(Side.BUILDER, access.person), request.POST.get("reason", "").strip()[:500]
    refresh_calendars_of(booking.builder_id)
    is_series = request.POST.get("later") == "yes"
    try:
        if is_series:
            series.move(booking=booking, start=start, by=by, reason=reason)
        else:
            services.move(booking=booking, start=start, by=by, reason=reason)
    except Refused as error:
        return _move_page(access, start, snaps=False, refusal=error.sentence)
    booking.refresh_from_db(fields=["starts_at", "ends_at"])
    if request.headers.get("HX-Request"):
        context = {"booking": booking, "is_series": is_series, "seconds": services.UNDO_WITHIN.seconds}
        return render(request, "bookings/calendar/_moved.html", context)
    if is_series:
        messages.success(request, "The sessions have been moved.")
    day = start.astimezone(ZoneInfo(booking.builder.timezone)).date()
    query = {"day": str(day)} | ({} if is_series else {"moved": booking.reference})
    return redirect(f"{reverse('bookings:builder_calendar')}?{urlencode(query)}")


def _move_page(access: BookingAccess, asked: datetime | None, *, snaps: bool, refusal: str = "") -> HttpResponse:
    booking, zone, now = access.booking, access.booking.builder.timezone, access.now
    closed = why_not_movable(booking, now)
    plan = plan_move(booking, asked, now, snaps=snaps) if asked and closed is None else None
    shown = (plan.start or plan.asked) if plan else booking.starts_at
    local = shown.astimezone(ZoneInfo(zone))
    length = booking.ends_at - booking.starts_at
    later = series.later(booking) if plan and plan.start else []
    context = {
        "access": access,
        "booking": booking,
        "closed": closed,
        "refusal": refusal if plan is None or plan.start else "",
        "plan": plan,
        "old": When(booking.starts_at, booking.ends_at, zone),
        "asked": When(plan.asked, plan.asked + length, zone) if plan else None,
        "time_form": TimeForm(initial={"day": local.date(), "time": local.time()}),
        "near": [(start.isoformat(), When(start, start + length, zone)) for start in plan.near] if plan else [],
        "later": later,
        "resize_url": "" if closed or lengths.why_not_resizable(booking, now) else _length_url(booking),
        **(_new_time(access, plan) if plan and plan.start else {}),
    }
    status = 422 if access.request.method == "POST" else 200
    return render_page(
        access.request, "bookings/calendar/calendar_move.html", context, parts=("question",), status=status
    )


def _length_url(booking: Booking) -> str:
    return reverse("bookings:calendar_length", args=[booking.reference])


def _new_time(access: BookingAccess, plan: MovePlan) -> dict[str, Any]:
    """Returns what the page says about the time to which the session would go."""
    booking, start = access.booking, plan.start
    assert start is not None
    end = start + (booking.ends_at - booking.starts_at)
    theirs = When(start, end, booking.client_zone)
    new = When(start, end, booking.builder.timezone)
    return {
        "start": start.astimezone(UTC).isoformat(),
        "end": end.astimezone(UTC).isoformat(),
        "new": new,
        "theirs": theirs if theirs.start.utcoffset() != new.start.utcoffset() else None,
        "mail": what_client_reads(booking, start, booking.builder, access.now),
        "form": ReasonForm(reader=booking.client_name),
        "before": plan.before.isoformat() if plan.before else "",
        "after": plan.after.isoformat() if plan.after else "",
    }


@require_POST
@signed_in
def calendar_undo(request: SignedInRequest, reference: str) -> HttpResponse:
    """Takes back a move, or another length, that was made a moment ago."""
    access, by, former = own_booking(request, reference), Actor(Side.BUILDER, request.user), request.POST.get("former")
    try:
        if former:
            lengths.undo_length(booking=access.booking, by=by, former=former[:2000])
        else:
            services.undo_move(booking=access.booking, by=by)
        problem = ""
    except Refused as error:
        problem = error.sentence
    message = problem or ("As long as before." if former else "Moved back.")
    if request.headers.get("HX-Request"):
        return render(request, "bookings/calendar/_notice.html", {"message": message, "is_error": bool(problem)})
    (messages.error if problem else messages.success)(request, message)
    return redirect("bookings:builder_calendar")


# Blocking time -------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.BUILDER)
def block_time(request: SignedInRequest) -> HttpResponse:
    """Blocks a stretch of time, or leads to booking it for a client."""
    zone = ZoneInfo(request.user.timezone)
    start, end = _stretch(request, clock.now())
    form = BlockForm(request.POST if request.method == "POST" else None, zone=zone, initial=_initial(start, end, zone))
    if request.method == "POST" and form.is_valid():
        begins, ends = form.during()
        off = claims.block(builder=request.user.pk, start=begins, end=ends, note=form.cleaned_data["note"])
        if request.headers.get("HX-Request"):
            context = {"off": off, "when": When(begins, ends, str(zone)), "seconds": services.UNDO_WITHIN.seconds}
            return render(request, "bookings/calendar/_blocked.html", context)
        messages.success(request, "Nobody can book you in this time. Existing bookings stay as they are.")
        return redirect(f"{reverse('bookings:builder_calendar')}?day={begins.astimezone(zone).date()}")
    local = start.astimezone(zone)
    minutes = min(1440, int((end - start).total_seconds()) // 60)
    query = urlencode({"day": str(local.date()), "time": f"{local:%H:%M}", "minutes": minutes})
    context = {
        "form": form,
        "when": When(start, end, str(zone)),
        "book_url": f"{reverse('bookings:book_for_client')}?{query}",
        "is_asked": "start" in request.GET,
    }
    status = 422 if form.errors else 200
    return render_page(request, "bookings/calendar/block_time.html", context, parts=("question",), status=status)


def _stretch(request: HttpRequest, now: datetime) -> tuple[datetime, datetime]:
    """Returns the stretch in the address, else the next whole hour."""
    start, end = parse_instant(request.GET.get("start", "")), parse_instant(request.GET.get("end", ""))
    if start and end and start < end:
        return start, end
    hour = (start or now + timedelta(hours=1)).replace(minute=0, second=0, microsecond=0)
    return hour, hour + timedelta(hours=1)


def _initial(start: datetime, end: datetime, zone: ZoneInfo) -> dict[str, Any]:
    first, last = start.astimezone(zone), end.astimezone(zone)
    return {
        "first_day": first.date(),
        "first_time": first.time(),
        "last_day": last.date(),
        "last_time": last.time(),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.BUILDER)
def blocked_time(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Shows time off, and opens it again."""
    mine = request.user.reservations.filter(kind=Reservation.Kind.TIME_OFF, released_at__isnull=True)
    off = get_object_or_404(mine, pk=pk)
    if request.method == "POST":
        claims.unblock(reservation=off)
        if request.headers.get("HX-Request"):
            return render(request, "bookings/calendar/_notice.html", {"message": "You can be booked again."})
        messages.success(request, "You can be booked again.")
        day = off.during.lower.astimezone(ZoneInfo(request.user.timezone)).date()
        return redirect(f"{reverse('bookings:builder_calendar')}?day={day}")
    context = {"off": off, "when": When(off.during.lower, off.during.upper, request.user.timezone)}
    return render_page(request, "bookings/calendar/blocked_time.html", context, parts=("question",))
